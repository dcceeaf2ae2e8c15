// Some rows of a feature matrix as panels of labels want them (learn/dual.h): only the features these rows use, numbered by
// falling frequency, so that what is touched most lies together, and a constant feature for the bias.
//
// A constant of 0 means no bias. The constant is penalised like any weight, as that of LIBLINEAR's -B. Where `unit`, rows are
// brought to length 1 (without the constant), exactly as a model of such rows does it.
// Where memory is short, features and values (8 bytes a stored value) lie in a working file: then rows are asked for before they
// are visited and let go of afterwards (dual_blocks.h). What there is per row (20 bytes) is held.
// Shape: local rows in the order given; rows of weight 0 are there but not to be visited.
// Errors: Error{usage} for more than 2^31 - 1 rows; Error{io} where the file cannot be written.
#pragma once

#include <tagma/data/features.h>
#include <tagma/learn/stored_rows.h>
#include <tagma/math/dual_sweep.h>

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace tagma {

// Where rows lie: those of more than `most_held` bytes in a file beside a path; an empty path: all are held.
struct PackedPlace {
  std::string beside;
  std::int64_t most_held = std::numeric_limits<std::int64_t>::max();
};

class PackedRows {
 public:
  // `rows`: ids of x. `weights`: of all rows of x, or empty.
  PackedRows(const FeatureMatrix& x, std::span<const std::int32_t> rows, std::span<const float> weights, double constant, bool unit,
             const PackedPlace& place = {});

  std::int64_t rows() const { return stored_.rows(); }
  std::int64_t features() const { return static_cast<std::int64_t>(counts_.size()); }  // the constant, if any, is feature 0
  std::int64_t stored() const { return stored_.stored(); }
  double constant() const { return constant_; }
  math::DualRows view() const;
  // Bytes of the stored values of rows [first, last).
  std::int64_t bytes(std::int64_t first, std::int64_t last) const { return stored_bytes * (stored_.start(last) - stored_.start(first)); }
  bool in_file() const { return stored_.in_file(); }
  void ask(std::int64_t first, std::int64_t last) const { stored_.ask(first, last); }          // has rows [first, last) read soon
  void release(std::int64_t first, std::int64_t last) const { stored_.release(first, last); }  // lets the memory behind them go
  const std::vector<std::int32_t>& visited() const { return visited_; }  // rows of positive weight
  double inverse_weight(std::int64_t row) const {
    return inverse_weights_.empty() ? 1.0 : static_cast<double>(inverse_weights_[static_cast<std::size_t>(row)]);
  }

  // The columns of x that are used, ascending, and the feature that each is here.
  std::span<const std::int32_t> columns() const { return columns_; }
  std::span<const std::int32_t> feature_of() const { return feature_of_; }

 private:
  struct Row {
    std::vector<std::int32_t> features;
    std::vector<float> values;
  };
  static constexpr std::int64_t stored_bytes = sizeof(std::int32_t) + sizeof(float);
  void find_columns(const FeatureMatrix& x, std::span<const std::int32_t> rows);
  void number_by_frequency();
  void add_row(const FeatureMatrix& x, std::int64_t row, bool unit, std::span<const std::int32_t> number, Row& packed);

  double constant_;
  StoredRows stored_;
  std::vector<std::int64_t> counts_;
  std::vector<std::int32_t> columns_, feature_of_, visited_;
  std::vector<float> squares_, inverse_weights_;
};

}  // namespace tagma
