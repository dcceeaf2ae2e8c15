#include <tagma/drive/cpu_rows.h>
#include <tagma/loss/catalog.h>

namespace tagma {

const RowsKernel<double>* double_kernels() { return KernelTable<double, CpuLevel::baseline, Losses>::kernels; }

}  // namespace tagma
