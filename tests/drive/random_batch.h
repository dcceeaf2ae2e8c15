// A batch of random rows with all kinds of truth, for tests that run every loss.
#pragma once

#include <tagma/base/rng.h>
#include <tagma/drive/loss_function.h>

#include <limits>
#include <vector>

namespace tagma {

struct RandomBatch {
  std::int64_t rows;
  LabelId labels;
  std::int64_t width;
  std::vector<float> outputs, grades, row_weights, label_weights;
  std::vector<Truth> truth;

  // NaN stands at outputs that belong to unknown labels only where the loss has one output per label.
  RandomBatch(std::uint64_t seed, std::int64_t row_count, LabelId label_count, const LossFunction& loss)
      : rows(row_count), labels(label_count), width(loss.outputs(label_count)) {
    Rng rng(seed);
    const auto cells = static_cast<std::size_t>(rows * labels);
    for (std::int64_t o = 0; o < rows * width; ++o) outputs.push_back(static_cast<float>(rng.normal(-0.5, 2)));
    for (std::int64_t r = 0; r < rows; ++r) {
      const double share = r % 3 == 0 ? 0 : rng.uniform(0.05, 0.6);  // every third row has no label
      for (LabelId j = 0; j < labels; ++j)
        truth.push_back(rng.chance(0.1) ? Truth::unknown : rng.chance(share) ? Truth::present : Truth::absent);
      row_weights.push_back(static_cast<float>(rng.below(4)) * 0.5f);
    }
    for (std::size_t c = 0; c < cells; ++c) grades.push_back(truth[c] == Truth::present ? static_cast<float>(1 + rng.below(3)) : 0.f);
    for (LabelId j = 0; j < labels; ++j) label_weights.push_back(static_cast<float>(rng.below(4)) * 0.5f);
    if (loss.outputs() == Outputs::one)
      for (std::size_t c = 0; c < cells; ++c)
        if (truth[c] == Truth::unknown) outputs[c] = std::numeric_limits<float>::quiet_NaN();
  }

  template <class Real>
  Batch<Real> view(const std::vector<Real>& values) const {
    Batch<Real> batch;
    batch.rows = rows;
    batch.labels = labels;
    batch.outputs = values.data();
    batch.truth = truth.data();
    return batch;
  }
};

struct BatchOutcome {
  double value = 0;
  std::vector<double> slopes, row_values;
};

// What the CPU driver makes of a batch in that precision; `outputs` stand for the batch's own.
template <class Real>
BatchOutcome by_cpu(const LossFunction& loss, const RandomBatch& drawn, const std::vector<float>& outputs, bool label_weights) {
  const std::vector<Real> values(outputs.begin(), outputs.end());
  std::vector<Real> slopes(values.size());
  BatchOutcome outcome;
  outcome.row_values.resize(static_cast<std::size_t>(drawn.rows));
  Batch<Real> batch = drawn.view(values);
  batch.grades = drawn.grades.data();
  batch.row_weights = drawn.row_weights.data();
  batch.label_weights = label_weights ? drawn.label_weights.data() : nullptr;
  batch.slopes = slopes.data();
  batch.row_values = outcome.row_values.data();
  outcome.value = loss.run(batch, Run{});
  outcome.slopes.assign(slopes.begin(), slopes.end());
  return outcome;
}

}  // namespace tagma
