// Rows of features laid out so that vectors of labels, row-major as they are, meet all of them in one pass: a row of outputs is
// one label, its lanes are the rows.
//
//   outputs[l][r] = scale sum_f vectors[l][f] x[r][f]         x of length 1 where `unit`; with `one`, x has a 1 behind its features
//
// Lanes are padded to a multiple of 16, so that a single row goes the way of many: a row's outputs are the same bytes alone and
// in any batch (math/panel.h). Columns that x lacks are 0.
// Shape: columns() [width x lanes], row-major.
#pragma once

#include <tagma/data/features.h>
#include <tagma/math/panel.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace tagma {

class RowPanel {
 public:
  RowPanel(std::int64_t features, bool unit, float scale, bool one)
      : width_(features + (one ? 1 : 0)), unit_(unit), one_(one), scale_(scale) {}

  // Takes `rows` rows of x; row_of(i) is the number of the i-th.
  template <class RowOf>
  void take(const FeatureMatrix& x, std::int64_t rows, RowOf&& row_of) {
    constexpr std::int64_t lanes_of_a_vector = 16;
    lanes_ = (rows + lanes_of_a_vector - 1) / lanes_of_a_vector * lanes_of_a_vector;
    columns_.assign(static_cast<std::size_t>(width_ * lanes_), 0.f);
    for (std::int64_t i = 0; i < rows; ++i) fill(x, row_of(i), i);
    if (one_) std::fill_n(columns_.end() - lanes_, rows, scale_);
  }

  std::int64_t lanes() const { return lanes_; }
  const float* columns() const { return columns_.data(); }

  // out [count x lanes]; vectors [count x width].
  void outputs(const float* vectors, std::int64_t count, float* out) const {
    math::times_panel(math::DenseRows{vectors, width_, width_}, 0, count, {columns_.data(), nullptr, out, lanes_, lanes_});
  }

 private:
  void fill(const FeatureMatrix& x, std::int64_t row, std::int64_t lane) {
    const auto put = [&](std::int64_t feature, float value) { columns_[static_cast<std::size_t>(feature * lanes_ + lane)] = value; };
    if (x.sparse()) {
      const CsrView& view = x.csr_view();
      const auto first = static_cast<std::size_t>(view.starts[static_cast<std::size_t>(row)]);
      const auto count = static_cast<std::size_t>(view.starts[static_cast<std::size_t>(row) + 1]) - first;
      const std::span<const float> values = view.values.subspan(first, count);
      const float factor = (unit_ ? unit_factor(values) : 1.f) * scale_;
      for (std::size_t k = 0; k < count; ++k) put(view.columns_of[first + k], values[k] * factor);
    } else {
      const std::span<const float> values = x.dense_view().row(row);
      const float factor = (unit_ ? unit_factor(values) : 1.f) * scale_;
      for (std::size_t f = 0; f < values.size(); ++f) put(static_cast<std::int64_t>(f), values[f] * factor);
    }
  }

  std::int64_t width_, lanes_ = 0;
  bool unit_, one_;
  float scale_;
  std::vector<float> columns_;
};

}  // namespace tagma
