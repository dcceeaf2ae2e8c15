// The inner loop of scoring with few features: a weighted sum of rows of a tile.
//
//   out[lane] = sum_i x[i] * tile[rows[i]][lane]       lane in [0, width)
//
// Shape: tile row-major, `width` numbers a row, a multiple of 16; rows [count], x [count].
// Floats are added in the order of i, lane by lane, without fused multiply-add; whole numbers are exact in any order. So
// every instruction set gives the same bytes. Whole numbers: |sum| must stay below 2^31, and `count` must be even (a tile
// may hold a row of zeros for that).
// Threads: pure functions.
#pragma once

#include <cstdint>

namespace tagma::math {

inline constexpr std::int64_t tile_lanes = 16;

void sum_tile_rows(const float* tile, std::int64_t width, const std::int32_t* rows, const float* x, std::int64_t count,
                   float* out);
void sum_tile_rows(const std::int8_t* tile, std::int64_t width, const std::int32_t* rows, const std::int16_t* x,
                   std::int64_t count, std::int32_t* out);

// out[i] = bias[i] + sums[i] * (step * scale[i]), i in [0, count).
void scale_sums(const std::int32_t* sums, const float* bias, const float* scale, float step, std::int64_t count, float* out);

// Whether some of `values` is at least `floor`: what is asked of every block of outputs before it is looked at one by one.
bool any_at_least(const float* values, std::int64_t count, float floor);

namespace detail {
// For tests: the same at a level that this machine has (levels.h).
void sum_tile_rows(int level, const float* tile, std::int64_t width, const std::int32_t* rows, const float* x,
                   std::int64_t count, float* out);
void sum_tile_rows(int level, const std::int8_t* tile, std::int64_t width, const std::int32_t* rows, const std::int16_t* x,
                   std::int64_t count, std::int32_t* out);
}  // namespace detail

}  // namespace tagma::math
