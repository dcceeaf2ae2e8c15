// Ranks 0 .. count - 1 whose frequencies fall as (rank + 1)^-exponent, drawn by inverting the continuous law on
// [1, count + 1) and rounding down: no table, whatever the count.
//
// P(rank) = (F(rank + 2) - F(rank + 1)) / (F(count + 1) - F(1)),   F(x) = x^(1 - exponent) / (1 - exponent), or log x at 1.
#pragma once

#include <tagma/base/portable_math.h>
#include <tagma/base/rng.h>

#include <algorithm>
#include <cstdint>

namespace tagma {

class PowerLaw {
 public:
  // count >= 1, exponent >= 0.
  PowerLaw(std::int64_t count, double exponent) : count_(count), log_end_(portable_log(static_cast<double>(count + 1))) {
    const double power = 1 - exponent;
    logarithmic_ = power < 1e-9 && power > -1e-9;
    if (!logarithmic_) {
      inverse_power_ = 1 / power;
      reach_ = portable_exp(power * log_end_) - 1;
    }
  }

  std::int64_t draw(Rng& rng) const {
    const double u = rng.uniform();
    const double x = portable_exp(logarithmic_ ? u * log_end_ : portable_log(1 + u * reach_) * inverse_power_);
    return std::clamp<std::int64_t>(static_cast<std::int64_t>(x) - 1, 0, count_ - 1);
  }

 private:
  std::int64_t count_;
  double log_end_, inverse_power_ = 0, reach_ = 0;
  bool logarithmic_ = false;
};

}  // namespace tagma
