// Average precision and AUC of ranked cells: by label, over all cells, and under many weightings of the rows at once.
//
// Unweighted, nothing but 32-bit keys is sorted: all keys of a label and, apart, those of its present cells; two merged
// walks give every count both curves need. Over all cells the keys come in pieces cut by a histogram of their high bits,
// so that no more than three eighths of them are held at a time.
// Weighted, cells are sorted with their rows once, and every weighting is one walk over them; resamples go 16 at a walk (curve_tiles.h).
// Memory: label_curves a quarter of the keys at a time (and of the present keys); micro_curve 3/8 of the scores; weighted
// 16 bytes per cell sorted at once: of a label, of all for weighted_micro_curves.
// Errors: Error{bad_data} naming row and label of a NaN score of a known cell.
#pragma once

#include <tagma/measure/measure.h>

#include <tagma/base/function_ref.h>

namespace tagma {

struct Curve {
  double precision_sum = 0, right_pairs = 0, present = 0, absent = 0;  // weighted sums

  std::optional<double> average_precision() const {
    return present > 0 ? std::optional(precision_sum / present) : std::nullopt;
  }
  std::optional<double> area() const {
    return present > 0 && absent > 0 ? std::optional(right_pairs / present / absent) : std::nullopt;
  }
};

// How rows are weighted, several times over: set s gives row r its count in resample s times the row's own weight.
struct WeightSets {
  std::int64_t sets = 1, rows = 0;
  std::vector<std::uint8_t> counts;   // [sets x rows], or empty: 1 each
  std::span<const float> row_weights; // [rows], or empty: 1 each

  bool plain() const { return counts.empty() && row_weights.empty(); }
  double at(std::int64_t set, std::int64_t row) const {
    const double own = row_weights.empty() ? 1. : static_cast<double>(row_weights[static_cast<std::size_t>(row)]);
    return counts.empty() ? own : own * counts[static_cast<std::size_t>(set * rows + row)];
  }
};

std::vector<Curve> label_curves(const Judged& judged, const Run& run);  // one per label
Curve micro_curve(const Judged& judged, const Run& run);

// sink(label, curves: one per set), in order of label, from the calling thread. strict: equal scores are ranked in order
// of row for average precision.
void weighted_label_curves(const Judged& judged, const WeightSets& weights, bool strict, const Run& run,
                           FunctionRef<void(LabelId label, std::span<const Curve> curves)> sink);
std::vector<Curve> weighted_micro_curves(const Judged& judged, const WeightSets& weights, const Run& run);  // one per set

}  // namespace tagma
