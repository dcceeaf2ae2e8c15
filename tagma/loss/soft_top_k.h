// The soft top-k loss of dual encoders: a smooth choice of k labels of a row is to hold every present one.
//
//   f_j = sigma(z_j - c), c such that sum w_j f_j = k        J = - sum_present w_u log f_u
//
// c depends on all outputs: with g = 1 - f and q_j = w_j f_j g_j / sum w f g, which sums to 1, it rises by q_j with z_j, so that
// the slope of j is  q_j sum_present w_u g_u - [j present] w_j g_j.  It ranks: a common shift of the outputs changes nothing.
// The worst absent labels bear the slope only while they are about to be chosen; those far below or above c bear none.
//
// c: Newton within a bracket, bisecting where it leaves that or does not halve its steps; three to six visits of a row whose outputs
// spread by a few. The equation is looked at as the logarithm of what is to balance on either side of c,
//   (sum w over z > c) - k + sum_{z <= c} w f = sum_{z > c} w g,
// which holds its digits where k labels stand far above the others and both sums are tiny; where they underflow, so far that a
// sigmoid is an exponential, c has a closed form. The shares q are taken relative to the largest, so that they never vanish.
//
// Source: Gupta, Khatri, Rawat, Bhojanapalli, Jain & Dhillon, "Dual-encoders for extreme multi-label classification" (DEXML,
// ICLR 2024), where sigma is of alpha (s + t): a temperature of the outputs says the same as alpha.
// What we changed: rows with more than k present labels choose as many as these (there, k of them are drawn anew each time, the
// others hidden); so with k = 0 every row does. k is at most the row's labels less one. A label of weight w is w labels alike.
// The sum over the present labels, not their mean, as for decoupled-softmax. Rows without a present or without an absent label
// are worth 0. Paper normaliser: the number of rows.
#pragma once

#include <tagma/base/fields.h>
#include <tagma/loss/logistic.h>
#include <tagma/loss/pairs.h>
#include <tagma/loss/several.h>
#include <tagma/math/special.h>

#include <string_view>
#include <tuple>

namespace tagma {

namespace detail {

// What lies on either side of a threshold: the weight above it; w f of those not above, w g of those above; w f g of either.
template <class Real>
struct Sides {
  Real above, chosen_below, left_above, slope_below, slope_above;
};

template <class Real, class Team, class Weight, class Score>
TAGMA_HD Sides<Real> sides_of(const Team& team, int size, Weight weight, Score z, Real c) {
  const auto sums = team.sum(size, [&](int j) {
    const Real w = weight(j), x = w > 0 ? z(j) - c : Real(0);
    const Real e = math::exp_down(-math::abs(x)), inverse = 1 / (1 + e), tail = w * e * inverse, bend = tail * inverse;
    Several<Real, 5> parts;
    parts[0] = x > 0 ? w : Real(0);
    parts[1] = x > 0 ? Real(0) : tail;
    parts[2] = x > 0 ? tail : Real(0);
    parts[3] = x > 0 ? Real(0) : bend;
    parts[4] = x > 0 ? bend : Real(0);
    return parts;
  });
  return {sums[0], sums[1], sums[2], sums[3], sums[4]};
}

// The threshold where the labels above c weigh k and are far from the others: the two sums of exponentials are equal.
template <class Real, class Team, class Weight, class Score>
TAGMA_HD Real between(const Team& team, int size, Weight weight, Score z, Real c) {
  const Real none = -static_cast<Real>(math::detail::infinity);
  const Real low = team.max(size, none, [&](int j) { return weight(j) > 0 && !(z(j) > c) ? z(j) : none; });
  const Real high = -team.max(size, none, [&](int j) { return weight(j) > 0 && z(j) > c ? -z(j) : none; });
  const auto sums = team.sum(size, [&](int j) {
    const Real w = weight(j), score = w > 0 ? z(j) : c;
    const bool over = score > c;
    const Real tail = w * math::exp_down(over ? high - score : (w > 0 ? score - low : Real(0)));
    Several<Real, 2> parts;
    parts[0] = over ? Real(0) : tail;
    parts[1] = over ? tail : Real(0);
    return parts;
  });
  return Real(0.5) * ((low + high) + (math::log(Real(sums[0])) - math::log(Real(sums[1]))));
}

// c such that the sum of weight(j) sigma(z(j) - c) is k; rest = (sum of the weights) - k. Both are above 0. Labels of weight 0 are
// not looked at.
template <class Real, class Team, class Weight, class Score>
TAGMA_HD Real soft_threshold(const Team& team, int size, Weight weight, Score z, Real k, Real rest) {
  constexpr Real tiny = Real(1e-28), precision = sizeof(Real) == 4 ? Real(1.2e-7) : Real(2.3e-16);
  constexpr Real last_step = sizeof(Real) == 4 ? Real(1.7e-4) : Real(7e-9);  // its square is below the precision
  constexpr int most_visits = 128;
  const Real none = -static_cast<Real>(math::detail::infinity);
  const Real top = team.max(size, none, [&](int j) { return weight(j) > 0 ? z(j) : none; });
  const Real bottom = -team.max(size, none, [&](int j) { return weight(j) > 0 ? -z(j) : none; });
  const Real even = math::log(k / rest);  // where all outputs are alike, they lie so far above c
  Real low = bottom - even, high = top - even, c = high, step_before = high - low + 1;
  bool far = false;
  for (int visit = 0; visit < most_visits; ++visit) {
    const auto at = sides_of(team, size, weight, z, c);
    const Real excess = at.above - k;
    const bool vanish = excess == 0 && (at.chosen_below < tiny || at.left_above < tiny);
    if (vanish) {
      if (far) return c;
      far = true;
      c = between(team, size, weight, z, c);
      continue;
    }
    const Real more = at.chosen_below + (excess > 0 ? excess : Real(0)), less = at.left_above - (excess < 0 ? excess : Real(0));
    low = more > less ? c : low;
    high = more > less ? high : c;
    const Real more_log = more > tiny ? more : tiny, less_log = less > tiny ? less : tiny;
    const Real slope = at.slope_below / more_log + at.slope_above / less_log;
    const Real step = (math::log(more_log) - math::log(less_log)) / slope;
    if (math::abs(step) < last_step) return c + step;
    const bool newton = c + step > low && c + step < high && math::abs(step) < Real(0.5) * step_before;
    step_before = newton ? math::abs(step) : high - low + 1;
    c = newton ? c + step : low + Real(0.5) * (high - low);
    if (!(high - low > 4 * precision * (math::abs(low) + math::abs(high)))) return c;
  }
  return c;
}

}  // namespace detail

struct SoftTopK {
  static constexpr std::string_view name = "soft-top-k", says = "present labels are to be among k that are smoothly chosen";
  static constexpr Traits traits{.convex = false, .smooth = true, .curve = false};
  int k = 0;

