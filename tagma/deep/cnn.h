// The small convolutional network, see learn/cnn.h.
#pragma once

#include <tagma/deep/encoder.h>
#include <tagma/deep/layers.h>
#include <tagma/learn/cnn.h>

namespace tagma::deep {

class CnnEncoder final : public Encoder {
 public:
  CnnEncoder(const Cnn& settings, const InputShape& shape, Parameters& parameters);
  std::int64_t width() const override { return width_; }
  Tensor forward(const Input& x, Pass& pass) const override;

 private:
  struct Stage {
    Convolution first, second;
    BatchNorm first_norm, second_norm;
  };
  double dropout_;
  std::int64_t width_ = 0;
  std::vector<Stage> stages_;
};

}  // namespace tagma::deep
