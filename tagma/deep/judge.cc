#include <tagma/deep/judge.h>

#include <tagma/base/error.h>
#include <tagma/measure/measure.h>

#include <cmath>

namespace tagma::deep {

Judge::Judge(const Training& settings, const Dataset* held_out, const Feeder* feed, std::shared_ptr<const LossFunction> loss, LabelId labels)
    : metric_(settings.metric), patience_(settings.patience), held_out_(held_out), feed_(feed), loss_(std::move(loss)), labels_(labels) {
  higher_ = metric_ != "loss" && better_of(metric_) == Better::higher;
  if (held_out_ == nullptr) return;
  if (held_out_->labels.labels() != labels_)
    fail(Code::usage, "held-out data of {} labels, training data of {}", held_out_->labels.labels(), labels_);
  if (held_out_->rows() == 0) held_out_ = nullptr;
}

double Judge::measure(const NetworkModel& model, const Run& run) const {
  const Dataset& data = *held_out_;
  const std::vector<float> outputs = model.outputs_of(*feed_, 0, data.rows(), run);
  if (metric_ != "loss") {
    const Scores scores = loss_->read(outputs.data(), data.rows(), labels_, run);
    Judged judged;
    judged.truth = &data.labels;
    judged.scores = &scores;
    judged.row_weights = data.weights;
    return measure_one(metric_, judged, run);
  }
  Batch<float> batch;
  batch.rows = data.rows();
  batch.labels = labels_;
  batch.outputs = outputs.data();
  batch.matrix = &data.labels;
  if (!data.weights.empty()) batch.row_weights = data.weights.data();
  return loss_->run(batch, run);
}

double Judge::look(const std::shared_ptr<const Net>& net, std::int64_t epoch, const Run& run) {
  Run quiet = run;
  quiet.progress = nullptr;
  const double value = measure(NetworkModel(net, labels_, loss_), quiet);
  const bool better = std::isfinite(value) && (best_.empty() || (higher_ ? value > state_.best_value : value < state_.best_value));
  if (better) {
    best_.take(*net);
    state_ = {value, epoch, 0};
  } else {
    ++state_.since_best;
  }
  return value;
}

}  // namespace tagma::deep
