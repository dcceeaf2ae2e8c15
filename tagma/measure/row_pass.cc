#include <tagma/measure/row_pass.h>

#include <tagma/base/parallel.h>

namespace tagma {

void RowTotals::merge(const RowTotals& other) {
  for (std::size_t i = 0; i < parts.size(); ++i) {
    parts[i].top += other.parts[i].top;
    parts[i].bottom += other.parts[i].bottom;
    parts[i].rest += other.parts[i].rest;
    parts[i].support += other.parts[i].support;
    parts[i].undefined += other.parts[i].undefined;
  }
  for (std::size_t i = 0; i < bins.size(); ++i) {
    bins[i].add(other.bins[i], 1);
    bins[i].support += other.bins[i].support;
  }
}

RowPass::RowPass(const Judged& judged, const Rules& rules, std::span<const Job> jobs,
                 std::span<const double> inverse_propensity, bool keep)
    : judged_(judged), rules_(rules), inverse_propensity_(inverse_propensity), keep_(keep), rows_(judged.truth->rows()) {
  for (const Job& job : jobs) {
    if (!job.part && !job.bins) continue;
    (job.part ? part_jobs_ : bin_jobs_).push_back(job);
    facts_ |= job.uses;
    top_ = std::max(top_, job.k);
  }
  if (!keep_) return;
  kept_parts_.resize(part_jobs_.size() * static_cast<std::size_t>(rows_));
  kept_rest_.resize(kept_parts_.size());
  kept_bins_.resize(bin_jobs_.size() * static_cast<std::size_t>(rows_));
}

RowTotals RowPass::empty_totals() const { return {std::vector<RowPart>(part_jobs_.size()), std::vector<Bins>(bin_jobs_.size())}; }

RowTotals RowPass::fold(std::int64_t first, std::int64_t last) {
  RowTotals totals = empty_totals();
  RowReader reader(judged_, rules_, facts_, top_, inverse_propensity_);
  for (std::int64_t row = first; row < last; ++row) {
    const RowFacts& facts = reader.read(row);
    const double weight = judged_.row_weights.empty() ? 1. : judged_.row_weights[static_cast<std::size_t>(row)];
    for (std::size_t i = 0; i < part_jobs_.size(); ++i) {
      const RowPart part = part_jobs_[i].part(facts, rules_, part_jobs_[i].k);
      RowPart& total = totals.parts[i];
      total.top += weight * part.top, total.bottom += weight * part.bottom, total.rest += weight * part.rest;
      total.support += part.support, total.undefined += part.undefined;
      if (!keep_) continue;
      const std::size_t at = i * static_cast<std::size_t>(rows_) + static_cast<std::size_t>(row);
      kept_parts_[at] = {part.top, part.bottom}, kept_rest_[at] = part.rest;
    }
    for (std::size_t i = 0; i < bin_jobs_.size(); ++i) {
      const Bins bins = bin_jobs_[i].bins(facts, rules_);
      totals.bins[i].add(bins, weight);
      totals.bins[i].support += bins.support;
      if (keep_) kept_bins_[i * static_cast<std::size_t>(rows_) + static_cast<std::size_t>(row)] = bins;
    }
  }
  return totals;
}

RowTotals RowPass::run(const Run& run) {
  return parallel_reduce(
      run, rows_, 256, empty_totals(), [&](std::int64_t first, std::int64_t last) { return fold(first, last); },
      [](RowTotals& whole, const RowTotals& part) { whole.merge(part); });
}

RowTotals RowPass::weighted(const WeightSets& weights, std::int64_t set) const {
  RowTotals totals = empty_totals();
  const auto rows = static_cast<std::size_t>(rows_);
  std::vector<double> weight(rows);
  for (std::size_t r = 0; r < rows; ++r) weight[r] = weights.at(set, static_cast<std::int64_t>(r));
  for (std::size_t i = 0; i < part_jobs_.size(); ++i) {
    const Pair* pairs = kept_parts_.data() + i * rows;
    double top = 0, bottom = 0;
    for (std::size_t r = 0; r < rows; ++r) top += weight[r] * pairs[r].top, bottom += weight[r] * pairs[r].bottom;
    totals.parts[i].top = top, totals.parts[i].bottom = bottom;
    if (!rules_.empty_is_right) continue;
    for (std::size_t r = 0; r < rows; ++r) totals.parts[i].rest += weight[r] * kept_rest_[i * rows + r];
  }
  for (std::size_t i = 0; i < bin_jobs_.size(); ++i)
    for (std::size_t r = 0; r < rows; ++r)
      if (weight[r] > 0) totals.bins[i].add(kept_bins_[i * rows + r], weight[r]);
  return totals;
}

}  // namespace tagma
