// Focal loss: binary cross-entropy that looks away from labels that are already right.
//
//   l(z, y) = q^gamma softplus(m),  m = -s z,  q = sigmoid(m): the probability given to the wrong answer,
//                                   s = +1 if present, -1 if absent
//   dl/dz   = -s q^gamma (q + gamma (1 - q) softplus(m))
// It is not convex and its curve is negative where a label is clearly wrong, so no curve is given.
// Paper normaliser: the number of present labels of the batch. (The source divides by the number of anchors assigned to an
// object, and a present label is the nearest thing to that here.)
//
// Source: Lin et al., "Focal loss for dense object detection" (ICCV 2017), eq. 4, without the class weight alpha, for
// which there are label weights. q is sigmoid(m), never 1 - p, which would lose all its digits; q^gamma is a product where gamma is a small
// whole number, else exp(-gamma softplus(-m)).
#pragma once

#include <tagma/base/fields.h>
#include <tagma/loss/logistic.h>

#include <string_view>
#include <tuple>

namespace tagma {

// x^power for x in [0, 1]. `whole`: the power is 0, 1, .. 7 and takes three squarings, each factor x^(2^k) or 1; others
// take exp and the logarithm of x, which the caller has or computes.
template <bool whole>
struct Power {
  float power, one, two, four;  // the bits of a whole power, as 0 or 1

  TAGMA_HD explicit Power(float exponent) : power(exponent) {
    const int bits = whole ? static_cast<int>(exponent) : 0;
    one = static_cast<float>(bits & 1);
    two = static_cast<float>(bits >> 1 & 1);
    four = static_cast<float>(bits >> 2 & 1);
  }
  template <class Real>
  TAGMA_HD Real operator()(Real x, Real log_x) const {
    if constexpr (whole) {
      const Real x2 = x * x, x4 = x2 * x2;
      return (x * Real(one) + Real(1 - one)) * (x2 * Real(two) + Real(1 - two)) * (x4 * Real(four) + Real(1 - four));
    } else {
      return math::exp_down(Real(power) * log_x);
    }
  }
};
TAGMA_HD bool is_small_whole(float power) { return power <= 7 && power == static_cast<float>(static_cast<int>(power)); }

template <bool whole>
struct FocalFormula {
  Power<whole> power;

  TAGMA_HD explicit FocalFormula(float gamma) : power(gamma) {}
  template <class Real>
  TAGMA_HD Jet<Real> operator()(Real z, bool present) const {
    const Real m = present ? -z : z;
    const Real e = math::exp_down(-math::abs(z)), inverse = 1 / (1 + e), log_part = math::log1p_unit(e);
    const Real wrong = (m < 0 ? e : Real(1)) * inverse, right = (m < 0 ? Real(1) : e) * inverse;
    const Real surprise = (m > 0 ? m : Real(0)) + log_part;                    // softplus(m) = -log right
    const Real focus = power(wrong, (m < 0 ? m : Real(0)) - log_part);         // wrong^gamma
    const Real slope = focus * (wrong + Real(power.power) * right * surprise);
    return {focus * surprise, present ? -slope : slope, Real(0)};
  }
};

struct Focal {
  static constexpr std::string_view name = "focal", says = "cross-entropy focused on labels that are wrong";
  static constexpr Traits traits{.convex = false, .smooth = true, .curve = false};
  float gamma = 2;

  static constexpr auto fields() {
    return std::tuple{Field{"gamma", &Focal::gamma, 0.f, 16.f, "focusing power; 0 is binary cross-entropy"}};
  }

  template <class F>
  TAGMA_HD auto choose(F f) const {
    if (is_small_whole(gamma)) return f(FocalFormula<true>(gamma));
    return f(FocalFormula<false>(gamma));
  }
  template <class Real>
  TAGMA_HD Jet<Real> at(Real logit, bool present) const {
    return choose([=](auto formula) { return formula(logit, present); });
  }

  TAGMA_HD double normaliser(const Totals& totals) const { return static_cast<double>(totals.present); }
  Reading reading() const { return {Scale::probability, Order::logistic}; }
  template <class Real>
  void read(const Real* outputs, int labels, Readout<Real> out) const {
    read_sigmoid(outputs, labels, out);
  }
};

}  // namespace tagma
