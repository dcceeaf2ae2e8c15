#include <tagma/drive/runner.h>

#include <tagma/base/parallel.h>

#include <algorithm>

namespace tagma {
namespace {

template <class Real>
Totals totals_of(const BatchView<Real>& view, const LossParts<Real>& parts, const Run& run) {
  return parallel_reduce(
      run, view.batch.rows, view.rows_per_block(), Totals{},
      [&](std::int64_t first, std::int64_t last) {
        BlockRows<Real> rows(view, first, last);
        Totals totals;
        rows.count(totals);
        totals.pairs = parts.pairs(rows.block());
        return totals;
      },
      [](Totals& whole, const Totals& part) {
        whole.rows += part.rows;
        whole.known += part.known;
        whole.present += part.present;
        whole.negative_rows += part.negative_rows;
        whole.pairs += part.pairs;
      });
}

// Rows [first, last): slopes and curves into the batch (or scratch), the weighted sum of the row values back.
template <class Real>
double run_rows_of(const BatchView<Real>& view, const ClassWeights* weights, const LossParts<Real>& parts, double divisor,
                   std::int64_t first, std::int64_t last) {
  const Batch<Real>& batch = view.batch;
  const std::int64_t outputs = view.outputs_per_row;
  BlockRows<Real> rows(view, first, last);
  RowBlock<Real>& block = rows.block();
  const auto count = static_cast<std::size_t>(block.rows);
  std::vector<double> row_weights(count), values(count);
  std::vector<Real> factors(count);
  for (std::size_t r = 0; r < count; ++r) {
    row_weights[r] = batch.row_weights ? static_cast<double>(batch.row_weights[static_cast<std::size_t>(first) + r]) : 1.0;
    if (weights) row_weights[r] *= rows.balance(static_cast<int>(r), *weights);
    factors[r] = divisor > 0 ? static_cast<Real>(row_weights[r] / divisor) : Real(0);
  }
  const bool strided = batch.slopes || batch.curves;
  std::unique_ptr<Real[]> scratch;  // slopes that the caller does not want: one row, written over and over
  if (!batch.slopes)
    scratch = std::make_unique_for_overwrite<Real[]>(static_cast<std::size_t>(outputs) * (strided ? count : 1));
  block.factors = factors.data();
  block.values = values.data();
  block.slopes = batch.slopes ? batch.slopes + first * outputs : scratch.get();
  block.curves = batch.curves ? batch.curves + first * outputs : nullptr;
  block.slope_stride = strided ? outputs : 0;
  parts.kernel(block);

  double sum = 0;
  for (std::size_t r = 0; r < count; ++r) {
    if (batch.row_values) batch.row_values[static_cast<std::size_t>(first) + r] = values[r];
    if (row_weights[r] > 0) {
      sum += row_weights[r] * values[r];
      continue;
    }
    const auto start = static_cast<std::int64_t>(r) * outputs;
    if (batch.slopes) std::fill_n(block.slopes + start, outputs, Real(0));
    if (batch.curves) std::fill_n(block.curves + start, outputs, Real(0));
  }
  return sum;
}

}  // namespace

template <class Real>
double run_batch(const BatchView<Real>& view, const LossOptions& options, const ClassWeights* weights,
                 const LossParts<Real>& parts, const Run& run) {
  const bool paper = options.reduction == Reduction::paper;
  Totals totals;
  totals.rows = view.batch.rows;
  if (paper || parts.needs_totals) totals = totals_of(view, parts, run);
  if (parts.needs_totals) parts.bind(totals);
  double divisor = 1;
  if (options.reduction == Reduction::mean_rows) divisor = static_cast<double>(totals.rows);
  if (paper) divisor = weights ? static_cast<double>(totals.present + totals.negative_rows) : parts.normaliser(totals);
  const double sum = parallel_reduce(
      run, view.batch.rows, view.rows_per_block(), 0.0,
      [&](std::int64_t first, std::int64_t last) { return run_rows_of(view, weights, parts, divisor, first, last); },
      [](double& whole, double part) { whole += part; });
  return divisor > 0 ? sum / divisor : 0;
}

template double run_batch(const BatchView<float>&, const LossOptions&, const ClassWeights*, const LossParts<float>&, const Run&);
template double run_batch(const BatchView<double>&, const LossOptions&, const ClassWeights*, const LossParts<double>&,
                          const Run&);

}  // namespace tagma
