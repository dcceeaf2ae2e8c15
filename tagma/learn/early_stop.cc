#include <tagma/learn/early_stop.h>

#include <tagma/measure/measure.h>

#include <cmath>
#include <utility>

namespace tagma {

EarlyStop::EarlyStop(std::string metric, std::int64_t patience)
    : metric_(std::move(metric)), patience_(patience), higher_(metric_ != "loss" && better_of(metric_) == Better::higher) {}

double EarlyStop::measured(const LossFunction& loss, std::span<const float> outputs, const Dataset& data, const Run& run) const {
  if (metric_ != "loss") {
    const Scores scores = loss.read(outputs.data(), data.rows(), data.labels.labels(), run);
    Judged judged;
    judged.truth = &data.labels;
    judged.scores = &scores;
    judged.row_weights = data.weights;
    return measure_one(metric_, judged, run);
  }
  Batch<float> batch;
  batch.rows = data.rows();
  batch.labels = data.labels.labels();
  batch.outputs = outputs.data();
  batch.matrix = &data.labels;
  if (!data.weights.empty()) batch.row_weights = data.weights.data();
  return loss.run(batch, run);
}

bool EarlyStop::best_yet(double value) {
  ++state_.looks;
  const bool better = std::isfinite(value) && (state_.best_look == 0 || (higher_ ? value > state_.best : value < state_.best));
  if (better) state_.best = value, state_.best_look = state_.looks;
  return better;
}

}  // namespace tagma
