// Early stopping: looks at held-out data after every epoch, keeps the best network, says when to stop.
//
// What it looks at is that of learn/early_stop.h. Without held-out data a Judge is blind: it never stops and keeps nothing.
// Errors: Error{usage} for an unknown metric or held-out data of another shape.
#pragma once

#include <tagma/data/dataset.h>
#include <tagma/deep/copies.h>
#include <tagma/deep/model.h>
#include <tagma/learn/early_stop.h>

#include <algorithm>

namespace tagma::deep {

class Judge {
 public:
  // `held_out` and `feed` may be null.
  Judge(const Training& settings, const Dataset* held_out, const Feeder* feed, std::shared_ptr<const LossFunction> loss, LabelId labels);

  bool sees() const { return held_out_ != nullptr; }
  // The metric of the network as it is; keeps it when it is the best. Once an epoch, and only where sees().
  double look(const std::shared_ptr<const Net>& net, const Run& run);
  bool should_stop() const { return sees() && stop_.should_stop(); }
  bool stale() const { return sees() && stop_.since_best() > 0 && stop_.since_best() % std::max<std::int64_t>(patience_ / 2, 1) == 0; }

  const EarlyStop& stop() const { return stop_; }
  EarlyStop& stop() { return stop_; }
  Copies& best() { return best_; }

 private:
  EarlyStop stop_;
  std::int64_t patience_;
  const Dataset* held_out_;
  const Feeder* feed_;
  std::shared_ptr<const LossFunction> loss_;
  LabelId labels_;
  Copies best_;
};

}  // namespace tagma::deep
