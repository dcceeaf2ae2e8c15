#include <tagma/math/products.h>

#include <tagma/math/levels.h>
#include <tagma/math/panel_tile.h>

#include <algorithm>

namespace tagma::math {
namespace {

constexpr int side_by_side = 16;

struct Products {
  const float* x;
  const float* rows;
  std::int64_t columns;
  const std::int32_t* ids;
  std::int64_t count;
  float* out;
};

TAGMA_INLINE float added_up(float (&sum)[side_by_side]) {
  for (int half = side_by_side / 2; half > 0; half /= 2)
    for (int i = 0; i < half; ++i) sum[i] += sum[i + half];
  return sum[0];
}

// The products of `rows` rows from place i on; several at once, so that sums need not wait for each other.
template <int lanes, int rows>
TAGMA_INLINE void some(const Products& job, std::int64_t i) {
  constexpr int vectors = side_by_side / lanes;
  using Vector = typename detail::VectorOf<lanes>::type;
  Vector sum[rows][vectors] = {};
  const float* row[rows];
  for (int r = 0; r < rows; ++r) row[r] = job.rows + job.ids[i + r] * job.columns;
  std::int64_t c = 0;
  for (; c + side_by_side <= job.columns; c += side_by_side) {
#pragma GCC unroll 4
    for (int v = 0; v < vectors; ++v) {
      Vector x;
      detail::load(x, job.x + c + v * lanes);
#pragma GCC unroll 4
      for (int r = 0; r < rows; ++r) {
        Vector y;
        detail::load(y, row[r] + c + v * lanes);
        sum[r][v] += x * y;
      }
    }
  }
  for (int r = 0; r < rows; ++r) {
    float sums[side_by_side];
    for (int v = 0; v < vectors; ++v) detail::store(sums + v * lanes, sum[r][v]);
    for (std::int64_t left = c; left < job.columns; ++left) sums[left - c] += job.x[left] * row[r][left];
    job.out[i + r] = added_up(sums);
  }
}

// Rows stand anywhere in memory: those of the next turn are asked for while these are worked on.
TAGMA_INLINE void ask_for(const Products& job, std::int64_t first, std::int64_t last) {
  constexpr std::int64_t floats_of_a_line = 16;
  for (std::int64_t i = first; i < std::min(last, job.count); ++i)
    for (std::int64_t c = 0; c < job.columns; c += floats_of_a_line) __builtin_prefetch(job.rows + job.ids[i] * job.columns + c);
}

template <int lanes>
TAGMA_INLINE void products_body(const Products& job) {
  std::int64_t i = 0;
  ask_for(job, 0, 4);
  for (; i + 4 <= job.count; i += 4) {
    ask_for(job, i + 4, i + 8);
    some<lanes, 4>(job, i);
  }
  for (; i < job.count; ++i) some<lanes, 1>(job, i);
}

void products_baseline(const Products& job) { products_body<4>(job); }
#if defined(__x86_64__)
TAGMA_AVX2 void products_avx2(const Products& job) { products_body<8>(job); }
TAGMA_AVX512 void products_avx512(const Products& job) { products_body<16>(job); }
constexpr void (*kernels[])(const Products&) = {products_baseline, products_avx2, products_avx512};
#else
constexpr void (*kernels[])(const Products&) = {products_baseline};
#endif

}  // namespace

void products_with(const float* x, const float* rows, std::int64_t columns, const std::int32_t* ids, std::int64_t count, float* out) {
  kernels[detail::machine_level()]({x, rows, columns, ids, count, out});
}

namespace detail {
void products_with(int level, const float* x, const float* rows, std::int64_t columns, const std::int32_t* ids, std::int64_t count, float* out) {
  kernels[level]({x, rows, columns, ids, count, out});
}
}  // namespace detail

}  // namespace tagma::math
