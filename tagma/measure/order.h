// How probable scores say that one label is more significant than another (Order in base/words.h): F(order_slope * argument), F the
// logistic or the Gaussian distribution function.
//
// Shape: dense scores; labels a and b of a row.
#pragma once

#include <tagma/data/scores.h>
#include <tagma/math/special.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>

namespace tagma {

namespace detail {

constexpr double least_probability = 1e-7;
inline double inside(double p) { return std::clamp(p, least_probability, 1 - least_probability); }
inline double log_odds(double p) { return std::log(inside(p)) - std::log1p(-inside(p)); }

// Probability of the pair (low, high), low < high, that scores of Order::pairs hold.
inline double pair_probability(const Scores& scores, std::int64_t row, std::int64_t low, std::int64_t high) {
  const auto labels = static_cast<std::int64_t>(scores.labels);
  const std::int64_t pair = low * (2 * labels - low - 1) / 2 + high - low - 1;
  return static_cast<double>(scores.pairs[static_cast<std::size_t>(row * (labels * (labels - 1) / 2) + pair)]);
}

}  // namespace detail

// Whether F is Gaussian.
inline bool probit_order(const Scores& scores) { return scores.order == Order::probit || scores.order == Order::factor; }

// The argument of F: above 0 where a is the more significant. Infinite where a deviation of 0 leaves no doubt.
inline double order_argument(const Scores& scores, std::int64_t row, LabelId a, LabelId b) {
  if (scores.order == Order::pairs) {
    const double first = detail::log_odds(detail::pair_probability(scores, row, std::min(a, b), std::max(a, b)));
    return a < b ? first : -first;
  }
  const auto cell = [&](LabelId label) { return static_cast<std::size_t>(row * scores.labels + label); };
  const double x = scores.values[cell(a)], y = scores.values[cell(b)];
  if (scores.order == Order::logistic)
    return scores.scale == Scale::probability ? detail::log_odds(x) - detail::log_odds(y) : x - y;
  const double sa = scores.spread[cell(a)], sb = scores.spread[cell(b)];
  double square = sa * sa + sb * sb;
  if (scores.order == Order::factor) {  // no less than single precision can tell from 0
    double product = 0, apart = 0;
    const std::size_t factors = scores.factors();
    for (std::size_t f = 0; f < factors; ++f) {
      const double la = scores.shared[cell(a) * factors + f], lb = scores.shared[cell(b) * factors + f];
      product += la * lb;
      apart += (la - lb) * (la - lb);
    }
    square = std::max({square - 2 * product, apart, 4e-7 * square});
  }
  if (square > 0) return (x - y) / std::sqrt(square);
  return x > y ? std::numeric_limits<double>::infinity() : x < y ? -std::numeric_limits<double>::infinity() : 0;
}

// P(a is more significant than b).
inline double order_probability(const Scores& scores, std::int64_t row, LabelId a, LabelId b) {
  if (scores.order == Order::pairs && scores.order_slope == 1) {
    const double first = detail::pair_probability(scores, row, std::min(a, b), std::max(a, b));
    return a < b ? first : 1 - first;
  }
  const double argument = order_argument(scores, row, a, b), z = argument == 0 || scores.order_slope == 0 ? 0 : scores.order_slope * argument;
  return probit_order(scores) ? math::phi_cdf(z) : 1 / (1 + std::exp(-z));
}

// f(a, b) for each pair of present labels of unequal grade, a the one of higher grade.
template <class F>
std::int64_t each_ordered_pair(std::span<const LabelId> present, std::span<const float> grades, F f) {
  std::int64_t pairs = 0;
  for (std::size_t i = 0; i < grades.size(); ++i)
    for (std::size_t j = i + 1; j < grades.size(); ++j) {
      if (grades[i] == grades[j]) continue;
      const bool first = grades[i] > grades[j];
      f(present[first ? i : j], present[first ? j : i]);
      ++pairs;
    }
  return pairs;
}

}  // namespace tagma
