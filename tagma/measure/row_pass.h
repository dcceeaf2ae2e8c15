// One pass over the rows for every metric that is a ratio of sums or a table of reliability bins.
//
// RowTotals is a fold: start empty, add rows, merge parts in any split. With `keep`, what each row added is kept too, so
// that a resample is a weighted sum over rows. Memory then: 16 bytes per row and metric, 360 per row and table.
#pragma once

#include <tagma/measure/curves.h>
#include <tagma/measure/jobs.h>

namespace tagma {

struct RowTotals {
  std::vector<RowPart> parts;  // one per job with part
  std::vector<Bins> bins;   // one per job with bins

  void merge(const RowTotals& other);
};

class RowPass {
 public:
  // jobs: those with `part` or `bins` are done, in their order.
  RowPass(const Judged& judged, const Rules& rules, std::span<const Job> jobs, std::span<const double> inverse_propensity,
          bool keep);

  // The totals of rows [first, last).
  RowTotals fold(std::int64_t first, std::int64_t last);
  RowTotals run(const Run& run);
  // The totals of one weighting of the kept rows (support and undefined are not filled).
  RowTotals weighted(const WeightSets& weights, std::int64_t set) const;
  bool empty() const { return part_jobs_.empty() && bin_jobs_.empty(); }

 private:
  struct Pair {
    double top, bottom;
  };
  RowTotals empty_totals() const;

  const Judged& judged_;
  const Rules& rules_;
  std::span<const double> inverse_propensity_;
  std::vector<Job> part_jobs_, bin_jobs_;
  unsigned facts_ = 0;
  int top_ = 1;
  bool keep_;
  std::int64_t rows_;
  std::vector<Pair> kept_parts_;   // [part jobs x rows]
  std::vector<double> kept_rest_;  // likewise
  std::vector<Bins> kept_bins_;    // [bin jobs x rows]
};

}  // namespace tagma
