#include <tagma/deep/copies.h>

namespace tagma::deep {

std::vector<Tensor> Copies::all_of(const Net& net) {
  std::vector<Tensor> all;
  for (const std::vector<Named>* part : {&net.parameters().weights(), &net.parameters().buffers()})
    for (const Named& one : *part) all.push_back(one.value);
  return all;
}

Copies::Copies(const Net& net) : weights_(net.parameters().weights().size()) {
  for (const std::vector<Named>* part : {&net.parameters().weights(), &net.parameters().buffers()})
    for (const Named& one : *part) tensors_.push_back({one.name, one.value.detach().clone(), one.decays});
}

void Copies::take(const Net& net) {
  if (empty()) {
    *this = Copies(net);
    return;
  }
  const at::NoGradGuard no_slopes;
  const std::vector<Tensor> all = all_of(net);
  for (std::size_t i = 0; i < all.size(); ++i) tensors_[i].value.copy_(all[i]);
}

void Copies::put(const Net& net) const {
  const at::NoGradGuard no_slopes;
  const std::vector<Tensor> all = all_of(net);
  for (std::size_t i = 0; i < all.size(); ++i) all[i].copy_(tensors_[i].value);
}

void Copies::follow(const Net& net, double decay) {
  const at::NoGradGuard no_slopes;
  const std::vector<Tensor> all = all_of(net);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i < weights_) tensors_[i].value.lerp_(all[i].detach(), 1 - decay);
    else tensors_[i].value.copy_(all[i]);
  }
}

void Copies::exchange(const Net& net) {
  Copies now(net);
  put(net);
  std::swap(tensors_, now.tensors_);
}

}  // namespace tagma::deep
