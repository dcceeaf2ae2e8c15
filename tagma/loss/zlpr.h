// ZLPR, the zero-bounded log-sum-exp and pairwise rank-based loss: present labels above 0, absent labels below 0.
//
//   J = log(1 + sum_absent w_v exp(z_v)) + log(1 + sum_present w_u exp(-z_u))
//
// Each slope is the label's share of its own sum, p, and the curve p (1 - p). A label is decided where z >= 0.
//
// Source: Su et al., "ZLPR: a novel loss for multi-label classification" (arXiv 2208.02955).
// What we changed: label weights enter inside the sums; both logarithms are shifted by the largest exponent.
// Paper normaliser: the number of rows.
#pragma once

#include <tagma/loss/log_sum.h>
#include <tagma/loss/row.h>
#include <tagma/loss/several.h>
#include <tagma/math/special.h>

#include <string_view>
#include <tuple>

namespace tagma {

struct Zlpr {
  static constexpr std::string_view name = "zlpr",
                                    says = "present labels above zero, absent below, by two log-sum-exps";
  static constexpr Traits traits{.convex = true, .smooth = true, .curve = true};
  static constexpr auto fields() { return std::tuple{}; }

  template <class Team, class Row, class Sink>
  TAGMA_HD auto over(const Team& team, const Row& row, Sink sink) const {
    using Real = decltype(row.logit(0));
    const int size = row.size();
    const auto weight = [&](int j, Truth truth) {
      const Real given = row.weight(j);
      return row.truth(j) == truth ? given : Real(0);
    };
    const auto largest = [&](Truth truth, Real sign) {
      return team.max(size, Real(0), [&](int j) {
        const Real exponent = sign * row.logit(j);
        return weight(j, truth) > 0 ? exponent : Real(0);
      });
    };
    const Real top_absent = largest(Truth::absent, Real(1)), top_present = largest(Truth::present, Real(-1));
    const auto share = [&](int j, bool up) {  // of a label in its sum: one exponential serves both
      const Real z = row.logit(j);
      return math::exp(up ? -z - top_present : z - top_absent);
    };
    const auto sums = team.sum(size, [&](int j) {
      const Real up = weight(j, Truth::present), down = weight(j, Truth::absent), e = share(j, up > 0);
      Several<Real, 2> parts;
      parts[0] = down > 0 ? down * e : Real(0);
      parts[1] = up > 0 ? up * e : Real(0);
      return parts;
    });
    const Real sum_absent = sums[0], sum_present = sums[1];
    const Real all_absent = 1 / (math::exp(-top_absent) + sum_absent);
    const Real all_present = 1 / (math::exp(-top_present) + sum_present);
    team.each(size, [&](int j) {
      const Real up = weight(j, Truth::present), down = weight(j, Truth::absent), e = share(j, up > 0);
      const Real factor = up * all_present + down * all_absent, slope = factor > 0 ? factor * e : Real(0);
      sink(j, up > 0 ? -slope : slope, slope * (1 - slope));
    });
    return shifted_log(top_absent, sum_absent) + shifted_log(top_present, sum_present);
  }

  TAGMA_HD double normaliser(const Totals& totals) const { return static_cast<double>(totals.rows); }

  Reading reading() const { return {Scale::margin, Order::none}; }
  template <class Real>
  void read(const Real* outputs, int labels, Readout<Real> out) const {
    read_margin(outputs, labels, out);
  }
};

}  // namespace tagma
