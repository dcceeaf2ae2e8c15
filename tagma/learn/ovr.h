// The one-against-the-rest learner for very many labels and sparse features: for each label
//
//   minimise  1/2 ||w||^2 + C sum_i weight_i loss(w.x_i + b, y_i)          C as in LIBLINEAR
//
// panels of 16, 32 or 64 labels at a time (panel_problem.h); weights of at most `prune` are dropped as in DiSMEC (Babbar &
// Schoelkopf, "DiSMEC: distributed sparse machines for extreme multi-label classification", WSDM 2017), so that only one
// panel is ever held in full. The divisor of loss.reduction plays no part.
//
// Losses: squared-hinge (the standard one), hinge, and by Newton bce and other separable convex losses with a curve.
// Bias: the weight of a constant feature `bias`, penalised like any other, as LIBLINEAR's -B; with Newton it is free.
// Order: panels take the labels by falling frequency, so that those of a panel take about as long. Labels without a present
// row, and labels that an interruption left out, get no weights and a constant output: -1, where the hinge losses call a
// row absent without a loss, or the log-odds of their share of the rows.
// Unknown labels of a row do not count for it. A row without labels is an absent row of every label.
// Weights by propensity: a present row counts 2 / p - 1 times, p the propensity of its label (measure/propensity.h): Qaraei,
// Schultheis, Gupta & Babbar, "Convex surrogates for unbiased loss functions in extreme classification with missing labels"
// (WWW 2021). For the hinge losses.
// held_out: `metric` is computed on it once, from the best 100 labels of each row where the model is extreme.
// warm start: from a model of the same kind, as ovr_growth.h says.
// Ranks: panels are shared among them, and kept in Run::part (panel_crew.h).
// Stop: panels that are done make the model; Error{interrupted} when there is none.
#pragma once

#include <tagma/learn/panel_learning.h>

namespace tagma {

enum class PanelWidth : std::uint8_t { automatic, sixteen, thirty_two, sixty_four };
enum class PresentWeights : std::uint8_t { none, propensity };

struct Ovr : PanelLearning {
  static constexpr std::string_view name = "ovr", says = "one against the rest for very many labels and sparse features";

  PanelWidth panel = PanelWidth::automatic;
  PresentWeights present_weights = PresentWeights::none;
  double propensity_a = 0.55, propensity_b = 1.5;

  static constexpr auto fields() {
    using Self = Ovr;
    return std::tuple_cat(
        panel_fields<Self>(),
        std::tuple{Choice<Self, PanelWidth, 4>{"panel", &Self::panel, {"auto", "16", "32", "64"},
                                                "labels solved side by side; auto: 64, or 32 by Newton"},
                   Choice<Self, PresentWeights, 2>{"present_weights", &Self::present_weights, {"none", "propensity"},
                                                   "weight of present rows; propensity: 2 / p - 1"},
                   Field<Self, double>{"propensity_a", &Self::propensity_a, 0.0, 10.0, "propensity model: A"},
                   Field<Self, double>{"propensity_b", &Self::propensity_b, 0.0, 100.0, "propensity model: B"}});
  }
  static bool accepts(const LossFunction& loss);
  static constexpr std::string_view standard_loss = "squared-hinge";
  static constexpr bool uses_ranks = true;

  MemoryPlan plan(const Dataset& train, const Dataset* held_out, const LossFunction& loss, bool may_move_rows, const Run& run) const;
  Learned learn(const Dataset& train, const Dataset* held_out, const LossFunction& loss, const Model* warm, const Run& run) const;
};

}  // namespace tagma
