// The features as a linear solver wants them: scaled, without columns that are always zero, and stored twice, by rows and
// by columns, so that X W and X' D are both gathered (math/panel.h).
//
// Scaling keeps zeros of sparse features zero: those are only divided. Dense features are also centred. raw() folds
// scale and centre back into the weights, so that a model speaks of features as they come.
// Shape: weights [features() x outputs], features() counting the columns kept; raw weights [all_features() x outputs].
// Stored values may lie in working files, of which what has been passed over is let go; the bytes are the same.
// Errors: Error{io} where such a file cannot be written.
// Threads: const members may be called from many threads; forward() and backward() give the same bytes for any number.
#pragma once

#include <tagma/base/run.h>
#include <tagma/data/features.h>
#include <tagma/learn/stored_rows.h>
#include <tagma/math/panel.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tagma {

// automatic: deviation for dense features, and for sparse ones of which at least half the cells are stored (a table out of
// a sparse format; it is made dense); else max when some value exceeds 100, and none for words and indicators.
enum class Scaling : std::uint8_t { none, max, deviation, automatic };

// Weights and biases of a linear map; bias [outputs].
struct Point {
  std::vector<float> weights, bias;
};

// Where stored values lie: beside that path in files, a block of bytes in memory while they are turned round; empty: held.
struct DesignPlace {
  std::string beside;
  std::int64_t block_bytes = 0;
};

class Design {
 public:
  // `columns`: also store X by columns; backward() needs it.
  Design(const FeatureMatrix& x, Scaling scaling, bool columns, const Run& run);
  // Some rows of x, ascending where x lies in a file, as sparse ones, by columns too. unit: brought to length 1.
  Design(const FeatureMatrix& x, std::span<const std::int32_t> rows, bool unit, const DesignPlace& place);

  std::int64_t rows() const { return rows_; }
  std::int64_t features() const { return static_cast<std::int64_t>(kept_.size()); }
  std::int64_t all_features() const { return all_features_; }
  const std::vector<std::int32_t>& columns() const { return kept_; }  // the column of x that each feature is
  bool sparse() const { return sparse_; }
  std::int64_t stored() const {  // values that are multiplied in a pass over the rows
    return sparse_ ? by_rows_.stored() : rows_ * features();
  }

  // out = start + X in, in [features x leap], out [rows x leap]
  void forward(const float* in, const float* start, float* out, std::int64_t width, std::int64_t leap, const Run& run) const;
  // out = X' in, in [rows x leap], out [features x leap]
  void backward(const float* in, float* out, std::int64_t width, std::int64_t leap, const Run& run) const;

  // The rows themselves.
  math::SparseRows sparse_rows() const { return by_rows_.view(); }
  math::DenseRows dense_rows() const { return dense_rows_; }

  // sum_i row_weight_i x_if^2 for every feature
  std::vector<double> squares(const std::vector<float>& row_weights, const Run& run) const;

  Point raw(const Point& point, std::int64_t outputs) const;
  Point scaled(const Point& point, std::int64_t outputs) const;  // undoes raw()

 private:
  template <class EachRow>
  void build_sparse(EachRow each_row, Scaling scaling, const DesignPlace& place);
  void measure_dense(const DenseView& x, Scaling scaling, const Run& run);
  void build_dense(const DenseView& x, const Run& run);
  void build_columns(const Run& run);
  void turn_held();
  void turn_in_files(const DesignPlace& place);

  std::int64_t rows_ = 0, all_features_ = 0;
  bool sparse_ = false;
  std::vector<std::int32_t> kept_;        // the column of x that each feature is
  std::vector<double> scale_, centre_;    // feature = (x - centre) / scale
  StoredRows by_rows_, by_columns_;       // sparse
  std::vector<float> dense_, transposed_; // dense: a scaled copy (unless it is x itself), and its transpose
  math::DenseRows dense_rows_{};
};

}  // namespace tagma
