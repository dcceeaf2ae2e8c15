// Vision transformers, see learn/vit.h.
#pragma once

#include <tagma/deep/encoder.h>
#include <tagma/deep/layers.h>
#include <tagma/learn/vit.h>

namespace tagma::deep {

class VitEncoder final : public Encoder {
 public:
  VitEncoder(const Vit& settings, const InputShape& shape, Parameters& parameters);
  std::int64_t width() const override { return width_; }
  Tensor forward(const Input& x, Pass& pass) const override;

 private:
  struct Block {
    LayerNorm before_attention, before_layers;
    Dense queries_keys_values, attended, wide, narrow;
  };
  Tensor attention(const Block& block, const Tensor& x, Pass& pass) const;

  double dropout_;
  std::int64_t width_ = 0, heads_ = 0;
  Convolution patches_;
  Tensor class_token_, positions_;
  std::vector<Block> blocks_;
  LayerNorm last_norm_;
};

}  // namespace tagma::deep
