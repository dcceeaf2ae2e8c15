// Pictures as batches of numbers for a network.
//
// Shape: a batch is [rows x channels x size x size], float, or [rows x size x size x channels] of 8 bits, not yet scaled;
// row-major; rows are numbers of pictures, repeats are allowed.
// Memory: where all pictures, fitted, take at most `budget` bytes, each is kept once it has been read; otherwise every batch
// reads its pictures anew. What comes out does not depend on it.
// Random: the changes of a picture are drawn from Rng(run.seed) forked by (stream, row), so they depend neither on threads
// nor on the batch; give every pass over the pictures a stream of its own.
// Errors: what reading a picture throws, the lowest place in the batch first.
// Threads: fill() may be called from many threads.
#pragma once

#include <tagma/base/rng.h>
#include <tagma/base/run.h>
#include <tagma/data/images.h>
#include <tagma/image/augment.h>
#include <tagma/image/input.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
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
  void fill(std::span<const std::int64_t> rows, std::uint64_t stream, std::uint8_t* out, const Run& run) const;

 private:
  Image read(std::int64_t row) const;
  Image changed(std::int64_t row, const Rng& random) const;

  Images pictures_;
  ImageForm form_;
  Augment augment_;
  std::unique_ptr<std::uint8_t[]> kept_;                  // [rows x values]
  std::unique_ptr<std::atomic<std::uint8_t>[]> states_;  // [rows]
};

// The rows whose pictures can be read and decoded, ascending; one text about each of the others is added to `faults`.
std::vector<std::int64_t> readable(const Images& pictures, const Run& run, std::vector<std::string>& faults);

}  // namespace tagma
