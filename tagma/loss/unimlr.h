// UniMLR: the significance of label k is a Gaussian s_k ~ N(mu_k, e^v_k); a label is present if s_k > 0, and label u is
// more significant than label v if s_u > s_v. Two outputs per label, all means and then all log-variances.
//
//   classification  -log Phi(x_k) if present, -log Phi(-x_k) if absent,       x_k  = mu_k e^(-v_k / 2)
//   ranking         -log Phi(x_uv) for every pair of labels with u above v,   x_uv = (mu_u - mu_v) / D,
//                   D^2 = e^v_u + e^v_v
// With r(x) = phi(x) / Phi(x) and s = +1 for present, -1 for absent labels, the slopes are
//   d mu_k = -s r(s x_k) e^(-v_k / 2)      d v_k = s x_k r(s x_k) / 2
//   d mu_u = -r(x_uv) / D = -d mu_v        d v_u = r(x_uv) x_uv e^v_u / (2 D^2), d v_v likewise
// The value of a row is the sum of its terms. Paper normaliser: the mean of the classification terms over the known
// labels of the batch plus the mean of the ranking terms over the pairs of the batch.
//
// Source: UniMLR (arXiv 2508.21772), earlier GaussianMLR (arXiv 2303.03907), and their released code.
// What we changed: log Phi and r are exact in the tails (floor 0); the released code adds a floor of 1e-4 to each
// probability, which keeps the loss below 9.2 and takes the slope from what is confidently wrong. A batch without pairs
// is worth its classification terms, not NaN. Pairs may be restricted to those of present labels (pairs =
// present); the released code takes all. Log-variances beyond +-30 are bent smoothly into +-31,
// so that every number stays finite in single precision. Weak mode ranks present above absent labels only.
#pragma once

#include <tagma/base/fields.h>
#include <tagma/loss/significance.h>

#include <array>
#include <string_view>
#include <tuple>

namespace tagma {

struct UniMlr {
  static constexpr std::string_view name = "unimlr",
                                    says = "Gaussian significance of labels: presence and order by one model";
  static constexpr Traits traits{.convex = false, .smooth = true, .curve = false, .one_kernel = true};
  Ranking ranking = Ranking::strong;
  PairSet pair_set = PairSet::all;
  double floor = 0;
  double pair_scale = 1;  // of the ranking terms, from bound()

  static constexpr auto fields() {
    using Self = UniMlr;
    return std::tuple{
        Choice{"mode", &Self::ranking, std::array<std::string_view, 2>{"strong", "weak"},
               "strong: present labels are ordered by grade; weak: they are all alike"},
        Choice{"pairs", &Self::pair_set, std::array<std::string_view, 2>{"all", "present"},
               "all: present labels rank above absent ones, too; present: only pairs of present labels"},
        Field{"floor", &Self::floor, 0.0, 0.1, "added to every probability; 0.0001 is the released code"}};
  }
  static constexpr Outputs outputs() { return Outputs::two; }

  template <class Team, class Row, class Sink>
  TAGMA_HD auto over(const Team& team, const Row& row, Sink sink) const {
    using Real = decltype(row.output(0));
    const auto run = [&](auto kernel) { return over_pairs<Real>(kernel, team, row, ranking, pair_set, sink); };
    const Real scale = static_cast<Real>(pair_scale);
    if (floor > 0) return run(detail::SignificanceKernel<Real, noise::FlooredGaussian<Real>>{{static_cast<Real>(floor)}, scale});
    return run(detail::SignificanceKernel<Real, noise::Gaussian<Real>>{{}, scale});
  }

  template <class Team, class Row>
  TAGMA_HD std::int64_t pairs(const Team& team, const Row& row) const {
    return count_pairs(team, row, ranking, pair_set);
  }
  TAGMA_HD UniMlr bound(const Totals& totals, bool paper) const { return with_pair_scale(*this, totals, paper); }
  TAGMA_HD double normaliser(const Totals& totals) const { return static_cast<double>(totals.known); }

  Reading reading() const { return {Scale::margin, Order::probit, true, true}; }
  template <class Real>
  void read(const Real* outputs, int labels, Readout<Real> out) const {
    read_significance(outputs, labels, out, [](Real x) { return math::phi_cdf(x); });
  }
};

}  // namespace tagma
