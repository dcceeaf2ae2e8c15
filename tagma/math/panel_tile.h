// The inner loops of panel.h, written once for every vector length. A tile is `count` vectors of lanes, kept in registers
// while the terms of a row go by (the loops over them are unrolled by name: at -O2 the compiler would keep the sums in memory,
// two to three times slower); the last vector of a panel overlaps the one before it where the width is no multiple of
// the vector length (both then compute the same bytes).
#pragma once

#include <tagma/math/levels.h>
#include <tagma/math/panel.h>

#include <algorithm>
#include <cstring>

namespace tagma::math::detail {

inline constexpr std::int64_t chunk = 512;

template <int lanes>
struct VectorOf {
  typedef float type __attribute__((vector_size(lanes * 4)));
};
template <>
struct VectorOf<1> {
  using type = float;
};

template <class Vector>
TAGMA_INLINE void load(Vector& vector, const float* from) {
  std::memcpy(&vector, from, sizeof(Vector));
}
template <class Vector>
TAGMA_INLINE void store(float* to, const Vector& vector) {
  std::memcpy(to, &vector, sizeof(Vector));
}

// Where the vectors of the tile that begins at lane `lane` stand.
template <int lanes, int count>
TAGMA_INLINE void place(std::int64_t (&at)[count], std::int64_t lane, std::int64_t width) {
  for (int m = 0; m < count; ++m) at[m] = std::min(lane + m * lanes, width - lanes);
}

template <int lanes, int count>
TAGMA_INLINE void sparse_tile(const SparseRows& a, std::int64_t first, std::int64_t last, const Panel& panel, std::int64_t lane) {
  using Vector = typename VectorOf<lanes>::type;
  std::int64_t at[count];
  place<lanes, count>(at, lane, panel.width);
  const float* in = panel.in;
  const std::int64_t leap = panel.leap;
  for (std::int64_t r = first; r < last; ++r) {
    Vector total[count] = {};
    if (panel.start)
#pragma GCC unroll 4
      for (int m = 0; m < count; ++m) load(total[m], panel.start + at[m]);
    const std::int64_t end = a.starts[r + 1];
    for (std::int64_t k = a.starts[r]; k < end;) {
      Vector sum[count] = {};
      const std::int64_t stop = std::min(k + chunk, end);
      for (; k < stop; ++k) {
        const float* row = in + a.columns[k] * leap;
#pragma GCC unroll 4
        for (int m = 0; m < count; ++m) {
          Vector v;
          load(v, row + at[m]);
          sum[m] += a.values[k] * v;
        }
      }
#pragma GCC unroll 4
      for (int m = 0; m < count; ++m) total[m] += sum[m];
    }
    float* out = panel.out + (r - first) * leap;
#pragma GCC unroll 4
    for (int m = 0; m < count; ++m) store(out + at[m], total[m]);
  }
}

template <int lanes, int count, int rows>
TAGMA_INLINE void dense_rows_tile(const DenseRows& a, std::int64_t r, const Panel& panel, float* out,
                                  const std::int64_t (&at)[count]) {
  using Vector = typename VectorOf<lanes>::type;
  Vector total[rows][count] = {};
  if (panel.start)
#pragma GCC unroll 8
    for (int i = 0; i < rows; ++i)
#pragma GCC unroll 4
      for (int m = 0; m < count; ++m) load(total[i][m], panel.start + at[m]);
  const float* x = a.values + r * a.stride;
  for (std::int64_t c = 0; c < a.columns;) {
    Vector sum[rows][count] = {};
    const std::int64_t stop = std::min(c + chunk, a.columns);
    for (; c < stop; ++c) {
      const float* row = panel.in + c * panel.leap;
      Vector v[count];
#pragma GCC unroll 4
      for (int m = 0; m < count; ++m) load(v[m], row + at[m]);
#pragma GCC unroll 8
      for (int i = 0; i < rows; ++i)
#pragma GCC unroll 4
        for (int m = 0; m < count; ++m) sum[i][m] += x[i * a.stride + c] * v[m];
    }
#pragma GCC unroll 8
    for (int i = 0; i < rows; ++i)
#pragma GCC unroll 4
      for (int m = 0; m < count; ++m) total[i][m] += sum[i][m];
  }
#pragma GCC unroll 8
  for (int i = 0; i < rows; ++i)
#pragma GCC unroll 4
    for (int m = 0; m < count; ++m) store(out + i * panel.leap + at[m], total[i][m]);
}

template <int lanes, int count>
TAGMA_INLINE void dense_tile(const DenseRows& a, std::int64_t first, std::int64_t last, const Panel& panel, std::int64_t lane) {
  constexpr int rows = count == 1 ? 8 : 4;
  std::int64_t at[count];
  place<lanes, count>(at, lane, panel.width);
  std::int64_t r = first;
  for (; r + rows <= last; r += rows)
    dense_rows_tile<lanes, count, rows>(a, r, panel, panel.out + (r - first) * panel.leap, at);
  for (; r < last; ++r) dense_rows_tile<lanes, count, 1>(a, r, panel, panel.out + (r - first) * panel.leap, at);
}

// Walks the lanes of a panel that is at least `lanes` wide.
template <int lanes, class Tile>
TAGMA_INLINE void each_tile(std::int64_t width, Tile tile) {
  std::int64_t lane = 0;
  for (; lane + 3 * lanes < width; lane += 4 * lanes) tile.template operator()<lanes, 4>(lane);
  const std::int64_t left = width - lane;
  if (left > 2 * lanes) tile.template operator()<lanes, 3>(lane);
  else if (left > lanes) tile.template operator()<lanes, 2>(lane);
  else if (left > 0) tile.template operator()<lanes, 1>(lane);
}

struct SparseTile {
  const SparseRows& a;
  std::int64_t first, last;
  const Panel& panel;
  template <int lanes, int count>
  TAGMA_INLINE void operator()(std::int64_t lane) const {
    sparse_tile<lanes, count>(a, first, last, panel, lane);
  }
};

struct DenseTile {
  const DenseRows& a;
  std::int64_t first, last;
  const Panel& panel;
  template <int lanes, int count>
  TAGMA_INLINE void operator()(std::int64_t lane) const {
    dense_tile<lanes, count>(a, first, last, panel, lane);
  }
};

// `longest`: lanes of the longest vector of the instruction set.
template <int longest, class Tile>
TAGMA_INLINE void times_panel_at(const Tile& tile) {
  const std::int64_t width = tile.panel.width;
  if (width >= longest) each_tile<longest>(width, tile);
  else if (longest > 8 && width >= 8) each_tile<8>(width, tile);
  else if (longest > 4 && width >= 4) each_tile<4>(width, tile);
  else each_tile<1>(width, tile);
}

}  // namespace tagma::math::detail
