// What losses over pairs of labels share: which labels count, how many pairs a row has, and one visit of all of them.
//
// A pair is two known labels of weight > 0 whose grades differ (absent labels have grade 0; in weak mode every present
// label has grade 1); the one of higher grade is above. So one of the two is always present, and a row with P present
// labels among K costs O(P K) pair terms, not O(K^2). The weight of a pair is the product of the weights of its labels.
//
// over_pairs() visits labels in tiles of a fixed width, the present labels in a serial loop outside, so that the innermost
// loop runs over neighbouring labels and vectorises. Every pair is seen once from either side, because each label's slope
// must be complete when it goes to the sink and there is nowhere to keep a slope until then.
#pragma once

#include <tagma/loss/serial.h>
#include <tagma/loss/several.h>

#include <cstdint>

namespace tagma {

enum class Ranking : std::uint8_t { strong, weak };      // present labels are ordered by grade, or all alike
enum class PairSet : std::uint8_t { all, present };   // which pairs: with absent labels, or of present labels only

// The label's weight, 0 where it does not count.
template <class Row>
TAGMA_HD auto counted(const Row& row, int j) {
  const auto weight = row.weight(j);
  return row.truth(j) != Truth::unknown && weight > 0 ? weight : decltype(weight)(0);
}

template <class Row>
TAGMA_HD auto pair_grade(const Row& row, int j, Ranking ranking) {
  using Real = decltype(row.grade(j));
  return row.truth(j) != Truth::present ? Real(0) : ranking == Ranking::weak ? Real(1) : row.grade(j);
}

template <class Team, class Row>
TAGMA_HD std::int64_t count_pairs(const Team& team, const Row& row, Ranking ranking, PairSet set) {
  const int count = row.present_count();
  std::int64_t pairs = 0;
  if (set == PairSet::all) {
    const std::int64_t present = team.sum(count, [&](int i) { return counted(row, row.present(i)) > 0 ? 1 : 0; });
    const std::int64_t absent = team.sum(row.size(), [&](int j) {
      return row.truth(j) == Truth::absent && counted(row, j) > 0 ? 1 : 0;
    });
    pairs = present * absent;
  }
  if (ranking == Ranking::strong)
    pairs += team.sum(count, [&](int i) {
      const int u = row.present(i);
      std::int64_t below = 0;
      for (int k = 0; k < count; ++k) {
        const int v = row.present(k);
        below += counted(row, v) > 0 && row.grade(v) < row.grade(u);
      }
      return counted(row, u) > 0 ? below : 0;
    });
  return pairs;
}

namespace detail {

inline constexpr int tile_width = 16;

// A tile of labels as a pair loss sees them: n states per label.
template <class Real, int n>
struct PairTile {
  Real state[n][tile_width], grade[tile_width], weight[tile_width];
};

template <class Real, class Kernel, class Row, class Label>
TAGMA_HD void load_tile(PairTile<Real, Kernel::states>& labels, const Kernel& kernel, const Row& row, Ranking ranking,
                        int begin, int end, Label label) {
  for (int l = 0; l < tile_width; ++l) {
    const int at = begin + l < end ? begin + l : end - 1;  // the last tile repeats the last label, at weight 0
    const int j = label(at);
    const auto state = kernel.load(row, j);
    const Real weight = counted(row, j);
    for (int c = 0; c < Kernel::states; ++c) labels.state[c][l] = state[c];
    labels.grade[l] = pair_grade(row, j, ranking);
    labels.weight[l] = begin + l < end ? weight : Real(0);
  }
}

template <class Real, int n>
TAGMA_HD Several<Real, n> state_at(const PairTile<Real, n>& labels, int l) {
  Several<Real, n> state;
  for (int c = 0; c < n; ++c) state[c] = labels.state[c][l];
  return state;
}

// Value of the pairs in which present label u is above, and all slopes of u.
template <class Real, class Kernel, class Team, class Row, class Label>
TAGMA_HD Several<Real, Kernel::parts> pairs_of_present(const Kernel& kernel, const Team& team, const Row& row, Ranking ranking,
                                                       int u, int count, Label label) {
  const auto mine = kernel.load(row, u);
  const Real grade = pair_grade(row, u, ranking), weight = counted(row, u);
  return team.sum((count + tile_width - 1) / tile_width, [&](int t) {
    PairTile<Real, Kernel::states> others;
    load_tile(others, kernel, row, ranking, t * tile_width, count, label);
    Real parts[Kernel::parts][tile_width];
    for (int l = 0; l < tile_width; ++l) {
      const bool above = grade > others.grade[l];
      const Real product = weight * others.weight[l];
      const bool paired = product > 0 && grade != others.grade[l];
      const auto term = kernel.pair(mine, state_at(others, l), above ? Real(1) : Real(-1));
      parts[0][l] = paired && above ? product * term[0] : Real(0);
      for (int c = 1; c < Kernel::parts; ++c) parts[c][l] = paired ? product * term[c] : Real(0);
    }
    Several<Real, Kernel::parts> total(0);
    for (int l = 0; l < tile_width; ++l)
      for (int c = 0; c < Kernel::parts; ++c) total[c] += parts[c][l];
    return total;
  });
}

// The labels that are not present, one tile: their own terms, and their slopes in pairs with the present ones. Returns
// the value of their own terms.
template <class Real, class Kernel, class Row, class Sink>
TAGMA_HD Real absent_tile(const Kernel& kernel, const Row& row, PairSet set, int begin, Sink sink) {
  constexpr int parts = Kernel::parts;
  const int end = row.size();
  PairTile<Real, Kernel::states> labels;
  load_tile(labels, kernel, row, Ranking::weak, begin, end, [](int j) { return j; });
  Real sums[parts][tile_width];
  for (int l = 0; l < tile_width; ++l) {
    const auto own = kernel.own(state_at(labels, l), false);
    for (int c = 0; c < parts; ++c) sums[c][l] = labels.weight[l] > 0 ? labels.weight[l] * own[c] : Real(0);
  }
  const int count = set == PairSet::all ? row.present_count() : 0;
  for (int i = 0; i < count; ++i) {
    const int p = row.present(i);
    const auto other = kernel.load(row, p);
    const Real weight = counted(row, p);
    for (int l = 0; l < tile_width; ++l) {
      const Real product = weight * labels.weight[l];
      const auto term = kernel.pair(state_at(labels, l), other, Real(-1));
      for (int c = 1; c < parts; ++c) sums[c][l] += product > 0 ? product * term[c] : Real(0);
    }
  }
  Real value = 0;
  for (int l = 0; l < tile_width && begin + l < end; ++l) {
    if (row.truth(begin + l) == Truth::present) continue;
    Several<Real, parts> slopes;
    for (int c = 0; c < parts; ++c) slopes[c] = sums[c][l];
    value += slopes[0];
    kernel.emit(row, begin + l, slopes, sink);
  }
  return value;
}

}  // namespace detail

// Value of a row; slopes go to the sink, once for every output. A Kernel is
//   states, parts                      how many numbers describe a label; 1 + how many slopes it has
//   load(row, j) -> Several<states>    the label's state
//   own(state, present) -> Several<parts>        value and slopes of the label's term outside pairs
//   pair(mine, other, sign) -> Several<parts>    value of the pair and the slopes of `mine`; sign +1 if mine is above
//   emit(row, j, parts, sink)          sends the slopes of label j (parts[0] is its value)
template <class Real, class Kernel, class Team, class Row, class Sink>
TAGMA_HD Real over_pairs(const Kernel& kernel, const Team& team, const Row& row, Ranking ranking, PairSet set, Sink sink) {
  constexpr int parts = Kernel::parts;
  const int size = row.size(), count = row.present_count();
  Real value = 0;
  for (int i = 0; i < count; ++i) {
    const int u = row.present(i);
    auto sums = set == PairSet::all ? detail::pairs_of_present<Real>(kernel, team, row, ranking, u, size, [](int j) { return j; })
                                    : detail::pairs_of_present<Real>(kernel, team, row, ranking, u, count,
                                                                     [&](int k) { return row.present(k); });
    value += team.sum(1, [&](int) {
      const auto own = kernel.own(kernel.load(row, u), true);
      const Real weight = counted(row, u);
      auto slopes = sums;
      for (int c = 0; c < parts; ++c) slopes[c] += weight > 0 ? weight * own[c] : Real(0);
      kernel.emit(row, u, slopes, sink);
      return slopes[0];
    });
  }
  return value + team.sum((size + detail::tile_width - 1) / detail::tile_width, [&](int t) {
    return detail::absent_tile<Real>(kernel, row, set, t * detail::tile_width, sink);
  });
}

}  // namespace tagma