  static constexpr auto fields() {
    return std::tuple{Field<SoftTopK, int>{"k", &SoftTopK::k, 0, 1000000,
                                           "labels that are chosen of a row; 0, and in rows with more present labels: as many as these are"}};
  }

  template <class Team, class Row, class Sink>
  TAGMA_HD auto over(const Team& team, const Row& row, Sink sink) const {
    using Real = decltype(row.logit(0));
    const int size = row.size(), count = row.present_count();
    const auto weight = [&](int j) { return counted(row, j); };
    const auto logit = [&](int j) { return row.logit(j); };
    const auto weights = team.sum(size, [&](int j) {
      const Real w = weight(j);
      const bool here = row.truth(j) == Truth::present;
      Several<Real, 3> parts;
      parts[0] = here ? w : Real(0);
      parts[1] = here ? Real(0) : w;
      parts[2] = w > 0 ? Real(1) : Real(0);
      return parts;
    });
    const Real present = weights[0], absent = weights[1], all = present + absent;
    if (!(present > 0 && absent > 0)) {
      team.each(size, [&](int j) { sink(j, Real(0)); });
      return Real(0);
    }
    const Real room = all - all / weights[2], wanted = Real(k) < room ? Real(k) : room;
    const bool more = wanted > present;  // than the present labels
    const Real c = detail::soft_threshold<Real>(team, size, weight, logit, more ? wanted : present, more ? all - wanted : absent);

    const auto jet = [&](int j, Real w) { return logistic(w > 0 ? row.logit(j) - c : Real(0), true); };
    const auto sums = team.sum(count, [&](int i) {
      const int u = row.present(i);
      const Real w = weight(u);
      const auto own = jet(u, w);
      Several<Real, 2> parts;
      parts[0] = w * own.value;
      parts[1] = -w * own.slope;
      return parts;
    });
    const Real none = -static_cast<Real>(math::detail::infinity);
    const Real nearest = team.max(size, none, [&](int j) { return weight(j) > 0 ? -math::abs(row.logit(j) - c) : none; });
    const auto bend = [&](int j, Real w) {  // w f g over that of the label next to c, but for a factor of all
      const Real x = w > 0 ? math::abs(row.logit(j) - c) : Real(0), e = math::exp_down(-x), near = math::exp_down(w > 0 ? -x - nearest : Real(0));
      return w * near / ((1 + e) * (1 + e));
    };
    const Real left = sums[1], share = left / team.sum(size, [&](int j) { return bend(j, weight(j)); });
    team.each(size, [&](int j) {
      const Real w = weight(j), own = row.truth(j) == Truth::present ? w * jet(j, w).slope : Real(0);
      sink(j, w > 0 ? share * bend(j, w) + own : Real(0));
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
