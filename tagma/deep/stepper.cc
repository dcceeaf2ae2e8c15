#include <tagma/deep/stepper.h>

#include <tagma/base/parallel.h>
#include <tagma/base/rng.h>
#include <tagma/deep/narrow.h>

#include <cmath>

namespace tagma::deep {

Stepper::Stepper(const Net& net, const Training& settings, const Feeder& feed, const Dataset& data, const LossFunction& loss, const Run& run)
    : net_(net), settings_(settings), feed_(feed), data_(data), loss_(loss), run_(run),
      device_(net.device()) {
  if (!device_.is_cpu()) feed_on_device_.emplace(feed_, device_, run_);
}

void Stepper::expect(std::span<const std::int64_t> rows, std::uint64_t stream) {
  if (feed_on_device_) feed_on_device_->expect(rows, stream);
}

double Stepper::loss_of(std::span<const std::int64_t> rows) {
  Batch<float> batch;
  batch.rows = static_cast<std::int64_t>(rows.size());
  batch.labels = data_.labels.labels();
  batch.outputs = outputs_.data();
  batch.matrix = &data_.labels;
  batch.row_ids = rows.data();
  if (!data_.weights.empty()) {
    weights_.clear();
    for (const std::int64_t row : rows) weights_.push_back(data_.weights[static_cast<std::size_t>(row)]);
    batch.row_weights = weights_.data();
  }
  batch.slopes = slopes_.data();
  return loss_.run(batch, run_);
}

double Stepper::add(std::span<const std::int64_t> rows, std::uint64_t stream, Updater& updater) {
  if (feed_on_device_) return add_on_device(rows, stream, updater);
  const auto count = static_cast<std::int64_t>(rows.size()), width = net_.spec().outputs, shard = settings_.shard;
  const auto shards = static_cast<std::size_t>((count + shard - 1) / shard);
  outputs_.resize(static_cast<std::size_t>(count * width));
  slopes_.resize(outputs_.size());
  std::vector<Tensor> made(shards);
  std::vector<Pass> passes(shards);
  parallel_for(run_, count, shard, [&](std::int64_t first, std::int64_t last) {
    const at::AutoGradMode with_slopes(true);
    const Narrow narrow(settings_.arithmetic, device_);
    const auto s = static_cast<std::size_t>(first / shard);
    passes[s].training = true;
    passes[s].seed = Rng(run_.seed).fork(stream).fork(s).bits();
    const auto part = rows.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(last - first));
    made[s] = net_.forward(feed_.rows(part, stream), passes[s]);
    const Tensor here = made[s].detach().contiguous();
    std::copy_n(here.data_ptr<float>(), here.numel(), outputs_.data() + first * width);
  });
  const double value = loss_of(rows);
  if (!std::isfinite(value)) return value;

  std::vector<Tensor> weights;
  for (const Named& one : updater.weights()) weights.push_back(one.value);
  std::vector<std::vector<Tensor>> slopes(shards);
  parallel_for(run_, count, shard, [&](std::int64_t first, std::int64_t last) {
    const auto s = static_cast<std::size_t>(first / shard);
    const Tensor slope = at::from_blob(slopes_.data() + first * width, {last - first, width});
    slopes[s] = torch::autograd::grad({made[s]}, weights, {slope}, false, false, true);
    made[s].reset();
  });
  updater.add(std::move(slopes), run_);
  absorb(net_.parameters(), passes);
  return value;
}

}  // namespace tagma::deep
