// The decoupled softmax of dual encoders: each present label against the absent ones alone, so that the present labels of a row do
// not compete with each other, as they do in the softmax.
//
//   J = - sum_present w_u log( exp(z_u) / (exp(z_u) + S) )        S = sum_absent w_v exp(z_v)
//
// With a_u = S / (exp(z_u) + S), the share that the absent labels take from u, and q_v = w_v exp(z_v) / S:
// the slope of u is -w_u a_u, that of v q_v sum_u w_u a_u; the curves are w_u a_u (1 - a_u) and sum_u w_u q_v a_u (1 - q_v a_u).
// It ranks: a common shift of the outputs changes nothing, so that their zero point means nothing.
//
// Source: Gupta, Khatri, Rawat, Bhojanapalli, Jain & Dhillon, "Dual-encoders for extreme multi-label classification" (DEXML,
// ICLR 2024), where z is a cosine over a temperature.
// What we changed: label weights; S is shifted by its largest exponent. Rows without a present or without an absent label
// are worth 0. Paper normaliser: the number of rows.
#pragma once

#include <tagma/loss/logistic.h>
#include <tagma/loss/row.h>
#include <tagma/loss/several.h>
#include <tagma/math/special.h>

#include <string_view>
#include <tuple>

namespace tagma {

struct DecoupledSoftmax {
  static constexpr std::string_view name = "decoupled-softmax", says = "each present label by a softmax against the absent ones";
  static constexpr Traits traits{.convex = true, .smooth = true, .curve = true};
  static constexpr auto fields() { return std::tuple{}; }

  template <class Team, class Row, class Sink>
  TAGMA_HD auto over(const Team& team, const Row& row, Sink sink) const {
    using Real = decltype(row.logit(0));
    const int size = row.size(), count = row.present_count();
    const Real none = -static_cast<Real>(math::detail::infinity);
    const auto absent_weight = [&](int j) {
      const Real given = row.weight(j);
      return row.truth(j) == Truth::absent ? given : Real(0);
    };
    const Real top = team.max(size, none, [&](int j) {
      const Real z = row.logit(j);
      return absent_weight(j) > 0 ? z : none;
    });
    const bool any = top > none;
    const auto mass = [&](int j) {
      const Real weight = absent_weight(j), e = math::exp(row.logit(j) - top);
      return weight > 0 ? weight * e : Real(0);
    };
    const Real total = team.sum(size, [&](int j) { return mass(j); });
    const Real level = any ? top + math::log(total) : Real(0);  // log S
    const auto jet = [&](int u) { return logistic(row.logit(u) - level, true); };
    const auto sums = team.sum(count, [&](int i) {
      const int u = row.present(i);
      const Real weight = row.weight(u);
      const auto own = jet(u);
      Several<Real, 3> parts;
      parts[0] = any && weight > 0 ? weight * own.value : Real(0);
      parts[1] = any && weight > 0 ? -weight * own.slope : Real(0);
      parts[2] = any && weight > 0 ? weight * own.slope * own.slope : Real(0);
      return parts;
    });
    const Real shares = sums[1], squares = sums[2], inverse = any ? 1 / total : Real(0);
    team.each(size, [&](int j) {
      const Real q = mass(j) * inverse, weight = row.weight(j);
      const auto own = jet(j);
      const bool present = row.truth(j) == Truth::present && any && weight > 0, absent = absent_weight(j) > 0;
      const Real curve = q * (shares - q * squares);
      sink(j, present ? weight * own.slope : absent ? q * shares : Real(0),
           present ? weight * own.curve : absent && curve > 0 ? curve : Real(0));
    });
    return sums[0];
  }

  TAGMA_HD double normaliser(const Totals& totals) const { return static_cast<double>(totals.rows); }

  Reading reading() const { return {Scale::margin, Order::none}; }
  template <class Real>
  void read(const Real* outputs, int labels, Readout<Real> out) const {
    read_margin(outputs, labels, out);
  }
};

}  // namespace tagma
