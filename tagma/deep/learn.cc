#include <tagma/deep/learn.h>

#include <tagma/base/error.h>
#include <tagma/deep/model.h>
#include <tagma/deep/start.h>
#include <tagma/deep/threads.h>
#include <tagma/deep/trainer.h>
#include <tagma/learn/kept_panels.h>
#include <tagma/learn/torchscript.h>

namespace tagma::deep {
namespace {

// Everything that the numbers of a training depend on, in words.
std::string job_text(const NetworkJob& job) {
  std::string text = fmt::format("{} {} seed {} data {:08x} held out {:08x} warm {}", job.learner, job.loss.name(), job.run.seed,
                                 data_sum(job.train), job.held_out ? data_sum(*job.held_out) : 0u, job.warm != nullptr);
  for (const Settings& settings : {job.settings, job.loss.settings()})
    for (const auto& [key, value] : settings) text += fmt::format(" {}={}", key, value);
  return text;
}

InputShape shape_of(const NetworkJob& job) {
  const Dataset& data = job.train;
  InputShape shape;
  if (!data.has_features()) fail(Code::usage, "learner {} needs numeric features or pictures, and the rows have neither", job.learner);
  shape.features = data.features.columns();
  shape.sparse = data.features.sparse();
  return shape;
}

std::shared_ptr<const LossFunction> own_loss(const LossFunction& loss) { return make_loss(loss.name(), loss.settings()); }

void set_scale(Net& net, const FeatureMatrix& x) {
  const Named* shift = net.parameters().find("input.shift");
  if (shift == nullptr) return;
  const FeatureScale scale = scale_of(x);
  Tensor(shift->value).copy_(scale.shift);
  Tensor(net.parameters().find("input.factor")->value).copy_(scale.factor);
}

}  // namespace

Learned learn(const NetworkJob& job) {
  mend_blas();
  const OneThreadEach threads;
  const Training settings = training_of(job.learner, job.settings);
  const LabelId labels = job.train.labels.labels();
  if (job.train.rows() == 0) fail(Code::usage, "there are no rows to learn from");
  const InputShape shape = shape_of(job);
  const auto net = std::make_shared<Net>(NetworkSpec{std::string(job.learner), job.settings, shape, job.loss.outputs(labels)}, job.run);
  Learned learned;
  set_scale(*net, job.train.features);
  start_from(*net, settings, job.warm, learned.notes);
  net->parameters().move_to(device_of(settings.device));

  const auto feed = feature_feeder(job.train.features, shape);
  const auto held_feed = job.held_out ? feature_feeder(job.held_out->features, shape) : nullptr;
  Judge judge(settings, job.held_out, held_feed.get(), own_loss(job.loss), labels);
  const Checkpoint checkpoint(job.run.part, job_text(job));
  Trainer trainer({settings, net, *feed, job.train, job.loss, judge, checkpoint}, job.run);
  trainer.train(learned);
  net->parameters().move_to(at::kCPU);
  learned.model = std::make_unique<const NetworkModel>(net, labels, own_loss(job.loss));
  return learned;
}

}  // namespace tagma::deep
