// A matrix turned round: to[c][r] = from[r][c].
//
// Shape: from [rows x columns], its rows `leap` floats apart; to [columns x rows], its rows `to_leap` floats apart.
// Threads: a pure function.
#pragma once

#include <algorithm>
#include <cstdint>

namespace tagma::math {

inline void turn(const float* from, std::int64_t rows, std::int64_t columns, std::int64_t leap, float* to, std::int64_t to_leap) {
  constexpr std::int64_t side = 16;  // both sides of a square stay in the first cache
  for (std::int64_t r = 0; r < rows; r += side)
    for (std::int64_t c = 0; c < columns; c += side) {
      const std::int64_t last_row = std::min(r + side, rows), last_column = std::min(c + side, columns);
      for (std::int64_t column = c; column < last_column; ++column)
        for (std::int64_t row = r; row < last_row; ++row) to[column * to_leap + row] = from[row * leap + column];
    }
}

}  // namespace tagma::math
