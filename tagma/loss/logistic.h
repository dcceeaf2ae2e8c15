// The logistic function and its log-loss, shared by the losses that are built from them. Every function is branch-free
// (selects only), so that loops over it vectorise, and finite for every finite argument.
#pragma once

#include <tagma/loss/row.h>
#include <tagma/math/special.h>

namespace tagma {

template <class Real>
TAGMA_HD Real sigmoid(Real z) {
  const Real e = math::exp_down(-math::abs(z));  // in (0, 1]
  return (z < 0 ? e : Real(1)) / (1 + e);
}

// log(1 + exp(-s z)) with s = +1 for a present label, -1 for an absent one.
template <class Real>
TAGMA_HD SplitJet<Real> split_logistic(Real z, bool present) {
  const Real m = present ? -z : z;  // the loss is softplus(m)
  const Real e = math::exp_down(-math::abs(z));
  const Real inverse = 1 / (1 + e);
  const Real q = (m < 0 ? e : Real(1)) * inverse;  // sigmoid(m): the probability given to the wrong answer
  return {m > 0 ? m : Real(0), e, present ? -q : q, e * inverse * inverse};
}
template <class Real>
TAGMA_HD Jet<Real> logistic(Real z, bool present) {
  return jet_of(split_logistic(z, present));
}

template <class Real>
void read_sigmoid(const Real* outputs, int labels, Readout<Real> out) {
  for (int j = 0; j < labels; ++j) out.score[j] = sigmoid(outputs[j]);
}

}  // namespace tagma
