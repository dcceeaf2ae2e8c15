// Early stopping: looks at held-out data, keeps the best model, says when to stop.
//
// The metric is "loss" (the value of the loss on the held-out rows) or any metric of measure/. Without held-out data a
// Watch is blind: it never stops and keeps nothing.
// Errors: Error{usage} for an unknown metric or held-out data of another shape.
#pragma once

#include <tagma/learn/design.h>
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
  bool should_stop() const { return sees() && patience_ > 0 && since_best_ >= patience_; }

  const std::string& metric() const { return metric_; }
  double best_value() const { return best_value_; }
  std::int64_t looks() const { return looks_; }
  std::shared_ptr<const LinearModel> best() const { return best_; }  // null before the first look

  std::shared_ptr<const LinearModel> model(const Point& point) const;
  double measure(const LinearModel& model, const Run& run) const;

 private:
  std::string metric_;
  std::int64_t patience_, since_best_ = 0, looks_ = 0;
  const Dataset* held_out_;
  const Design& design_;
  std::shared_ptr<const LossFunction> loss_;
  LabelId labels_;
  bool higher_ = false;
  double best_value_ = 0;
  std::shared_ptr<const LinearModel> best_;
};

}  // namespace tagma
