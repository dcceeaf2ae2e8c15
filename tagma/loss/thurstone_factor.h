// Thurstone with a factor that labels share: the significance of label k in a row is
//
//   s_k = mu_k + l_k f + e_k,      f ~ N(0, 1) one number for the row,  e_k ~ N(0, e^v_k)
//
// so that significances covary, cov(s_j, s_k) = l_j l_k. Three outputs per label: all means, all log-variances, all loadings
// (l_k = 1 + output). Labels are judged as by UniMLR (unimlr.h), with these deviations:
//   classification  x_k  = mu_k / S_k            S_k^2 = e^v_k + l_k^2
//   ranking         x_uv = (mu_u - mu_v) / D     D^2   = e^v_u + e^v_v + (l_u - l_v)^2
// With r(x) = phi(x) / Phi(x) and s = +1 for present, -1 for absent labels, the slopes are
//   d mu_k = -s r(s x_k) / S_k          d v_k = s x_k r(s x_k) e^v_k / (2 S_k^2)      d l_k = s x_k r(s x_k) l_k / S_k^2
//   d mu_u = -r(x_uv) / D = -d mu_v     d v_u = r(x_uv) x_uv e^v_u / (2 D^2)          d l_u = r(x_uv) x_uv (l_u - l_v) / D^2 = -d l_v
// What it can say and UniMLR cannot: it is unsure which labels are present and sure of their order, as where a rater or a camera
// is strict with all labels of a row alike; or the other way round, with loadings of either sign.
//
// Source: the factor-analytic Thurstone model of Takane ("Maximum likelihood additivity analysis", 1982; Boeckenholt 2006) on the
// outputs of UniMLR (arXiv 2508.21772). Ours: one factor for each row, loadings that depend on the row, and that they begin at 1
// (at 0 every slope of a loading would be 0 for ever). Loadings beyond +-30 are bent as log-variances are. Paper normaliser: as UniMLR's.
#pragma once

#include <tagma/base/fields.h>
#include <tagma/loss/significance.h>

#include <array>
#include <string_view>
#include <tuple>

namespace tagma {

namespace detail {

// State: mean, own variance, 1 / deviation S, slope of the log-variance as used, loading, slope of the loading as used.
// Slopes: mean, log-variance, loading.
template <class Real>
struct FactorKernel {
  static constexpr int states = 6, slopes = 3;
  using State = Several<Real, states>;
  noise::Gaussian<Real> noise;
  Real pair_scale;

  template <class Row>
  TAGMA_HD State load(const Row& row, int j, bool counts) const {
    const Real mean = row.output(j), raw = row.output(j + row.size()), loading = row.output(j + 2 * row.size());
    const auto logvar = bent(counts ? raw : Real(0)), bent_loading = bent(counts ? loading + 1 : Real(1));
    State state;
    state[0] = counts ? mean : Real(0);
    state[1] = math::exp(logvar[0]);
    state[2] = 1 / math::sqrt(state[1] + bent_loading[0] * bent_loading[0]);
    state[3] = logvar[1];
    state[4] = bent_loading[0];
    state[5] = bent_loading[1];
    return state;
  }

  TAGMA_HD Several<Real, 4> own(const State& state, bool present) const {
    const Real sign = present ? Real(1) : Real(-1), x = state[0] * state[2] * sign;
    const auto term = noise.surprise(x);
    const Real slope = -term[1] * x, inverse_square = state[2] * state[2];
    Several<Real, 4> result;
    result[0] = term[0];
    result[1] = term[1] * sign * state[2];
    result[2] = Real(0.5) * slope * (state[1] * inverse_square);
    result[3] = slope * (state[4] * inverse_square);
    return result;
  }

  TAGMA_HD Several<Real, 7> pair(const State& mine, const State& other, Real sign) const {
    const Real apart = mine[4] - other[4];
    const Real inverse = 1 / math::sqrt(mine[1] + other[1] + apart * apart), x = (mine[0] - other[0]) * inverse * sign;
    const auto term = noise.surprise(x);
    const Real slope = pair_scale * term[1] * inverse, by_square = -slope * x * inverse;
    Several<Real, 7> result;
    result[0] = pair_scale * term[0];
    result[1] = slope * sign;
    result[2] = Real(0.5) * by_square * mine[1];
    result[3] = by_square * apart;
    result[4] = -result[1];
    result[5] = Real(0.5) * by_square * other[1];
    result[6] = -result[3];
    return result;
  }

  template <class Row, class Sink>
  TAGMA_HD void emit(const Row& row, int j, const State& state, const Several<Real, 3>& sums, Sink sink) const {
    sink(j, sums[0]);
    sink(j + row.size(), sums[1] * state[3]);
    sink(j + 2 * row.size(), sums[2] * state[5]);
  }
};

}  // namespace detail

struct ThurstoneFactor {
  static constexpr std::string_view name = "thurstone-factor",
                                    says = "Gaussian significance of labels that vary together, by a factor they share";
  static constexpr Traits traits{.convex = false, .smooth = true, .curve = false};
  Ranking ranking = Ranking::strong;
  PairSet pair_set = PairSet::all;
  double pair_scale = 1;  // of the ranking terms, from bound()

  static constexpr auto fields() {
    using Self = ThurstoneFactor;
    return std::tuple{
        Choice{"mode", &Self::ranking, std::array<std::string_view, 2>{"strong", "weak"},
               "strong: present labels are ordered by grade; weak: they are all alike"},
        Choice{"pairs", &Self::pair_set, std::array<std::string_view, 2>{"all", "present"},
               "all: present labels rank above absent ones, too; present: only pairs of present labels"}};
  }
  static constexpr Outputs outputs() { return Outputs::three; }

  template <class Team, class Row, class Sink>
  TAGMA_HD auto over(const Team& team, const Row& row, Sink sink) const {
    using Real = decltype(row.output(0));
    return over_pairs<Real>(detail::FactorKernel<Real>{{}, static_cast<Real>(pair_scale)}, team, row, ranking, pair_set, sink);
  }

  template <class Team, class Row>
  TAGMA_HD std::int64_t pairs(const Team& team, const Row& row) const {
    return count_pairs(team, row, ranking, pair_set);
  }
  TAGMA_HD ThurstoneFactor bound(const Totals& totals, bool paper) const { return with_pair_scale(*this, totals, paper); }
  TAGMA_HD double normaliser(const Totals& totals) const { return static_cast<double>(totals.known); }

  // Score: the mean; spread: the deviation S; shared: the loading.
  Reading reading() const { return {Scale::margin, Order::factor, true, true}; }
  template <class Real>
  void read(const Real* outputs, int labels, Readout<Real> out) const {
    for (int j = 0; j < labels; ++j) {
      const Real variance = math::exp(detail::bent(outputs[j + labels])[0]), loading = detail::bent(outputs[j + 2 * labels] + 1)[0];
      const Real deviation = math::sqrt(variance + loading * loading);
      out.score[j] = outputs[j];
      if (out.spread) out.spread[j] = deviation;
      if (out.presence) out.presence[j] = math::phi_cdf(outputs[j] / deviation);
      if (out.shared) out.shared[j] = loading;
    }
  }
};

}  // namespace tagma
