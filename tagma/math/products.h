// One vector times some rows of a matrix: what a search along neighbours asks for at every step.
//
//   out[i] = sum_c x[c] rows[ids[i]][c]          i in [0, count)
//
// Sixteen sums run side by side, over columns that are equal modulo 16, and are added in pairs at the end (0 + 8, 1 + 9, ..; then
// 0 + 4, ..); no fused multiply-add. So an output is the same bytes on every instruction set, and with x and the row swapped.
// Shape: x [columns]; rows row-major, `columns` floats each.
// Threads: a pure function.
#pragma once

#include <cstdint>

namespace tagma::math {

void products_with(const float* x, const float* rows, std::int64_t columns, const std::int32_t* ids, std::int64_t count, float* out);

namespace detail {
// For tests: the same at a level that this machine has (levels.h).
void products_with(int level, const float* x, const float* rows, std::int64_t columns, const std::int32_t* ids, std::int64_t count, float* out);
}  // namespace detail

}  // namespace tagma::math
