#include <tagma/drive/cpu_rows.h>
#include <tagma/loss/catalog.h>

namespace tagma {

const RowsKernel<float>* float_kernels_avx512() { return KernelTable<float, CpuLevel::avx512, Losses>::kernels; }

}  // namespace tagma
