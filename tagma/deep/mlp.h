// Fully connected layers, see learn/mlp.h.
#pragma once

#include <tagma/deep/encoder.h>
#include <tagma/deep/layers.h>
#include <tagma/learn/mlp.h>

namespace tagma::deep {

class MlpEncoder final : public Encoder {
 public:
  MlpEncoder(const Mlp& settings, const InputShape& shape, Parameters& parameters);
  std::int64_t width() const override { return width_; }
  Tensor forward(const Input& x, Pass& pass) const override;

 private:
  double dropout_;
  std::int64_t width_ = 0;
  Tensor shift_, factor_;           // of dense features
  Tensor entry_, entry_bias_;       // [features x width], so that a sparse row adds up rows of it
  std::vector<Dense> layers_;
};

}  // namespace tagma::deep
