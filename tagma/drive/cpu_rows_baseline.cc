#include <tagma/drive/cpu_rows.h>
#include <tagma/loss/catalog.h>

namespace tagma {

const RowsKernel<float>* float_kernels_baseline() { return KernelTable<float, CpuLevel::baseline, Losses>::kernels; }

}  // namespace tagma
