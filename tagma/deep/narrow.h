// Products in 16 bits (bfloat16) while it lives, where that is asked for; LibTorch's autocast of the calling thread.
#pragma once

#include <tagma/deep/tensor.h>
#include <tagma/learn/training.h>

namespace tagma::deep {

class Narrow {
 public:
  Narrow(Arithmetic arithmetic, const at::Device& device);
  ~Narrow();
  Narrow(const Narrow&) = delete;
  Narrow& operator=(const Narrow&) = delete;

 private:
  bool on_, cuda_;
};

}  // namespace tagma::deep
