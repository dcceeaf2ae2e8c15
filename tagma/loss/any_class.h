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
    if (base == Base::bce) return run([](Real logit, bool present) { return split_logistic(logit, present); });
    return Focal{gamma}.choose(run);
  }

  TAGMA_HD double normaliser(const Totals& totals) const { return static_cast<double>(totals.present + totals.negative_rows); }
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
    const auto here = [&](int j, bool counts) {  // weight, weighted logit
      const Real weight = row.weight(j), logit = row.logit(j);
      Several<Real, 2> parts;
      parts[0] = counts ? weight : Real(0);
      parts[1] = counts && weight > 0 ? weight * logit : Real(0);
      return parts;
    };
    const auto absent = team.sum(row.size(), [&](int j) { return here(j, row.truth(j) == Truth::absent); });
    const auto present = team.sum(row.present_count(), [&](int i) { return here(row.present(i), true); });
    const Real scale = absent_scale(present[0], absent[0]), total = present[0] + scale * absent[0];
    const Real inverse = total > 0 ? 1 / total : Real(0);
    const auto any = jet_of(at((present[1] + scale * absent[1]) * inverse, present[0] > 0));
    const Real shift = Real(alpha) * any.slope * inverse, bend = Real(alpha) * any.curve * inverse * inverse;
    const Real absent_shift = shift * scale, absent_bend = bend * scale * scale;
    const Real labels = in_all(team.sum(row.size(), [&](int j) {
      const Real weight = row.weight(j);
      const bool is_present = row.truth(j) == Truth::present;
      const bool counts = row.truth(j) != Truth::unknown && weight > 0;
      const auto jet = at(row.logit(j), is_present);
      sink(j, counts ? weight * (jet.slope + (is_present ? shift : absent_shift)) : Real(0),
           counts ? weight * (jet.curve + weight * (is_present ? bend : absent_bend)) : Real(0));
      return term_of<Row>(jet, weight, counts);
    }));
    return total > 0 ? labels + Real(alpha) * any.value : labels;
  }
};

}  // namespace tagma
