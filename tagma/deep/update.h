// A step of AdamW, Adam or SGD on all weights, from the slopes of the shards.
//
//   adamw  w -= rate (m' / (sqrt(v') + 1e-8) + decay w)      m', v': running means of slopes and squares, 0.9 and 0.999,
//   adam   the same with decay w added to the slope            freed of their start
//   sgd    u = momentum u + slope + decay w;  w -= rate u
//
// Source: Kingma & Ba, ICLR 2015; Loshchilov & Hutter, ICLR 2019. The slopes of shards are added in order, and a step is the
// same bytes for any number of threads.
#pragma once

#include <tagma/base/run.h>
#include <tagma/deep/parameters.h>
#include <tagma/learn/training.h>
#include <tagma/store/model_file.h>

namespace tagma::deep {

class Updater {
 public:
  Updater(const Training& settings, std::vector<Named> weights);

  const std::vector<Named>& weights() const { return weights_; }
  // Adds the slopes of one batch: shards x weights; undefined ones are 0.
  void add(std::vector<std::vector<Tensor>> shards, const Run& run);
  // Moves the weights along what was added since the last step, divided by `divisor`. Gives the length of the slope before clipping.
  double step(double rate, double divisor, const Run& run);

  std::int64_t steps() const { return steps_; }
  void save(ModelWriter& file) const;
  void load(const ModelReader& file);

 private:
  std::vector<Named> named(const std::vector<Tensor>& tensors) const;
  void move(std::size_t weight, double rate, double factor, const Run& run);

  Training settings_;
  std::vector<Named> weights_;
  std::vector<Tensor> slopes_, means_, squares_;
  bool filled_ = false;
  std::int64_t steps_ = 0;
};

}  // namespace tagma::deep
