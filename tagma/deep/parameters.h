// The numbers of a network by name: weights, which are learned, and buffers (running statistics, scales of the input), which
// are not. Layers hold handles to the same tensors, so what is written here is seen there.
//
// Start: weights are drawn by base/rng.h, a stream per weight, so that the same seed gives the same network everywhere.
// Errors: Error{usage} for a name that is there already.
#pragma once

#include <tagma/base/run.h>
#include <tagma/deep/tensor.h>

#include <cstdint>

namespace tagma::deep {

struct Named {
  std::string name;
  Tensor value;
  bool decays = false;  // weight decay applies: matrices and kernels, not biases and norms
};

class Parameters {
 public:
  Parameters() = default;  // all weights are 0: their numbers are to be loaded
  explicit Parameters(const Run& run) : run_(run), draws_(true) {}

  // Normal numbers of that deviation; ends are cut at two deviations.
  Tensor normal(const std::string& name, std::vector<std::int64_t> shape, double deviation);
  // For layers followed by a rectifier: deviation sqrt(2 / inputs) (He et al., ICCV 2015).
  Tensor rectified(const std::string& name, std::vector<std::int64_t> shape, std::int64_t inputs);
  Tensor constant(const std::string& name, std::vector<std::int64_t> shape, double value);
  Tensor weight(const std::string& name, const Tensor& value);          // as it is given
  Tensor buffer(const std::string& name, const Tensor& value);

  const std::vector<Named>& weights() const { return weights_; }
  const std::vector<Named>& buffers() const { return buffers_; }
  std::vector<Named> all() const;                  // weights, then buffers
  const Named* find(std::string_view name) const;  // of either kind; null where there is none
  std::int64_t count() const;                      // numbers in all weights

  void move_to(const at::Device& device);

 private:
  Tensor keep(const std::string& name, const Tensor& value, bool decays);

  Run run_;
  bool draws_ = false;
  std::vector<Named> weights_, buffers_;
};

}  // namespace tagma::deep
