// LSEP, the log-sum-exp pairwise loss: every pair of labels with u above v contributes to one log-sum-exp, which is
// ruled by the worst pairs.
//
//   J = log(1 + sum_{u above v} w_u w_v exp(f_v - f_u))
//
// The slope of a label is the share of the pairs in which it is below, a, less the share of those in which it is above,
// b; the curve a + b - (a - b)^2. Pairs of a present and an absent label factorise, so a row costs O(K), and O(P^2)
// more for graded rows in strong mode.
//
// With threshold = true there is a second output per label, theta, and a label is present where f >= theta. The value
// is then  J + mean over the row's known labels of BCE(f - theta, y).  The second term's slope goes to theta only: the
// source trains the thresholds in a second stage, on finished scores, and training them together must not bend the
// ranking. So the slope of f is that of J, not of the whole value; stops(output) says which outputs this holds for.
//
// Source: Li, Song, Luo, "Improving pairwise ranking for multi-label image classification" (CVPR 2017); strong mode
// (all pairs of different grades) as in the code of arXiv 2508.21772.
// What we changed: all pairs instead of a sample; shifted by the largest exponent of a pair; joint instead of staged
// thresholds. A row without pairs is worth 0. Paper normaliser: the number of rows.
#pragma once

#include <tagma/base/fields.h>
#include <tagma/loss/log_sum.h>
#include <tagma/loss/logistic.h>
#include <tagma/loss/pairs.h>

#include <array>
#include <string_view>
#include <tuple>

namespace tagma {

struct Lsep {
  static constexpr std::string_view name = "lsep", says = "log-sum-exp over wrongly ordered pairs";
  static constexpr Traits traits{.convex = true, .smooth = true, .curve = true};
  Ranking ranking = Ranking::strong;
  bool threshold = false;

  static constexpr auto fields() {
    return std::tuple{Choice{"mode", &Lsep::ranking, std::array<std::string_view, 2>{"strong", "weak"},
                             "strong: present labels are ordered by grade; weak: they are all alike"},
                      Switch<Lsep>{"threshold", &Lsep::threshold, "a second output per label: its decision threshold"}};
  }
  constexpr Outputs outputs() const { return threshold ? Outputs::two : Outputs::one; }
  constexpr bool stops(int output, int labels) const { return threshold && output < labels; }

  template <class Team, class Row, class Sink>
  TAGMA_HD auto over(const Team& team, const Row& row, Sink sink) const {
    using Real = decltype(row.output(0));
    const Real value = rank(team, row, sink);
    return threshold ? value + decide(team, row, sink) : value;
  }

  TAGMA_HD double normaliser(const Totals& totals) const { return static_cast<double>(totals.rows); }

  // The loss ignores a common shift of f: without thresholds its zero point means nothing. With thresholds a label is
  // present where f >= theta, and f alone says how significant it is: theta is free to mirror f, so f - theta ranks
  // nothing (on data where all labels are present it came out reversed). The score keeps both: labels present lie at or
  // above 0, the others at -1 or below, and within either group scores differ as f does.
  Reading reading() const { return {Scale::margin, Order::logistic, false, threshold}; }
  template <class Real>
  void read(const Real* outputs, int labels, Readout<Real> out) const {
    Real low = labels > 0 ? outputs[0] : Real(0), high = low;
    for (int j = 1; j < labels; ++j) {
      low = outputs[j] < low ? outputs[j] : low;
      high = outputs[j] > high ? outputs[j] : high;
    }
    for (int j = 0; j < labels; ++j) {
      const Real margin = threshold ? outputs[j] - outputs[j + labels] : Real(0);
      out.score[j] = !threshold ? outputs[j] : margin >= 0 ? outputs[j] - low : outputs[j] - high - 1;
      if (out.presence) out.presence[j] = sigmoid(margin);
    }
  }

 private:
  // u above v, both present.
  template <class Row>
  TAGMA_HD static bool above(const Row& row, int u, int v) {
    return row.grade(u) > row.grade(v) && counted(row, u) > 0 && counted(row, v) > 0;
  }
  template <class Row>
  TAGMA_HD static auto mass(const Row& row, int u, int v, decltype(row.output(0)) top) {
    return row.weight(u) * row.weight(v) * math::exp(row.output(v) - row.output(u) - top);
  }

