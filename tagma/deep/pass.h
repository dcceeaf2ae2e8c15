// One shard of rows on its way through a network.
//
// Threads: a Pass belongs to one thread; networks are shared.
#pragma once

#include <tagma/deep/tensor.h>

#include <ATen/core/Generator.h>

#include <cstdint>

namespace tagma::deep {

// What one layer of batch normalisation saw: mean and variance per channel.
struct BatchStatistics {
  Tensor mean, variance;
};

struct Pass {
  bool training = false;
  std::uint64_t seed = 0;                    // of what is left out by chance in this shard
  std::vector<BatchStatistics> statistics;   // of the layers that normalise, in the order of their making

  // Some of the values are set to 0 and the others grow, so that the mean stays; as it is where not training.
  Tensor dropout(const Tensor& x, double share);

 private:
  at::Generator generator_;
};

}  // namespace tagma::deep
