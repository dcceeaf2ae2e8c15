// The laws that every loss obeys, as functions that look for a violation: each returns a sentence about the first one
// it finds, or nothing. tests/loss_laws/catalog_test.cc holds the catalog to them; planted_test.cc beside it shows that each one finds what it
// should.
#pragma once

#include "tests/laws/loss_examples.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace tagma::laws {

using Violation = std::string;  // empty: none found

namespace detail {

template <class Loss, class Law>
Violation over_examples(const Loss& loss, std::initializer_list<int> sizes, double spread, Law law) {
  Rng rng(17);
  for (const int labels : sizes)
    for (int repeat = 0; repeat < 4; ++repeat) {
      const Example example = random_example(rng, outputs_of(loss), labels, spread);
      if (Violation found = law(example, rng); !found.empty())
        return fmt::format("{}, {} labels: {}", shown(loss), labels, found);
    }
  return {};
}

inline bool near(double a, double b, double bound) { return std::abs(a - b) <= bound; }  // false for NaN
inline bool same(double a, double b) { return a == b; }

inline Violation compare(const Outcome& a, const Outcome& b, double bound) {
  if (!near(a.value, b.value, bound * (1 + std::abs(a.value))))
    return fmt::format("value {} against {}", a.value, b.value);
  for (std::size_t o = 0; o < a.slopes.size(); ++o)
    if (!near(a.slopes[o], b.slopes[o], bound * (1 + std::abs(a.slopes[o]))))
      return fmt::format("slope {} against {} at output {}", a.slopes[o], b.slopes[o], o);
  return {};
}

template <class Loss>
Outcome moved(const Loss& loss, Example example, std::size_t output, double by) {
  example.outputs[output] += by;
  return visit(loss, example);
}

}  // namespace detail

// Slope = central difference of the value. Where a loss does not claim to be smooth, kinks are passed over.
template <class Loss>
Violation slope_is_derivative(const Loss& loss, double spread = 2) {
  return detail::over_examples(loss, {1, 2, 5, 9}, spread, [&](const Example& example, Rng&) -> Violation {
    constexpr double step = 1e-6;
    const Outcome here = visit(loss, example);
    for (std::size_t o = 0; o < here.slopes.size(); ++o) {
      if (stops(loss, static_cast<int>(o), example.labels)) continue;
      const double up = detail::moved(loss, example, o, step).value;
      const double down = detail::moved(loss, example, o, -step).value;
      const double difference = (up - down) / (2 * step);
      const double noise = 1e-9 * (1 + std::abs(here.value)), bound = 5e-6 * (1 + std::abs(here.slopes[o])) + noise;
      const bool kink = std::abs((up - here.value) - (here.value - down)) / step > 1e-2;
      if (kink && !traits_of(loss).smooth) continue;
      if (!detail::near(here.slopes[o], difference, bound))
        return fmt::format("slope {} but difference {} at output {}", here.slopes[o], difference, o);
    }
    return {};
  });
}

// The order in which lanes visit the labels does not matter.
template <class Loss>
Violation teams_agree(const Loss& loss) {
  return detail::over_examples(loss, {1, 4, 17, 40}, 2, [&](const Example& example, Rng&) -> Violation {
    const Outcome forwards = visit(loss, example);
    const Violation found = detail::compare(forwards, visit(loss, example, Backwards{}), 1e-11);
    if (!found.empty()) return found;
    return detail::compare(forwards, visit(loss, example, Strided{}), 1e-11);
  });
}

// The sink hears of every output once.
template <class Loss>
Violation sink_hears_once(const Loss& loss) {
  return detail::over_examples(loss, {0, 1, 2, 15, 16, 17, 40}, 2, [&](const Example& example, Rng&) -> Violation {
    const Outcome outcome = visit(loss, example, Strided{});
    if (outcome.outside > 0) return fmt::format("{} visits of outputs that do not exist", outcome.outside);
    for (std::size_t o = 0; o < outcome.visits.size(); ++o)
      if (outcome.visits[o] != 1) return fmt::format("output {} visited {} times", o, outcome.visits[o]);
    return {};
  });
}

