// Batches of a feed on their way to a device: while one is worked on, the next is prepared by a thread of its own.
//
// Threads: belongs to one thread; preparing takes run.threads of them.
// Errors: those of the feed, when the batch is asked for; Error{interrupted} when the stop token is raised.
#pragma once

#include <tagma/base/ahead.h>
#include <tagma/deep/feeder.h>

#include <vector>

namespace tagma::deep {

class DeviceFeed {
 public:
  // `feed` and `run` outlive this.
  DeviceFeed(const Feeder& feed, const at::Device& device, const Run& run) : feed_(feed), device_(device), run_(run) {}

  // What rows() will be asked for after the next time; preparing it begins then.
  void expect(std::span<const std::int64_t> rows, std::uint64_t stream);
  Input rows(std::span<const std::int64_t> rows, std::uint64_t stream);

 private:
  struct Asked {
    std::vector<std::int64_t> rows;
    std::uint64_t stream = 0;
  };

  const Feeder& feed_;
  at::Device device_;
  const Run& run_;
  Asked expected_, under_way_;
  Ahead<Input> ahead_;
};

}  // namespace tagma::deep
