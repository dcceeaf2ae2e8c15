// Residual networks, see learn/resnet.h.
#pragma once

#include <tagma/deep/encoder.h>
#include <tagma/deep/layers.h>
#include <tagma/learn/resnet.h>

#include <optional>

namespace tagma::deep {

class ResnetEncoder final : public Encoder {
 public:
  ResnetEncoder(const Resnet& settings, const InputShape& shape, Parameters& parameters);
  std::int64_t width() const override { return width_; }
  Tensor forward(const Input& x, Pass& pass) const override;

 private:
  struct Block {
    std::vector<Convolution> layers;  // two of 3 x 3, or 1 x 1, 3 x 3, 1 x 1
    std::vector<BatchNorm> norms;
    std::optional<Convolution> shortcut;
    BatchNorm shortcut_norm;
  };
  static Block block(Parameters& parameters, const std::string& name, std::int64_t inputs, std::int64_t planes, std::int64_t stride, bool deep);
  static Tensor through(const Block& block, const Tensor& x, Pass& pass);

  bool large_;
  std::int64_t width_ = 0;
  Convolution stem_;
  BatchNorm stem_norm_;
  std::vector<Block> blocks_;
};

}  // namespace tagma::deep
