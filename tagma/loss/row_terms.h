// What a significance loss may add for a row as a whole, besides its labels and pairs; each term knows its value and the
// slopes of every label, which are handed out while the pairs are.
//
//   scale anchor   anchor / 2  K  m^2, m = mean log-variance of the row's K known labels
//   any label      any  (-log F(x_a)) if some label is present, any (-log F(-x_a)) if none is;  x_k = mu_k e^(-v_k / 2),
//                  mean        x_a = sum_k w_k x_k / sum_k w_k
//                  precision   x_a = A / sqrt B, A = sum_k w_k e^(-v_k) mu_k, B = sum_k w_k^2 e^(-v_k)
//                  w_k = 1 for present labels, lambda for absent ones; 1 in a row without present labels
//   ties           -log P(tie) (noise.h) for pairs of present labels of the same grade, x = (mu_u - mu_v) / D
// Why: the loss of UniMLR is the same for (c mu, c sigma) with another c > 0 in every row, so that means of different rows do
// not compare; the anchor fixes the mean of log sigma^2 at 0 and costs nothing else. The any-label term is any-class presence
// likelihood (any_class.h) on the probit scale; precision weighs labels by how sure they are.
#pragma once

#include <tagma/loss/significance.h>

#include <cstdint>

#if defined(__CUDACC__)
#define TAGMA_APART __host__ __device__ __noinline__
#else
#define TAGMA_APART [[gnu::noinline]]  // rows of instruction sets are types of their own, so these copies are, too
#endif

namespace tagma::detail {

enum class AnyMean : std::uint8_t { mean, precision };

struct RowTermSettings {
  double anchor, any, lambda, tie;
  AnyMean any_mean;
  Ranking ranking;
};

template <class Real, class Noise, class Row>
class RowTerms {
 public:
  template <class Team>
  TAGMA_HD RowTerms(const RowTermSettings& settings, const Noise& noise, Real pair_scale, const Team& team, const Row& row)
      : settings_(settings), noise_(noise), pair_scale_(pair_scale), row_(row),
        ties_(Real(settings.tie) > 0 && settings.ranking == Ranking::strong) {
    const auto sums = team.sum(row.size(), [&](int j) { return parts(j); });
    const Real known = sums[0];
    mean_logvar_ = known > 0 ? sums[1] / known : Real(0);
    some_ = sums[2] > 0;
    absent_weight_ = some_ ? Real(settings.lambda) : Real(1);
    const Real below = sums[3] + absent_weight_ * sums[4];
    const Real above = sums[5] + absent_weight_ * sums[6];
    const Real square = sums[7] + absent_weight_ * absent_weight_ * sums[8];
    const bool precise = settings.any_mean == AnyMean::precision;
    inverse_ = precise ? (square > 0 ? 1 / math::sqrt(square) : Real(0)) : (below > 0 ? 1 / below : Real(0));
    x_ = above * inverse_;
    const Real sign = some_ ? Real(1) : Real(-1);
    const auto term = noise_.surprise(sign * x_);
    const bool counts = inverse_ > 0;
    any_slope_ = counts ? Real(settings.any) * sign * term[1] : Real(0);
    value_ = (counts ? Real(settings.any) * term[0] : Real(0)) + Real(0.5 * settings.anchor) * known * mean_logvar_ * mean_logvar_;
    if (ties_)
      value_ += team.sum(row.present_count(), [&](int i) { return tied(row.present(i), true)[0]; });
  }

  TAGMA_HD Real value() const { return value_; }

