// Pictures as batches of numbers for a network, and batches prepared ahead of the one who trains on them.
//
// Shape: a batch is [rows x channels x size x size], float, row-major; rows are numbers of pictures, repeats are allowed.
// Memory: where all pictures, fitted, take at most `budget` bytes, each is kept once it has been read; otherwise every batch
// reads its pictures anew. What comes out does not depend on it.
// Random: the changes of a picture are drawn from Rng(run.seed) forked by (stream, row), so they depend neither on threads
// nor on the batch; give every pass over the pictures a stream of its own.
// Errors: what reading a picture throws, the lowest place in the batch first.
// Threads: fill() may be called from many threads. Ahead belongs to one thread and has a worker of its own.
#pragma once

#include <tagma/base/run.h>
#include <tagma/data/images.h>
#include <tagma/image/augment.h>
#include <tagma/image/input.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace tagma {

class ImageFeed {
 public:
  explicit ImageFeed(Images pictures, ImageForm form, Augment augment = {}, std::int64_t budget = std::int64_t{1} << 30);

  std::int64_t rows() const { return pictures_.rows(); }
  const ImageForm& form() const { return form_; }
  bool keeps() const { return kept_ != nullptr; }

  // out: [rows.size() x form().values()]
  void fill(std::span<const std::int64_t> rows, std::uint64_t stream, float* out, const Run& run) const;

 private:
  Image read(std::int64_t row) const;

  Images pictures_;
  ImageForm form_;
  Augment augment_;
  std::unique_ptr<std::uint8_t[]> kept_;                  // [rows x values]
  std::unique_ptr<std::atomic<std::uint8_t>[]> states_;  // [rows]
};

// The rows whose pictures can be read and decoded, ascending; one text about each of the others is added to `faults`.
std::vector<std::int64_t> readable(const Images& pictures, const Run& run, std::vector<std::string>& faults);

// The batches of one pass, in their order, a few of them prepared before they are asked for.
class Ahead {
 public:
  // `feed` outlives this; depth >= 1 batches wait at most. The worker fills with run.threads threads.
  Ahead(const ImageFeed& feed, std::vector<std::vector<std::int64_t>> batches, std::uint64_t stream, int depth, const Run& run);
  ~Ahead();  // stops the worker after the pictures it is at
  Ahead(const Ahead&) = delete;
  Ahead& operator=(const Ahead&) = delete;

  // The values of the next batch; none after the last. Rethrows what stopped the worker, once the batches before are taken.
  std::optional<std::vector<float>> next();

 private:
  void work();

  const ImageFeed& feed_;
  std::vector<std::vector<std::int64_t>> batches_;
  std::uint64_t stream_;
  std::size_t depth_, given_ = 0;
  std::stop_source stop_;
  Run run_;
  std::stop_callback<std::function<void()>> on_stop_;  // of the caller's run: stops the worker, too
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<std::vector<float>> ready_;
  std::exception_ptr error_;
  std::jthread worker_;  // last: it uses all of the above
};

}  // namespace tagma
