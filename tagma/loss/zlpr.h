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
    const auto is = [&](int j, Truth truth) { return row.truth(j) == truth && row.weight(j) > 0; };
    const Real top_absent = team.max(size, Real(0), [&](int j) { return is(j, Truth::absent) ? row.logit(j) : Real(0); });
    const Real top_present =
        team.max(size, Real(0), [&](int j) { return is(j, Truth::present) ? -row.logit(j) : Real(0); });
    const auto absent = [&](int j) { return row.weight(j) * math::exp(row.logit(j) - top_absent); };
    const auto present = [&](int j) { return row.weight(j) * math::exp(-row.logit(j) - top_present); };
    const Real sum_absent = team.sum(size, [&](int j) { return is(j, Truth::absent) ? absent(j) : Real(0); });
    const Real sum_present = team.sum(size, [&](int j) { return is(j, Truth::present) ? present(j) : Real(0); });
    const Real share_absent = 1 / (math::exp(-top_absent) + sum_absent);
    const Real share_present = 1 / (math::exp(-top_present) + sum_present);
    team.each(size, [&](int j) {
      const bool up = is(j, Truth::present), down = is(j, Truth::absent);
      const Real z = row.logit(j);
      const Real e = row.weight(j) * math::exp(up ? -z - top_present : z - top_absent);
      const Real share = up ? e * share_present : down ? e * share_absent : Real(0);
      sink(j, up ? -share : share, share * (1 - share));
    });
    return shifted_log(top_absent, sum_absent) + shifted_log(top_present, sum_present);
  }

  double normaliser(const Totals& totals) const { return static_cast<double>(totals.rows); }

  Reading reading() const { return {Scale::margin, Order::none}; }
  template <class Real>
  void read(const Real* outputs, int labels, Readout<Real> out) const {
    for (int j = 0; j < labels; ++j) out.score[j] = outputs[j];
  }
};

}  // namespace tagma
