#include <tagma/deep/update.h>

#include <tagma/base/parallel.h>
#include <tagma/deep/saved_spec.h>

#include <nlohmann/json.hpp>

#include <cmath>

namespace tagma::deep {
namespace {

constexpr std::int64_t grain = 1 << 15;

struct Coefficients {
  float rate, decay, factor, mean_free, square_free, momentum;
};

void adam(bool apart, const Coefficients& c, std::int64_t count, float* __restrict w, const float* __restrict slope, float* __restrict mean,
          float* __restrict square) {
  constexpr auto m = static_cast<float>(mean_decay), s = static_cast<float>(square_decay), floor = static_cast<float>(floor_of_root);
  for (std::int64_t i = 0; i < count; ++i) {
    const float g = slope[i] * c.factor + (apart ? 0.f : c.decay * w[i]);
    mean[i] = m * mean[i] + (1 - m) * g;
    square[i] = s * square[i] + (1 - s) * g * g;
    const float towards = mean[i] * c.mean_free / (std::sqrt(square[i] * c.square_free) + floor);
    w[i] -= c.rate * (towards + (apart ? c.decay * w[i] : 0.f));
  }
}

void sgd(const Coefficients& c, std::int64_t count, float* __restrict w, const float* __restrict slope, float* __restrict mean) {
  for (std::int64_t i = 0; i < count; ++i) {
    mean[i] = c.momentum * mean[i] + slope[i] * c.factor + c.decay * w[i];
    w[i] -= c.rate * mean[i];
  }
}

}  // namespace

Updater::Updater(const Training& settings, std::vector<Named> weights)
    : Updater(settings, weights, !weights.front().value.device().is_cpu()) {}

Updater::Updater(const Training& settings, std::vector<Named> weights, bool flat) : settings_(settings), weights_(std::move(weights)) {
  if (flat) {
    lay_out();
    return;
  }
  for (const Named& one : weights_) {
    slopes_.push_back(at::zeros_like(one.value));
    means_.push_back(at::zeros_like(one.value));
    squares_.push_back(settings.optimiser == Optimiser::sgd ? Tensor() : at::zeros_like(one.value));
  }
}

void Updater::add(std::vector<std::vector<Tensor>> shards, const Run& run) {
  const at::NoGradGuard no_slopes;
  if (flat_.weights.defined()) {
    if (!filled_) flat_.slopes.zero_();
    for (const std::vector<Tensor>& shard : shards) add_on_device(shard);
    filled_ = true;
    return;
  }
  Run whole = run;
  whole.stop = {};  // half a sum would be of no use
  for (std::size_t w = 0; w < weights_.size(); ++w) {
    std::vector<Tensor> parts;
    for (std::vector<Tensor>& shard : shards)
      if (shard[w].defined()) parts.push_back(shard[w].contiguous());
    float* sum = slopes_[w].data_ptr<float>();
    parallel_for(whole, slopes_[w].numel(), grain, [&](std::int64_t first, std::int64_t last) {
      if (!filled_) std::fill(sum + first, sum + last, 0.f);
      for (const Tensor& part : parts) {
        const float* slope = part.data_ptr<float>();
        for (std::int64_t i = first; i < last; ++i) sum[i] += slope[i];
      }
    });
  }
  filled_ = true;
}

void Updater::step(double rate, double divisor, const Run& run) {
  const at::NoGradGuard no_slopes;
  ++steps_;
  filled_ = false;
  if (flat_.weights.defined()) {
    step_on_device(rate, divisor);
    return;
  }
  Run whole = run;
  whole.stop = {};
  double squares = 0;
  for (const Tensor& slope : slopes_) {
    const float* g = slope.data_ptr<float>();
    squares += parallel_reduce(
        whole, slope.numel(), grain, 0.0,
        [&](std::int64_t first, std::int64_t last) {
          double sum = 0;
          for (std::int64_t i = first; i < last; ++i) sum += static_cast<double>(g[i]) * static_cast<double>(g[i]);
          return sum;
        },
        [](double& all, double part) { all += part; });
  }
  const double length = std::sqrt(squares) / divisor;
  const double factor = settings_.clip > 0 && length > settings_.clip ? settings_.clip / length / divisor : 1 / divisor;
  length_ = at::scalar_tensor(length, at::kDouble);
  for (std::size_t w = 0; w < weights_.size(); ++w) move(w, rate, factor, whole);
}

void Updater::move(std::size_t w, double rate, double factor, const Run& run) {
  const bool is_adam = settings_.optimiser != Optimiser::sgd, apart = settings_.optimiser == Optimiser::adamw;
  const double decay = weights_[w].decays ? settings_.decay : 0;
  const double mean_free = 1 / (1 - std::pow(mean_decay, steps_)), square_free = 1 / (1 - std::pow(square_decay, steps_));
  Tensor& value = weights_[w].value;
  const Coefficients c{static_cast<float>(rate),        static_cast<float>(decay),       static_cast<float>(factor),
                       static_cast<float>(mean_free), static_cast<float>(square_free), static_cast<float>(settings_.momentum)};
  float* weight = value.data_ptr<float>();
  const float* slope = slopes_[w].data_ptr<float>();
  float *mean = means_[w].data_ptr<float>(), *square = is_adam ? squares_[w].data_ptr<float>() : nullptr;
  parallel_for(run, value.numel(), grain, [&](std::int64_t first, std::int64_t last) {
    if (is_adam) adam(apart, c, last - first, weight + first, slope + first, mean + first, square + first);
    else sgd(c, last - first, weight + first, slope + first, mean + first);
  });
}

void Updater::save(ModelWriter& file) const {
  file.manifest()["updater"] = {{"steps", steps_}, {"filled", filled_}};
  save_tensors(file, "mean.", named(means_));
  if (settings_.optimiser != Optimiser::sgd) save_tensors(file, "square.", named(squares_));
  if (filled_) save_tensors(file, "slope.", named(slopes_));
}

void Updater::load(const ModelReader& file) {
  const nlohmann::json& kept = file.manifest().at("updater");
  load_tensors(file, "mean.", named(means_));
  if (settings_.optimiser != Optimiser::sgd) load_tensors(file, "square.", named(squares_));
  kept.at("steps").get_to(steps_);
  kept.at("filled").get_to(filled_);
  if (filled_) load_tensors(file, "slope.", named(slopes_));
}

std::vector<Named> Updater::named(const std::vector<Tensor>& tensors) const {
  std::vector<Named> all;
  for (std::size_t w = 0; w < weights_.size(); ++w) all.push_back({weights_[w].name, tensors[w], false});
  return all;
}

}  // namespace tagma::deep
