// How sure scores should be of the order of two present labels, on held-out rows: one number a that the argument of every
// probability of an order is multiplied by (measure/order.h),
//
//   minimise over a >= 0   sum over pairs  (1 - e) (-log F(a x)) + e (-log F(-a x)),    e = 1 / (pairs + 2)
//
// x: the argument for the true order; F: logistic or Gaussian. Convex in a. 0: the scores order labels no better than chance. e
// are the targets of Platt (1999), which keep a finite where every pair is in order.
// Source: one temperature for all pairs, as Guo et al., "On calibration of modern neural networks" (ICML 2017) have it for classes.
// Threads: the same bytes for any run.threads.
#pragma once

#include <tagma/base/run.h>
#include <tagma/data/labels.h>
#include <tagma/data/scores.h>

#include <cstdint>
#include <optional>

namespace tagma {

struct OrderSlope {
  double slope = 1;
  std::int64_t pairs = 0;
};

// Nothing where scores or truth say nothing of order (a shortlist, no grades, no pair of unequal grades, no Order).
std::optional<OrderSlope> fit_order_slope(const Scores& scores, const LabelMatrix& truth, const Run& run);

}  // namespace tagma
