// Label distribution learning by Kullback-Leibler divergence: the softmax of the scores is to match the shares of the
// present labels.
//
//   p = softmax(z) over the known labels;  q = the present labels' grades (1 without grades), normalised
//   J = sum q log(q / p);  slope p - q;  curve p (1 - p)
//
// Source: Geng, "Label distribution learning" (TKDE 28, 2016), with the divergence as the training loss.
// What we changed: unknown labels take no part in the softmax; label weights enter the target before it is normalised;
// a row without present labels is worth 0. Paper normaliser: the number of rows.
#pragma once

#include <tagma/loss/pairs.h>
#include <tagma/math/special.h>

#include <string_view>
#include <tuple>

namespace tagma {

struct LdlKl {
  static constexpr std::string_view name = "ldl-kl", says = "softmax against the shares of the present labels";
  static constexpr Traits traits{.convex = true, .smooth = true, .curve = true};
  static constexpr auto fields() { return std::tuple{}; }

  template <class Team, class Row, class Sink>
  TAGMA_HD auto over(const Team& team, const Row& row, Sink sink) const {
    using Real = decltype(row.logit(0));
    const int size = row.size();
    const Real none = -static_cast<Real>(math::detail::infinity);
    const auto mass = [&](int j) {
      const Real weight = counted(row, j), grade = row.grade(j);
      return weight > 0 ? weight * grade : Real(0);
    };
    const Real total = team.sum(size, mass);
    const Real top = team.max(size, none, [&](int j) {
      const Real logit = row.logit(j);
      return counted(row, j) > 0 ? logit : none;
    });
    const Real sum = team.sum(size, [&](int j) {
      const Real e = math::exp(row.logit(j) - top);
      return counted(row, j) > 0 ? e : Real(0);
    });
    const Real log_sum = total > 0 ? math::log(sum) : Real(0), share = total > 0 ? 1 / total : Real(0);
    return team.sum(size, [&](int j) {
      const Real q = mass(j) * share, log_p = (row.logit(j) - top) - log_sum, p = math::exp(log_p);
      const Real counts = counted(row, j) * total, value = q * (math::log(q > 0 ? q : Real(1)) - log_p);
      sink(j, counts > 0 ? p - q : Real(0), counts > 0 ? p * (1 - p) : Real(0));
      return q > 0 ? value : Real(0);
    });
  }

  TAGMA_HD double normaliser(const Totals& totals) const { return static_cast<double>(totals.rows); }

  // Score: log(K p), positive where a label has more than an even share. Order: p_a / (p_a + p_b), Luce's choice.
  Reading reading() const { return {Scale::margin, Order::logistic}; }
  template <class Real>
  void read(const Real* outputs, int labels, Readout<Real> out) const {
    if (labels == 0) return;
    Real top = outputs[0], sum = 0;
    for (int j = 1; j < labels; ++j) top = outputs[j] > top ? outputs[j] : top;
    for (int j = 0; j < labels; ++j) sum += math::exp(outputs[j] - top);
    const Real even = math::log(sum / static_cast<Real>(labels));
    for (int j = 0; j < labels; ++j) out.score[j] = (outputs[j] - top) - even;
  }
};

}  // namespace tagma
