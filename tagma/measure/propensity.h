// How much rarer a label is seen than it is true: inverse propensities, 1 + C (n + B)^-A with C = (log N - 1) (B + 1)^A.
//
// n: present rows of the label, N: rows, both of the training set when its counts are given, else of the truth at hand.
// Source: Jain, Prabhu & Varma, "Extreme multi-label loss functions" (KDD 2016), as the extreme classification
// repository computes it: A = 0.55, B = 1.5 (Amazon 0.6, 2.6; Wikipedia 0.5, 0.4).
#pragma once

#include <tagma/measure/measure.h>

namespace tagma {

std::vector<double> inverse_propensities(const Judged& judged, double a, double b);

}  // namespace tagma
