// What losses on significances share: a label's significance has a mean and a log-variance, two outputs; it is present where
// the significance is above 0, and above another label where its significance is. Formulas: unimlr.h.
#pragma once

#include <tagma/loss/noise.h>
#include <tagma/loss/pairs.h>

namespace tagma {

namespace detail {

// The log-variance as used, and its slope: c(v) = v within +-30, +-(30 + t / (1 + t)) at a distance t beyond.
template <class Real>
TAGMA_HD Several<Real, 2> bent(Real v) {
  const Real below = v > 30 ? Real(30) : v, inside = below < -30 ? Real(-30) : below;
  const Real beyond = v - inside, inverse = 1 / (1 + math::abs(beyond));
  Several<Real, 2> result;
  result[0] = inside + beyond * inverse;
  result[1] = inverse * inverse;
  return result;
}

// State: mean, variance, 1 / standard deviation, slope of the log-variance as used. Slopes: mean, log-variance.
template <class Real, class Noise>
struct SignificanceKernel {
  static constexpr int states = 4, slopes = 2;
  using State = Several<Real, states>;
  Noise noise;
  Real pair_scale;
  Real tie = 0;  // how near two labels are that tie (noise.h)

  template <class Row>
  TAGMA_HD State load(const Row& row, int j, bool counts) const {
    const Real mean = row.output(j), raw = row.output(j + row.size());
    const auto logvar = bent(counts ? raw : Real(0));
    const Real inverse = math::exp(Real(-0.5) * logvar[0]);
    State state;
    state[0] = counts ? mean : Real(0);
    state[1] = 1 / (inverse * inverse);
    state[2] = inverse;
    state[3] = logvar[1];
    return state;
  }

  TAGMA_HD Several<Real, 3> own(const State& state, bool present) const {
    const Real sign = present ? Real(1) : Real(-1), x = state[0] * state[2] * sign;
    const auto term = noise.surprise(x);
    Several<Real, 3> result;
    result[0] = term[0];
    result[1] = term[1] * sign * state[2];
    result[2] = Real(-0.5) * term[1] * x;
    return result;
  }

  TAGMA_HD Several<Real, 5> pair(const State& mine, const State& other, Real sign) const {
    const Real inverse = 1 / math::sqrt(mine[1] + other[1]), x = (mine[0] - other[0]) * inverse * sign;
    const auto term = noise::above(noise, x, tie);
    const Real slope = pair_scale * term[1] * inverse, by_variance = Real(-0.5) * slope * x * inverse;
    Several<Real, 5> result;
    result[0] = pair_scale * term[0];
    result[1] = slope * sign;
    result[2] = by_variance * mine[1];
    result[3] = -result[1];
    result[4] = by_variance * other[1];
    return result;
  }

  template <class Row, class Sink>
  TAGMA_HD void emit(const Row& row, int j, const State& state, const Several<Real, 2>& sums, Sink sink) const {
    sink(j, sums[0]);
    sink(j + row.size(), sums[1] * state[3]);
  }
};

}  // namespace detail

// The loss for a batch of those totals: under the paper's reduction the mean of the pairs' terms is added to that of the labels'.
template <class Loss>
TAGMA_HD Loss with_pair_scale(Loss loss, const Totals& totals, bool paper) {
  const auto known = static_cast<double>(totals.known), all_pairs = static_cast<double>(totals.pairs);
  if (paper) loss.pair_scale = totals.pairs > 0 ? known / all_pairs : 0;
  return loss;
}

// Score: the mean; spread: the deviation; presence: share(mean / deviation), the distribution function of the noise.
template <class Real, class Share>
void read_significance(const Real* outputs, int labels, Readout<Real> out, Share share) {
  for (int j = 0; j < labels; ++j) {
    const Real deviation = math::exp(Real(0.5) * detail::bent(outputs[j + labels])[0]);
    out.score[j] = outputs[j];
    if (out.spread) out.spread[j] = deviation;
    if (out.presence) out.presence[j] = share(outputs[j] / deviation);
  }
}

}  // namespace tagma
