#include <tagma/deep/resnet.h>

#include <array>

namespace tagma::deep {
namespace {

constexpr std::int64_t large_from = 96;

}  // namespace

ResnetEncoder::Block ResnetEncoder::block(Parameters& parameters, const std::string& name, std::int64_t inputs, std::int64_t planes,
                                          std::int64_t stride, bool deep) {
  using Shape = Convolution::Shape;
  const std::int64_t outputs = deep ? 4 * planes : planes;
  const std::vector<Shape> shapes =
      deep ? std::vector<Shape>{{inputs, planes, 1}, {planes, planes, 3, stride}, {planes, outputs, 1}}
           : std::vector<Shape>{{inputs, planes, 3, stride}, {planes, planes, 3}};
  Block block;
  for (std::size_t l = 0; l < shapes.size(); ++l) {
    block.layers.emplace_back(parameters, name + ".conv" + std::to_string(l + 1), shapes[l]);
    block.norms.emplace_back(parameters, name + ".bn" + std::to_string(l + 1), shapes[l].outputs);
  }
  if (stride != 1 || inputs != outputs) {
    block.shortcut.emplace(parameters, name + ".downsample.0", Shape{inputs, outputs, 1, stride});
    block.shortcut_norm = BatchNorm(parameters, name + ".downsample.1", outputs);
  }
  return block;
}

Tensor ResnetEncoder::through(const Block& block, const Tensor& x, Pass& pass) {
  Tensor y = x;
  for (std::size_t l = 0; l < block.layers.size(); ++l) {
    y = block.norms[l](block.layers[l](y), pass);
    if (l + 1 < block.layers.size()) y = y.relu_();
  }
  const Tensor around = block.shortcut ? block.shortcut_norm((*block.shortcut)(x), pass) : x;
  return (y + around).relu_();
}

ResnetEncoder::ResnetEncoder(const Resnet& settings, const InputShape& shape, Parameters& parameters)
    : large_(settings.stem == Stem::large || (settings.stem == Stem::automatic && shape.size >= large_from)) {
  const bool deep = settings.depth == ResnetDepth::d50;
  const std::array<int, 4> counts = settings.depth == ResnetDepth::d18 ? std::array{2, 2, 2, 2} : std::array{3, 4, 6, 3};
  stem_ = Convolution(parameters, "conv1", large_ ? Convolution::Shape{shape.channels, 64, 7, 2} : Convolution::Shape{shape.channels, 64});
  stem_norm_ = BatchNorm(parameters, "bn1", 64);
  std::int64_t inputs = 64, planes = 64;
  for (std::size_t stage = 0; stage < counts.size(); ++stage, planes *= 2)
    for (int b = 0; b < counts[stage]; ++b) {
      const std::string name = "layer" + std::to_string(stage + 1) + "." + std::to_string(b);
      blocks_.push_back(block(parameters, name, inputs, planes, b == 0 && stage > 0 ? 2 : 1, deep));
      inputs = deep ? 4 * planes : planes;
    }
  width_ = inputs;
}

Tensor ResnetEncoder::forward(const Input& x, Pass& pass) const {
  Tensor y = stem_norm_(stem_(x.dense), pass).relu_();
  if (large_) y = at::max_pool2d(y, 3, 2, 1);
  for (const Block& block : blocks_) y = through(block, y, pass);
  return y.mean({2, 3});
}

}  // namespace tagma::deep
