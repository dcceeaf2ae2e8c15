// Hinge loss: a linear support vector machine for each label.
//
//   l(z, y) = max(0, 1 - s z),  s = +1 if present, -1 if absent;  slope -s where s z < 1, else 0
//
// Paper normaliser: the number of rows. Source: Cortes & Vapnik, "Support-vector networks" (1995), one against the rest.
#pragma once

#include <tagma/loss/row.h>

#include <string_view>
#include <tuple>

namespace tagma {

struct Hinge {
  static constexpr std::string_view name = "hinge", says = "support vector machine, label by label";
  static constexpr Traits traits{.convex = true, .smooth = false, .curve = false};
  static constexpr auto fields() { return std::tuple{}; }

  template <class Real>
  TAGMA_HD Jet<Real> at(Real logit, bool present) const {
    const Real gap = present ? 1 - logit : 1 + logit, side = present ? Real(-1) : Real(1);
    return {gap > 0 ? gap : Real(0), gap > 0 ? side : Real(0), Real(0)};
  }

  TAGMA_HD double normaliser(const Totals& totals) const { return static_cast<double>(totals.rows); }
  Reading reading() const { return {Scale::margin, Order::none}; }
  template <class Real>
  void read(const Real* outputs, int labels, Readout<Real> out) const {
    read_margin(outputs, labels, out);
  }
};

}  // namespace tagma
