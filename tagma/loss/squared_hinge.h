// Squared hinge loss: a support vector machine for each label whose loss has a slope everywhere.
//
//   l(z, y) = max(0, 1 - s z)^2,  s = +1 if present, -1 if absent
//   slope -2 s max(0, 1 - s z);  curve 2 where s z < 1, else 0 (the generalised second derivative)
//
// Paper normaliser: the number of rows. Source: Chang, Hsieh, Lin, "Coordinate descent method for large-scale L2-loss
// linear support vector machines" (2008).
#pragma once

#include <tagma/loss/hinge.h>

namespace tagma {

struct SquaredHinge {
  static constexpr std::string_view name = "squared-hinge", says = "support vector machine with squared loss";
  static constexpr Traits traits{.convex = true, .smooth = true, .curve = true};
  static constexpr auto fields() { return std::tuple{}; }

  template <class Real>
  TAGMA_HD Jet<Real> at(Real logit, bool present) const {
    const Real gap = present ? 1 - logit : 1 + logit;
    const Real short_by = gap > 0 ? gap : Real(0), slope = 2 * short_by;
    return {short_by * short_by, present ? -slope : slope, gap > 0 ? Real(2) : Real(0)};
  }

  TAGMA_HD double normaliser(const Totals& totals) const { return static_cast<double>(totals.rows); }
  Reading reading() const { return {Scale::margin, Order::none}; }
  template <class Real>
  void read(const Real* outputs, int labels, Readout<Real> out) const {
    read_margin(outputs, labels, out);
  }
};

}  // namespace tagma
