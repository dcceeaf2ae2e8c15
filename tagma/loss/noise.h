// Families of noise on a label's significance: -log F(x) for the distribution function F of a centred variable of variance 1,
// and its slope; what losses on significances are written against.
//
//   Gaussian   F = Phi; the difference of two labels is Gaussian again
//   Logistic   F = sigmoid(k x), k = pi / sqrt 3
//   Laplace    F = e^(r x) / 2 for x < 0, 1 - e^(-r x) / 2 else, r = sqrt 2
// All are symmetric: 1 - F(x) = F(-x).
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

}  // namespace tagma::noise
