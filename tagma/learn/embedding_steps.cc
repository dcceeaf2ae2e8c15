#include <tagma/learn/embedding_steps.h>

#include <tagma/base/error.h>
#include <tagma/base/parallel.h>
#include <tagma/math/turn.h>

#include <algorithm>
#include <cmath>

namespace tagma {
namespace {

constexpr std::int64_t label_grain = 256;
constexpr std::int64_t shared_step = std::int64_t{1} << 20;  // products from which threads pay

std::vector<LabelId> places_in(std::span<const LabelId> labels, std::span<const LabelId> chosen) {
  std::vector<LabelId> places;
  for (const LabelId label : labels) {
    const auto at = std::lower_bound(chosen.begin(), chosen.end(), label);
    if (at != chosen.end() && *at == label) places.push_back(static_cast<LabelId>(at - chosen.begin()));
  }
  return places;
}

}  // namespace

EmbeddingSteps::EmbeddingSteps(const Dataset& train, const LossFunction& loss, const EmbeddingShape& shape, std::vector<float>& vectors, const Run& run)
    : train_(train), loss_(loss), shape_(shape), vectors_(vectors), run_(run),
      panel_(shape.features, shape.similarity == Similarity::cosine, static_cast<float>(1 / shape.temperature), shape.bias),
      squares_(static_cast<std::size_t>(shape.labels)), bias_squares_(static_cast<std::size_t>(shape.bias ? shape.labels : 0)) {
  run_.stop = {};  // between steps, not within
  run_.progress = nullptr;
}

// The vectors of the labels at [first, last) of `chosen`, one after another.
const float* EmbeddingSteps::block_of(std::span<const LabelId> chosen, std::int64_t first, std::int64_t last, std::vector<float>& gathered) const {
  if (chosen.empty()) return vectors_.data() + first * shape_.width();
  gathered.resize(static_cast<std::size_t>((last - first) * shape_.width()));
  for (std::int64_t i = first; i < last; ++i)
    std::copy_n(vectors_.data() + chosen[static_cast<std::size_t>(i)] * shape_.width(), shape_.width(), gathered.data() + (i - first) * shape_.width());
  return gathered.data();
}

LabelMatrix EmbeddingSteps::truth_among(std::span<const std::int64_t> rows, std::span<const LabelId> chosen) const {
  LabelMatrix truth(static_cast<LabelId>(chosen.size()), train_.labels.rest());
  for (const std::int64_t r : rows) {
    const LabelRow row = train_.labels[r];
    truth.add(places_in(row.present, chosen), row.grades, places_in(row.exceptions, chosen));
  }
  return truth;
}

void EmbeddingSteps::find_outputs(std::span<const LabelId> chosen, std::int64_t labels) {
  outputs_.resize(static_cast<std::size_t>(rows_ * labels));
  parallel_for(run_, labels, label_grain, [&](std::int64_t first, std::int64_t last) {
    std::vector<float> gathered, lanes(static_cast<std::size_t>((last - first) * panel_.lanes()));
    panel_.outputs(block_of(chosen, first, last, gathered), last - first, lanes.data());
    math::turn(lanes.data(), last - first, rows_, panel_.lanes(), outputs_.data() + first, labels);
  });
}

double EmbeddingSteps::find_slopes(std::span<const std::int64_t> rows, std::span<const LabelId> chosen, std::int64_t labels) {
  slopes_.resize(outputs_.size());
  Batch<float> batch;
  batch.rows = rows_;
  batch.labels = static_cast<LabelId>(labels);
  batch.outputs = outputs_.data();
  batch.slopes = slopes_.data();
  LabelMatrix some;
  if (chosen.empty()) {
    batch.matrix = &train_.labels;
    batch.row_ids = rows.data();
  } else {
    some = truth_among(rows, chosen);
    batch.matrix = &some;
  }
  std::vector<float> weights;
  if (!train_.weights.empty()) {
    for (const std::int64_t r : rows) weights.push_back(train_.weights[static_cast<std::size_t>(r)]);
    batch.row_weights = weights.data();
  }
  return loss_.run(batch, run_);
}

void EmbeddingSteps::move(LabelId label, std::vector<double>& slope, double rate, bool with_bias) {
  float* v = vectors_.data() + label * shape_.width();
  const auto features = static_cast<std::size_t>(shape_.features);
  const bool cosine = shape_.similarity == Similarity::cosine;
  double along = 0, length = 0;
  for (std::size_t f = 0; f < features; ++f) {
    along += slope[f] * static_cast<double>(v[f]);
    length += static_cast<double>(v[f]) * static_cast<double>(v[f]);
  }
  if (length == 0) return;
  const double beside = 1 / (shape_.temperature * shape_.temperature);
  if (with_bias) {
    double& squares = bias_squares_[static_cast<std::size_t>(label)];
    squares += slope[features] * slope[features];
    v[features] -= static_cast<float>(rate * slope[features] / std::sqrt(squares + beside));
  }
  double square = 0;
  for (std::size_t f = 0; f < features; ++f) {
    if (cosine) slope[f] -= along * static_cast<double>(v[f]);
    square += slope[f] * slope[f];
  }
  if (square == 0) return;
  double& squares = squares_[static_cast<std::size_t>(label)];
  squares += square;
  const double step = rate / std::sqrt(squares + beside);
  double moved = 0;
  for (std::size_t f = 0; f < features; ++f) {
    slope[f] = static_cast<double>(v[f]) - step * slope[f];
    moved += slope[f] * slope[f];
  }
  const double factor = cosine ? 1 / std::sqrt(moved) : 1;
  for (std::size_t f = 0; f < features; ++f) v[f] = static_cast<float>(slope[f] * factor);
}

void EmbeddingSteps::move_labels(std::span<const LabelId> chosen, std::int64_t labels, double rate) {
  parallel_for(run_, labels, label_grain, [&](std::int64_t first, std::int64_t last) {
    std::vector<float> turned(static_cast<std::size_t>((last - first) * rows_)), sums(static_cast<std::size_t>((last - first) * shape_.width()));
    math::turn(slopes_.data() + first, rows_, last - first, labels, turned.data(), rows_);
    math::times_panel(math::DenseRows{turned.data(), rows_, rows_}, 0, last - first,
                      {x_.data(), nullptr, sums.data(), shape_.width(), shape_.width()});
    std::vector<double> slope(static_cast<std::size_t>(shape_.width()));
    for (std::int64_t i = first; i < last; ++i) {
      std::copy_n(sums.data() + (i - first) * shape_.width(), shape_.width(), slope.begin());
      move(chosen.empty() ? static_cast<LabelId>(i) : chosen[static_cast<std::size_t>(i)], slope, rate, shape_.bias && chosen.empty());
    }
  });
}

double EmbeddingSteps::step(std::span<const std::int64_t> rows, std::span<const LabelId> chosen, double rate) {
  rows_ = static_cast<std::int64_t>(rows.size());
  const std::int64_t labels = chosen.empty() ? shape_.labels : static_cast<std::int64_t>(chosen.size());
  const int threads = run_.threads;
  if (rows_ * labels * shape_.width() < shared_step) run_.threads = 1;
  panel_.take(train_.features, rows_, [&](std::int64_t i) { return rows[static_cast<std::size_t>(i)]; });
  x_.resize(static_cast<std::size_t>(rows_ * shape_.width()));
  math::turn(panel_.columns(), shape_.width(), rows_, panel_.lanes(), x_.data(), shape_.width());
  find_outputs(chosen, labels);
  const double value = find_slopes(rows, chosen, labels);
  if (!std::isfinite(value))
    fail(Code::bad_data, "loss {} is not a number any more; lower --learner.rate, or look for features that are not finite", loss_.name());
  move_labels(chosen, labels, rate);
  run_.threads = threads;
  return value;
}

}  // namespace tagma
