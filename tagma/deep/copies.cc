#include <tagma/deep/copies.h>

namespace tagma::deep {

Copies::Copies(const Net& net) : weights_(net.parameters().weights().size()) {
  for (const Named& one : net.parameters().all()) tensors_.push_back({one.name, one.value.detach().clone(), one.decays});
}

void Copies::take(const Net& net) {
  if (empty()) {
    *this = Copies(net);
    return;
  }
  const at::NoGradGuard no_slopes;
  const std::vector<Named> all = net.parameters().all();
  for (std::size_t i = 0; i < all.size(); ++i) tensors_[i].value.copy_(all[i].value);
}

void Copies::put(const Net& net) const {
  const at::NoGradGuard no_slopes;
  const std::vector<Named> all = net.parameters().all();
  for (std::size_t i = 0; i < all.size(); ++i) all[i].value.copy_(tensors_[i].value);
}

void Copies::follow(const Net& net, double decay) {
  const at::NoGradGuard no_slopes;
  const std::vector<Named> all = net.parameters().all();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i < weights_) tensors_[i].value.lerp_(all[i].value.detach(), 1 - decay);
    else tensors_[i].value.copy_(all[i].value);
  }
}

void Copies::exchange(const Net& net) {
  Copies now(net);
  put(net);
  std::swap(tensors_, now.tensors_);
}

}  // namespace tagma::deep
