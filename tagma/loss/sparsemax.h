// Sparsemax loss: the scores' projection onto the probability simplex is to match the shares of the present labels.
//
//   p = max(z - tau, 0), tau such that sum p = 1;  q = the present labels' grades (1 without grades), normalised
//   J = 1/2 |p - q|^2 + sum_{p_j = 0} q_j (tau - z_j);  slope p - q
//
// which equals the source's  -q.z + 1/2 sum_{p_j > 0} (z_j^2 - tau^2) + 1/2 |q|^2  without its cancellation. tau is
// found without sorting (Michelot 1986): drop the labels at or below the threshold of those that are left, until none
// falls.
//
// Source: Martins, Astudillo, "From softmax to sparsemax" (ICML 2016), multi-label loss.
// What we changed: grades and label weights make the target's shares; a row without present labels is worth 0. Some
// label always has p > 0, so "no label" cannot be decided from the support alone.
// Paper normaliser: the number of rows.
#pragma once

#include <tagma/loss/pairs.h>
#include <tagma/math/special.h>

#include <string_view>
#include <tuple>

namespace tagma {

// The threshold of the projection, as z - top < 0 for the scores less their largest one, `top`.
template <class Real>
struct Simplex {
  Real top, threshold;
};

// counts(j): label j takes part (at least one must); z(j) its score.
template <class Real, class Team, class Counts, class Score>
TAGMA_HD Simplex<Real> onto_simplex(const Team& team, int size, Counts counts, Score z) {
  const Real none = -static_cast<Real>(math::detail::infinity);
  const Real top = team.max(size, none, [&](int j) { return counts(j) ? z(j) : none; });
  Real threshold = -1;
  for (int before = -1;;) {
    const auto left = [&](int j) { return counts(j) && z(j) - top > threshold; };
    const int support = team.sum(size, [&](int j) { return left(j) ? 1 : 0; });
    if (support == before) return {top, threshold};
    before = support;
    const Real sum = team.sum(size, [&](int j) { return left(j) ? z(j) - top : Real(0); });
    const Real higher = (sum - 1) / static_cast<Real>(support);
    threshold = higher > threshold ? higher : threshold;  // never falls, so the loop ends whatever the rounding
  }
}

struct Sparsemax {
  static constexpr std::string_view name = "sparsemax",
                                    says = "projection onto the simplex against the shares of present labels";
  static constexpr Traits traits{.convex = true, .smooth = true, .curve = false};
  static constexpr auto fields() { return std::tuple{}; }

  template <class Team, class Row, class Sink>
  TAGMA_HD auto over(const Team& team, const Row& row, Sink sink) const {
    using Real = decltype(row.logit(0));
    const int size = row.size();
    const auto mass = [&](int j) {
      const Real weight = counted(row, j), grade = row.grade(j);
      return weight > 0 ? weight * grade : Real(0);
    };
    const Real total = team.sum(size, mass);
    if (!(total > 0)) {
      team.each(size, [&](int j) { sink(j, Real(0)); });
      return Real(0);
    }
    const auto simplex = onto_simplex<Real>(
        team, size, [&](int j) { return counted(row, j) > 0; }, [&](int j) { return row.logit(j); });
    const Real share = 1 / total;
    return team.sum(size, [&](int j) {
      const Real weight = counted(row, j);
      const Real over = (row.logit(j) - simplex.top) - simplex.threshold, q = mass(j) * share;
      const Real gap = (over > 0 ? over : Real(0)) - q, value = Real(0.5) * gap * gap - (over > 0 ? Real(0) : q * over);
      sink(j, weight > 0 ? gap : Real(0));
      return weight > 0 ? value : Real(0);
    });
  }

  TAGMA_HD double normaliser(const Totals& totals) const { return static_cast<double>(totals.rows); }

  // Score: z - tau, which is p where it is positive; so a label is decided where p > 0.
  Reading reading() const { return {Scale::margin, Order::none}; }
  template <class Real>
  void read(const Real* outputs, int labels, Readout<Real> out) const {
    if (labels == 0) return;
    const auto simplex = onto_simplex<Real>(
        Serial{}, labels, [](int) { return true; }, [&](int j) { return outputs[j]; });
    for (int j = 0; j < labels; ++j) out.score[j] = (outputs[j] - simplex.top) - simplex.threshold;
  }
};

}  // namespace tagma
