// Asymmetric loss (ASL): present and absent labels are focused with powers of their own, and absent labels whose
// probability is below `clip` count as right.
//
//   present  l = (1 - p)^gamma_present (-log p)
//   absent   l = t^gamma_absent (-log(1 - t)),  t = max(p - clip, 0),  p = sigmoid(z)
//            dl/dz = p (1 - p) t^gamma_absent (gamma_absent (-log(1 - t)) / t + 1 / (1 - t)) where t > 0, else 0
// With clip 0 an absent label is a focal one and is computed as such, without loss of digits.
// Paper normaliser: 1 (the source sums over rows and labels).
//
// Source: Ridnik et al., "Asymmetric loss for multi-label classification" (ICCV 2021), eq. 4 to 7.
// What we changed: the slope is that of the formula. The released code by default treats the focusing factors as constants
// in one of its two implementations and not in the other. Logarithms are exact rather than floored at log 1e-8.
#pragma once

#include <tagma/loss/focal.h>

namespace tagma {

struct Asymmetric {
  static constexpr std::string_view name = "asymmetric",
                                    says = "cross-entropy focused apart on present and absent labels";
  static constexpr Traits traits{.convex = false, .smooth = true, .curve = false};
  float gamma_absent = 4, gamma_present = 1, clip = 0.05f;

  static constexpr auto fields() {
    using Self = Asymmetric;
    return std::tuple{Field{"gamma_absent", &Self::gamma_absent, 0.f, 16.f, "focusing power on absent labels"},
                      Field{"gamma_present", &Self::gamma_present, 0.f, 16.f, "focusing power on present labels"},
                      Field{"clip", &Self::clip, 0.f, 0.5f, "absent labels below this probability count as right"}};
  }
  Traits own_traits() const { return {.convex = false, .smooth = clip == 0 || gamma_absent > 0, .curve = false}; }

  template <class Real>
  TAGMA_HD Jet<Real> at(Real logit, bool present) const {
    const bool plain = present || clip == 0;
    const Real gamma = present ? Real(gamma_present) : Real(gamma_absent);
    const Real m = present ? -logit : logit;
    const Real e = math::exp(m < 0 ? m : -m), inverse = 1 / (1 + e);
    const Real wrong = (m < 0 ? e : Real(1)) * inverse, right = (m < 0 ? Real(1) : e) * inverse;
    const Real t = wrong > Real(clip) ? wrong - Real(clip) : Real(0);
    const bool counts = plain || t > 0;
    const Real log_part = math::log1p(plain ? e : -t);
    const Real surprise = plain ? (m > 0 ? m : Real(0)) + log_part : -log_part;  // -log of what is taken as right
    const Real log_wrong = plain ? (m < 0 ? m : Real(0)) - log_part : math::log(t > 0 ? t : Real(1));
    const Real focus = math::exp(gamma * log_wrong);
    // plain: wrong = t, right = 1 - t, and the fraction below is its limit without division by what may underflow
    const Real clipped = wrong * right * (gamma * surprise * (1 - t) + t) / (counts && !plain ? t * (1 - t) : Real(1));
    const Real slope = focus * (plain ? wrong + gamma * right * surprise : clipped);
    return {counts ? focus * surprise : Real(0), counts ? (present ? -slope : slope) : Real(0), Real(0)};
  }

  double normaliser(const Totals&) const { return 1; }
  Reading reading() const { return {Scale::probability, Order::logistic}; }
  template <class Real>
  void read(const Real* outputs, int labels, Readout<Real> out) const {
    read_sigmoid(outputs, labels, out);
  }
};

}  // namespace tagma
