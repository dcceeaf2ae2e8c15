// How good scores and decisions are: every number with its direction, support and doubt.
//
//   Evaluation all = evaluate({.truth = &labels, .scores = &scores, .decisions = &decisions}, {.interval = true}, run);
//   double map = measure_one("macro_map", {.truth = &labels, .scores = &scores}, run);     // early stopping
//
// catalog.h lists the metrics; each says what it needs. A metric that cannot be computed from what is given, or that is
// undefined on it, is not a number: it stands in `left_out` with the reason, never as NaN.
//
// Unknown labels are skipped everywhere: such a cell is in no pair, no count and no ranking; its score may be anything,
// NaN included. Rows without a known label are undefined for means over rows.
// 0/0: a row or label whose ratio is 0/0 counts as 0 (scikit-learn's default) or 1, or is skipped and counted in
// `undefined` (zero_division). Rows without present labels are ordinary: samples_* and recall, ndcg and r-precision at k
// take 0/0; lrap is 1 there, ranking_loss and coverage_error are 0, one_error is 1 (under skip all four leave them out).
// macro_map leaves out labels without a present row, macro_auc labels without a present or without an absent row.
// Ties: average precision and AUC treat equal scores as one group (AUC: half); ranking_loss counts a tied pair as wrong,
// lrap and coverage_error give a group its last rank; *_at_k and one_error break ties by ascending label id.
// Shortlists: the labels left out rank below all listed ones, tied with each other, and are never among the top k.
//
// Cost: set metrics O(decided + present); *_at_k, one_error and ranking on shortlists O(entries + present log present);
// the rest O(cells log cells) at most, in extra memory under half the size of the scores. Row weights and intervals cost
// more: 8 bytes per cell for micro_map and micro_auc, and rows x replicates bytes.
// Threads: evaluate() runs on run.threads; the same bytes for any number of threads.
// Errors: Error{bad_data} for sizes that do not fit and for NaN scores of known cells, Error{usage} for unknown names.
#pragma once

#include <tagma/base/fields.h>
#include <tagma/base/run.h>
#include <tagma/data/labels.h>
#include <tagma/data/scores.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tagma {

enum class Better : std::uint8_t { higher, lower };

// What a metric is computed from, besides the truth.
enum class Needs : std::uint8_t {
  decisions,      // label sets; without them a label is decided where its score reaches the cut of its scale
  ranking,        // scores, dense or a shortlist
  scores,         // dense scores
  probabilities,  // dense presence probabilities
  grades,         // dense scores, and grades in the truth
  order,          // grades in the truth, and scores that say how probable an order of two labels is
};

struct Judged {
  const LabelMatrix* truth = nullptr;
  const Scores* scores = nullptr;             // may be absent
  const Decisions* decisions = nullptr;       // may be absent
  std::span<const float> row_weights;         // empty, or one per row, >= 0
  std::span<const std::string> groups;        // empty, or one per row: intervals resample whole groups
  std::span<const std::int64_t> train_present;  // empty, or per label its present rows in training, for propensities
  std::int64_t train_rows = 0;
};

struct Interval {
  double low = 0, high = 0;
};

struct Measure {
  std::string name;
  double value = 0;
  Better better = Better::higher;
  std::int64_t support = 0;    // what was averaged or counted: rows, labels, present cells or cells, as the metric says
  std::int64_t undefined = 0;  // rows or labels that have no value and were left out
  std::string note;
  std::optional<Interval> interval;
  std::vector<double> by_label;  // macro_* on request, one per label; NaN = undefined there
};

struct LeftOut {
  std::string name, reason;
};

struct Evaluation {
  std::int64_t rows = 0;
  LabelId labels = 0;
  std::vector<Measure> measures;
  std::vector<LeftOut> left_out;

  const Measure* find(std::string_view name) const {
    for (const Measure& measure : measures)
      if (measure.name == name) return &measure;
    return nullptr;
  }
};

enum class ZeroDivision : std::uint8_t { zero, one, skip };

// Reproduces another tool's figures, quirks included (rules.h says which).
enum class Preset : std::uint8_t { none, sklearn, mulan, torchmetrics, xmc };

struct MeasureOptions {
  static constexpr std::string_view name = "measure", says = "how metrics treat empty cases, and their intervals";

  std::vector<std::string> names;   // e.g. "micro_f1", "precision_at_3", "precision_at_k" (every k of `at`); empty: all
  std::vector<int> at{1, 3, 5};
  ZeroDivision zero_division = ZeroDivision::zero;
  Preset preset = Preset::none;
  bool by_label = false, interval = false;
  int replicates = 1000;
  double level = 0.95;
  double propensity_a = 0.55, propensity_b = 1.5;

  static constexpr auto fields() {
    using O = MeasureOptions;
    return std::tuple{
        Choice{"zero_division", &O::zero_division, std::array<std::string_view, 3>{"0", "1", "skip"},
               "value of 0/0 in a row or a label; skip: left out and counted"},
        Choice{"preset", &O::preset,
               std::array<std::string_view, 5>{"none", "sklearn", "mulan", "torchmetrics", "xmc"},
               "reproduce another tool's figures, quirks included"},
        Switch<O>{"by_label", &O::by_label, "macro figures label by label"},
        Switch<O>{"interval", &O::interval, "percentile bootstrap intervals over rows, or over groups"},
        Field<O, int>{"replicates", &O::replicates, 10, 1000000, "bootstrap samples"},
        Field<O, double>{"level", &O::level, 0.5, 0.9999, "coverage of the intervals"},
        Field<O, double>{"propensity_a", &O::propensity_a, 0., 10., "propensity model of psp_at_k: A"},
        Field<O, double>{"propensity_b", &O::propensity_b, 0., 100., "propensity model of psp_at_k: B"}};
  }
};

Evaluation evaluate(const Judged& judged, const MeasureOptions& options, const Run& run);

// The value of one metric, computing nothing else. Errors: also Error{bad_data} with the reason when it has no value.
double measure_one(std::string_view name, const Judged& judged, const Run& run);

// Is a larger value of the metric better? Errors: Error{usage} for an unknown name.
Better better_of(std::string_view name);

// The labels whose score reaches the cut (probability 0.5, margin 0). `strictly`: must exceed it.
Decisions decide_at_cut(const Scores& scores, bool strictly = false);

}  // namespace tagma
