// Families of noise on a label's significance: -log F(x) for the distribution function F of a centred variable of variance 1,
// and its slope; what losses on significances are written against.
//
//   Gaussian   F = Phi; the difference of two labels is Gaussian again
//   Logistic   F = sigmoid(k x), k = pi / sqrt 3
//   Laplace    F = e^(r x) / 2 for x < 0, 1 - e^(-r x) / 2 else, r = sqrt 2
// All are symmetric: 1 - F(x) = F(-x).
//
// Ties of two labels whose means differ by x deviations of their difference; t = 0: no ties.
//   Rao & Kupper (1967)   one is above where it leads by t: P(above) = F(x - t), P(tie) = F(x + t) - F(x - t)
//   Davidson (1970)       P(above) ~ F(x), P(below) ~ F(-x), P(tie) ~ t sqrt(F(x) F(-x)); on logistic noise, the model of Bradley & Terry
#pragma once

#include <tagma/loss/logistic.h>
#include <tagma/loss/several.h>

namespace tagma::noise {

template <class Real>
struct Gaussian {
  TAGMA_HD Several<Real, 2> surprise(Real x) const {
    Several<Real, 2> result;
    result[0] = -math::log_phi(x);
    result[1] = -math::mills(x);
    return result;
  }
  TAGMA_HD static Real share(Real x) { return math::phi_cdf(x); }
};

// -log(Phi(x) + floor): as UniMLR's code was released.
template <class Real>
struct FlooredGaussian {
  Real floor;
  TAGMA_HD Several<Real, 2> surprise(Real x) const {
    const Real density = Real(math::detail::inverse_root_two_pi) * math::exp(Real(-0.5) * x * x);
    const Real probability = math::phi_cdf(x) + floor;
    Several<Real, 2> result;
    result[0] = -math::log(probability);
    result[1] = -density / probability;
    return result;
  }
};

template <class Real>
struct Logistic {
  static constexpr double rate = 1.8137993642342178;
  TAGMA_HD Several<Real, 2> surprise(Real x) const {
    const auto jet = logistic(Real(rate) * x, true);
    Several<Real, 2> result;
    result[0] = jet.value;
    result[1] = Real(rate) * jet.slope;
    return result;
  }
  TAGMA_HD static Real share(Real x) { return 1 / (1 + math::exp(Real(-rate) * x)); }
};

template <class Real>
struct Laplace {
  static constexpr double rate = 1.4142135623730951;
  TAGMA_HD Several<Real, 2> surprise(Real x) const {
    const Real half = Real(0.5) * math::exp(-Real(rate) * math::abs(x));  // of the nearer tail
    const bool below = x < 0;
    Several<Real, 2> result;
    result[0] = below ? Real(0.69314718055994531) - Real(rate) * x : -math::log1p(-half);
    result[1] = below ? -Real(rate) : -Real(rate) * half / (1 - half);
    return result;
  }
  TAGMA_HD static Real share(Real x) {
    const Real half = Real(0.5) * math::exp(-Real(rate) * math::abs(x));
    return x < 0 ? half : 1 - half;
  }
};

// Logistic noise, ties by Davidson. P(tie) of equals is t / (2 + t).
template <class Real>
struct Davidson : Logistic<Real> {
  TAGMA_HD Several<Real, 2> above(Real x, Real t) const {
    const auto a = this->surprise(x), m = middle(a, x);
    const Real tie = t * math::exp(-m[0]);
    Several<Real, 2> result;
    result[0] = a[0] + math::log1p(tie);
    result[1] = a[1] - m[1] * tie / (1 + tie);
    return result;
  }
  TAGMA_HD Several<Real, 2> tied(Real x, Real t) const {
    const auto m = middle(this->surprise(x), x);
    const Real tie = t * math::exp(-m[0]);
    Several<Real, 2> result;
    result[0] = m[0] + math::log1p(tie) - math::log(t);
    result[1] = m[1] / (1 + tie);
    return result;
  }

 private:
  // -log sqrt(F(x) F(-x)) and its slope, from -log F(x) and its slope.
  TAGMA_HD Several<Real, 2> middle(const Several<Real, 2>& a, Real x) const {
    const auto b = this->surprise(-x);
    Several<Real, 2> result;
    result[0] = Real(0.5) * (a[0] + b[0]);
    result[1] = Real(0.5) * (a[1] - b[1]);
    return result;
  }
};

// -log P(above) and its slope.
template <class Real, class Noise>
TAGMA_HD Several<Real, 2> above(const Noise& noise, Real x, Real t) {
  if constexpr (requires { noise.above(x, t); }) return noise.above(x, t);
  else return noise.surprise(x - t);
}

// -log P(tie) and its slope, x >= 0, t > 0. By Rao & Kupper, with a = -log F(t - x), b = -log F(-t - x), it is a - log(1 - e^(a - b)).
// -log F is convex, so that b - a is at least 2 t times the slope at a; far out, where the difference has no digits left, that is
// what it is.
template <class Real, class Noise>
TAGMA_HD Several<Real, 2> tied(const Noise& noise, Real x, Real t) {
  if constexpr (requires { noise.tied(x, t); }) {
    return noise.tied(x, t);
  } else {
    const auto a = noise.surprise(t - x), b = noise.surprise(-t - x);
    const Real wide = b[0] - a[0], least = -2 * t * a[1], gap = wide > least ? wide : least;
    const Real ratio = math::exp(-gap), inside = gap < Real(1e-3) ? gap - Real(0.5) * gap * gap : 1 - ratio;
    Several<Real, 2> result;
    result[0] = a[0] - math::log(inside);
    result[1] = (ratio * b[1] - a[1]) / inside;
    return result;
  }
}

}  // namespace tagma::noise
