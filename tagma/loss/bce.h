// Binary cross-entropy: each label is a logistic regression of its own.
//
//   l(z, y) = log(1 + exp(-s z)), s = +1 if present, -1 if absent;  slope p - y;  curve p (1 - p);  p = sigmoid(z)
//
// Paper normaliser: the number of known labels of the batch (the mean over rows and labels).
#pragma once

#include <tagma/loss/logistic.h>
#include <tagma/loss/row.h>

#include <string_view>
#include <tuple>

namespace tagma {

struct Bce {
  static constexpr std::string_view name = "bce", says = "binary cross-entropy, label by label";
  static constexpr Traits traits{.convex = true, .smooth = true, .curve = true};
  static constexpr auto fields() { return std::tuple{}; }

  template <class F>
  TAGMA_HD auto choose(F f) const {
    return f([](auto logit, bool present) { return split_logistic(logit, present); });
  }
  template <class Real>
  TAGMA_HD Jet<Real> at(Real logit, bool present) const {
    return logistic(logit, present);
  }

  TAGMA_HD double normaliser(const Totals& totals) const { return static_cast<double>(totals.known); }
  Reading reading() const { return {Scale::probability, Order::logistic}; }
  template <class Real>
  void read(const Real* outputs, int labels, Readout<Real> out) const {
    read_sigmoid(outputs, labels, out);
  }
};

}  // namespace tagma
