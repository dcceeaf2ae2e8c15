// One batch through a network and back: outputs of all shards, the loss of the whole batch, slopes of all weights.
//
// Shards run side by side; each has its own Pass. The loss sees the outputs of the whole batch, so that losses that couple
// rows (pairs counted over a batch) are what they say. A GPU takes a batch as one and has the loss there, too; the next
// batch is prepared meanwhile.
// Errors: Error{interrupted} when the stop token is raised; nothing has changed then but the running means of none.
#pragma once

#include <tagma/data/dataset.h>
#include <tagma/deep/device_feed.h>
#include <tagma/deep/network.h>
#include <tagma/deep/update.h>
#include <tagma/drive/loss_function.h>

#include <optional>

namespace tagma::deep {

class Stepper {
 public:
  Stepper(const Net& net, const Training& settings, const Feeder& feed, const Dataset& data, const LossFunction& loss, const Run& run);

  // Adds the slopes of these rows to the updater's; gives the value of the loss. `stream`: a number of its own for every batch.
  // Where the value is not finite, what was added is of no use.
  double add(std::span<const std::int64_t> rows, std::uint64_t stream, Updater& updater);
  // What add() will be given after the next time.
  void expect(std::span<const std::int64_t> rows, std::uint64_t stream);

 private:
  double loss_of(std::span<const std::int64_t> rows);
  double add_on_device(std::span<const std::int64_t> rows, std::uint64_t stream, Updater& updater);

  const Net& net_;
  const Training& settings_;
  const Feeder& feed_;
  const Dataset& data_;
  const LossFunction& loss_;
  const Run& run_;
  at::Device device_;
  std::optional<DeviceFeed> feed_on_device_;
  std::vector<float> outputs_, slopes_, weights_;
};

}  // namespace tagma::deep
