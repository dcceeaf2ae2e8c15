#include <tagma/deep/mlp.h>

namespace tagma::deep {

MlpEncoder::MlpEncoder(const Mlp& settings, const InputShape& shape, Parameters& parameters) : dropout_(settings.dropout) {
  const std::vector<std::int64_t> widths = widths_of(settings.widths, "learner.widths");
  if (!shape.sparse) {
    shift_ = parameters.buffer("input.shift", at::zeros({shape.features}));
    factor_ = parameters.buffer("input.factor", at::ones({shape.features}));
  }
  entry_ = parameters.rectified("encoder.0.weight", {shape.features, widths[0]}, shape.sparse ? 1 : shape.features);
  entry_bias_ = parameters.constant("encoder.0.bias", {widths[0]}, 0);
  for (std::size_t l = 1; l < widths.size(); ++l)
    layers_.emplace_back(parameters, "encoder." + std::to_string(l), widths[l - 1], widths[l], Dense::Start::rectified);
  width_ = widths.back();
}

Tensor MlpEncoder::forward(const Input& x, Pass& pass) const {
  Tensor y;
  if (x.dense.defined())
    y = at::addmm(entry_bias_, (x.dense - shift_) * factor_, entry_);
  else
    y = std::get<0>(at::embedding_bag(entry_, x.columns, x.starts, false, 0, false, x.values, false)) + entry_bias_;
  y = pass.dropout(at::relu(y), dropout_);
  for (const Dense& layer : layers_) y = pass.dropout(at::relu(layer(y)), dropout_);
  return y;
}

}  // namespace tagma::deep
