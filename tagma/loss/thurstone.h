// Thurstone: UniMLR (unimlr.h) with what it leaves open: other noise, a scale that compares between rows, the presence of
// any label, ties. Two outputs per label, all means and then all log-variances.
//
//   noise          Gaussian (UniMLR's), logistic, Laplace, or logistic with ties by Davidson, all of the same variance (noise.h). The difference of two labels
//                  is taken to be of the same family: exact for Gaussian noise, and for the others as in the models of
//                  Bradley & Terry, where it is the difference that is logistic (that of two Gumbel variables)
//   anchor, any, lambda, any_mean, tie    terms of the row as a whole (row_terms.h)
// With gaussian noise, anchor 0, any 0 and tie 0 this is UniMLR. The value of a row is the sum of its terms. Paper normaliser:
// as UniMLR's. Orders of pairs are read from means and deviations by the Gaussian formula whatever the noise; for logistic
// noise that is off by at most 0.02.
//
// Source: Thurstone (1927); Bradley & Terry (1952); Rao & Kupper (1967); Davidson (1970); UniMLR (arXiv 2508.21772); Any-Class Presence
// Likelihood (arXiv 2506.05721). Ours: all of them on one row, and the anchor.
#pragma once

#include <tagma/base/fields.h>
#include <tagma/loss/row_terms.h>

#include <array>
#include <string_view>
#include <tuple>

namespace tagma {

struct Thurstone {
  enum class Noise : std::uint8_t { gaussian, logistic, laplace, davidson };

  static constexpr std::string_view name = "thurstone",
                                    says = "significance of labels with a choice of noise, comparable scale, any label, ties";
  static constexpr Traits traits{.convex = false, .smooth = true, .curve = false, .one_kernel = true};
  double anchor = 0.01, any = 0, lambda = 0.02, tie = 0;
  Noise noise = Noise::gaussian;
  Ranking ranking = Ranking::strong;
  PairSet pair_set = PairSet::all;
  detail::AnyMean any_mean = detail::AnyMean::mean;
  double pair_scale = 1;  // of the ranking terms, from bound()

  static constexpr auto fields() {
    using Self = Thurstone;
    return std::tuple{
        Field{"anchor", &Self::anchor, 0.0, 1000.0, "weight of the term that holds the mean log-variance of a row at 0"},
        Field{"any", &Self::any, 0.0, 1000.0, "weight of the term of any label's presence"},
        Field{"lambda", &Self::lambda, 0.0, 1.0, "weight of an absent label in it, in a row with labels"},
        Field{"tie", &Self::tie, 0.0, 10.0, "how near two labels are that tie, in deviations of their difference (davidson: how frequent ties are); 0: ties say nothing"},
        Choice{"noise", &Self::noise, std::array<std::string_view, 4>{"gaussian", "logistic", "laplace", "davidson"},
               "family of the noise; davidson: logistic with ties by Davidson, the others have those of Rao and Kupper"},
        Choice{"mode", &Self::ranking, std::array<std::string_view, 2>{"strong", "weak"},
               "strong: present labels are ordered by grade; weak: they are all alike"},
        Choice{"pairs", &Self::pair_set, std::array<std::string_view, 2>{"all", "present"},
               "all: present labels rank above absent ones, too; present: only pairs of present labels"},
        Choice{"any_mean", &Self::any_mean, std::array<std::string_view, 2>{"mean", "precision"},
               "how labels make up any label: alike, or by how sure they are"}};
  }
  static constexpr Outputs outputs() { return Outputs::two; }

  template <class Team, class Row, class Sink>
  TAGMA_HD auto over(const Team& team, const Row& row, Sink sink) const {
    using Real = decltype(row.output(0));
    switch (noise) {
      case Noise::logistic: return over_with<Real>(noise::Logistic<Real>{}, team, row, sink);
      case Noise::laplace: return over_with<Real>(noise::Laplace<Real>{}, team, row, sink);
      case Noise::davidson: return over_with<Real>(noise::Davidson<Real>{}, team, row, sink);
      default: return over_with<Real>(noise::Gaussian<Real>{}, team, row, sink);
    }
  }

  template <class Team, class Row>
  TAGMA_HD std::int64_t pairs(const Team& team, const Row& row) const {
    return count_pairs(team, row, ranking, pair_set);
  }
  TAGMA_HD Thurstone bound(const Totals& totals, bool paper) const { return with_pair_scale(*this, totals, paper); }
  TAGMA_HD double normaliser(const Totals& totals) const { return static_cast<double>(totals.known); }

  Reading reading() const { return {Scale::margin, Order::probit, true, true}; }
  template <class Real>
  void read(const Real* outputs, int labels, Readout<Real> out) const {
    read_significance(outputs, labels, out, [this](Real x) { return presence(x); });
  }

 private:
  template <class Real>
  Real presence(Real x) const {
    switch (noise) {
      case Noise::logistic:
      case Noise::davidson: return noise::Logistic<Real>::share(x);
      case Noise::laplace: return noise::Laplace<Real>::share(x);
      default: return noise::Gaussian<Real>::share(x);
    }
  }

  template <class Real, class Family, class Team, class Row, class Sink>
  TAGMA_HD Real over_with(const Family& family, const Team& team, const Row& row, Sink sink) const {
    const Real scale = static_cast<Real>(pair_scale);
    const detail::RowTerms<Real, Family, Row> terms({anchor, any, lambda, tie, any_mean, ranking}, family, scale, team, row);
    const detail::SignificanceKernel<Real, Family> kernel{family, scale, static_cast<Real>(tie)};
    const int size = row.size();
    const auto with_terms = [&terms, size, sink](int o, Real slope) {
      sink(o, slope + (o < size ? terms.slopes(o)[0] : terms.slopes(o - size)[1]));
    };
    return over_pairs<Real>(kernel, team, row, ranking, pair_set, with_terms) + terms.value();
  }
};

}  // namespace tagma
