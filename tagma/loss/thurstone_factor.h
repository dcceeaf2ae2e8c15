// Thurstone with factors that labels share: the significance of label k in a row is
//
//   s_k = mu_k + sum_f l_kf f_f + e_k,      f_1 .. f_R ~ N(0, 1), R numbers for the row (rank, 1 to 3),  e_k ~ N(0, e^v_k)
//
// so that significances covary, cov(s_j, s_k) = l_j . l_k. 2 + R outputs per label: all means, all log-variances, then for each
// factor all loadings. Labels are judged as by UniMLR (unimlr.h), with these deviations:
//   classification  x_k  = mu_k / S_k            S_k^2 = e^v_k + |l_k|^2
//   ranking         x_uv = (mu_u - mu_v) / D     D^2   = e^v_u + e^v_v + |l_u - l_v|^2
// With r(x) = phi(x) / Phi(x) and s = +1 for present, -1 for absent labels, the slopes are
//   d mu_k = -s r(s x_k) / S_k          d v_k = s x_k r(s x_k) e^v_k / (2 S_k^2)      d l_k = s x_k r(s x_k) l_k / S_k^2
//   d mu_u = -r(x_uv) / D = -d mu_v     d v_u = r(x_uv) x_uv e^v_u / (2 D^2)          d l_u = r(x_uv) x_uv (l_u - l_v) / D^2 = -d l_v
// What it can say and UniMLR cannot: it is unsure which labels are present and sure of their order, as where a rater or a camera
// is strict with all labels of a row alike; or the other way round, with loadings of either sign. Of several factors, that some
// labels go together and others do not.
//
// A loading is its output plus where it begins: with 0 every slope of a loading would be 0 for ever, and with loadings alike for all labels
// their slopes would be, so that R factors would stay one. It begins at b_kf / sqrt R, b_k1 = 1 and, for later factors, +1 or -1 by
// bit f - 2 of the label's number (so renumbering labels changes where they begin). Loadings beyond +-30 are bent as log-variances are.
//
// Source: the factor-analytic Thurstone model of Takane ("Maximum likelihood additivity analysis", 1982; Boeckenholt 2006) on the
// outputs of UniMLR (arXiv 2508.21772). Ours: factors for each row, loadings that depend on the row, and where they begin.
// Paper normaliser: as UniMLR's.
#pragma once

#include <tagma/base/fields.h>
#include <tagma/loss/significance.h>

#include <array>
#include <string_view>
#include <tuple>

namespace tagma {

namespace detail {

// The size with which loadings on so many factors begin, and the loading of label j on a factor as used, with its slope.
template <class Real>
TAGMA_HD Real first_size(int rank) {
  return rank == 1 ? Real(1) : 1 / math::sqrt(Real(rank));
}
template <class Real>
TAGMA_HD Several<Real, 2> loading_of(Real output, int j, int factor, Real size) {
  return bent(output + (factor > 0 && (j >> (factor - 1)) % 2 == 1 ? -size : size));
}

// State: mean, own variance, 1 / deviation S, slope of the log-variance as used; the loadings; their slopes as used.
// Slopes: mean, log-variance, loadings. Room for `most` factors, of which there are `rank`; those beyond have loadings of 0.
template <class Real, int most>
struct FactorKernel {
  static constexpr int first = 4, bend = first + most, states = bend + most, slopes = 2 + most;
  using State = Several<Real, states>;
  noise::Gaussian<Real> noise;
  Real pair_scale;
  int rank;
  Real size;  // first_size(rank)

  template <class Row>
  TAGMA_HD State load(const Row& row, int j, bool counts) const {
    const Real mean = row.output(j), raw = row.output(j + row.size());
    const auto logvar = bent(counts ? raw : Real(0));
    State state;
    state[0] = counts ? mean : Real(0);
    state[1] = math::exp(logvar[0]);
    state[3] = logvar[1];
    Real square = state[1];
    each_part<most>([&](auto f) {
      const bool used = f < rank;
      const Real output = row.output(j + (2 + (used ? int(f) : 0)) * row.size());
      const auto loading = loading_of(counts && used ? output : Real(0), j, f, size);
      state[first + f] = used ? loading[0] : Real(0);
      state[bend + f] = loading[1];
      square += state[first + f] * state[first + f];
    });
    state[2] = 1 / math::sqrt(square);
    return state;
  }

  TAGMA_HD Several<Real, 1 + slopes> own(const State& state, bool present) const {
    const Real sign = present ? Real(1) : Real(-1), x = state[0] * state[2] * sign;
    const auto term = noise.surprise(x);
    const Real slope = -term[1] * x, inverse_square = state[2] * state[2];
    Several<Real, 1 + slopes> result;
    result[0] = term[0];
    result[1] = term[1] * sign * state[2];
    result[2] = Real(0.5) * slope * (state[1] * inverse_square);  // of two factors of which one may be huge, the product is not
    each_part<most>([&](auto f) { result[3 + f] = slope * (state[first + f] * inverse_square); });
    return result;
  }

