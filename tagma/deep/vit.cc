#include <tagma/deep/vit.h>

#include <tagma/base/error.h>

#include <torch/version.h>

#include <cmath>

namespace tagma::deep {
namespace {

constexpr int depth = 12;
constexpr std::int64_t head_width = 64;
constexpr double start_deviation = 0.02;

}  // namespace

VitEncoder::VitEncoder(const Vit& settings, const InputShape& shape, Parameters& parameters) : dropout_(settings.dropout) {
  if (shape.size % settings.patch != 0)
    fail(Code::usage, "learner.patch {} does not divide pictures of {} pixels; allowed: a divisor (or set --image.size)", settings.patch, shape.size);
  constexpr std::array<std::int64_t, 3> widths{192, 384, 768};
  width_ = widths[static_cast<std::size_t>(settings.model)];
  heads_ = width_ / head_width;
  const std::int64_t side = shape.size / settings.patch;
  patches_ = Convolution(parameters, "patch_embed.proj", {shape.channels, width_, settings.patch, settings.patch, 0, true});
  class_token_ = parameters.normal("cls_token", {1, 1, width_}, start_deviation);
  positions_ = parameters.normal("pos_embed", {1, side * side + 1, width_}, start_deviation);
  for (int b = 0; b < depth; ++b) {
    const std::string name = "blocks." + std::to_string(b);
    Block block;
    block.before_attention = LayerNorm(parameters, name + ".norm1", width_);
    block.queries_keys_values = Dense(parameters, name + ".attn.qkv", width_, 3 * width_);
    block.attended = Dense(parameters, name + ".attn.proj", width_, width_);
    block.before_layers = LayerNorm(parameters, name + ".norm2", width_);
    block.wide = Dense(parameters, name + ".mlp.fc1", width_, 4 * width_);
    block.narrow = Dense(parameters, name + ".mlp.fc2", 4 * width_, width_);
    blocks_.push_back(std::move(block));
  }
  last_norm_ = LayerNorm(parameters, "norm", width_);
}

Tensor VitEncoder::attention(const Block& block, const Tensor& x, Pass& pass) const {
  const std::int64_t rows = x.size(0), places = x.size(1);
  const Tensor all = block.queries_keys_values(x).reshape({rows, places, 3, heads_, head_width}).permute({2, 0, 3, 1, 4});
#if TORCH_VERSION_MAJOR >= 2  // in one go, where LibTorch has it
  const Tensor heads = at::scaled_dot_product_attention(all[0], all[1], all[2]);
#else
  const Tensor queries = all[0] * (1 / std::sqrt(static_cast<double>(head_width)));
  const Tensor heads = at::matmul(at::softmax(at::matmul(queries, all[1].transpose(-2, -1)), -1), all[2]);
#endif
  const Tensor mixed = heads.transpose(1, 2).reshape({rows, places, width_});
  return pass.dropout(block.attended(mixed), dropout_);
}

Tensor VitEncoder::forward(const Input& x, Pass& pass) const {
  const Tensor patches = patches_(x.dense).flatten(2).transpose(1, 2);
  Tensor y = at::cat({class_token_.expand({patches.size(0), 1, width_}), patches}, 1) + positions_;
  for (const Block& block : blocks_) {
    y = y + attention(block, block.before_attention(y), pass);
    y = y + pass.dropout(block.narrow(at::gelu(block.wide(block.before_layers(y)))), dropout_);
  }
  return last_norm_(y).select(1, 0);
}

}  // namespace tagma::deep
