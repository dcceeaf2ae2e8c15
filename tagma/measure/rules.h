// The conventions of one evaluation, spelled out: 0/0, ties, and what happens to rows and labels without a value.
//
// Presets, where they differ from tagma's own rules (measure.h):
//   sklearn       macro_map counts a label without a present row as 0, and micro_map is 0 without one; macro_auc is an error
//                 when a label has one class (left out here); samples_map is 0 on rows without present labels; ndcg_at_k
//                 averages over ties
//   mulan         0/0 is 1 only when neither truth nor decision names a label, else 0; scores are ranked strictly, a tie
//                 going to the later label (the earlier row for macro_map); lrap leaves rows without present labels out;
//                 coverage_error starts at 0; a label without both classes makes macro_auc undefined as a whole
//   torchmetrics  macro_map and macro_auc count a label without a value as 0, micro_map and micro_auc without one are 0;
//                 ranking_loss ranks strictly as above; without decisions, a score must exceed the cut; presence_ece has
//                 p = 1 in a bin of its own, and bin edges rounded to single precision. Of its retrieval metrics, rows
//                 being queries: ndcg_at_k averages over ties, samples_map is 0 on rows without present labels, and a
//                 label scored 0 or less is no hit of precision, recall and r-precision at k and not counted in samples_map
//   xmc           0/0 at k is 0; of tied labels the later is ranked first, also by one_error (the definitions of *_at_k are
//                 those of the extreme classification repository)
// Not reproduced: the order torchmetrics gives ties in precision_at_k and samples_map, and pyxclib in rows that score more
// than 15 labels, accidents of a sort; that torchmetrics reads margins which all lie in [0, 1] as probabilities, and ties
// those that its sigmoid rounds to 1. pyxclib has two recalls: recall_at_k is its `recall`, which counts rows without
// present labels as 0, not its `recall_at_k`, which leaves them out.
// Sources: the tools themselves (scikit-learn 1.2, Mulan of 2022-09, torchmetrics 1.9, pyxclib 2025-04; tests/reference).
#pragma once

#include <tagma/measure/measure.h>

namespace tagma {

// What a label or row without a value contributes to the average.
enum class Missing : std::uint8_t { skip, zero, whole };  // whole: the average itself is undefined

struct Rules {
  ZeroDivision zero_division = ZeroDivision::zero;
  bool empty_is_right = false;      // mulan's 0/0
  bool later_on_top = false;        // one_error and *_at_k: of equal scores the later id first
  bool strict_ranks = false;        // lrap, coverage_error: no ties, later id above
  bool strict_pairs = false;        // ranking_loss: likewise
  bool strict_precision = false;    // macro_map: each row its own rank, ties in row order
  bool average_ndcg_ties = false;
  bool skip_negative_lrap = false;
  bool zero_at_k = false;           // 0/0 at k is 0 whatever zero_division says
  bool zero_samples_map = false;
  bool positive_hits = false;       // precision, recall, r-precision at k, samples_map: a label scored 0 or less is no hit
  bool above_cut = false;
  bool single_edges = false;        // presence_ece: bin edges in single precision, p = 1 in a bin of its own
  int coverage_start = 1;
  Missing no_precision = Missing::skip, no_auc = Missing::skip;

  bool later_first(float score, float other) const { return score > other || (later_on_top && score == other); }
};

inline Rules rules_of(const MeasureOptions& options) {
  Rules rules{.zero_division = options.zero_division};
  switch (options.preset) {
    case Preset::none: break;
    case Preset::sklearn:
      rules.average_ndcg_ties = rules.zero_samples_map = true;
      rules.no_precision = Missing::zero;
      rules.no_auc = Missing::whole;
      break;
    case Preset::mulan:
      rules.empty_is_right = rules.later_on_top = rules.strict_ranks = rules.strict_pairs = rules.strict_precision = true;
      rules.skip_negative_lrap = true;
      rules.coverage_start = 0;
      rules.no_auc = Missing::whole;
      break;
    case Preset::torchmetrics:
      rules.strict_pairs = rules.above_cut = rules.average_ndcg_ties = true;
      rules.zero_samples_map = rules.positive_hits = rules.single_edges = true;
      rules.no_precision = rules.no_auc = Missing::zero;
      break;
    case Preset::xmc: rules.zero_at_k = rules.later_on_top = true; break;
  }
  return rules;
}

// One row's (or the whole's) share of a ratio of sums: value = sum of top / sum of bottom over the rows. For a mean over
// rows bottom is 1. `rest` is what else was at stake when bottom is 0 (mulan's 0/0).
struct RowPart {
  double top = 0, bottom = 0, rest = 0;
  std::int64_t support = 0, undefined = 0;

  static RowPart mean(double value) { return {value, 1, 0, 1, 0}; }
  static RowPart none() { return {0, 0, 0, 0, 1}; }
};

// The value of a ratio, or nothing where 0/0 is to be skipped.
inline std::optional<double> resolve(double top, double bottom, double rest, const Rules& rules) {
  if (bottom > 0) return top / bottom;
  if (rules.empty_is_right) return rest == 0 ? 1. : 0.;
  if (rules.zero_division == ZeroDivision::skip) return std::nullopt;
  return rules.zero_division == ZeroDivision::one ? 1. : 0.;
}
inline RowPart resolved_mean(double top, double bottom, double rest, const Rules& rules) {
  const std::optional<double> value = resolve(top, bottom, rest, rules);
  return value ? RowPart::mean(*value) : RowPart::none();
}

}  // namespace tagma
