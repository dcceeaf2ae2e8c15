// Row kernels of a CUDA device: one warp per row, the same row_loss() and the same losses as on the CPU. One launcher per
// loss, in the order of the catalog. The seam is compiled by the test nvcc_rows where nvcc is found;
// nothing links it yet.
//
// Shape: a CudaBlock points at device memory, laid out as a RowBlock (cpu_rows.h).
// Threads: a launcher only enqueues on the given stream.
#include <tagma/drive/cpu_rows.h>
#include <tagma/loss/catalog.h>

#include <cuda_runtime.h>

namespace tagma {

constexpr int warp_size = 32, warps_per_block = 8;

// The lanes of a warp share a row: strided loops, sums and maxima by butterfly exchange, so that every lane has the result
// and all take the same path. On the host, where it is only compiled, a warp has one lane.
struct Warp {
  TAGMA_HD static int lane() {
#if defined(__CUDA_ARCH__)
    return static_cast<int>(threadIdx.x) % warp_size;
#else
    return 0;
#endif
  }
  TAGMA_HD static int lanes() {
#if defined(__CUDA_ARCH__)
    return warp_size;
#else
    return 1;
#endif
  }
  template <class Real>
  TAGMA_HD static Real from([[maybe_unused]] int other, Real x) {
#if defined(__CUDA_ARCH__)
    return __shfl_xor_sync(0xffffffffu, x, other);
#else
    return x;
#endif
  }
  template <class Real, int n>
  TAGMA_HD static Several<Real, n> from(int other, const Several<Real, n>& x) {
    Several<Real, n> result(Real(0));
    for (int c = 0; c < n; ++c) result[c] = from(other, x[c]);
    return result;
  }
  template <class Real>
  TAGMA_HD static LogTotal<Real> from(int other, const LogTotal<Real>& x) {
    return {from(other, x.linear)};
  }

  template <class F>
  TAGMA_HD auto sum(int n, F f) const {
    decltype(f(0)) total = 0;
    for (int i = lane(); i < n; i += lanes()) total += f(i);
    total = settled(total);
    for (int distance = lanes() / 2; distance > 0; distance /= 2) total += from(distance, total);
    return total;
  }
  template <class Real, class F>
  TAGMA_HD Real max(int n, Real floor, F f) const {
    for (int i = lane(); i < n; i += lanes()) {
      const Real x = f(i);
      floor = x > floor ? x : floor;
    }
    for (int distance = lanes() / 2; distance > 0; distance /= 2) {
      const Real x = from(distance, floor);
      floor = x > floor ? x : floor;
    }
    return floor;
  }
  template <class F>
  TAGMA_HD void each(int n, F f) const {
    for (int i = lane(); i < n; i += lanes()) f(i);
  }
};

template <bool general, class Loss, class Real>
__global__ void rows_kernel(Loss loss, RowBlock<Real> block) {
  const int r = static_cast<int>(blockIdx.x) * warps_per_block + static_cast<int>(threadIdx.x) / warp_size;
  if (r >= block.rows) return;  // a whole warp at a time
  const auto row = row_of<Real, CpuLevel::baseline, general>(block, r);
  Real* slopes = block.slopes + r * block.slope_stride;
  Real value;
  if constexpr (Loss::traits.curve) {
    if (block.curves) {
      const CurveSink<Real, CpuLevel::baseline> sink{slopes, block.curves + r * block.slope_stride, block.factors[r]};
      value = row_loss(loss, Warp{}, row, sink);
    } else {
      value = row_loss(loss, Warp{}, row, SlopeSink<Real, CpuLevel::baseline>{slopes, block.factors[r]});
    }
  } else {
    value = row_loss(loss, Warp{}, row, SlopeSink<Real, CpuLevel::baseline>{slopes, block.factors[r]});
  }
  if (Warp::lane() == 0) block.values[r] = static_cast<double>(value);
}

template <class Real>
using CudaLauncher = cudaError_t (*)(const void* loss, const RowBlock<Real>& block, cudaStream_t stream);

template <class Loss, class Real>
cudaError_t launch(const void* loss, const RowBlock<Real>& block, cudaStream_t stream) {
  static_assert(std::is_trivially_copyable_v<Loss>, "a loss travels to the device by value");
  const auto blocks = static_cast<unsigned>((block.rows + warps_per_block - 1) / warps_per_block);
  if (blocks == 0) return cudaSuccess;
  const Loss& typed = *static_cast<const Loss*>(loss);
  if (block.grades || block.label_weights)
    rows_kernel<true><<<blocks, warps_per_block * warp_size, 0, stream>>>(typed, block);
  else
    rows_kernel<false><<<blocks, warps_per_block * warp_size, 0, stream>>>(typed, block);
  return cudaGetLastError();
}

template <class Real, class List>
struct CudaTable;
template <class Real, template <class...> class List, class... Loss>
struct CudaTable<Real, List<Loss...>> {
  static constexpr CudaLauncher<Real> launchers[] = {&launch<Loss, Real>...};
};

const CudaLauncher<float>* float_launchers() { return CudaTable<float, Losses>::launchers; }

}  // namespace tagma
