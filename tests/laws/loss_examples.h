// What the laws of losses are tried on: random rows, teams that walk them in other orders, and every variant of a loss
// that its declared settings allow.
#pragma once

#include <tagma/base/fields.h>
#include <tagma/base/rng.h>
#include <tagma/loss/serial.h>
#include <tagma/loss/several.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace tagma::laws {

struct Backwards {
  template <class F>
  auto sum(int n, F f) const {
    decltype(f(0)) total = 0;
    for (int i = n - 1; i >= 0; --i) total += f(i);
    return total;
  }
  template <class Real, class F>
  Real max(int n, Real floor, F f) const {
    for (int i = n - 1; i >= 0; --i) {
      const Real x = f(i);
      floor = x > floor ? x : floor;
    }
    return floor;
  }
  template <class F>
  void each(int n, F f) const {
    for (int i = n - 1; i >= 0; --i) f(i);
  }
};

// Three lanes, each with every third index, as on a device.
struct Strided {
  template <class F>
  auto sum(int n, F f) const {
    decltype(f(0)) total = 0;
    for (int lane = 2; lane >= 0; --lane) {
      decltype(f(0)) part = 0;
      for (int i = lane; i < n; i += 3) part += f(i);
      total += part;
    }
    return total;
  }
  template <class Real, class F>
  Real max(int n, Real floor, F f) const {
    each(n, [&](int i) {
      const Real x = f(i);
      floor = x > floor ? x : floor;
    });
    return floor;
  }
  template <class F>
  void each(int n, F f) const {
    for (int lane = 0; lane < 3; ++lane)
      for (int i = lane; i < n; i += 3) f(i);
  }
};

struct Example {
  int labels = 0;
  std::vector<double> outputs;
  std::vector<Truth> truth;
  std::vector<float> grades, weights;
};

inline int width_of(Outputs shape, int labels) {
  return shape == Outputs::pairs ? labels * (labels + 1) / 2 : labels * (1 + static_cast<int>(shape));
}

// The labels an output speaks of; `labels` is the virtual one, -1 none.
struct Ends {
  int first, second;
};
inline std::vector<Ends> ends_of(Outputs shape, int labels) {
  std::vector<Ends> ends;
  if (shape != Outputs::pairs)
    for (int o = 0; o < width_of(shape, labels); ++o) ends.push_back({o % labels, -1});
  else
    for (int i = 0; i < labels; ++i)
      for (int j = i + 1; j <= labels; ++j) ends.push_back({i, j});
  return ends;
}
inline bool touches(const Ends& ends, const Example& example, Truth truth) {
  const auto is = [&](int j) {
    return j >= 0 && j < example.labels && example.truth[static_cast<std::size_t>(j)] == truth;
  };
  return is(ends.first) || is(ends.second);
}

// Truths of all kinds, grades with ties, weights of all sizes above 0.
inline Example random_example(Rng& rng, Outputs shape, int labels, double spread) {
  Example example;
  example.labels = labels;
  for (int o = 0; o < width_of(shape, labels); ++o) example.outputs.push_back(rng.normal(0, spread));
  const double present = rng.uniform(0.05, 0.8);
  constexpr float grades[] = {0.25f, 1, 2, 3.5f}, weights[] = {0.5f, 1, 1, 2.5f};
  for (int j = 0; j < labels; ++j) {
    const Truth truth = rng.chance(0.15) ? Truth::unknown : rng.chance(present) ? Truth::present : Truth::absent;
    example.truth.push_back(truth);
    example.grades.push_back(truth == Truth::present ? grades[rng.below(4)] : 0.f);
    example.weights.push_back(weights[rng.below(4)]);
  }
  return example;
}

struct Outcome {
  double value = 0;
  std::vector<double> slopes, curves;
  std::vector<int> visits;  // of the sink, per output
  int outside = 0;          // visits of outputs that there are not
};

