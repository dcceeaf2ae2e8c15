#include <tagma/learn/watch.h>

#include <tagma/measure/measure.h>
#include <tagma/score/score.h>

#include <cmath>
#include <utility>

namespace tagma {

Watch::Watch(const Linear& options, const Dataset* held_out, const Design& design, std::shared_ptr<const LossFunction> loss,
             LabelId labels)
    : metric_(options.metric), patience_(options.patience), held_out_(held_out), design_(design), loss_(std::move(loss)),
      labels_(labels) {
  higher_ = metric_ != "loss" && better_of(metric_) == Better::higher;
  if (!held_out) return;
  if (held_out->labels.labels() != labels || held_out->features.columns() > design.all_features())
    fail(Code::usage, "held-out data of {} labels and {} features, training data of {} and {}", held_out->labels.labels(),
         held_out->features.columns(), labels, design.all_features());
  if (held_out->rows() == 0) held_out_ = nullptr;
}

std::shared_ptr<const LinearModel> Watch::model(const Point& point) const {
  Point raw = design_.raw(point, loss_->outputs(labels_));
  return std::make_shared<const LinearModel>(std::move(raw.weights), std::move(raw.bias), labels_, loss_);
}

double Watch::measure(const LinearModel& model, const Run& run) const {
  const Dataset& data = *held_out_;
  if (metric_ != "loss") {
    const Scores scores = score_all(model, data.features, run);
    Judged judged;
    judged.truth = &data.labels;
    judged.scores = &scores;
    judged.row_weights = data.weights;
    return measure_one(metric_, judged, run);
  }
  std::vector<float> outputs(static_cast<std::size_t>(data.rows() * model.outputs()));
  model.outputs_of(data.features, 0, data.rows(), outputs.data(), run);
  Batch<float> batch;
  batch.rows = data.rows();
  batch.labels = labels_;
  batch.outputs = outputs.data();
  batch.matrix = &data.labels;
  if (!data.weights.empty()) batch.row_weights = data.weights.data();
  return loss_->run(batch, run);
}

double Watch::look(const Point& point, const Run& run) {
  Run quiet = run;
  quiet.progress = nullptr;
  quiet.stop = {};
  auto candidate = model(point);
  const double value = measure(*candidate, quiet);
  ++looks_;
  const bool better = std::isfinite(value) && (!best_ || (higher_ ? value > best_value_ : value < best_value_));
  if (better) {
    best_ = std::move(candidate);
    best_value_ = value;
    since_best_ = 0;
  } else {
    ++since_best_;
  }
  return value;
}

}  // namespace tagma
