// RankNet: logistic regression on differences of scores, for every pair of labels with u above v.
//
//   J = mean over the pairs of a row of log(1 + exp(-(z_u - z_v)))
//
// Source: Burges et al., "Learning to rank using gradient descent" (ICML 2005), with target probability 1.
// What we changed: pairs are those of one row, present above absent labels and, where there are grades, present labels
// by grade; ties are left out; the mean over the row's pairs, not their sum, so that rows with many present labels do
// not drown the others. The divisor is the number of pairs, whatever their weights. A row without pairs is worth 0.
// Paper normaliser: the number of rows.
#pragma once

#include <tagma/loss/logistic.h>
#include <tagma/loss/pairs.h>

#include <string_view>
#include <tuple>

namespace tagma {

namespace detail {

// State: the score. Slopes: slope and curve.
template <class Real>
struct RankNetKernel {
  static constexpr int states = 1, slopes = 2;
  Real scale;

  template <class Row>
  TAGMA_HD Several<Real, 1> load(const Row& row, int j, bool counts) const {
    const Real logit = row.logit(j);
    return counts ? logit : Real(0);
  }
  TAGMA_HD Several<Real, 3> own(const Several<Real, 1>&, bool) const { return Real(0); }
  TAGMA_HD Several<Real, 5> pair(const Several<Real, 1>& mine, const Several<Real, 1>& other, Real sign) const {
    const auto jet = logistic(mine[0] - other[0], sign > 0);
    Several<Real, 5> result;
    result[0] = scale * jet.value;
    result[1] = scale * jet.slope;
    result[2] = scale * jet.curve;
    result[3] = -result[1];
    result[4] = result[2];
    return result;
  }
  template <class Row, class Sink>
  TAGMA_HD void emit(const Row&, int j, const Several<Real, 1>&, const Several<Real, 2>& sums, Sink sink) const {
    sink(j, sums[0], sums[1]);
  }
};

}  // namespace detail

struct RankNet {
  static constexpr std::string_view name = "ranknet", says = "pairwise logistic ranking, mean over the pairs of a row";
  static constexpr Traits traits{.convex = true, .smooth = true, .curve = true, .one_kernel = true};
  static constexpr auto fields() { return std::tuple{}; }

  template <class Team, class Row, class Sink>
  TAGMA_HD auto over(const Team& team, const Row& row, Sink sink) const {
    using Real = decltype(row.logit(0));
    const std::int64_t pairs = count_pairs(team, row, Ranking::strong, PairSet::all);
    const detail::RankNetKernel<Real> kernel{pairs > 0 ? 1 / static_cast<Real>(pairs) : Real(0)};
    return over_pairs<Real>(kernel, team, row, Ranking::strong, PairSet::all, sink);
  }

  TAGMA_HD double normaliser(const Totals& totals) const { return static_cast<double>(totals.rows); }

  // The difference of two scores is the log-odds of their order; the zero point of the scores means nothing.
  Reading reading() const { return {Scale::margin, Order::logistic}; }
  template <class Real>
  void read(const Real* outputs, int labels, Readout<Real> out) const {
    read_margin(outputs, labels, out);
  }
};

}  // namespace tagma
