// Matrix times panel, the one product that linear models are trained and scored with:
//
//   out[r] = start + sum_c a[r][c] * in[c]        in [columns x width], out [rows x width], start [width]; all row-major
//
// A product with the transposed matrix is the same call on a transposed copy, so every number of `out` is gathered by one
// thread and never scattered to.
//
// Each of the `width` lanes is summed on its own, in the order of the columns (dense) or of the stored values (sparse), in
// chunks of 512 terms; no fused multiply-add. So a lane's bytes depend neither on the instruction set nor on the rows or
// lanes beside it.
// Units: leap is the distance between rows of `in` and of `out` in floats, at least width.
// Threads: pure functions; callers cut [first, last) among threads.
#pragma once

#include <cstdint>

namespace tagma::math {

struct SparseRows {
  const std::int64_t* starts;   // rows + 1
  const std::int32_t* columns;  // of each stored value
  const float* values;
};

struct DenseRows {
  const float* values;
  std::int64_t columns, stride;
};

struct Panel {
  const float* in;
  const float* start;  // may be null: 0
  float* out;          // row `first` goes to out, row first + 1 to out + leap, ..
  std::int64_t width, leap;
};

void times_panel(const SparseRows& a, std::int64_t first, std::int64_t last, const Panel& panel);
void times_panel(const DenseRows& a, std::int64_t first, std::int64_t last, const Panel& panel);

// The instruction set in use: "avx512", "avx2" or "baseline".
const char* panel_level();

namespace detail {
// For tests: the same at a level that this machine has. Levels: 0 baseline, 1 avx2, 2 avx512.
int panel_levels();
void times_panel(int level, const SparseRows& a, std::int64_t first, std::int64_t last, const Panel& panel);
void times_panel(int level, const DenseRows& a, std::int64_t first, std::int64_t last, const Panel& panel);
}  // namespace detail

}  // namespace tagma::math
