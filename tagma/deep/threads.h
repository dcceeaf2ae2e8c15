// LibTorch works on one thread per shard here, and shards run side by side: results do not depend on the number of threads,
// and small products do not pay for sharing.
//
// OneThreadEach: while it lives, LibTorch and its BLAS use one thread where this thread calls them.
#pragma once

namespace tagma::deep {

class OneThreadEach {
 public:
  OneThreadEach();
  ~OneThreadEach();
  OneThreadEach(const OneThreadEach&) = delete;
  OneThreadEach& operator=(const OneThreadEach&) = delete;

 private:
  int before_;
};

// OpenBLAS 0.3.21 takes processors that it does not know for very old ones: where it did and the machine has AVX-512 or
// AVX2, it is told which kernels to use. To be called before the first product.
void mend_blas();

}  // namespace tagma::deep
