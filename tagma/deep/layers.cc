#include <tagma/deep/layers.h>

#include <algorithm>
#include <cmath>

namespace tagma::deep {
namespace {

constexpr double norm_floor = 1e-5, layer_norm_floor = 1e-6, running_share = 0.1, last_deviation = 0.01;

}  // namespace

Dense::Dense(Parameters& parameters, const std::string& name, std::int64_t inputs, std::int64_t outputs, Start start) {
  const std::vector<std::int64_t> shape{outputs, inputs};
  const double deviation = start == Start::last ? last_deviation : 1 / std::sqrt(static_cast<double>(inputs));
  weight_ = start == Start::rectified ? parameters.rectified(name + ".weight", shape, inputs) : parameters.normal(name + ".weight", shape, deviation);
  bias_ = parameters.constant(name + ".bias", {outputs}, 0);
}

Tensor Dense::operator()(const Tensor& x) const { return at::linear(x, weight_, bias_); }

Convolution::Convolution(Parameters& parameters, const std::string& name, const Shape& shape)
    : stride_(shape.stride), padding_(shape.padding < 0 ? shape.kernel / 2 : shape.padding) {
  weight_ = parameters.rectified(name + ".weight", {shape.outputs, shape.inputs, shape.kernel, shape.kernel},
                                 shape.inputs * shape.kernel * shape.kernel);
  if (shape.bias) bias_ = parameters.constant(name + ".bias", {shape.outputs}, 0);
}

Tensor Convolution::operator()(const Tensor& x) const { return at::conv2d(x, weight_, bias_, stride_, padding_); }

BatchNorm::BatchNorm(Parameters& parameters, const std::string& name, std::int64_t channels)
    : weight_(parameters.constant(name + ".weight", {channels}, 1)), bias_(parameters.constant(name + ".bias", {channels}, 0)),
      mean_(parameters.buffer(name + ".running_mean", at::zeros({channels}))),
      variance_(parameters.buffer(name + ".running_var", at::ones({channels}))) {}

Tensor BatchNorm::operator()(const Tensor& x, Pass& pass) const {
  if (!x.device().is_cpu()) return at::batch_norm(x, weight_, bias_, mean_, variance_, pass.training, running_share, norm_floor, true);
  if (!pass.training) return at::batch_norm(x, weight_, bias_, mean_, variance_, false, running_share, norm_floor, false);
  auto [y, mean, scale] = at::native_batch_norm(x, weight_, bias_, {}, {}, true, running_share, norm_floor);
  const double values = static_cast<double>(x.numel()) / static_cast<double>(x.size(1));
  const Tensor variance = scale.detach().pow(-2).sub_(norm_floor).mul_(values / std::max(values - 1, 1.0));  // free of bias, as elsewhere
  pass.statistics.push_back({mean.detach(), variance});
  return y;
}

LayerNorm::LayerNorm(Parameters& parameters, const std::string& name, std::int64_t width)
    : weight_(parameters.constant(name + ".weight", {width}, 1)), bias_(parameters.constant(name + ".bias", {width}, 0)) {}

Tensor LayerNorm::operator()(const Tensor& x) const { return at::layer_norm(x, {x.size(-1)}, weight_, bias_, layer_norm_floor); }

void absorb(const Parameters& parameters, const std::vector<Pass>& shards) {
  if (shards.empty()) return;
  const at::NoGradGuard no_slopes;
  const std::size_t layers = shards.front().statistics.size();
  std::size_t layer = 0;
  // The buffers of a BatchNorm are neighbours, and the layers run in the order of their making.
  for (std::size_t b = 0; b + 1 < parameters.buffers().size() && layer < layers; ++b) {
    if (!parameters.buffers()[b].name.ends_with(".running_mean")) continue;
    Tensor mean = shards.front().statistics[layer].mean.clone(), variance = shards.front().statistics[layer].variance.clone();
    for (std::size_t s = 1; s < shards.size(); ++s) {
      mean.add_(shards[s].statistics[layer].mean);
      variance.add_(shards[s].statistics[layer].variance);
    }
    const double count = static_cast<double>(shards.size());
    parameters.buffers()[b].value.mul_(1 - running_share).add_(mean, running_share / count);
    parameters.buffers()[b + 1].value.mul_(1 - running_share).add_(variance, running_share / count);
    ++layer;
  }
}

}  // namespace tagma::deep
