// A step of AdamW, Adam or SGD on all weights, from the slopes of the shards.
//
//   adamw  w -= rate (m' / (sqrt(v') + 1e-8) + decay w)      m', v': running means of slopes and squares, 0.9 and 0.999,
//   adam   the same with decay w added to the slope            freed of their start
//   sgd    u = momentum u + slope + decay w;  w -= rate u
//
// Source: Kingma & Ba, ICLR 2015; Loshchilov & Hutter, ICLR 2019. The slopes of shards are added in order, and a step is the
// same bytes for any number of threads. On a device the weights become parts of one long tensor (update_on_device.cc).
#pragma once

#include <tagma/base/run.h>
#include <tagma/deep/parameters.h>
#include <tagma/learn/training.h>
#include <tagma/store/model_file.h>

namespace tagma::deep {

inline constexpr double mean_decay = 0.9, square_decay = 0.999, floor_of_root = 1e-8;  // of adamw and adam

class Updater {
 public:
  Updater(const Training& settings, std::vector<Named> weights);
  // `flat`: the weights become parts of one long tensor, as on a device.
  Updater(const Training& settings, std::vector<Named> weights, bool flat);

  const std::vector<Named>& weights() const { return weights_; }
  // Adds the slopes of one batch: shards x weights; undefined ones are 0.
  void add(std::vector<std::vector<Tensor>> shards, const Run& run);
  // Moves the weights along what was added since the last step, divided by `divisor`.
  void step(double rate, double divisor, const Run& run);

  double length() const { return length_.item<double>(); }  // of the slope of the last step, before clipping; waits for a device

  std::int64_t steps() const { return steps_; }
  void save(ModelWriter& file) const;
  void load(const ModelReader& file);

 private:
  struct Flat {
    Tensor weights, slopes, means, squares;
  };

  std::vector<Named> named(const std::vector<Tensor>& tensors) const;
  void move(std::size_t weight, double rate, double factor, const Run& run);
  void lay_out();
  void add_on_device(const std::vector<Tensor>& slopes);
  void step_on_device(double rate, double divisor);

  Training settings_;
  std::vector<Named> weights_;
  std::vector<Tensor> slopes_, means_, squares_;
  Flat flat_;  // where it is flat: what the tensors above and the weights are parts of
  Tensor length_;
  bool filled_ = false;
  std::int64_t steps_ = 0;
};

}  // namespace tagma::deep
