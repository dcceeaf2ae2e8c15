// Any-class presence likelihood: a loss of single labels plus one of "some label is present", so that rows without any
// label are learned as such.
//
//   J = sum_j l(z_j, y_j) + alpha l(z_a, y_a),  y_a = some label is present,  z_a = sum_j w_j z_j / W,  W = sum_j w_j
//   w_j = 1 for present labels, lambda for absent ones; 1 for all labels of a row without present labels
//   dJ/dz_j = l'(z_j) + alpha l'(z_a) w_j / W;  with cross-entropy the curve is p (1 - p) + alpha p_a (1 - p_a) w_j^2 / W^2
// l is cross-entropy or focal loss. In the source, p_a is a weighted geometric mean of the p_j, normalised with that of
// the 1 - p_j; this is the same as sigmoid(z_a), so one more logit is all it costs, and with cross-entropy J is convex.
// Unknown labels (and labels of weight 0) have w_j = 0; a label weight multiplies w_j.
// share: lambda is not comparable between numbers of labels. Given a share rho, every row takes the lambda with which its
// absent labels hold rho of the any-class logit: lambda N / (P + lambda N) = rho, P and N the weights of its present and
// absent labels.
// Scores are those of single labels; p_a needs the truth and does not exist for new rows.
// Paper normaliser: present labels plus rows without any, of the batch.
//
// Source: "Any-Class Presence Likelihood" (arXiv 2506.05721); alpha, lambda as in its command for COCO.
#pragma once

#include <tagma/loss/focal.h>
#include <tagma/loss/several.h>

#include <array>

namespace tagma {

struct AnyClass {
  enum class Base : std::uint8_t { bce, focal };

  static constexpr std::string_view name = "any-class",
                                    says = "single labels plus the presence of any label, for data with empty rows";
  static constexpr Traits traits{.convex = true, .smooth = true, .curve = true};
  Base base = Base::bce;
  double alpha = 1, lambda = 0.02, share = -1;
  float gamma = 2;

  static constexpr auto fields() {
    using Self = AnyClass;
    return std::tuple{
        Choice{"base", &Self::base, std::array<std::string_view, 2>{"bce", "focal"}, "the loss of a single logit"},
        Field{"alpha", &Self::alpha, 0.0, 1000.0, "weight of the any-class term"},
        Field{"lambda", &Self::lambda, 0.0, 1.0, "weight of an absent label in the any-class logit of a row with labels"},
        Field{"share", &Self::share, -1.0, 0.99,
              "share of the absent labels in the any-class logit, in place of lambda; below 0: lambda holds"},
        Field{"gamma", &Self::gamma, 0.f, 16.f, "focusing power of base focal"}};
  }
  Traits own_traits() const { return {.convex = base == Base::bce, .smooth = true, .curve = base == Base::bce}; }

  template <class Team, class Row, class Sink>
  TAGMA_HD auto over(const Team& team, const Row& row, Sink sink) const {
    using Real = decltype(row.logit(0));
    const auto run = [&](auto formula) { return over_with<Real>(team, row, sink, formula); };
    if (base == Base::bce) return run([](Real logit, bool present) { return logistic(logit, present); });
    return Focal{gamma}.choose(run);
  }

  double normaliser(const Totals& totals) const { return static_cast<double>(totals.present + totals.negative_rows); }
  Reading reading() const { return {Scale::probability, Order::logistic}; }
  template <class Real>
  void read(const Real* outputs, int labels, Readout<Real> out) const {
    read_sigmoid(outputs, labels, out);
  }

 private:
  // Weights of present and absent labels in the any-class logit: w = scale * label weight.
  template <class Real>
  TAGMA_HD Real absent_scale(Real present, Real absent) const {
    const Real by_share = absent > 0 ? Real(share) * present / ((1 - Real(share)) * absent) : Real(0);
    return present > 0 ? (share >= 0 ? by_share : Real(lambda)) : Real(1);
  }

  template <class Real, class Team, class Row, class Sink, class At>
  TAGMA_HD Real over_with(const Team& team, const Row& row, Sink sink, At at) const {
    const auto sums = team.sum(row.size(), [&](int j) {
      const Real weight = row.weight(j), logit = row.logit(j);
      const bool present = row.truth(j) == Truth::present && weight > 0;
      const bool absent = row.truth(j) == Truth::absent && weight > 0;
      Several<Real, 4> parts;
      parts[0] = present ? weight : Real(0);
      parts[1] = present ? weight * logit : Real(0);
      parts[2] = absent ? weight : Real(0);
      parts[3] = absent ? weight * logit : Real(0);
      return parts;
    });
    const Real scale = absent_scale(sums[0], sums[2]), total = sums[0] + scale * sums[2];
    const Real inverse = total > 0 ? 1 / total : Real(0);
    const auto any = at((sums[1] + scale * sums[3]) * inverse, sums[0] > 0);
    const Real shift = Real(alpha) * any.slope * inverse, bend = Real(alpha) * any.curve * inverse * inverse;
    const Real labels = team.sum(row.size(), [&](int j) {
      const Real weight = row.weight(j);
      const bool present = row.truth(j) == Truth::present;
      const bool counts = row.truth(j) != Truth::unknown && weight > 0;
      const auto jet = at(row.logit(j), present);
      const Real pull = present ? Real(1) : scale;
      sink(j, counts ? weight * (jet.slope + shift * pull) : Real(0),
           counts ? weight * (jet.curve + bend * weight * pull * pull) : Real(0));
      return counts ? weight * jet.value : Real(0);
    });
    return total > 0 ? labels + Real(alpha) * any.value : labels;
  }
};

}  // namespace tagma
