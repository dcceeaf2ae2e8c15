#include <tagma/deep/pass.h>

#include <ATen/CPUGeneratorImpl.h>

namespace tagma::deep {

Tensor Pass::dropout(const Tensor& x, double share) {
  if (!training || share <= 0) return x;
  if (!generator_.defined()) generator_ = at::make_generator<at::CPUGeneratorImpl>(seed);
  const Tensor kept = at::empty(x.sizes(), at::kFloat).bernoulli_(1 - share, generator_).div_(1 - share);
  return x * kept.to(x.device(), x.scalar_type());
}

}  // namespace tagma::deep