  // Slopes of the mean and of the log-variance of label j, beside those of its own and its pairs' terms. Not inlined: it is asked for
  // in five places, and copies of it there would double what all losses together take to compile.
  TAGMA_APART Several<Real, 2> slopes(int j) const {
    const Real weight = counted(row_, j);
    const bool known = weight > 0, present = row_.truth(j) == Truth::present;
    const State at = state(j, known);
    const Real share = weight * (present ? Real(1) : absent_weight_);
    Several<Real, 2> result;
    if (settings_.any_mean == AnyMean::precision) {
      const Real precision = at.inverse * at.inverse, part = share * precision * inverse_;
      result[0] = any_slope_ * part;
      result[1] = any_slope_ * (Real(0.5) * x_ * share * part * inverse_ - part * at.mean);
    } else {
      result[0] = any_slope_ * share * inverse_ * at.inverse;
      result[1] = Real(-0.5) * result[0] * at.mean;
    }
    result[1] += Real(settings_.anchor) * weight * mean_logvar_;
    if (ties_ && present && known) {
      const auto more = tied(j, false);
      result[0] += more[1];
      result[1] += more[2];
    }
    result[0] = known ? result[0] : Real(0);
    result[1] = known ? result[1] * at.bend : Real(0);
    return result;
  }

 private:
  struct State {
    Real mean, inverse, logvar, bend;
  };
  TAGMA_HD State state(int j, bool known) const {
    const Real mean = row_.output(j), raw = row_.output(j + row_.size());
    const auto logvar = bent(known ? raw : Real(0));
    return {known ? mean : Real(0), math::exp(Real(-0.5) * logvar[0]), logvar[0], logvar[1]};
  }

  // Weight, weight x log-variance, weight of present labels; then what below, above and square are made of: present, absent.
  TAGMA_HD Several<Real, 9> parts(int j) const {
    const Real weight = counted(row_, j);
    const bool known = weight > 0, present = known && row_.truth(j) == Truth::present;
    const State at = state(j, known);
    const Real precision = at.inverse * at.inverse;
    const Real above = weight * at.mean * (settings_.any_mean == AnyMean::precision ? precision : at.inverse);
    const Real square = weight * weight * precision;
    Several<Real, 9> result;
    result[0] = weight;
    result[1] = weight * at.logvar;
    result[2] = present ? weight : Real(0);
    result[3] = present ? weight : Real(0);
    result[4] = present ? Real(0) : weight;
    result[5] = present ? above : Real(0);
    result[6] = present ? Real(0) : above;
    result[7] = present ? square : Real(0);
    result[8] = present ? Real(0) : square;
    return result;
  }

  // Present label u with those of its grade: value, slopes of mean and log-variance. `once`: pairs with later labels only.
  TAGMA_HD Several<Real, 3> tied(int u, bool once) const {
    Several<Real, 3> sums(0);
    const Real mine = counted(row_, u);
    if (!(mine > 0)) return sums;
    const State a = state(u, true);
    for (int i = 0; i < row_.present_count(); ++i) {
      const int v = row_.present(i);
      const Real theirs = counted(row_, v);
      if (v == u || (once && v < u) || !(theirs > 0) || row_.grade(v) != row_.grade(u)) continue;
      const State b = state(v, true);
      const Real own_variance = 1 / (a.inverse * a.inverse), inverse = 1 / math::sqrt(own_variance + 1 / (b.inverse * b.inverse));
      const Real x = (a.mean - b.mean) * inverse, factor = pair_scale_ * mine * theirs;
      const auto term = noise::tied(noise_, math::abs(x), Real(settings_.tie));
      const Real slope = factor * term[1] * (x < 0 ? Real(-1) : Real(1)) * inverse;
      sums[0] += factor * term[0];
      sums[1] += slope;
      sums[2] -= Real(0.5) * slope * x * inverse * own_variance;
    }
    return sums;
  }

  RowTermSettings settings_;
  Noise noise_;
  Real pair_scale_;
  const Row& row_;
  bool ties_, some_ = false;
  Real mean_logvar_ = 0, absent_weight_ = 1, inverse_ = 0, x_ = 0, any_slope_ = 0, value_ = 0;
};

}  // namespace tagma::detail

#undef TAGMA_APART
