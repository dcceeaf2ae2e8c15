// Calibration by a logistic curve per label on held-out scores, p = sigmoid(a x + b), drawn towards a curve common to all labels,
// because that of a label with few present cells is mostly chance:
//
//   minimise  sum_i log(1 + exp(-y_i (a x_i + b)))  +  prior / 2 (theta - theta_0)' H_0 (theta - theta_0)      theta = (a, b)
//
// over the known scored cells of the label. theta_0: the common curve, fitted to all cells with a faint pull to (1, 0). H_0: its
// curvature divided by its present cells, so that `prior` counts in present cells, as in label_thresholds.h. A slope that
// would fall below 0 (the scores rank the label backwards) becomes 0: the label's base rate then.
// Of a shortlist only the listed cells are fitted: the curve is the chance of a label given its score and that it is listed. A
// label that a row leaves out has no probability of its own; it stays absent.
//
// Source: Platt, "Probabilistic outputs for support vector machines" (1999); the Newton steps with backtracking of Lin, Lin &
// Weng, "A note on Platt's probabilistic outputs" (Machine Learning 2007). What we changed: no targets drawn off 0 and 1, since
// the common curve does that work; all labels share it.
// Threads: fitted label by label; the same bytes for any run.threads.
// Errors: Error{usage} where no cell is known.
#pragma once

#include <tagma/base/fields.h>
#include <tagma/base/run.h>
#include <tagma/data/labels.h>
#include <tagma/decide/calibration.h>

#include <memory>
#include <string_view>
#include <tuple>

namespace tagma {

struct Platt {
  static constexpr std::string_view name = "platt", says = "calibrated probabilities: a logistic curve per label, rare labels pooled";
  double prior = 10;
  static constexpr auto fields() {
    return std::tuple{Field{"prior", &Platt::prior, 0., 1e9, "present cells that the common curve counts for; 0: no pooling"}};
  }
  std::unique_ptr<const Calibration> fit(const Scores& scores, const LabelMatrix& truth, const Run& run) const;
};

}  // namespace tagma
