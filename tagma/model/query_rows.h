// Rows of a feature matrix made ready to meet chunks of weights: their nonzero values, sparse whatever the matrix is, and
// for weights of int8 the values as 16-bit whole numbers, so that sums are whole numbers, exact in any order.
//
// Units: value = whole * step, rounded: off by at most step / 2, step = max |value| / 32767 (more where sums of products with
// 127 would leave 32 bits). A row whose greatest value is more than 64 times the mean of its nonzero values would lose its
// small ones that way; its step is 0 and it is summed in floats. So the rounding of values adds less than a third to what the
// rounding of the weights may cost.
// Errors: Error{usage} when the features or the rows do not fit.
#pragma once

#include <tagma/data/features.h>
#include <tagma/model/weight_chunks.h>

#include <cstdint>
#include <span>
#include <vector>

namespace tagma {

// At int8 a row of an odd number of values ends with a zero, in the column of the last: kernels take pairs.
struct QueryRow {
  std::span<const std::int32_t> columns;
  std::span<const float> values;
  std::span<const std::int16_t> whole;  // empty unless the precision is int8
  float step = 0;                       // of the whole values; 0: sum in floats
};

class QueryRows {
 public:
  // The rows [first, last) of x, for weights of `features` features; brought to length 1 where `unit`.
  QueryRows(const FeatureMatrix& x, std::int64_t first, std::int64_t last, std::int64_t features, WeightPrecision precision,
            bool unit);
  static void check(const FeatureMatrix& x, std::int64_t first, std::int64_t last, std::int64_t features);
  std::int64_t rows() const { return static_cast<std::int64_t>(steps_.size()); }
  std::int64_t columns() const { return columns_; }
  std::int64_t stored() const { return starts_.back(); }
  QueryRow operator[](std::int64_t row) const {
    const auto r = static_cast<std::size_t>(row);
    const auto from = static_cast<std::size_t>(starts_[r]), count = static_cast<std::size_t>(starts_[r + 1]) - from;
    return {std::span(ids_).subspan(from, count), std::span(values_).subspan(from, count),
            whole_.empty() ? std::span<const std::int16_t>{} : std::span(whole_).subspan(from, count), steps_[r]};
  }

 private:
  void end_row(WeightPrecision precision, bool unit);
  std::int64_t columns_;
  std::vector<std::int64_t> starts_{0};
  std::vector<std::int32_t> ids_;
  std::vector<float> values_, steps_;
  std::vector<std::int16_t> whole_;
};

}  // namespace tagma