template <class Real = double, class Loss, class Team = Serial>
Outcome visit(const Loss& loss, const Example& example, const Team& team = {}) {
  const std::vector<Real> outputs(example.outputs.begin(), example.outputs.end());
  std::vector<LabelId> present;
  for (int j = 0; j < example.labels; ++j)
    if (example.truth[static_cast<std::size_t>(j)] == Truth::present) present.push_back(j);
  PlainRow<Real> row{outputs.data(), example.truth.data(), example.grades.data(), example.weights.data(),
                     example.labels};
  if (example.labels % 2 == 0) {  // both ways of finding the present labels
    present.push_back(-1);
    row.present_ids = present.data();
    row.present_ids_count = static_cast<int>(present.size()) - 1;
  }
  Outcome outcome;
  outcome.slopes.assign(outputs.size(), std::numeric_limits<double>::quiet_NaN());
  outcome.curves = outcome.slopes;
  outcome.visits.assign(outputs.size(), 0);
  outcome.value = static_cast<double>(row_loss(loss, team, row, [&](int o, Real slope, Real curve = Real(-1)) {
    if (o < 0 || o >= static_cast<int>(outputs.size())) {
      ++outcome.outside;
      return;
    }
    const auto at = static_cast<std::size_t>(o);
    outcome.slopes[at] = static_cast<double>(slope);
    outcome.curves[at] = static_cast<double>(curve);
    ++outcome.visits[at];
  }));
  return outcome;
}

template <class Loss>
Traits traits_of(const Loss& loss) {
  if constexpr (requires { loss.own_traits(); }) return loss.own_traits();
  else return Loss::traits;
}

// Outputs whose slope leaves out a part of the value on purpose, and says so.
template <class Loss>
bool stops(const Loss& loss, int output, int labels) {
  if constexpr (requires { loss.stops(output, labels); }) return loss.stops(output, labels);
  else return false;
}

namespace detail {

template <class Owner, class Enum, std::size_t n>
void vary(std::vector<Owner>& list, std::vector<Owner>&, const Choice<Owner, Enum, n>& field) {
  const std::vector<Owner> old = std::exchange(list, {});
  for (const Owner& loss : old)
    for (std::size_t i = 0; i < n; ++i) (list.emplace_back(loss).*field.member) = static_cast<Enum>(i);
}
template <class Owner>
void vary(std::vector<Owner>& list, std::vector<Owner>&, const Switch<Owner>& field) {
  const std::vector<Owner> old = std::exchange(list, {});
  for (const Owner& loss : old)
    for (const bool on : {false, true}) (list.emplace_back(loss).*field.member) = on;
}
template <class Owner, class Number>
void vary(std::vector<Owner>& list, std::vector<Owner>& extremes, const Field<Owner, Number>& field) {
  for (const Owner& loss : list)
    for (const Number end : {field.low, field.high}) (extremes.emplace_back(loss).*field.member) = end;
}

}  // namespace detail

// All combinations of choices and switches; besides, every number at either end of its range, one at a time.
template <class Loss>
std::vector<Loss> variants() {
  std::vector<Loss> list{Loss{}}, extremes;
  each_field<Loss>([&](const auto& field) { detail::vary(list, extremes, field); });
  list.insert(list.end(), extremes.begin(), extremes.end());
  return list;
}

// Those, and where a loss can be bound to the totals of a batch, a bound one.
template <class Loss>
std::vector<Loss> variants_and_bound() {
  std::vector<Loss> list = variants<Loss>();
  if constexpr (requires(const Loss loss) { loss.bound(Totals{}, true); })
    list.push_back(
        list.front().bound(Totals{.rows = 3, .known = 11, .present = 4, .negative_rows = 1, .pairs = 7}, true));
  return list;
}

template <class Loss>
std::string shown(const Loss& loss) {
  std::string text(Loss::name);
  for (const auto& [key, value] : settings_of(loss)) text += " " + key + "=" + value;
  return text;
}

}  // namespace tagma::laws
