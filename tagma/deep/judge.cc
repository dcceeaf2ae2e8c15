#include <tagma/deep/judge.h>

#include <tagma/base/error.h>

namespace tagma::deep {

Judge::Judge(const Training& settings, const Dataset* held_out, const Feeder* feed, std::shared_ptr<const LossFunction> loss, LabelId labels)
    : stop_(settings.metric, settings.patience), patience_(settings.patience), held_out_(held_out), feed_(feed), loss_(std::move(loss)),
      labels_(labels) {
  if (held_out_ == nullptr) return;
  if (held_out_->labels.labels() != labels_)
    fail(Code::usage, "held-out data of {} labels, training data of {}", held_out_->labels.labels(), labels_);
  if (held_out_->rows() == 0) held_out_ = nullptr;
}

double Judge::look(const std::shared_ptr<const Net>& net, const Run& run) {
  Run quiet = run;
  quiet.progress = nullptr;
  const std::vector<float> outputs = NetworkModel(net, labels_, loss_).outputs_of(*feed_, 0, held_out_->rows(), quiet);
  const double value = stop_.measured(*loss_, outputs, *held_out_, quiet);
  if (stop_.best_yet(value)) best_.take(*net);
  return value;
}

}  // namespace tagma::deep
