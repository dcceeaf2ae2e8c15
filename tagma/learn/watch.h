// Early stopping: looks at held-out data, keeps the best model, says when to stop.
//
// What it looks at is that of early_stop.h. Without held-out data a Watch is blind: it never stops and keeps nothing.
// Errors: Error{usage} for an unknown metric or held-out data of another shape.
#pragma once

#include <tagma/learn/design.h>
#include <tagma/learn/early_stop.h>
#include <tagma/learn/linear.h>
#include <tagma/model/linear.h>

#include <memory>
#include <string>

namespace tagma {

class Watch {
 public:
  Watch(const Linear& options, const Dataset* held_out, const Design& design, std::shared_ptr<const LossFunction> loss,
        LabelId labels);

  bool sees() const { return held_out_ != nullptr; }
  // The metric of the point; keeps it when it is the best. Call only where sees().
  double look(const Point& point, const Run& run);
  bool should_stop() const { return sees() && stop_.should_stop(); }

  const std::string& metric() const { return stop_.metric(); }
  double best_value() const { return stop_.state().best; }
  std::shared_ptr<const LinearModel> best() const { return best_; }  // null before the first look

  std::shared_ptr<const LinearModel> model(const Point& point) const;
  double measure(const LinearModel& model, const Run& run) const;

 private:
  EarlyStop stop_;
  const Dataset* held_out_;
  const Design& design_;
  std::shared_ptr<const LossFunction> loss_;
  LabelId labels_;
  std::shared_ptr<const LinearModel> best_;
};

}  // namespace tagma
