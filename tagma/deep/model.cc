#include <tagma/deep/model.h>

#include <tagma/base/error.h>
#include <tagma/base/parallel.h>
#include <tagma/deep/saved_spec.h>
#include <tagma/deep/threads.h>
#include <tagma/model/manifest.h>
#include <tagma/model/saved_loss.h>

#include <nlohmann/json.hpp>

#include <numeric>

namespace tagma::deep {
namespace {

constexpr std::int64_t rows_per_shard = 32;

}  // namespace

NetworkModel::NetworkModel(std::shared_ptr<const Net> net, LabelId labels, std::shared_ptr<const LossFunction> loss)
    : net_(std::move(net)), labels_(labels), loss_(std::move(loss)) {
  if (net_->spec().outputs != loss_->outputs(labels_))
    fail(Code::usage, "a network of {} outputs for {} labels and loss {}", net_->spec().outputs, labels_, loss_->name());
}

std::vector<float> NetworkModel::outputs_of(const Feeder& feed, std::int64_t first, std::int64_t last, const Run& run) const {
  const OneThreadEach threads;
  const std::int64_t width = outputs();
  std::vector<float> all(static_cast<std::size_t>((last - first) * width));
  parallel_for(run, last - first, rows_per_shard, [&](std::int64_t from, std::int64_t to) {
    const at::NoGradGuard no_slopes;
    std::vector<std::int64_t> rows(static_cast<std::size_t>(to - from));
    std::iota(rows.begin(), rows.end(), first + from);
    Pass pass;
    const Tensor y = net_->forward(feed.rows(rows, 0).on(net_->device()), pass).to(at::kCPU).contiguous();
    std::copy_n(y.data_ptr<float>(), y.numel(), all.data() + from * width);
  });
  return all;
}

Scores NetworkModel::score(const FeatureMatrix& x, std::int64_t first, std::int64_t last, const Run& run) const {
  if (sees_pictures()) fail(Code::usage, "this network looks at pictures, not at numeric features");
  const auto feed = feature_feeder(x, net_->spec().shape);
  return loss_->read(outputs_of(*feed, first, last, run).data(), last - first, labels_, run);
}

Scores NetworkModel::score_pictures(const Images& pictures, std::int64_t first, std::int64_t last, const Run& run) const {
  if (!sees_pictures()) fail(Code::usage, "this network looks at numeric features, not at pictures");
  const auto images = std::make_shared<const ImageFeed>(pictures, net_->spec().shape.form, Augment{}, 0);
  const auto feed = picture_feeder(images, run.seed);
  return loss_->read(outputs_of(*feed, first, last, run).data(), last - first, labels_, run);
}

void NetworkModel::save(ModelWriter& file) const {
  save_net(file, *net_, labels_);
  save_loss(file, *loss_);
}

std::unique_ptr<const NetworkModel> NetworkModel::load(const ModelReader& file) {
  const auto labels = static_cast<LabelId>(count_of(file, part_of(file, "model"), "labels", INT32_MAX));
  std::shared_ptr<const LossFunction> loss = load_loss(file);
  std::shared_ptr<const Net> net = load_net(file);
  if (labels == 0 || net->spec().outputs != loss->outputs(labels))
    fail(Code::bad_model, "{}: a network of {} outputs does not fit {} labels and loss {}", file.path(), net->spec().outputs, labels, loss->name());
  return std::make_unique<const NetworkModel>(std::move(net), labels, std::move(loss));
}

}  // namespace tagma::deep
