// The numbers behind the figures of a report, from scores and their truth. Unknown cells are left out everywhere.
//
// Curves are thinned to at most `points` points, which keep their ends; what is thinned away changes no picture.
// Scores may be dense or a shortlist (labels left out count as never decided); reliability needs presence probabilities,
// grades a graded truth and dense scores. What cannot be drawn comes back empty.
// Threads: serial; pure functions.
#pragma once

#include <tagma/data/labels.h>
#include <tagma/data/scores.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace tagma {

inline constexpr std::size_t curve_points = 250;

// Precision and recall while the threshold comes down over the distinct scores.
struct PrecisionRecall {
  std::vector<double> recall, precision, threshold;
  double average_precision = 0;  // non-interpolated, ties as one group
  std::int64_t present = 0, cells = 0;
};
PrecisionRecall precision_recall(const Scores& scores, const LabelMatrix& truth, std::size_t points = curve_points);
PrecisionRecall precision_recall(const Scores& scores, const LabelMatrix& truth, LabelId label,
                                 std::size_t points = curve_points);

// Micro F1 against one threshold for all labels.
struct ThresholdSweep {
  std::vector<double> threshold, f1;
  double cut = 0, f1_at_cut = 0;    // of the scale
  double best = 0, f1_at_best = 0;  // of these very scores: what no threshold can exceed
};
ThresholdSweep threshold_sweep(const Scores& scores, const LabelMatrix& truth, std::size_t points = curve_points);

// Presence probabilities in equal-width bins against what was so.
struct ReliabilityBin {
  double low = 0, high = 0, predicted = 0, observed = 0;  // means over the bin
  std::int64_t count = 0;
};
struct Reliability {
  std::vector<ReliabilityBin> bins;  // only those that hold a cell
  std::int64_t cells = 0;
  double expected_error = 0;  // sum of count/cells |observed - predicted|
};
Reliability reliability(const Scores& scores, const LabelMatrix& truth, int bins = 10);

// Scores by grade: one group per grade when there are at most `groups`, else groups of equal size; absent cells first.
struct GradeGroup {
  std::string name;  // "absent", "2.5", "1.2 to 1.7"
  double grade = 0;  // mean; 0 of absent cells
  std::int64_t count = 0;
  std::array<double, 5> quantiles{};  // .05 .25 .5 .75 .95 of the scores
  double spread = 0;                  // mean standard deviation that the model gives; 0 without
};
struct GradeCurves {
  std::vector<GradeGroup> groups;
  std::vector<std::pair<double, double>> sample;  // (group and its jitter, score), drawn evenly and always the same
};
GradeCurves grades(const Scores& scores, const LabelMatrix& truth, std::size_t groups = 10, std::size_t dots = 400);

// Labels by the number of rows that bear them, descending; ties by ascending id.
struct LabelFrequency {
  LabelId label = 0;
  std::int64_t present = 0, unknown = 0;
};
std::vector<LabelFrequency> label_frequencies(const LabelMatrix& truth);

}  // namespace tagma
