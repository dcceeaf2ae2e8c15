#include <tagma/math/panel.h>

#include <tagma/math/panel_tile.h>

#if defined(__x86_64__)
#define TAGMA_LEVELS 3
#else
#define TAGMA_LEVELS 1
#endif

namespace tagma::math {
namespace {

using namespace detail;

void sparse_baseline(const SparseTile& tile) { times_panel_at<4>(tile); }
void dense_baseline(const DenseTile& tile) { times_panel_at<4>(tile); }

#if TAGMA_LEVELS == 3
#define TAGMA_AVX2 [[gnu::target("avx2")]]
#define TAGMA_AVX512 [[gnu::target("avx512f,avx512bw,avx512dq,avx512vl,prefer-vector-width=512")]]
TAGMA_AVX2 void sparse_avx2(const SparseTile& tile) { times_panel_at<8>(tile); }
TAGMA_AVX2 void dense_avx2(const DenseTile& tile) { times_panel_at<8>(tile); }
TAGMA_AVX512 void sparse_avx512(const SparseTile& tile) { times_panel_at<16>(tile); }
TAGMA_AVX512 void dense_avx512(const DenseTile& tile) { times_panel_at<16>(tile); }
constexpr void (*sparse_kernels[])(const SparseTile&) = {sparse_baseline, sparse_avx2, sparse_avx512};
constexpr void (*dense_kernels[])(const DenseTile&) = {dense_baseline, dense_avx2, dense_avx512};
#else
constexpr void (*sparse_kernels[])(const SparseTile&) = {sparse_baseline};
constexpr void (*dense_kernels[])(const DenseTile&) = {dense_baseline};
#endif

int best_level() {
#if TAGMA_LEVELS == 3
  static const int level = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                                   __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")
                               ? 2
                               : __builtin_cpu_supports("avx2") ? 1 : 0;
  return level;
#else
  return 0;
#endif
}

}  // namespace

void times_panel(const SparseRows& a, std::int64_t first, std::int64_t last, const Panel& panel) {
  sparse_kernels[best_level()]({a, first, last, panel});
}
void times_panel(const DenseRows& a, std::int64_t first, std::int64_t last, const Panel& panel) {
  dense_kernels[best_level()]({a, first, last, panel});
}

const char* panel_level() {
  constexpr const char* names[] = {"baseline", "avx2", "avx512"};
  return names[best_level()];
}

namespace detail {
int panel_levels() { return best_level() + 1; }
void times_panel(int level, const SparseRows& a, std::int64_t first, std::int64_t last, const Panel& panel) {
  sparse_kernels[level]({a, first, last, panel});
}
void times_panel(int level, const DenseRows& a, std::int64_t first, std::int64_t last, const Panel& panel) {
  dense_kernels[level]({a, first, last, panel});
}
}  // namespace detail

}  // namespace tagma::math
