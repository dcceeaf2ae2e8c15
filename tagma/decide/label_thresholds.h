// A threshold for every label: the one whose F-beta on held-out scores is best, found exactly in one pass over the sorted
// scores of the label (equal scores fall together; thresholds stand half way between distinct scores), then drawn towards
// the common threshold, because the best threshold of a label with few positives is mostly chance:
//
//   place(t) = (n place(best) + prior place(common)) / (n + prior)
//
// n: known present cells of the label; common: the global-threshold of target macro_f with the same beta; place: the
// log-odds of a probability, the margin itself, so that both scales of one model give the same thresholds.
// A label with fewer than `minimum` present cells takes the common threshold. With prior 0 the exact best stays.
// On simulated labels with fewer than 15 present cells of 500 and per-label errors of 0, 0.5, 1, 2 in log-odds, F1 on new
// rows is .334 .334 .334 .333 with prior 0, .360 .357 .348 .321 with prior 5, .354 .344 .320 .263 with the common one.
//
// Source of the sweep: Fan & Lin, "A study on threshold selection for multi-label classification" (2007), whose remedy
// for rare labels ("fbr": raise the threshold when F falls below a bound) is replaced by the pseudo-count.
// Threads: fitted in blocks of labels; the same bytes for any run.threads.
#pragma once

#include <tagma/base/fields.h>
#include <tagma/decide/rule.h>

namespace tagma {

struct LabelThresholds {
  static constexpr std::string_view name = "label-thresholds",
                                    says = "one threshold per label, best F on held-out data";
  double beta = 1, prior = 5;
  std::int32_t minimum = 1;
  static constexpr auto fields() {
    return std::tuple{
        Field{"beta", &LabelThresholds::beta, 0.01, 100., "recall counts beta times as much as precision"},
        Field{"prior", &LabelThresholds::prior, 0., 1e6,
              "present cells that the common threshold counts for; 0: no shrinkage"},
        Field{"minimum", &LabelThresholds::minimum, 0, 1000000,
              "labels with fewer present cells take the common threshold"}};
  }

  // One per label; a single one where there is no label.
  std::vector<float> thresholds(const Scores& scores, const LabelMatrix& truth, const Run& run) const;

  std::unique_ptr<const Decider> fit(const Scores& scores, const LabelMatrix& truth, const Run& run) const;
  static std::unique_ptr<const Decider> load(const ModelReader& file);
};

}  // namespace tagma
