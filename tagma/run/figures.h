// How measures are laid out for people: in four groups, with what a tuned rule adds beside the standard cut. Shared by
// evaluate and report.
#pragma once

#include <tagma/measure/measure.h>
#include <tagma/report/metric_group.h>

#include <string>
#include <vector>

namespace tagma {

// One model's measures on one data set: with its rule, and at the standard cut (the same when it has no rule).
struct Figures {
  std::string title;
  Evaluation tuned, standard;
  bool has_rule = false;
};

// The table of `tagma evaluate` and `tagma report`: a row per metric, a column per model; decided sets at the standard cut
// and, where some model has a rule, at tuned thresholds.
std::string figures_text(const std::vector<Figures>& models);

// The metrics of one group in the order they are shown.
std::vector<std::string> metrics_of(MetricGroup group, const std::vector<Figures>& models);

std::string value_text(const Measure* measure);  // "0.612 [0.58, 0.64]", "-" when absent

}  // namespace tagma
