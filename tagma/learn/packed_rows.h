// Some rows of a feature matrix as panels of labels want them (learn/dual.h): only the features these rows use, numbered by
// falling frequency, so that what is touched most lies together, and a constant feature for the bias.
//
// A constant of 0 means no bias. The constant is penalised like any weight, as that of LIBLINEAR's -B. Where `unit`, rows are
// brought to length 1 (without the constant), exactly as a model of such rows does it.
// Shape: local rows in the order given; rows of weight 0 are there but not to be visited.
// Errors: Error{usage} for more than 2^31 - 1 rows.
#pragma once

#include <tagma/data/features.h>
#include <tagma/math/dual_sweep.h>

#include <cstdint>
#include <span>
#include <vector>

namespace tagma {

class PackedRows {
 public:
  // `rows`: ids of x. `weights`: of all rows of x, or empty.
  PackedRows(const FeatureMatrix& x, std::span<const std::int32_t> rows, std::span<const float> weights, double constant, bool unit);

  std::int64_t rows() const { return static_cast<std::int64_t>(starts_.size()) - 1; }
  std::int64_t features() const { return static_cast<std::int64_t>(counts_.size()); }  // the constant, if any, is feature 0
  std::int64_t stored() const { return static_cast<std::int64_t>(values_.size()); }
  double constant() const { return constant_; }
  math::DualRows view() const;
  const std::vector<std::int32_t>& visited() const { return visited_; }  // rows of positive weight
  double inverse_weight(std::int64_t row) const {
    return inverse_weights_.empty() ? 1.0 : static_cast<double>(inverse_weights_[static_cast<std::size_t>(row)]);
  }

  // The columns of x that are used, ascending, and the feature that each is here.
  std::span<const std::int32_t> columns() const { return columns_; }
  std::span<const std::int32_t> feature_of() const { return feature_of_; }

 private:
  void find_columns(const FeatureMatrix& x, std::span<const std::int32_t> rows);
  void number_by_frequency();
  void add_row(const FeatureMatrix& x, std::int64_t row, bool unit, std::span<const std::int32_t> number);

  double constant_;
  std::vector<std::int64_t> starts_{0}, counts_;
  std::vector<std::int32_t> features_, columns_, feature_of_, visited_;
  std::vector<float> values_, squares_, inverse_weights_;
};

}  // namespace tagma
