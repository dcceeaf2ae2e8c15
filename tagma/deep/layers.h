// The layers that encoders are built of: each names its weights in Parameters and is then a function of tensors.
//
// Threads: const; BatchNorm leaves what it saw in the Pass and does not write to its buffers (absorb() does, between steps),
// but on a device, where a batch is one shard, in training.
#pragma once

#include <tagma/deep/parameters.h>
#include <tagma/deep/pass.h>

namespace tagma::deep {

// y = x W' + b; W [outputs x inputs].
class Dense {
 public:
  enum class Start : std::uint8_t { rectified, plain, last };  // plain: deviation 1 / sqrt(inputs); last: 0.01, so that the bias speaks first
  Dense() = default;
  Dense(Parameters& parameters, const std::string& name, std::int64_t inputs, std::int64_t outputs, Start start = Start::plain);
  Tensor operator()(const Tensor& x) const;

 private:
  Tensor weight_, bias_;
};

// A square kernel; padding keeps the size at stride 1 unless given.
class Convolution {
 public:
  struct Shape {
    std::int64_t inputs = 0, outputs = 0, kernel = 3, stride = 1;
    std::int64_t padding = -1;  // below 0: kernel / 2
    bool bias = false;
  };
  Convolution() = default;
  Convolution(Parameters& parameters, const std::string& name, const Shape& shape);
  Tensor operator()(const Tensor& x) const;

 private:
  Tensor weight_, bias_;
  std::int64_t stride_ = 1, padding_ = 0;
};

// Channels are centred and divided by their deviation over the rows (and places) of a shard; afterwards by running means.
class BatchNorm {
 public:
  BatchNorm() = default;
  BatchNorm(Parameters& parameters, const std::string& name, std::int64_t channels);
  Tensor operator()(const Tensor& x, Pass& pass) const;

 private:
  Tensor weight_, bias_, mean_, variance_;
};

class LayerNorm {
 public:
  LayerNorm() = default;
  LayerNorm(Parameters& parameters, const std::string& name, std::int64_t width);
  Tensor operator()(const Tensor& x) const;

 private:
  Tensor weight_, bias_;
};

// Moves the running means of all BatchNorm layers towards the mean of what the shards of a step saw.
void absorb(const Parameters& parameters, const std::vector<Pass>& shards);

}  // namespace tagma::deep
