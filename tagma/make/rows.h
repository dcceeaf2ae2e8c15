// What every generator does alike: cut the rows into parts, and draw rows block by block so that threads do not matter.
//
// Errors: Error{usage}: shares of the parts that leave nothing for training; more cells than memory can address.
#pragma once

#include <tagma/base/function_ref.h>
#include <tagma/base/rng.h>
#include <tagma/base/run.h>
#include <tagma/make/generated.h>

#include <span>

namespace tagma {

struct PartRows {
  std::int64_t train = 0, valid = 0, test = 0;
};
PartRows part_rows(std::int64_t rows, double valid, double test);

// Streams of random numbers forked from the seed of a run.
enum class Stream : std::uint64_t { parameters, train, valid, test, calibration };
Rng stream(const Run& run, Stream which);

// The labels of some rows, as LabelMatrix::add takes them.
class DrawnLabels {
 public:
  void add(std::span<const LabelId> present, std::span<const float> grades = {}, std::span<const LabelId> exceptions = {});
  void append_to(LabelMatrix& labels) const;

 private:
  std::vector<std::int64_t> starts_{0}, exception_starts_{0};
  std::vector<LabelId> present_, exceptions_;
  std::vector<float> grades_;
};

// Draws rows [first, last) with a generator of random numbers that belongs to this block alone.
using DrawBlock = FunctionRef<void(Rng& rng, std::int64_t first, std::int64_t last, DrawnLabels& out)>;
LabelMatrix draw_rows(const Rng& rng, std::int64_t rows, LabelId labels, const Run& run, DrawBlock draw);
inline constexpr std::int64_t rows_per_block = 512;

// "l0", "l1", ..
std::vector<std::string> numbered(char letter, std::int64_t count);

// A vector of unit length in a random direction.
std::vector<double> random_direction(std::int64_t size, Rng& rng);

// sqrt(share) common + sqrt(1 - share) own, brought to unit length.
std::vector<double> leaning(std::span<const double> common, double share, Rng& rng);

}  // namespace tagma