// What is planted at unknown labels changes nothing, and their slopes are 0.
template <class Loss>
Violation unknown_is_ignored(const Loss& loss) {
  return detail::over_examples(loss, {2, 5, 9, 40}, 2, [&](const Example& example, Rng&) -> Violation {
    const auto ends = ends_of(outputs_of(loss), example.labels);
    const Outcome clean = visit(loss, example);
    constexpr double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
    for (const double poison : {nan, infinity, -1e300}) {
      Example poisoned = example;
      for (std::size_t o = 0; o < ends.size(); ++o)
        if (touches(ends[o], example, Truth::unknown)) poisoned.outputs[o] = poison;
      const Outcome outcome = visit(loss, poisoned);
      if (!detail::same(outcome.value, clean.value))
        return fmt::format("value {} turns {}", clean.value, outcome.value);
      for (std::size_t o = 0; o < ends.size(); ++o) {
        const bool unknown = touches(ends[o], example, Truth::unknown);
        const double expected = unknown ? 0 : clean.slopes[o];
        if (!detail::same(outcome.slopes[o], expected))
          return fmt::format("slope {} instead of {} at output {}", outcome.slopes[o], expected, o);
        if (traits_of(loss).curve && !detail::same(outcome.curves[o], unknown ? 0 : clean.curves[o]))
          return fmt::format("curve {} at output {}", outcome.curves[o], o);
      }
    }
    return {};
  });
}

// A label of weight 0 is like an unknown one.
template <class Loss>
Violation weight_zero_is_unknown(const Loss& loss) {
  return detail::over_examples(loss, {1, 2, 5, 20}, 2, [&](const Example& example, Rng& rng) -> Violation {
    Example weightless = example, unknown = example;
    for (std::size_t j = 0; j < example.truth.size(); ++j)
      if (rng.chance(0.4)) {
        weightless.weights[j] = 0;
        unknown.truth[j] = Truth::unknown;
        unknown.grades[j] = 0;
      }
    return detail::compare(visit(loss, unknown), visit(loss, weightless), 1e-13);
  });
}

// Labels in another order: the same value, and the slopes go along. A pair whose labels change places changes its sign.
template <class Loss>
Violation relabelling_permutes(const Loss& loss) {
  return detail::over_examples(loss, {2, 5, 9, 20}, 2, [&](const Example& example, Rng& rng) -> Violation {
    const auto labels = static_cast<std::size_t>(example.labels);
    std::vector<int> place(labels + 1);
    std::iota(place.begin(), place.end(), 0);
    for (std::size_t i = labels; i > 1; --i) std::swap(place[i - 1], place[rng.below(i)]);
    Example other = example;
    for (std::size_t j = 0; j < labels; ++j) {
      const auto to = static_cast<std::size_t>(place[j]);
      other.truth[to] = example.truth[j];
      other.grades[to] = example.grades[j];
      other.weights[to] = example.weights[j];
    }
    const Outputs shape = outputs_of(loss);
    const auto ends = ends_of(shape, example.labels);
    const auto target = [&](std::size_t o) -> std::pair<std::size_t, double> {
      const int a = place[static_cast<std::size_t>(ends[o].first)];
      if (shape != Outputs::pairs) return {o - static_cast<std::size_t>(ends[o].first - a), 1.0};
      const int b = place[static_cast<std::size_t>(ends[o].second)], low = std::min(a, b), high = std::max(a, b);
      const int first = low * (example.labels + 1) - low * (low + 1) / 2;
      return {static_cast<std::size_t>(first + high - low - 1), a < b ? 1.0 : -1.0};
    };
    for (std::size_t o = 0; o < ends.size(); ++o)
      other.outputs[target(o).first] = target(o).second * example.outputs[o];
    const Outcome here = visit(loss, example), there = visit(loss, other);
    Outcome back = there;
    for (std::size_t o = 0; o < ends.size(); ++o) back.slopes[o] = target(o).second * there.slopes[target(o).first];
    return detail::compare(here, back, 1e-11);
  });
}

// Finite at outputs of 1e4 in either precision, whatever is known; nothing known is worth nothing.
template <class Loss>
Violation extremes_are_finite(const Loss& loss) {
  return detail::over_examples(loss, {0, 1, 2, 5, 40}, 1, [&](const Example& drawn, Rng& rng) -> Violation {
    constexpr std::string_view kinds[] = {"mixed truth", "all absent", "all present", "all unknown"};
    for (const double size : {1e4, 100., 0.}) {
      for (int kind = 0; kind < 4; ++kind) {
        Example example = drawn;
        for (double& output : example.outputs) output = rng.chance(0.5) ? size : -size;
        if (kind > 0)
          for (std::size_t j = 0; j < example.truth.size(); ++j) {
            example.truth[j] = kind == 1 ? Truth::absent : kind == 2 ? Truth::present : Truth::unknown;
            example.grades[j] = kind == 2 ? static_cast<float>(1 + rng.below(3)) : 0.f;
          }
        for (const bool single : {false, true}) {
          const Outcome outcome = single ? visit<float>(loss, example) : visit(loss, example);
          const std::string where =
              fmt::format("with {} at +-{} in {} precision", kinds[kind], size, single ? "single" : "double");
          if (!std::isfinite(outcome.value)) return fmt::format("value {} {}", outcome.value, where);
          if (kind == 3 && outcome.value != 0) return fmt::format("value {} {}", outcome.value, where);
          for (std::size_t o = 0; o < outcome.slopes.size(); ++o)
            if (!std::isfinite(outcome.slopes[o]) || (kind == 3 && outcome.slopes[o] != 0))
              return fmt::format("slope {} {}", outcome.slopes[o], where);
        }
      }
    }
    return {};
  });
}

