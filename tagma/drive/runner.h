// Runs one loss over a batch: totals, divisor, weights, then the row kernels block by block. The loss itself comes as a
// few functions (LossParts), so this is compiled once for all losses.
#pragma once

#include <tagma/base/function_ref.h>
#include <tagma/drive/batch_view.h>

namespace tagma {

template <class Real>
struct LossParts {
  bool needs_totals = false;                                // the loss is bound to the totals
  FunctionRef<std::int64_t(const RowBlock<Real>&)> pairs;   // what the loss counts, summed over a block
  FunctionRef<double(const Totals&)> normaliser;            // of the source
  FunctionRef<void(const Totals&)> bind;                    // called before the kernel where needs_totals
  FunctionRef<void(const RowBlock<Real>&)> kernel;
};

// `weights` null: no class balancing. Returns the value of the batch.
template <class Real>
double run_batch(const BatchView<Real>& view, const LossOptions& options, const ClassWeights* weights,
                 const LossParts<Real>& parts, const Run& run);

}  // namespace tagma
