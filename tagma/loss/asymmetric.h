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

template <bool whole, bool clips>
struct AsymmetricFormula {
  Power<whole> on_present, on_absent;
  float clip;

  template <class Real>
  TAGMA_HD Jet<Real> operator()(Real logit, bool present) const {
    const bool clipped = clips && !present;
    const Real gamma = present ? Real(on_present.power) : Real(on_absent.power), m = present ? -logit : logit;
    const Real e = math::exp_down(-math::abs(logit)), both = 1 + e, edge = clipped ? Real(clip) * both : Real(0);
    // t and 1 - t times (1 + e), and one division for all that is to be divided
    const Real top = (m < 0 ? e : Real(1)) - edge, rest = (m < 0 ? Real(1) : e) + edge;
    const bool counts = top > (clips ? Real(1e-30f) : Real(0));  // where not, all is selected away, NaN or not
    const Real bottom = clipped ? top * rest : Real(1), divided = 1 / (both * bottom), inverse = divided * bottom;
    const Real t = top * inverse;
    Real log_part;  // log(1 - t) if clipped, else log(1 + e)
    if constexpr (clips) log_part = math::log_given(clipped ? rest * inverse : both, clipped ? -t : e);
    else log_part = math::log1p_unit(e);
    const Real surprise = clipped ? -log_part : (m > 0 ? m : Real(0)) + log_part;  // -log(1 - t)
    Real focus;                                                                    // t^gamma
    if constexpr (whole) {
      const Real of_present = on_present(t, t), of_absent = on_absent(t, t);
      focus = present ? of_present : of_absent;
    } else {
      const Real log_clipped = math::log(t), log_plain = (m < 0 ? m : Real(0)) - log_part;
      focus = math::exp_down(gamma * (clipped ? log_clipped : log_plain));
    }
    // p (1 - p) (gamma surprise / t + 1 / (1 - t)); where t is p, this is gamma (1 - t) surprise + t
    const Real slope = focus * (clipped ? e * divided : divided) * (gamma * surprise * rest + top);
    return {counts ? focus * surprise : Real(0), counts ? (present ? -slope : slope) : Real(0), Real(0)};
  }
};

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

  template <class F>
  TAGMA_HD auto choose(F f) const {
    const Power<true> present(gamma_present), absent(gamma_absent);
    if (is_small_whole(gamma_present) && is_small_whole(gamma_absent) && clip > 0)
      return f(AsymmetricFormula<true, true>{present, absent, clip});
    const Power<false> any_present(gamma_present), any_absent(gamma_absent);
    if (clip > 0) return f(AsymmetricFormula<false, true>{any_present, any_absent, clip});
    return f(AsymmetricFormula<false, false>{any_present, any_absent, clip});
  }
  template <class Real>
  TAGMA_HD Jet<Real> at(Real logit, bool present) const {
    return choose([=](auto formula) { return formula(logit, present); });
  }

  TAGMA_HD double normaliser(const Totals&) const { return 1; }
  Reading reading() const { return {Scale::probability, Order::logistic}; }
  template <class Real>
  void read(const Real* outputs, int labels, Readout<Real> out) const {
    read_sigmoid(outputs, labels, out);
  }
};

}  // namespace tagma
