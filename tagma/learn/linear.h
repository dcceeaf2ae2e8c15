// The linear learner: one weight vector (and bias) per output of the loss, any loss of the catalog.
//
//   minimise  loss + l2 / 2 ||W||^2 + l1 ||W||_1      loss with its reduction, over the scaled features; biases are free
//
// l2 below 0 (the default) means 1 / divisor of the reduction: 1 / rows for mean-rows, 1 for sum. That is a standard
// normal prior on every weight whatever the number of rows, and C = 1 of LIBLINEAR: C = 1 / (rows l2) for mean-rows.
//
// Solvers
//   newton    separable convex losses with a curve, no l1: truncated Newton, label by label, 16 labels side by side (newton.h)
//   lbfgs     smooth losses: L-BFGS; with l1 the orthant-wise OWL-QN (lbfgs.h)
//   adam, adagrad   any loss: mini-batches; l1 by proximal steps (mini_batch.h)
//   auto      the first of newton, lbfgs (convex losses) and adam that applies
// Start: the biases that are best with all weights 0 (separable, and smooth losses), else 0; or a warm model.
// Early stopping: with held-out data, lbfgs after every iteration and the mini-batch solvers after every round look at
// `metric` and keep the best model; they stop after `patience` looks without gain. newton solves to the end.
// Label weights: `balanced` weighs each label by the inverse of its present count, the mean over labels being 1.
// Rows' class balance belongs to the loss (loss.balance), row weights to the data set.
#pragma once

#include <tagma/base/fields.h>
#include <tagma/learn/design.h>
#include <tagma/learn/learner.h>

#include <array>

namespace tagma {

enum class Solver : std::uint8_t { automatic, newton, lbfgs, adam, adagrad };
enum class LabelWeights : std::uint8_t { none, balanced };

struct Linear {
  static constexpr std::string_view name = "linear", says = "one weight vector per label, any loss, dense or sparse features";

  double l2 = -1, l1 = 0;
  bool bias = true;
  Solver solver = Solver::automatic;
  Scaling scale = Scaling::automatic;
  LabelWeights label_weights = LabelWeights::none;
  double tolerance = 1e-5;
  std::int64_t iterations = 300, batch = 512, rounds = 0;
  double rate = 0;
  std::string metric = "loss";
  std::int64_t patience = 10;

  static constexpr auto fields() {
    using Self = Linear;
    return std::tuple{
        Field{"l2", &Self::l2, -1.0, 1e12, "weight decay; below 0: 1 / rows, the C = 1 of LIBLINEAR"},
        Field{"l1", &Self::l1, 0.0, 1e12, "weight of the sum of absolute weights; makes weights exactly 0"},
        Switch<Self>{"bias", &Self::bias, "a constant per output, never penalised"},
        Choice{"solver", &Self::solver, std::array<std::string_view, 5>{"auto", "newton", "lbfgs", "adam", "adagrad"},
               "how the objective is minimised; auto goes by the loss"},
        Choice{"scale", &Self::scale, std::array<std::string_view, 4>{"none", "max", "deviation", "auto"},
               "unit of each feature while learning; auto: deviation (and centring) if dense, none if sparse"},
        Choice{"label_weights", &Self::label_weights, std::array<std::string_view, 2>{"none", "balanced"},
               "weight of each label in the loss; balanced: rare labels count as much as frequent ones"},
        Field{"tolerance", &Self::tolerance, 0.0, 1.0, "relative gap of the objective at which newton and lbfgs stop"},
        Field{"iterations", &Self::iterations, std::int64_t{1}, std::int64_t{1000000}, "most iterations of newton and lbfgs"},
        Field{"batch", &Self::batch, std::int64_t{1}, std::int64_t{1} << 24, "rows per step of adam and adagrad"},
        Field{"rounds", &Self::rounds, std::int64_t{0}, std::int64_t{1000000},
              "passes of adam and adagrad over the rows; 0: as many as make 1500 steps, at least 20"},
        Field{"rate", &Self::rate, 0.0, 1e6, "largest step size of adam and adagrad, falling to 0 along a cosine; 0: 0.05 and 0.2"},
        Words<Self>{"metric", &Self::metric, "what early stopping looks at on held-out data: loss, or any metric"},
        Field{"patience", &Self::patience, std::int64_t{0}, std::int64_t{1000000}, "looks without gain before stopping; 0: never stop"}};
  }

  static constexpr std::string_view standard_loss = "bce";
  static constexpr bool uses_ranks = false;
  static bool accepts(const LossFunction&) { return true; }

  Learned learn(const Dataset& train, const Dataset* held_out, const LossFunction& loss, const Model* warm, const Run& run) const;
};

}  // namespace tagma
