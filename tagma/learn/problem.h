// What every solver of the linear learner is given, and what it hands back.
//
// Points are in the scale of the design. A solver starts from the point it is given and leaves the best one it has there.
// It never throws for a raised stop token: it sets `interrupted`.
// Errors: Error{bad_data} when the objective stops being a number, naming the loss and the step.
#pragma once

#include <tagma/learn/design.h>
#include <tagma/learn/linear.h>
#include <tagma/learn/watch.h>

#include <string>
#include <utility>
#include <vector>

namespace tagma {

struct Problem {
  const Linear& options;
  const Design& design;
  const Dataset& data;
  const LossFunction& loss;
  double l2 = 0;                      // resolved
  std::vector<float> label_weights;   // empty, or one per label
  bool warm = false;                  // the starting point is a model, not a first guess

  LabelId labels() const { return data.labels.labels(); }
  std::int64_t outputs() const { return loss.outputs(data.labels.labels()); }
  const float* row_weights() const { return data.weights.empty() ? nullptr : data.weights.data(); }
  const float* label_weights_or_null() const { return label_weights.empty() ? nullptr : label_weights.data(); }
};

struct Solved {
  bool interrupted = false;
  std::vector<std::pair<std::string, double>> facts;
  std::vector<std::string> notes;
};

Solved solve_newton(const Problem& problem, Point& point, const Run& run);
Solved solve_lbfgs(const Problem& problem, Point& point, Watch& watch, const Run& run);
Solved solve_mini_batch(const Problem& problem, Point& point, Watch& watch, const Run& run);

// loss + l2 / 2 ||W||^2 + l1 ||W||_1 over all rows, and, where `slope` is not null, its gradient without the l1 part.
double objective(const Problem& problem, const Point& point, Point* slope, const Run& run);

// Penalties alone, in double precision.
double penalty(const Problem& problem, const Point& point, const Run& run);

[[noreturn]] void fail_not_finite(const Problem& problem, std::string_view step);

// The biases with which a separable loss is least when all weights are 0: for cross-entropy the log-odds of each label,
// counted by the weights of the rows, class balance included.
// A label that is never (or always) present counts as half a row more of the other kind; one never known takes the mean
// of the others' weights.
std::vector<float> prior_bias(const Problem& problem, const Run& run);

// The same for any smooth loss, by a short L-BFGS on a model without features: without it, early stopping would judge how
// far the biases have come from 0, not what the features add.
std::vector<float> constant_bias(const Problem& problem, const Run& run);

}  // namespace tagma
