// Laws of how a loss is read, what following its slopes leads to, and how the drive runs it.
#pragma once

#include <tagma/drive/loss_function.h>

#include "tests/laws/loss_laws.h"

namespace tagma::laws {

namespace detail {

struct Readings {
  std::vector<double> score, spread, presence, pairs, shared;
};

template <class Loss>
Readings read(const Loss& loss, const std::vector<double>& outputs, int labels) {
  const Reading reading = loss.reading();
  const auto cells = static_cast<std::size_t>(labels);
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  Readings all;
  all.score.assign(cells, none);
  if (reading.spread) all.spread.assign(cells, none);
  if (reading.presence) all.presence.assign(cells, none);
  all.shared.assign(cells * static_cast<std::size_t>(reading.factors), none);
  if (reading.order == Order::pairs) all.pairs.assign(cells * (cells - 1) / 2, none);
  const auto at = [](std::vector<double>& part) { return part.empty() ? nullptr : part.data(); };
  loss.read(outputs.data(), labels, Readout<double>{all.score.data(), at(all.spread), at(all.presence), at(all.pairs), at(all.shared)});
  return all;
}

inline Violation within(const std::vector<double>& numbers, double low, double high, const char* what) {
  for (const double x : numbers)
    if (!(x >= low && x <= high)) return fmt::format("{} {} outside {} to {}", what, x, low, high);
  return {};
}

inline Violation misranked(const std::vector<double>& scores, const std::vector<Truth>& truth) {
  for (std::size_t u = 0; u < scores.size(); ++u)
    for (std::size_t v = 0; v < scores.size(); ++v)
      if (truth[u] == Truth::present && truth[v] == Truth::absent && !(scores[u] > scores[v]))
        return fmt::format("present label {} has score {}, absent label {} has {}", u, scores[u], v, scores[v]);
  return {};
}

}  // namespace detail

// Scores, spreads and probabilities lie where they must, at ordinary and at extreme outputs, and a label's score does
// not fall when the outputs that speak for it rise.
template <class Loss>
Violation reading_is_sane(const Loss& loss) {
  return detail::over_examples(loss, {1, 2, 5, 9}, 2, [&](const Example& drawn, Rng& rng) -> Violation {
    const double unbounded = std::numeric_limits<double>::max();
    for (const double scale : {1., 5e3}) {
      Example example = drawn;
      for (double& output : example.outputs) output *= scale;
      const auto before = detail::read(loss, example.outputs, example.labels);
      const bool probability = loss.reading().scale == Scale::probability;
      const double lowest = probability ? 0 : -unbounded, highest = probability ? 1 : unbounded;
      Violation found = detail::within(before.score, lowest, highest, "score");
      if (found.empty()) found = detail::within(before.spread, std::numeric_limits<double>::min(), unbounded, "spread");
      if (found.empty()) found = detail::within(before.presence, 0, 1, "presence");
      if (found.empty()) found = detail::within(before.pairs, 0, 1, "pair");
      for (std::size_t i = 0; found.empty() && i < before.shared.size(); ++i) {
        const double most = before.spread[i * before.spread.size() / before.shared.size()];
        found = detail::within({before.shared[i]}, -most, most, "shared part of a spread");
      }
      if (!found.empty()) return found;
      for (int j = 0; j < example.labels; ++j) {
        std::vector<double> raised = example.outputs;
        const auto ends = ends_of(outputs_of(loss), example.labels);
        const double by = rng.uniform(0.01, 2);
        for (std::size_t o = 0; o < ends.size() && (outputs_of(loss) == Outputs::pairs || o < drawn.truth.size()); ++o)
          raised[o] += ends[o].first == j ? by : ends[o].second == j ? -by : 0;
        const auto after = detail::read(loss, raised, example.labels);
        const auto at = static_cast<std::size_t>(j);
        if (!(after.score[at] >= before.score[at] - 1e-12 * std::abs(before.score[at])))
          return fmt::format("score of label {} falls from {} to {} as its outputs rise", j, before.score[at],
                             after.score[at]);
      }
    }
    return {};
  });
}

// Small steps down the slopes, from outputs of 0, come to rank every present label above every absent one.
template <class Loss>
Violation descent_ranks(const Loss& loss) {
  return detail::over_examples(loss, {2, 5, 9}, 1, [&](const Example& drawn, Rng&) -> Violation {
    Example example = drawn;
    std::fill(example.outputs.begin(), example.outputs.end(), 0);
    std::fill(example.weights.begin(), example.weights.end(), 1.f);
    Violation found;
    for (int step = 1; step <= 500; ++step) {
      const Outcome outcome = visit(loss, example);
      double size = 1e-300;
      for (const double slope : outcome.slopes) size = std::max(size, std::abs(slope));
      for (std::size_t o = 0; o < example.outputs.size(); ++o) example.outputs[o] -= 0.01 / size * outcome.slopes[o];
      if (step % 20 != 0) continue;
      found = detail::misranked(detail::read(loss, example.outputs, example.labels).score, example.truth);
      if (found.empty()) break;
    }
    return found;
  });
}

// The drive's single precision stays within `bound` (relative to 1 + the largest number of its kind in the row) of the
// plain double-precision row, and its double precision within 1e-11. `driven` runs `loss` under reduction "sum".
template <class Loss>
Violation drive_agrees(const Loss& loss, const LossFunction& driven, double bound = 2e-5) {
  return detail::over_examples(loss, {1, 2, 5, 33, 70}, 2, [&](const Example& example, Rng&) -> Violation {
    const auto run = [&]<class Real>(std::type_identity<Real>) {
      const std::vector<Real> outputs(example.outputs.begin(), example.outputs.end());
      std::vector<Real> slopes(outputs.size());
      Batch<Real> batch{.rows = 1, .labels = example.labels, .outputs = outputs.data(), .truth = example.truth.data()};
      batch.grades = example.grades.data();
      batch.label_weights = example.weights.data();
      batch.slopes = slopes.data();
      Outcome outcome;
      outcome.value = driven.run(batch, Run{});
      outcome.slopes.assign(slopes.begin(), slopes.end());
      return outcome;
    };
    const Outcome plain = visit(loss, example);
    double largest = 0;
    for (const double slope : plain.slopes) largest = std::max(largest, std::abs(slope));
    for (const bool single : {true, false}) {
      const Outcome outcome = single ? run(std::type_identity<float>{}) : run(std::type_identity<double>{});
      const double within = single ? bound : 1e-11;
      const char* precision = single ? "single" : "double";
      if (!detail::near(plain.value, outcome.value, within * (1 + std::abs(plain.value))))
        return fmt::format("value {} against {} in {} precision", plain.value, outcome.value, precision);
      for (std::size_t o = 0; o < plain.slopes.size(); ++o)
        if (!detail::near(plain.slopes[o], outcome.slopes[o], within * (1 + largest)))
          return fmt::format("slope {} against {} at output {} in {} precision", plain.slopes[o], outcome.slopes[o], o,
                             precision);
    }
    return {};
  });
}

}  // namespace tagma::laws
