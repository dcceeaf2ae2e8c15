// Early stopping: what outputs on held-out rows are worth, whether that is the best so far, and when to stop.
//
// The metric is "loss" (the value of the loss on the held-out rows) or any metric of measure/.
// Errors: Error{usage} for an unknown metric.
#pragma once

#include <tagma/data/dataset.h>
#include <tagma/drive/loss_function.h>

#include <cstdint>
#include <span>
#include <string>

namespace tagma {

class EarlyStop {
 public:
  struct State {
    double best = 0;
    std::int64_t looks = 0, best_look = 0;  // the look that saw the best, counted from 1; 0: none was a number
  };

  // patience: looks without gain before stopping; 0: never stop.
  EarlyStop(std::string metric, std::int64_t patience);

  const std::string& metric() const { return metric_; }
  // Of outputs [rows of data x outputs].
  double measured(const LossFunction& loss, std::span<const float> outputs, const Dataset& data, const Run& run) const;
  // Takes one look into account: whether it is the best so far.
  bool best_yet(double value);
  std::int64_t since_best() const { return state_.looks - state_.best_look; }
  bool should_stop() const { return patience_ > 0 && since_best() >= patience_; }

  const State& state() const { return state_; }
  void set_state(const State& state) { state_ = state; }

 private:
  std::string metric_;
  std::int64_t patience_;
  bool higher_;
  State state_;
};

}  // namespace tagma
