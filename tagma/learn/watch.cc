#include <tagma/learn/watch.h>

#include <utility>

namespace tagma {

Watch::Watch(const Linear& options, const Dataset* held_out, const Design& design, std::shared_ptr<const LossFunction> loss,
             LabelId labels)
    : stop_(options.metric, options.patience), held_out_(held_out), design_(design), loss_(std::move(loss)), labels_(labels) {
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
  std::vector<float> outputs(static_cast<std::size_t>(held_out_->rows() * model.outputs()));
  model.outputs_of(held_out_->features, 0, held_out_->rows(), outputs.data(), run);
  return stop_.measured(*loss_, outputs, *held_out_, run);
}

double Watch::look(const Point& point, const Run& run) {
  Run quiet = run;
  quiet.progress = nullptr;
  quiet.stop = {};
  auto candidate = model(point);
  const double value = measure(*candidate, quiet);
  if (stop_.best_yet(value)) best_ = std::move(candidate);
  return value;
}

}  // namespace tagma
