// Row kernels of the CPU: a block of rows through row_loss(), one function per loss, number type and instruction set.
// Each cpu_rows_<level>.cc compiles the whole catalog for one level; loss_function.cc picks a table.
#pragma once

#include <tagma/drive/lanes.h>
#include <tagma/loss/row.h>

#include <cstddef>
#include <cstdint>

namespace tagma {

// A truth as wide as a float. Kernels on bytes spend a third of their time on making masks of floats from those of bytes.
enum class WideTruth : std::int32_t {};  // a Truth, as a number
TAGMA_HD bool operator==(WideTruth a, Truth b) { return static_cast<std::int32_t>(a) == static_cast<std::int32_t>(b); }

// Rows one after another; every array has `rows` rows. A stride of 0 sends all rows to the same scratch.
template <class Real>
struct RowBlock {
  int rows = 0, labels = 0, outputs_per_row = 0;
  const Real* outputs = nullptr;
  const Truth* truth = nullptr;
  const float* grades = nullptr;                  // [rows x labels] or null: 1 where present
  const float* label_weights = nullptr;           // [labels] or null: 1
  const std::int64_t* present_starts = nullptr;   // [rows + 1] into present_ids; both null for label losses
  const LabelId* present_ids = nullptr;
  const Real* factors = nullptr;                  // [rows]: what slopes and curves are multiplied with
  Real* slopes = nullptr;
  Real* curves = nullptr;                         // may be null
  std::int64_t slope_stride = 0;
  double* values = nullptr;                       // [rows], out
  WideTruth* wide_truth = nullptr;                // [labels], scratch of the CPU's kernels: the truth of one row
};

// `general` rows have grades and label weights in memory; the others have neither. Cell: Truth or WideTruth.
template <class Real, CpuLevel level, bool general, class Cell = Truth>
struct CpuRow {
  static constexpr bool unweighted = !general;
  const Real* outputs;
  const Cell* truths;
  const float* grades;
  const float* weights;
  const LabelId* present_ids;
  int labels, present_ids_count;

  TAGMA_HD int size() const { return labels; }
  TAGMA_HD Real output(int o) const { return outputs[o]; }
  TAGMA_HD Real logit(int j) const { return outputs[j]; }
  TAGMA_HD Cell truth(int j) const { return truths[j]; }
  TAGMA_HD Real grade(int j) const {
    if constexpr (general) return truths[j] == Truth::present ? Real(grades[j]) : Real(0);
    else return truths[j] == Truth::present ? Real(1) : Real(0);
  }
  TAGMA_HD Real weight(int j) const {
    if constexpr (general) return Real(weights[j]);
    else return Real(1);
  }
  TAGMA_HD int present_count() const { return present_ids_count; }
  TAGMA_HD int present(int i) const { return present_ids[i]; }
};

template <class Real, CpuLevel level, bool general, class Cell>
TAGMA_HD CpuRow<Real, level, general, Cell> row_of(const RowBlock<Real>& block, int r, const Cell* truths) {
  const std::int64_t cell = static_cast<std::int64_t>(r) * block.labels;
  const std::int64_t first = block.present_starts ? block.present_starts[r] : 0;
  return {block.outputs + static_cast<std::int64_t>(r) * block.outputs_per_row,
          truths,
          general ? block.grades + cell : nullptr,
          block.label_weights,
          block.present_ids + first,
          block.labels,
          block.present_starts ? static_cast<int>(block.present_starts[r + 1] - first) : 0};
}
template <class Real, CpuLevel level, bool general>
TAGMA_HD CpuRow<Real, level, general> row_of(const RowBlock<Real>& block, int r) {
  return row_of<Real, level, general>(block, r, block.truth + static_cast<std::int64_t>(r) * block.labels);
}

template <CpuLevel level, class Real>
TAGMA_HD const WideTruth* widened_truth(const RowBlock<Real>& block, int r) {
  const Truth* truths = block.truth + static_cast<std::int64_t>(r) * block.labels;
  for (int j = 0; j < block.labels; ++j) block.wide_truth[j] = static_cast<WideTruth>(truths[j]);
  return block.wide_truth;
}

template <class Real, CpuLevel level>
struct SlopeSink {
  Real* slopes;
  Real factor;
  TAGMA_HD void operator()(int o, Real slope) const { slopes[o] = factor * slope; }
  TAGMA_HD void operator()(int o, Real slope, Real) const { slopes[o] = factor * slope; }
};

template <class Real, CpuLevel level>
struct CurveSink {
  Real* slopes;
  Real* curves;
  Real factor;
  TAGMA_HD void operator()(int o, Real slope, Real curve) const {
    slopes[o] = factor * slope;
    curves[o] = factor * curve;
  }
};

template <CpuLevel level, bool general, class Loss, class Real>
[[gnu::flatten]] void run_rows(const Loss& shared_loss, const RowBlock<Real>& block) {
  const Loss loss = shared_loss;  // a copy of its own, so that stores to slopes cannot be taken to change it
  for (int r = 0; r < block.rows; ++r) {
    const auto row = row_of<Real, level, general>(block, r, widened_truth<level>(block, r));
    Real* slopes = block.slopes + r * block.slope_stride;
    if constexpr (Loss::traits.curve) {
      if (block.curves) {
        const CurveSink<Real, level> sink{slopes, block.curves + r * block.slope_stride, block.factors[r]};
        block.values[r] = static_cast<double>(row_loss(loss, Lanes<level>{}, row, sink));
        continue;
      }
    }
    const SlopeSink<Real, level> sink{slopes, block.factors[r]};
    block.values[r] = static_cast<double>(row_loss(loss, Lanes<level>{}, row, sink));
  }
}

template <class Real>
using RowsKernel = void (*)(const void* loss, const RowBlock<Real>& block);

template <CpuLevel level, class Loss, class Real>
void run_block(const void* loss, const RowBlock<Real>& block) {
  if (Loss::traits.one_kernel || block.grades || block.label_weights) run_rows<level, true>(*static_cast<const Loss*>(loss), block);
  else if constexpr (!Loss::traits.one_kernel) run_rows<level, false>(*static_cast<const Loss*>(loss), block);
}

template <class Real, CpuLevel level, class List>
struct KernelTable;
template <class Real, CpuLevel level, template <class...> class List, class... Loss>
struct KernelTable<Real, level, List<Loss...>> {
  static constexpr RowsKernel<Real> kernels[] = {&run_block<level, Loss, Real>...};
};

// One kernel per loss, in the order of the catalog.
const RowsKernel<float>* float_kernels_baseline();
const RowsKernel<float>* float_kernels_avx2();
const RowsKernel<float>* float_kernels_avx512();
const RowsKernel<double>* double_kernels();

}  // namespace tagma