  TAGMA_HD Several<Real, 1 + 2 * slopes> pair(const State& mine, const State& other, Real sign) const {
    Real square = mine[1] + other[1];
    each_part<most>([&](auto f) {
      const Real apart = mine[first + f] - other[first + f];
      square += apart * apart;
    });
    const Real inverse = 1 / math::sqrt(square), x = (mine[0] - other[0]) * inverse * sign;
    const auto term = noise.surprise(x);
    const Real slope = pair_scale * term[1] * inverse, by_square = -slope * x * inverse;
    Several<Real, 1 + 2 * slopes> result;
    result[0] = pair_scale * term[0];
    result[1] = slope * sign;
    result[2] = Real(0.5) * by_square * mine[1];
    result[1 + slopes] = -result[1];
    result[2 + slopes] = Real(0.5) * by_square * other[1];
    each_part<most>([&](auto f) {
      result[3 + f] = by_square * (mine[first + f] - other[first + f]);
      result[3 + slopes + f] = -result[3 + f];
    });
    return result;
  }

  template <class Row, class Sink>
  TAGMA_HD void emit(const Row& row, int j, const State& state, const Several<Real, slopes>& sums, Sink sink) const {
    sink(j, sums[0]);
    sink(j + row.size(), sums[1] * state[3]);
    each_part<most>([&](auto f) {
      if (f < rank) sink(j + (2 + f) * row.size(), sums[2 + f] * state[bend + f]);
    });
  }
};

}  // namespace detail

struct ThurstoneFactor {
  static constexpr std::string_view name = "thurstone-factor",
                                    says = "Gaussian significance of labels that vary together, by factors they share";
  static constexpr Traits traits{.convex = false, .smooth = true, .curve = false, .one_kernel = true};
  std::int32_t rank = 1;
  Ranking ranking = Ranking::strong;
  PairSet pair_set = PairSet::all;
  double pair_scale = 1;  // of the ranking terms, from bound()

  static constexpr auto fields() {
    using Self = ThurstoneFactor;
    return std::tuple{
        Field{"rank", &Self::rank, 1, 3, "number of factors"},
        Choice{"mode", &Self::ranking, std::array<std::string_view, 2>{"strong", "weak"},
               "strong: present labels are ordered by grade; weak: they are all alike"},
        Choice{"pairs", &Self::pair_set, std::array<std::string_view, 2>{"all", "present"},
               "all: present labels rank above absent ones, too; present: only pairs of present labels"}};
  }
  Outputs outputs() const { return rank == 1 ? Outputs::three : rank == 2 ? Outputs::four : Outputs::five; }

  template <class Team, class Row, class Sink>
  TAGMA_HD auto over(const Team& team, const Row& row, Sink sink) const {
    using Real = decltype(row.output(0));
    const auto run = [&](auto kernel) { return over_pairs<Real>(kernel, team, row, ranking, pair_set, sink); };
    const Real scale = static_cast<Real>(pair_scale);
    if (rank == 1) return run(detail::FactorKernel<Real, 1>{{}, scale, 1, detail::first_size<Real>(1)});
    return run(detail::FactorKernel<Real, 3>{{}, scale, rank, detail::first_size<Real>(rank)});
  }

  template <class Team, class Row>
  TAGMA_HD std::int64_t pairs(const Team& team, const Row& row) const {
    return count_pairs(team, row, ranking, pair_set);
  }
  TAGMA_HD ThurstoneFactor bound(const Totals& totals, bool paper) const { return with_pair_scale(*this, totals, paper); }
  TAGMA_HD double normaliser(const Totals& totals) const { return static_cast<double>(totals.known); }

  // Score: the mean; spread: the deviation S; shared: the loadings.
  Reading reading() const { return {Scale::margin, Order::factor, true, true, rank}; }
  template <class Real>
  void read(const Real* outputs, int labels, Readout<Real> out) const {
    const Real size = detail::first_size<Real>(rank);
    for (int j = 0; j < labels; ++j) {
      Real square = math::exp(detail::bent(outputs[j + labels])[0]);
      for (int f = 0; f < rank; ++f) {
        const Real loading = detail::loading_of(outputs[j + (2 + f) * labels], j, f, size)[0];
        square += loading * loading;
        if (out.shared) out.shared[j * rank + f] = loading;
      }
      const Real deviation = math::sqrt(square);
      out.score[j] = outputs[j];
      if (out.spread) out.spread[j] = deviation;
      if (out.presence) out.presence[j] = math::phi_cdf(outputs[j] / deviation);
    }
  }
};

}  // namespace tagma
