// All the ways one threshold can cut a list of scored cells, from the strictest down.
//
// A threshold can only separate scores that differ: cells of equal score fall together, as one step.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace tagma {

// What is decided when everything scored at least `score` is.
struct Step {
  float score;
  std::int64_t present, absent;  // decided cells, by their truth
};

// One step per distinct score, descending. The inputs (no NaN) are used up as working space.
std::vector<Step> steps_down(std::vector<float>& present, std::vector<float>& absent);

// A threshold t with below < t <= above: half way, unless rounding or infinities forbid it.
inline float threshold_between(float above, float below) {
  const auto middle = static_cast<float>((static_cast<double>(above) + static_cast<double>(below)) / 2);
  return middle > below && middle <= above ? middle : above;
}

// The least threshold above every score up to `top`: nothing of what was seen is decided.
inline float threshold_above(float top) { return std::nextafter(top, std::numeric_limits<float>::infinity()); }

// The threshold that decides exactly steps[0 .. last]: half way to the next score, or the lowest score itself.
inline float threshold_after(const std::vector<Step>& steps, std::size_t last) {
  return last + 1 < steps.size() ? threshold_between(steps[last].score, steps[last + 1].score) : steps[last].score;
}

// F-beta of a label or a row: (1 + b^2) hits / (decided + b^2 present); `empty` where nothing is present nor decided.
inline double f_beta(std::int64_t hits, std::int64_t decided, std::int64_t present, double beta_squared, double empty) {
  const double below = static_cast<double>(decided) + beta_squared * static_cast<double>(present);
  return below > 0 ? (1 + beta_squared) * static_cast<double>(hits) / below : empty;
}

}  // namespace tagma
