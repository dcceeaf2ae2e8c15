// The values of one row of a feature matrix, dense or sparse.
#pragma once

#include <tagma/data/features.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace tagma {

// f(column, value) for every value of a row that is not 0, columns ascending.
template <class F>
void each_value(const FeatureMatrix& x, std::int64_t row, F&& f) {
  if (x.sparse()) {
    const CsrView& view = x.csr_view();
    const auto r = static_cast<std::size_t>(row);
    for (auto k = static_cast<std::size_t>(view.starts[r]); k < static_cast<std::size_t>(view.starts[r + 1]); ++k)
      if (view.values[k] != 0) f(view.columns_of[k], view.values[k]);
  } else {
    const std::span<const float> values = x.dense_view().row(row);
    for (std::size_t c = 0; c < values.size(); ++c)
      if (values[c] != 0) f(static_cast<std::int32_t>(c), values[c]);
  }
}

// All stored values of a row.
inline std::span<const float> values_of(const FeatureMatrix& x, std::int64_t row) {
  if (!x.sparse()) return x.dense_view().row(row);
  const CsrView& view = x.csr_view();
  const auto first = static_cast<std::size_t>(view.starts[static_cast<std::size_t>(row)]);
  return view.values.subspan(first, static_cast<std::size_t>(view.starts[static_cast<std::size_t>(row) + 1]) - first);
}

// f(i) for every place in `rows`, which ascend where x lies in a file: what has been read of it is let go after every 512 rows, but for the
// last. Where rows lie apart, the system maps up to 64 KB around each of the two places that a row has, 64 MB of them.
template <class F>
void each_place(const FeatureMatrix& x, std::span<const std::int32_t> rows, F&& f) {
  constexpr std::size_t block = 512;
  for (std::size_t first = 0; first < rows.size(); first += block) {
    const std::size_t last = std::min(rows.size(), first + block);
    for (std::size_t i = first; i < last; ++i) f(i);
    if (last - first == block) x.release(rows[first], std::int64_t{rows[last - 1]} + 1);
  }
}

}  // namespace tagma