// Below its chords, where it claims to be convex.
template <class Loss>
Violation convex_where_claimed(const Loss& loss) {
  if (!traits_of(loss).convex) return {};
  return detail::over_examples(loss, {1, 2, 5, 9}, 3, [&](const Example& example, Rng& rng) -> Violation {
    for (int repeat = 0; repeat < 20; ++repeat) {
      Example end = example, between = example;
      const double share = rng.uniform();
      for (std::size_t o = 0; o < end.outputs.size(); ++o) {
        end.outputs[o] = rng.normal(0, 3);
        between.outputs[o] = (1 - share) * example.outputs[o] + share * end.outputs[o];
      }
      const double chord = (1 - share) * visit(loss, example).value + share * visit(loss, end).value;
      const double value = visit(loss, between).value;
      if (!(value <= chord + 1e-10 * (1 + std::abs(chord))))
        return fmt::format("value {} above its chord {}", value, chord);
    }
    return {};
  });
}

// The curve is the derivative of the slope and not negative, where a loss claims to have one. Where the curve jumps, it
// is the derivative on one of the sides.
template <class Loss>
Violation curve_where_claimed(const Loss& loss) {
  if (!traits_of(loss).curve) return {};
  return detail::over_examples(loss, {1, 2, 5, 9}, 2, [&](const Example& example, Rng&) -> Violation {
    constexpr double step = 1e-6;
    const Outcome here = visit(loss, example);
    for (std::size_t o = 0; o < here.slopes.size(); ++o) {
      const double up = detail::moved(loss, example, o, step).slopes[o];
      const double down = detail::moved(loss, example, o, -step).slopes[o];
      const double bound = 2e-5 * (1 + std::abs(here.curves[o])), slope = here.slopes[o];
      const bool right = detail::near(here.curves[o], (up - slope) / step, bound);
      const bool left = detail::near(here.curves[o], (slope - down) / step, bound);
      if (!(here.curves[o] >= 0)) return fmt::format("curve {} at output {}", here.curves[o], o);
      if (!right && !left)
        return fmt::format("curve {} but difference {} at output {}", here.curves[o], (up - down) / (2 * step), o);
    }
    return {};
  });
}

// The slope does not jump, where a loss claims to be smooth: a step that changes a slope much is halved until it either
// does not any more, or is too short for an honest change.
template <class Loss>
Violation smooth_where_claimed(const Loss& loss, double spread = 4) {
  if (!traits_of(loss).smooth) return {};
  return detail::over_examples(loss, {1, 3, 6}, spread, [&](const Example& example, Rng& rng) -> Violation {
    Example end = example;
    for (double& output : end.outputs) output = rng.normal(0, spread);
    const auto at = [&](double share) {
      Example between = example;
      for (std::size_t o = 0; o < end.outputs.size(); ++o)
        between.outputs[o] = (1 - share) * example.outputs[o] + share * end.outputs[o];
      return visit(loss, between).slopes;
    };
    constexpr int steps = 64;
    for (std::size_t o = 0; o < end.outputs.size(); ++o)
      for (int step = 0; step < steps; ++step) {
        double low = static_cast<double>(step) / steps, high = static_cast<double>(step + 1) / steps;
        double below = at(low)[o], above = at(high)[o];
        while (std::abs(above - below) > 1e-3 * (1 + std::abs(below)) && high - low > 1e-10) {
          const double middle = (low + high) / 2, slope = at(middle)[o];
          const bool left = std::abs(slope - below) > std::abs(above - slope);
          (left ? high : low) = middle;
          (left ? above : below) = slope;
        }
        if (high - low <= 1e-10) return fmt::format("slope of output {} jumps from {} to {}", o, below, above);
      }
    return {};
  });
}

}  // namespace tagma::laws
