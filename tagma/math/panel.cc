#include <tagma/math/panel.h>

#include <tagma/math/levels.h>
#include <tagma/math/panel_tile.h>

namespace tagma::math {
namespace {

using namespace detail;

void sparse_baseline(const SparseTile& tile) { times_panel_at<4>(tile); }
void dense_baseline(const DenseTile& tile) { times_panel_at<4>(tile); }

#if defined(__x86_64__)
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

}  // namespace

void times_panel(const SparseRows& a, std::int64_t first, std::int64_t last, const Panel& panel) {
  sparse_kernels[detail::machine_level()]({a, first, last, panel});
}
void times_panel(const DenseRows& a, std::int64_t first, std::int64_t last, const Panel& panel) {
  dense_kernels[detail::machine_level()]({a, first, last, panel});
}

const char* panel_level() {
  constexpr const char* names[] = {"baseline", "avx2", "avx512"};
  return names[detail::machine_level()];
}

namespace detail {
int panel_levels() { return machine_level() + 1; }
void times_panel(int level, const SparseRows& a, std::int64_t first, std::int64_t last, const Panel& panel) {
  sparse_kernels[level]({a, first, last, panel});
}
void times_panel(int level, const DenseRows& a, std::int64_t first, std::int64_t last, const Panel& panel) {
  dense_kernels[level]({a, first, last, panel});
}
}  // namespace detail

}  // namespace tagma::math
