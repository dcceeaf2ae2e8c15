// Early stopping: looks at held-out data after every epoch, keeps the best network, says when to stop.
//
// The metric is "loss" (the value of the loss on the held-out rows) or any metric of measure/. Without held-out data a Judge
// is blind: it never stops and keeps nothing.
// Errors: Error{usage} for an unknown metric or held-out data of another shape.
#pragma once

#include <tagma/data/dataset.h>
#include <tagma/deep/copies.h>
#include <tagma/deep/model.h>

#include <string>

namespace tagma::deep {

class Judge {
 public:
  struct State {
    double best_value = 0;
    std::int64_t best_epoch = 0, since_best = 0;
  };

  // `held_out` and `feed` may be null.
  Judge(const Training& settings, const Dataset* held_out, const Feeder* feed, std::shared_ptr<const LossFunction> loss, LabelId labels);

  bool sees() const { return held_out_ != nullptr; }
  // The metric of the network as it is; keeps it when it is the best. Call only where sees().
  double look(const std::shared_ptr<const Net>& net, std::int64_t epoch, const Run& run);
  bool should_stop() const { return sees() && patience_ > 0 && state_.since_best >= patience_; }
  bool stale() const { return sees() && state_.since_best > 0 && state_.since_best % std::max<std::int64_t>(patience_ / 2, 1) == 0; }

  const std::string& metric() const { return metric_; }
  const State& state() const { return state_; }
  State& state() { return state_; }
  Copies& best() { return best_; }

 private:
  double measure(const NetworkModel& model, const Run& run) const;

  std::string metric_;
  std::int64_t patience_;
  const Dataset* held_out_;
  const Feeder* feed_;
  std::shared_ptr<const LossFunction> loss_;
  LabelId labels_;
  bool higher_ = false;
  State state_;
  Copies best_;
};

}  // namespace tagma::deep
