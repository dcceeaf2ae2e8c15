// The charts of a report on one or several models of the same data.
//
// Each takes the models side by side, so that a difference is seen and not remembered; curves.h computes what they show.
// Threads: serial; pure functions.
#pragma once

#include <tagma/decide/rule.h>
#include <tagma/measure/measure.h>
#include <tagma/report/chart.h>
#include <tagma/report/page.h>

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tagma {

// A model as a report shows it.
struct ShownModel {
  std::string title;
  const Scores* scores = nullptr;    // of the reported rows; null: no charts of this model
  const Decider* decider = nullptr;  // the tuned rule; may be absent
  const Decisions* decisions = nullptr;  // label sets of the rule, or at the standard cut; null: no examples
  Evaluation standard, tuned;        // with sets decided at the standard cut, and by the rule (the same without one)
};

// The reported rows.
struct ShownData {
  const LabelMatrix* truth = nullptr;
  std::vector<std::string> label_names;  // or empty
  std::string label_name(LabelId label) const {
    return label_names.empty() ? std::to_string(label) : label_names[static_cast<std::size_t>(label)];
  }
};

// Precision against recall: over all cells, or of one label.
Chart precision_recall_chart(std::span<const ShownModel> models, const ShownData& data, std::optional<LabelId> label);

// Frequent, middling and rare: the labels whose curves are worth a look (at most three, each with some present rows).
std::vector<LabelId> telling_labels(const LabelMatrix& truth);

// Micro F1 against one threshold, models of one scale; the standard cut and the tuned rule marked.
Chart threshold_chart(std::span<const ShownModel> models, const ShownData& data, Scale scale);

// Presence probabilities against what was so, with the number of cells of each bin.
Chart reliability_chart(const ShownModel& model, const ShownData& data, int colour);

// Scores by grade, as boxes over a sample of the cells; nothing when the truth has no grades.
std::optional<Chart> grade_chart(const ShownModel& model, const ShownData& data, int colour);

// How often each label is present: bars with names, or, for many labels, counts against rank.
Figure frequency_figure(const ShownData& data);

}  // namespace tagma
