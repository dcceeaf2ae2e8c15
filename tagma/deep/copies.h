// Copies of all weights and buffers of a network: the running mean of the weights, the best so far.
#pragma once

#include <tagma/deep/network.h>

namespace tagma::deep {

class Copies {
 public:
  Copies() = default;
  explicit Copies(const Net& net);

  bool empty() const { return tensors_.empty(); }
  const std::vector<Named>& tensors() const { return tensors_; }
  void take(const Net& net);                  // what the network is now
  void put(const Net& net) const;             // and back
  void follow(const Net& net, double decay);  // copy = decay copy + (1 - decay) network; buffers as they are
  void exchange(const Net& net);

 private:
  std::vector<Named> tensors_;
  std::size_t weights_ = 0;  // so many of them are weights, the others buffers
};

}  // namespace tagma::deep
