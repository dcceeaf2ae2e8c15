// Where a score stands on the line on which scores are averaged, scaled and shifted: the margin itself, or the log-odds of a
// probability, so that both scales of one model come to the same. And back.
#pragma once

#include <tagma/base/words.h>

#include <algorithm>
#include <cmath>

namespace tagma {

inline double place_of(double score, Scale scale) {
  if (scale == Scale::margin) return score;
  const double p = std::clamp(score, 1e-12, 1 - 0x1p-25);
  return std::log(p / (1 - p));
}

inline float score_at(double place, Scale scale) {
  return static_cast<float>(scale == Scale::margin ? place : 1 / (1 + std::exp(-place)));
}

}  // namespace tagma
