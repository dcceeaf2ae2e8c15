// All the ways one threshold can cut a list of scored cells, from the strictest down.
//
//   Sweep sweep(present, absent);
//   while (sweep.next()) if (good(sweep.present(), sweep.absent())) threshold = sweep.threshold();
//
// A threshold can only separate scores that differ: cells of equal score fall together, as one step.
#pragma once

#include <tagma/base/run.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace tagma {

// A threshold t with below < t <= above: half way, unless rounding or infinities forbid it.
inline float threshold_between(float above, float below) {
  const auto middle = static_cast<float>((static_cast<double>(above) + static_cast<double>(below)) / 2);
  return middle > below && middle <= above ? middle : above;
}

// The least threshold above every score up to `top`: nothing of what was seen is decided.
inline float threshold_above(float top) { return std::nextafter(top, std::numeric_limits<float>::infinity()); }

// F-beta of a label or a row: (1 + b^2) hits / (decided + b^2 present); `empty` where nothing is present nor decided.
inline double f_beta(std::int64_t hits, std::int64_t decided, std::int64_t present, double beta_squared, double empty) {
  const double below = static_cast<double>(decided) + beta_squared * static_cast<double>(present);
  return below > 0 ? (1 + beta_squared) * static_cast<double>(hits) / below : empty;
}

class Sweep {
 public:
  // The scores (no NaN) of present and of absent cells, in any order.
  Sweep(std::span<const float> present, std::span<const float> absent, const Run& run = {});

  // Goes down to the next distinct score; false when there is none.
  bool next();

  float score() const;                                                      // the lowest score decided now
  std::int64_t present() const { return static_cast<std::int64_t>(hit_); }  // decided cells, by their truth
  std::int64_t absent() const { return static_cast<std::int64_t>(miss_); }
  std::int64_t decided() const { return present() + absent(); }
  float threshold() const;  // decides what is decided now: half way to the next score, or the last itself

 private:
  bool at_end() const { return hit_ == hits_.size() && miss_ == misses_.size(); }
  std::uint32_t key_below() const;

  std::vector<std::uint32_t> hits_, misses_;  // sorted keys (radix.h)
  std::size_t hit_ = 0, miss_ = 0;
  std::uint32_t key_ = 0;
};

}  // namespace tagma
