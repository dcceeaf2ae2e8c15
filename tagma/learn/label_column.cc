#include <tagma/learn/label_column.h>

#include <algorithm>

namespace tagma {
namespace {

constexpr std::int64_t chunk = 16384;

std::unique_ptr<LossFunction> bare(const LossFunction& loss) {
  Settings settings = loss.settings();
  settings.set("reduction", "sum");
  settings.set("balance", "none");
  return make_loss(loss.name(), settings);
}

}  // namespace

TruthColumns::TruthColumns(const LabelMatrix& truth) : rows_(truth.rows()), rest_(truth.rest()) {
  const auto turn = [&](Lists& lists, auto ids_of) {
    lists.starts.assign(static_cast<std::size_t>(truth.labels()) + 1, 0);
    for (std::int64_t r = 0; r < rows_; ++r)
      for (const LabelId label : ids_of(truth[r])) ++lists.starts[static_cast<std::size_t>(label) + 1];
    for (std::size_t j = 1; j < lists.starts.size(); ++j) lists.starts[j] += lists.starts[j - 1];
    lists.rows.resize(static_cast<std::size_t>(lists.starts.back()));
    std::vector<std::int64_t> next(lists.starts.begin(), lists.starts.end() - 1);
    for (std::int64_t r = 0; r < rows_; ++r)
      for (const LabelId label : ids_of(truth[r]))
        lists.rows[static_cast<std::size_t>(next[static_cast<std::size_t>(label)]++)] = static_cast<std::int32_t>(r);
  };
  turn(present_, [](const LabelRow& row) { return row.present; });
  turn(exceptions_, [](const LabelRow& row) { return row.exceptions; });
}

void TruthColumns::fill(LabelId label, std::vector<Truth>& out) const {
  std::fill(out.begin(), out.end(), rest_);
  const auto j = static_cast<std::size_t>(label);
  const Truth exception = rest_ == Truth::absent ? Truth::unknown : Truth::absent;
  for (auto k = present_.starts[j]; k < present_.starts[j + 1]; ++k)
    out[static_cast<std::size_t>(present_.rows[static_cast<std::size_t>(k)])] = Truth::present;
  for (auto k = exceptions_.starts[j]; k < exceptions_.starts[j + 1]; ++k)
    out[static_cast<std::size_t>(exceptions_.rows[static_cast<std::size_t>(k)])] = exception;
}

bool TruthColumns::both_known(LabelId label) const {
  const std::int64_t present = present_.count(label), excepted = exceptions_.count(label);
  const std::int64_t absent = rest_ == Truth::absent ? rows_ - present - excepted : excepted;
  return present > 0 && absent > 0;
}

std::vector<float> row_factors(const Problem& problem, const Run& run) {
  const auto rows = static_cast<std::size_t>(problem.data.rows());
  const LossOptions& options = problem.loss.options();
  std::vector<float> factors(rows, 1.f);
  if (options.balance == Balance::none && options.reduction != Reduction::paper) {
    const double divisor = options.reduction == Reduction::mean_rows ? static_cast<double>(rows) : 1.0;
    for (std::size_t r = 0; r < rows; ++r)
      factors[r] = static_cast<float>((problem.row_weights() ? static_cast<double>(problem.row_weights()[r]) : 1.0) / divisor);
    return factors;
  }
  // The slopes of the loss over those of the bare loss, at outputs 0, in any known label of the row.
  const auto labels = static_cast<std::size_t>(problem.labels());
  const std::vector<float> outputs(rows * labels);
  std::vector<float> slopes(rows * labels), bare_slopes(rows * labels);
  Batch<float> batch;
  batch.rows = static_cast<std::int64_t>(rows);
  batch.labels = problem.labels();
  batch.outputs = outputs.data();
  batch.matrix = &problem.data.labels;
  batch.row_weights = problem.row_weights();
  batch.slopes = slopes.data();
  problem.loss.run(batch, run);
  batch.row_weights = nullptr;
  batch.slopes = bare_slopes.data();
  bare(problem.loss)->run(batch, run);
  for (std::size_t r = 0; r < rows; ++r) {
    factors[r] = 0;
    for (std::size_t cell = r * labels; cell < (r + 1) * labels; ++cell)
      if (bare_slopes[cell] != 0) {
        factors[r] = slopes[cell] / bare_slopes[cell];
        break;
      }
  }
  return factors;
}

ColumnLoss::ColumnLoss(const Problem& problem, std::vector<float> factors)
    : loss_(bare(problem.loss)), factors_(std::move(factors)),
      uniform_(std::all_of(factors_.begin(), factors_.end(), [&](float factor) { return factor == factors_.front(); })) {}

double ColumnLoss::run(const std::vector<float>& logits, const std::vector<Truth>& truth, double weight,
                       std::vector<float>& slopes, std::vector<float>& curves) const {
  const auto rows = static_cast<std::int64_t>(logits.size());
  const Run alone;
  double value = 0;
  for (std::int64_t first = 0; first < rows; first += chunk) {
    Batch<float> batch;
    batch.rows = 1;
    batch.labels = static_cast<LabelId>(std::min(chunk, rows - first));
    batch.outputs = logits.data() + first;
    batch.truth = truth.data() + first;
    batch.label_weights = uniform_ ? nullptr : factors_.data() + first;
    batch.slopes = slopes.data() + first;
    batch.curves = curves.data() + first;
    value += loss_->run(batch, alone);
  }
  const double scale = uniform_ && rows > 0 ? weight * static_cast<double>(factors_.front()) : weight;
  if (scale != 1) {
    const auto factor = static_cast<float>(scale);
    for (std::size_t r = 0; r < logits.size(); ++r) {
      slopes[r] *= factor;
      curves[r] *= factor;
    }
  }
  return value * scale;
}

}  // namespace tagma
