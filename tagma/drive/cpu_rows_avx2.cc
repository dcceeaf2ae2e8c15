#include <tagma/drive/cpu_rows.h>
#include <tagma/loss/catalog.h>

namespace tagma {

const RowsKernel<float>* float_kernels_avx2() { return KernelTable<float, CpuLevel::avx2, Losses>::kernels; }

}  // namespace tagma
