// CRPC, calibrated ranking by pairwise comparison: a logistic classifier for every pair of labels, with a virtual label
// that stands between the present and the absent ones. K labels have K (K + 1) / 2 outputs, pairs (i, j) with i < j in
// the order (0,1) (0,2) .. and the virtual label, K, last.
//
//   J = sum over pairs of BCE(z_ij, i above j)
//
// The virtual label is above every absent and below every present one; its weight is 1. Two labels of the same grade
// are tied: masked (they say nothing), or, as in the released code, target 0, which is to say j above i.
//
// Source: Fuernkranz, Huellermeier, Loza Mencia, Brinker, "Multilabel classification via calibrated label ranking"
// (Machine Learning 73, 2008); network form as in the code of arXiv 2508.21772.
// What we changed: ties are masked unless asked otherwise. A lost pair votes for j with 1 - p; the released code votes
// with p, so that the surest losses count least: with perfect probabilities (0.99 and 0.01) it orders 76 % of the
// present pairs correctly, the corrected vote 100 %. The virtual label is compared by presence, not by the number 0.5,
// so grades below 0.5 are present, too. Paper normaliser: the number of pairs that are not masked.
#pragma once

#include <tagma/base/fields.h>
#include <tagma/loss/logistic.h>
#include <tagma/loss/pairs.h>

#include <array>
#include <string_view>
#include <tuple>

namespace tagma {

struct Crpc {
  enum class Ties : std::uint8_t { mask, released };

  static constexpr std::string_view name = "crpc",
                                    says = "a classifier for every pair of labels, with a virtual label as threshold";
  static constexpr Traits traits{.convex = true, .smooth = true, .curve = true};
  Ranking ranking = Ranking::strong;
  Ties ties = Ties::mask;

  static constexpr auto fields() {
    return std::tuple{Choice{"mode", &Crpc::ranking, std::array<std::string_view, 2>{"strong", "weak"},
                             "strong: present labels are ordered by grade; weak: they are all alike"},
                      Choice{"ties", &Crpc::ties, std::array<std::string_view, 2>{"mask", "released"},
                             "pairs of equal grade: left out, or target 0 as in the released code"}};
  }
  static constexpr Outputs outputs() { return Outputs::pairs; }
  // Output of the pair (i, i + 1) among `labels` labels; (i, j) follows j - i - 1 later.
  TAGMA_HD static constexpr int first_pair(int i, int labels) {
    return static_cast<int>(std::int64_t{i} * (labels + 1) - std::int64_t{i} * (i + 1) / 2);
  }

  template <class Team, class Row, class Sink>
  TAGMA_HD auto over(const Team& team, const Row& row, Sink sink) const {
    using Real = decltype(row.output(0));
    const int size = row.size();
    const Real tied = ties == Ties::mask ? Real(0) : Real(1), keep = graded<Real>(ranking);
    const auto term = [&](int output, Real weight, bool above) {
      const auto jet = logistic(row.output(output), above);
      sink(output, weight > 0 ? weight * jet.slope : Real(0), weight > 0 ? weight * jet.curve : Real(0));
      return weight > 0 ? weight * jet.value : Real(0);
    };
    Real value = 0;
    for (int i = 0; i < size; ++i) {
      const int first = first_pair(i, size);
      const Real grade = pair_grade(row, i, keep), weight = counted(row, i);
      value += team.sum(size - 1 - i, [&](int t) {
        const int j = i + 1 + t;
        const Real other = pair_grade(row, j, keep), gap = grade - other, factor = gap != 0 ? Real(1) : tied;
        return term(first + t, weight * counted(row, j) * factor, gap > 0);
      });
    }
    return value + team.sum(size, [&](int i) {
      return term(virtual_pair(i, size), counted(row, i), row.truth(i) == Truth::present);
    });
  }

  // With ties masked: pairs of different grades, and every known label with the virtual one.
  template <class Team, class Row>
  TAGMA_HD std::int64_t pairs(const Team& team, const Row& row) const {
    const std::int64_t known = team.sum(row.size(), [&](int j) { return counted(row, j) > 0 ? 1 : 0; });
    if (ties == Ties::released) return known * (known + 1) / 2;
    return known + count_pairs(team, row, ranking, PairSet::all);
  }
  TAGMA_HD double normaliser(const Totals& totals) const { return static_cast<double>(totals.pairs); }

  // Score: the label's votes less those of the virtual label. Presence: the pair with the virtual label.
  Reading reading() const { return {Scale::margin, Order::pairs, false, true}; }
  template <class Real>
  void read(const Real* outputs, int labels, Readout<Real> out) const {
    Real threshold = 0;
    for (int i = 0; i < labels; ++i) out.score[i] = 0;
    for (int i = 0, pair = 0; i < labels; ++i) {
      const Real* z = outputs + first_pair(i, labels) - (i + 1);  // z[j] is the pair (i, j)
      for (int j = i + 1; j <= labels; ++j) {
        const Real p = sigmoid(z[j]);
        Real& loser = j < labels ? out.score[j] : threshold;
        (p >= Real(0.5) ? out.score[i] : loser) += p >= Real(0.5) ? p : 1 - p;
        if (out.pairs && j < labels) out.pairs[pair++] = p;
      }
      if (out.presence) out.presence[i] = sigmoid(z[labels]);
    }
    for (int i = 0; i < labels; ++i) out.score[i] -= threshold;
  }

 private:
  TAGMA_HD static constexpr int virtual_pair(int i, int labels) { return first_pair(i, labels) + labels - 1 - i; }
};

}  // namespace tagma
