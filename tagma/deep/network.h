// An encoder and a head: what is trained, saved and asked for outputs.
//
// Shape: outputs [rows x outputs], as the loss wants them.
// Threads: forward() is const; many shards may be on their way at once.
#pragma once

#include <tagma/deep/encoder.h>
#include <tagma/deep/layers.h>
#include <tagma/learn/training.h>

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace tagma::deep {

// All that a network is made from, besides its weights.
struct NetworkSpec {
  std::string learner;
  Settings settings;  // of the learner, those of Training among them
  InputShape shape;
  std::int64_t outputs = 0;
};

class Net {
 public:
  // `script`: of a saved scripted encoder, else empty.
  Net(NetworkSpec spec, const Run& run, std::span<const std::byte> script = {}) : Net(std::move(spec), Parameters(run), script) {}
  Net(NetworkSpec spec, Parameters parameters, std::span<const std::byte> script);

  const NetworkSpec& spec() const { return spec_; }
  const Training& training() const { return training_; }
  const Parameters& parameters() const { return parameters_; }
  Parameters& parameters() { return parameters_; }
  const Encoder& encoder() const { return *encoder_; }
  at::Device device() const { return parameters_.weights().back().value.device(); }
  Tensor last_bias() const { return parameters_.find(head_.size() > 1 ? "head.1.bias" : "head.bias")->value; }
  // Weights that are learned: all, or those of the head where the encoder is frozen.
  std::vector<Named> learned_weights() const;

  Tensor forward(const Input& x, Pass& pass) const;  // float

 private:
  NetworkSpec spec_;
  Training training_;
  Parameters parameters_;
  std::unique_ptr<Encoder> encoder_;
  std::vector<Dense> head_;
};

// The settings of Training among those of any network learner, a rate of 0 settled.
Training training_of(std::string_view learner, const Settings& settings);

}  // namespace tagma::deep
