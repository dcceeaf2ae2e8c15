// What the learners of many panels (ovr, tree) share: settings, checking, the figure on held-out data, and the facts.
#pragma once

#include <tagma/base/fields.h>
#include <tagma/learn/learner.h>
#include <tagma/learn/memory_plan.h>
#include <tagma/learn/panel_problem.h>
#include <tagma/model/weight_chunks.h>

#include <string>

namespace tagma {

struct PanelLearning {
  double c = 1, bias = 1, tolerance = 0.1, prune = 0.01;
  bool unit_rows = true;
  std::int64_t passes = 1000, most = 0;
  WeightPrecision precision = WeightPrecision::fp32;
  std::string metric = "precision_at_5";
  std::int64_t block_bytes = dual_block_bytes;  // no setting, for the result depends on it: tests make it small

  template <class Self>
  static constexpr auto panel_fields() {
    return std::tuple{
        Field<Self, double>{"c", &Self::c, 1e-6, 1e9, "weight of the summed loss against 1/2 ||w||^2: C of LIBLINEAR"},
        Field<Self, double>{"bias", &Self::bias, 0.0, 1e6, "constant feature whose weight is the bias; 0: none"},
        Switch<Self>{"unit_rows", &Self::unit_rows, "rows are brought to length 1, in learning and in scoring"},
        Field<Self, double>{"tolerance", &Self::tolerance, 1e-6, 10.0,
                            "gap of the projected gradient at which a label is solved, as in LIBLINEAR; Newton: relative gap x 1000"},
        Field<Self, std::int64_t>{"passes", &Self::passes, 1, 1000000, "most passes over the rows"},
        Field<Self, double>{"prune", &Self::prune, 0.0, 1e6, "weights of at most this size are dropped"},
        Field<Self, std::int64_t>{"most", &Self::most, 0, 1 << 30, "most weights kept of a label, the largest; 0: all. Going on from a model without its rows, its weights of features that new rows lack are kept besides"},
        Choice<Self, WeightPrecision, 3>{"precision", &Self::precision, precision_names, "how weights are stored"},
        Words<Self>{"metric", &Self::metric, "what is measured on held-out data: loss, or any metric"}};
  }
};

// Errors: Error{usage} naming the learner: no rows, labels or features, sizes that do not fit.
void check_training_rows(std::string_view learner, const Dataset& train);

// Errors: those, and a loss it does not take.
void check_panel_learning(std::string_view learner, const Dataset& train, const LossFunction& loss);

// How learning begins, on every rank: with that check, and a look at the stop token. The sum of the data, where ranks or a kept
// part have to know it, else 0.
std::uint32_t begin_panel_learning(std::string_view learner, const Dataset& train, const LossFunction& loss, const Run& run);

// Whether the stop token of some rank is raised. Every rank has to ask.
bool stop_agreed(const Run& run);

// What panels depend on besides the data, in words (panel_crew.h).
std::string job_words(std::string_view learner, const Settings& settings, const LossFunction& loss, const Run& run);

// plan: what lies in files beside run.scratch.
PanelOptions panel_options(const PanelLearning& learning, const MemoryPlan& plan, const Run& run);

// What follows from the finished model: the figure on held-out data.
void finish_panel_learning(Learned& learned, const Model& model, const Dataset* held_out, const PanelLearning& learning, const LossFunction& loss, const Run& run);

// The metric of the model on held-out data: "loss" is summed over all labels, whatever the reduction, per row; other metrics
// see the best 100 labels of each row where the model is extreme.
double held_out_figure(const Model& model, const Dataset& held_out, const LossFunction& loss, std::string_view metric, const Run& run);

// What a constant output says of a label that is present in `present` of `rows` rows.
float constant_output(const LossFunction& loss, std::int64_t present, std::int64_t rows);

// Sums of the panels.
struct PanelTotals {
  std::int64_t panels = 0, passes = 0, visits = 0, unsolved = 0, weights = 0;
  double objective = 0;
  void add(const PanelWeights& panel);
  void tell(Learned& learned, std::int64_t most_passes) const;
};

}  // namespace tagma
