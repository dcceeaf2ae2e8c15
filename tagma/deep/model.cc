#include <tagma/deep/model.h>

#include <tagma/base/error.h>
#include <tagma/base/parallel.h>
#include <tagma/deep/device_feed.h>
#include <tagma/deep/saved_spec.h>
#include <tagma/deep/start.h>
#include <tagma/deep/threads.h>
#include <tagma/model/manifest.h>
#include <tagma/model/saved_loss.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <numeric>

namespace tagma::deep {
namespace {

constexpr std::int64_t rows_per_shard = 32, rows_per_batch = 256;

std::vector<std::int64_t> from_to(std::int64_t first, std::int64_t last) {
  std::vector<std::int64_t> rows(static_cast<std::size_t>(std::max<std::int64_t>(last - first, 0)));
  std::iota(rows.begin(), rows.end(), first);
  return rows;
}

}  // namespace

NetworkModel::NetworkModel(std::shared_ptr<const Net> net, LabelId labels, std::shared_ptr<const LossFunction> loss)
    : net_(std::move(net)), labels_(labels), loss_(std::move(loss)) {
  if (net_->spec().outputs != loss_->outputs(labels_))
    fail(Code::usage, "a network of {} outputs for {} labels and loss {}", net_->spec().outputs, labels_, loss_->name());
}

std::vector<float> NetworkModel::outputs_of(const Feeder& feed, std::int64_t first, std::int64_t last, const Run& run) const {
  if (!net_->device().is_cpu()) return outputs_on_device(feed, first, last, run);
  const OneThreadEach threads;
  const std::int64_t width = outputs();
  std::vector<float> all(static_cast<std::size_t>((last - first) * width));
  parallel_for(run, last - first, rows_per_shard, [&](std::int64_t from, std::int64_t to) {
    const at::NoGradGuard no_slopes;
    Pass pass;
    const Tensor y = net_->forward(feed.rows(from_to(first + from, first + to), 0), pass).contiguous();
    std::copy_n(y.data_ptr<float>(), y.numel(), all.data() + from * width);
  });
  return all;
}

std::vector<float> NetworkModel::outputs_on_device(const Feeder& feed, std::int64_t first, std::int64_t last, const Run& run) const {
  const at::NoGradGuard no_slopes;
  DeviceFeed batches(feed, net_->device(), run);
  std::vector<float> all;
  all.reserve(static_cast<std::size_t>((last - first) * outputs()));
  for (std::int64_t from = first; from < last; from += rows_per_batch) {
    run.check_stop();
    const std::int64_t to = std::min(from + rows_per_batch, last);
    batches.expect(from_to(to, std::min(to + rows_per_batch, last)), 0);
    Pass pass;
    const Tensor y = net_->forward(batches.rows(from_to(from, to), 0), pass).to(at::kCPU).contiguous();
    all.insert(all.end(), y.data_ptr<float>(), y.data_ptr<float>() + y.numel());
  }
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
  std::shared_ptr<Net> net = load_net(file);
  if (labels == 0 || net->spec().outputs != loss->outputs(labels))
    fail(Code::bad_model, "{}: a network of {} outputs does not fit {} labels and loss {}", file.path(), net->spec().outputs, labels, loss->name());
  if (net->training().device != DeviceKind::cpu) net->parameters().move_to(device_of(DeviceKind::automatic));
  return std::make_unique<const NetworkModel>(std::move(net), labels, std::move(loss));
}

}  // namespace tagma::deep