  // Sum over the present labels u of f(u), in one lane.
  template <class Row, class F>
  TAGMA_HD static auto over_present(const Row& row, F f) {
    decltype(row.output(0)) total = 0;
    const int count = row.present_count();
    for (int k = 0; k < count; ++k) total += f(row.present(k));
    return total;
  }

  // The largest of 0 and the f_v - f_u of all pairs; `low` is the least score of a present label.
  template <class Team, class Row>
  TAGMA_HD auto largest(const Team& team, const Row& row, decltype(row.output(0)) low) const {
    using Real = decltype(row.output(0));
    const int count = row.present_count();
    const Real none = -static_cast<Real>(math::detail::infinity);
    const Real high = team.max(row.size(), none, [&](int j) {
      return row.truth(j) == Truth::absent && row.weight(j) > 0 ? row.output(j) : none;
    });
    const Real mixed = high - low > 0 ? high - low : Real(0);
    if (ranking == Ranking::weak) return mixed;
    return team.max(count, mixed, [&](int i) {
      const int u = row.present(i);
      Real best = 0;
      for (int k = 0; k < count; ++k) {
        const int v = row.present(k);
        const Real exponent = row.output(v) - row.output(u);
        best = above(row, u, v) && exponent > best ? exponent : best;
      }
      return best;
    });
  }

  // J. All exponents are taken less `top`; for pairs with absent labels they are split at `low`, (low - f_u) +
  // (f_v - low - top), both of which are at most 0.
  template <class Team, class Row, class Sink>
  TAGMA_HD auto rank(const Team& team, const Row& row, Sink sink) const {
    using Real = decltype(row.output(0));
    const int size = row.size(), count = row.present_count();
    const Real none = -static_cast<Real>(math::detail::infinity);
    const Real low = -team.max(count, none, [&](int i) {
      const int u = row.present(i);
      return row.weight(u) > 0 ? -row.output(u) : none;
    });
    const Real top = largest(team, row, low);
    const auto up = [&](int u) { return row.weight(u) > 0 ? row.weight(u) * math::exp(low - row.output(u)) : Real(0); };
    const auto down = [&](int v) {
      return row.truth(v) == Truth::absent && row.weight(v) > 0
                 ? row.weight(v) * math::exp(row.output(v) - low - top) : Real(0);
    };
    const Real present = team.sum(count, [&](int i) { return up(row.present(i)); });
    const Real absent = team.sum(size, down);
    Real sum = present * absent;
    if (ranking == Ranking::strong)
      sum += team.sum(count, [&](int i) {
        const int u = row.present(i);
        return over_present(row, [&](int v) { return above(row, u, v) ? mass(row, u, v, top) : Real(0); });
      });
    const Real inverse = 1 / (math::exp(-top) + sum);

    team.each(count, [&](int i) {
      const int u = row.present(i);
      Real a = 0, b = up(u) * absent;
      if (ranking == Ranking::strong) {
        a = over_present(row, [&](int v) { return above(row, v, u) ? mass(row, v, u, top) : Real(0); });
        b += over_present(row, [&](int v) { return above(row, u, v) ? mass(row, u, v, top) : Real(0); });
      }
      send(sink, u, a * inverse, b * inverse);
    });
    team.each(size, [&](int v) {
      if (row.truth(v) != Truth::present) send(sink, v, present * down(v) * inverse, Real(0));
    });
    return shifted_log(top, sum);
  }

  template <class Sink, class Real>
  TAGMA_HD static void send(Sink& sink, int j, Real a, Real b) {
    const Real slope = a - b, curve = a + b - slope * slope;
    sink(j, slope, curve > 0 ? curve : Real(0));
  }

  // The mean BCE of f - theta, whose slope goes to theta.
  template <class Team, class Row, class Sink>
  TAGMA_HD auto decide(const Team& team, const Row& row, Sink sink) const {
    using Real = decltype(row.output(0));
    const int size = row.size();
    const int known = team.sum(size, [&](int j) { return counted(row, j) > 0 ? 1 : 0; });
    const Real share = known > 0 ? 1 / static_cast<Real>(known) : Real(0);
    return team.sum(size, [&](int j) {
      const Real weight = counted(row, j) * share;
      const auto jet = logistic(row.output(j) - row.output(j + size), row.truth(j) == Truth::present);
      sink(j + size, weight > 0 ? -weight * jet.slope : Real(0), weight > 0 ? weight * jet.curve : Real(0));
      return weight > 0 ? weight * jet.value : Real(0);
    });
  }
};

}  // namespace tagma
