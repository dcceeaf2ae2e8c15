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
// which there are label weights. q^gamma is computed as exp(-gamma softplus(-m)): 1 - p would lose all its digits.
#pragma once

#include <tagma/base/fields.h>
#include <tagma/loss/logistic.h>

#include <string_view>
#include <tuple>

namespace tagma {

template <class Real>
TAGMA_HD Jet<Real> focal_jet(Real z, bool present, Real gamma) {
  const Real m = present ? -z : z;
  const Real e = math::exp(m < 0 ? m : -m), inverse = 1 / (1 + e), log_part = math::log1p_unit(e);
  const Real wrong = (m < 0 ? e : Real(1)) * inverse, right = (m < 0 ? Real(1) : e) * inverse;
  const Real surprise = (m > 0 ? m : Real(0)) + log_part;                 // softplus(m) = -log right
  const Real focus = math::exp(gamma * ((m < 0 ? m : Real(0)) - log_part));  // wrong^gamma
  const Real slope = focus * (wrong + gamma * right * surprise);
  return {focus * surprise, present ? -slope : slope, Real(0)};
}

struct Focal {
  static constexpr std::string_view name = "focal", says = "cross-entropy focused on labels that are wrong";
  static constexpr Traits traits{.convex = false, .smooth = true, .curve = false};
  float gamma = 2;

  static constexpr auto fields() {
    return std::tuple{Field{"gamma", &Focal::gamma, 0.f, 16.f, "focusing power; 0 is binary cross-entropy"}};
  }

  template <class Real>
  TAGMA_HD Jet<Real> at(Real logit, bool present) const {
    return focal_jet(logit, present, Real(gamma));
  }

  double normaliser(const Totals& totals) const { return static_cast<double>(totals.present); }
  Reading reading() const { return {Scale::probability, Order::logistic}; }
  template <class Real>
  void read(const Real* outputs, int labels, Readout<Real> out) const {
    read_sigmoid(outputs, labels, out);
  }
};

}  // namespace tagma
