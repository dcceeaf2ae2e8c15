// Class balancing by the effective number of examples, with the rows that have no label as a class of their own.
//
//   c_k = (1 - beta) / (1 - beta^n_k), k = 1 .. M and the negative rows, scaled so that their sum is the number of classes
//   weight of a row = sum of c_k over its present labels; of a row with something known and nothing present: c_negative
//
// Source: Cui et al., CVPR 2019 (effective number); 2506.05721 (multi-label weights, the negative pseudo-class). Ours: a
// class that the counts never saw takes no part in the scaling and, when met later, weighs as one seen once, where the
// released code divides by zero.
#pragma once

#include <tagma/drive/loss_function.h>

#include <vector>

namespace tagma {

struct ClassWeights {
  std::vector<double> label;
  double negative = 1;
};

// Errors: Error{usage} when a count is negative.
ClassWeights class_weights(const ClassCounts& counts, double beta);

}  // namespace tagma
