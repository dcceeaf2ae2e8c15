#include <tagma/deep/learn.h>

#include <tagma/base/error.h>
#include <tagma/deep/model.h>
#include <tagma/deep/start.h>
#include <tagma/deep/threads.h>
#include <tagma/deep/trainer.h>
#include <tagma/learn/catalog.h>
#include <tagma/learn/kept_panels.h>
#include <tagma/learn/problem.h>
#include <tagma/store/crc32c.h>

#include <ATen/Context.h>

#include <optional>
#include <type_traits>

namespace tagma::deep {
namespace {

std::uint32_t sum_of(const Dataset& data) {
  std::uint32_t sum = data_sum(data);
  for (std::int64_t row = 0; row < data.pictures.rows(); ++row) {
    const std::string name = data.pictures.name(row);
    sum = crc32c(std::as_bytes(std::span(name)), sum);
  }
  return sum;
}

// The numbers that the network starts from: drawn, of a file, of a script or of another model.
std::uint32_t sum_of(const Net& net) {
  std::uint32_t sum = 0;
  for (const Named& one : net.parameters().all()) {
    const Tensor values = one.value.detach().contiguous();
    sum = crc32c({static_cast<const std::byte*>(values.data_ptr()), values.nbytes()}, sum);
  }
  return sum;
}

// Everything that the numbers of a training depend on, in words. Of pictures it is their names.
std::string job_text(const NetworkJob& job, const Net& net) {
  std::string text = fmt::format("{} {} seed {} data {:08x} held out {:08x} start {:08x}", job.learner, job.loss.name(), job.run.seed,
                                 sum_of(job.train), job.held_out ? sum_of(*job.held_out) : 0u, sum_of(net));
  for (const Settings& settings : {job.settings, job.loss.settings()})
    for (const auto& [key, value] : settings) text += fmt::format(" {}={}", key, value);
  return text;
}

// The settings of Pictures among those of the learner; nothing for one that does not look at pictures.
std::optional<Pictures> pictures_of(const NetworkJob& job) {
  const bool any = !job.train.pictures.empty();
  return Learners::visit("learner", job.learner, [&]<class Component>(std::type_identity<Component>) -> std::optional<Pictures> {
    if constexpr (std::is_base_of_v<Pictures, Component>) {
      Component component;
      configure(component, job.settings, "learner.");
      bool wanted = true;
      if constexpr (requires { component.sees; })
        wanted = component.sees == Sees::pictures || (component.sees == Sees::automatic && any);
      if (wanted && !any) fail(Code::usage, "learner {} looks at pictures, and the rows have none; for numeric features take mlp", job.learner);
      if (wanted) return component;
    }
    return std::nullopt;
  });
}

InputShape feature_shape(const NetworkJob& job) {
  const Dataset& data = job.train;
  InputShape shape;
  if (!data.has_features()) fail(Code::usage, "learner {} looks at numeric features, and the rows have none; for pictures take cnn, resnet or vit", job.learner);
  shape.features = data.features.columns();
  shape.sparse = data.features.sparse();
  return shape;
}

std::shared_ptr<const LossFunction> own_loss(const NetworkJob& job) {
  std::unique_ptr<LossFunction> loss = make_loss(job.loss.name(), job.loss.settings());
  loss->set_counts(count_classes(job.train.labels));
  return loss;
}

void set_scale(Net& net, const FeatureMatrix& x) {
  const Named* shift = net.parameters().find("input.shift");
  if (shift == nullptr) return;
  const FeatureScale scale = scale_of(x);
  Tensor(shift->value).copy_(scale.shift);
  Tensor(net.parameters().find("input.factor")->value).copy_(scale.factor);
}

// Outputs with which the loss is least when they are the same for every row: without them the first epochs learn how frequent labels
// are, and early stopping may take that for all there is.
void start_from_constant(Net& net, const NetworkJob& job) {
  if (!job.loss.traits().smooth) return;
  const Linear options;
  const Design none(FeatureMatrix(DenseArrays{}, job.train.rows(), 0), Scaling::none, true, job.run);
  Run quiet = job.run;
  quiet.progress = nullptr;
  const std::vector<float> outputs = constant_bias({options, none, job.train, job.loss, 0, {}, false}, quiet);
  const at::NoGradGuard no_slopes;
  net.last_bias().copy_(at::tensor(outputs));
}

}  // namespace

Learned learn(const NetworkJob& job) {
  mend_blas();
  const OneThreadEach threads;
  const Training settings = training_of(job.learner, job.settings);
  const LabelId labels = job.train.labels.labels();
  if (job.train.rows() == 0) fail(Code::usage, "there are no rows to learn from");
  const std::optional<Pictures> pictures = pictures_of(job);
  const InputShape shape = pictures ? picture_shape(image_form(*pictures, job.train.pictures, job.run)) : feature_shape(job);
  const auto net = std::make_shared<Net>(NetworkSpec{std::string(job.learner), job.settings, shape, job.loss.outputs(labels)}, job.run);
  Learned learned;
  if (!pictures) set_scale(*net, job.train.features);
  if (job.warm == nullptr) start_from_constant(*net, job);
  start_from(*net, settings, job.warm, learned.notes);
  const Checkpoint checkpoint(job.run.part, job.run.part.empty() ? "" : job_text(job, *net));
  const at::Device device = device_of(settings.device);
  net->parameters().move_to(device);
  if (!device.is_cpu()) at::globalContext().setDeterministicCuDNN(true);  // the same numbers from the same seed

  const auto feed_of = [&](const Dataset& data, const Augment& augment) {
    if (!pictures) return feature_feeder(data.features, shape);
    return picture_feeder(std::make_shared<const ImageFeed>(data.pictures, shape.form, augment, pictures->memory << 20), job.run.seed);
  };
  const auto feed = feed_of(job.train, pictures ? Augment(*pictures) : Augment{});
  const auto held_feed = job.held_out ? feed_of(*job.held_out, {}) : nullptr;
  Judge judge(settings, job.held_out, held_feed.get(), own_loss(job), labels);
  Trainer trainer({settings, net, *feed, job.train, job.loss, judge, checkpoint}, job.run);
  trainer.train(learned);
  net->parameters().move_to(at::kCPU);
  learned.model = std::make_unique<const NetworkModel>(net, labels, own_loss(job));
  return learned;
}

}  // namespace tagma::deep
