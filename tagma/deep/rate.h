// The size of steps over a training: a rise, and then what the schedule says; see learn/training.h.
#pragma once

#include <tagma/learn/training.h>

#include <cmath>
#include <cstdint>
#include <numbers>

namespace tagma::deep {

class RateSchedule {
 public:
  RateSchedule(const Training& settings, std::int64_t steps_per_epoch)
      : settings_(settings), steps_per_epoch_(steps_per_epoch), steps_(steps_per_epoch * settings.epochs),
        rise_(static_cast<std::int64_t>(settings.warmup * static_cast<double>(steps_))) {}

  // Of step 0, 1, .. `drops`: how often the plateau has lowered it.
  double at(std::int64_t step, std::int64_t drops) const {
    if (step < rise_) return settings_.rate * static_cast<double>(step + 1) / static_cast<double>(rise_);
    switch (settings_.schedule) {
      case Schedule::constant: return settings_.rate;
      case Schedule::cosine: {
        const double done = static_cast<double>(step - rise_) / static_cast<double>(steps_ > rise_ ? steps_ - rise_ : 1);
        return settings_.rate * 0.5 * (1 + std::cos(std::numbers::pi * done));
      }
      case Schedule::step: return settings_.rate * std::pow(settings_.factor, static_cast<double>(step / steps_per_epoch_ / settings_.step_epochs));
      case Schedule::plateau: return settings_.rate * std::pow(settings_.factor, static_cast<double>(drops));
    }
    return settings_.rate;
  }

 private:
  const Training& settings_;
  std::int64_t steps_per_epoch_, steps_, rise_;
};

}  // namespace tagma::deep
