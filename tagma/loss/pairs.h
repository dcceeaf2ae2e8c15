// What losses over pairs of labels share: which labels count, how many pairs a row has, and one visit of all of them.
//
// A pair is two known labels of weight > 0 whose grades differ (absent labels have grade 0; in weak mode every present
// label has grade 1); the one of higher grade is above. So one of the two is always present, and a row with P present
// labels among K costs O(P K) pair terms, not O(K^2). The weight of a pair is the product of the weights of its labels.
//
// over_pairs() visits labels in tiles of 16, with a serial loop over the present labels inside, so that the innermost
// loops run over neighbouring labels and vectorise. A team of lanes that do not (Team::pair_tile, 1) takes tiles of one, and
// all of a tile stays in registers. There is nowhere to keep the slope of a present label until all its
// pairs are done, so the sums of up to four present labels are carried through a pass over the labels. The first pass
// completes the slopes of all other labels and of the first four present ones; every four more cost one more pass.
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
  return row.truth(j) != Truth::unknown ? weight : decltype(weight)(0);
}

// A label's grade in a pair. `graded` is 1 in strong and 0 in weak mode: as arithmetic, because loops do not vectorise
// around the choice.
template <class Row, class Real>
TAGMA_HD Real pair_grade(const Row& row, int j, Real graded) {
  const Real grade = row.grade(j);
  return grade > 0 ? graded * grade + (1 - graded) : Real(0);
}
template <class Real>
TAGMA_HD Real graded(Ranking ranking) {
  return ranking == Ranking::strong ? Real(1) : Real(0);
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

inline constexpr int tiles_per_span = 8, carried = 4;

template <class Team>
TAGMA_HD constexpr int pair_tile() {
  if constexpr (requires { Team::pair_tile; }) return Team::pair_tile;
  else return 16;
}
TAGMA_HD constexpr int span_of(int width) { return width == 1 ? 1 : width * tiles_per_span; }

// A tile of labels as a pair loss sees them.
template <class Real, int states, int width>
struct PairTile {
  Real state[states][width], grade[width], weight[width];

  template <class Kernel, class Row, class Label>
  TAGMA_HD void load(const Kernel& kernel, const Row& row, Real graded, int begin, int end, Label label) {
    if (begin + width <= end) {
      for (int l = 0; l < width; ++l) put(l, kernel, row, graded, label(begin + l));
      return;
    }
    for (int l = 0; l < width; ++l) {  // the last tile repeats the last label, at weight 0
      put(l, kernel, row, graded, label(begin + l < end ? begin + l : end - 1));
      weight[l] = begin + l < end ? weight[l] : Real(0);
    }
  }
  template <class Kernel, class Row>
  TAGMA_HD void put(int l, const Kernel& kernel, const Row& row, Real graded, int j) {
    const Real known_weight = counted(row, j);
    const auto loaded = kernel.load(row, j, known_weight > 0);
    each_part<states>([&](auto c) { state[c][l] = loaded[c]; });
    grade[l] = pair_grade(row, j, graded);
    weight[l] = known_weight;
  }
  TAGMA_HD Several<Real, states> at(int l) const {
    Several<Real, states> result;
    each_part<states>([&](auto c) { result[c] = state[c][l]; });
    return result;
  }
};

template <class Real>
TAGMA_HD Real sum_of_tile(Real (&lanes)[1]) {
  return lanes[0];
}
template <class Real>
TAGMA_HD Real sum_of_tile(Real (&lanes)[16]) {
  for (int l = 0; l < 8; ++l) lanes[l] += lanes[l + 8];
  for (int l = 0; l < 4; ++l) lanes[l] += lanes[l + 4];
  return (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]);
}

// What one pass adds up: the value, then the slopes of the present labels it carries.
template <class Real, class Kernel>
using Carried = Several<Real, 1 + carried * Kernel::slopes>;

template <class Real, class Kernel, class Row, int width>
struct PairVisit {
  static constexpr int slopes = Kernel::slopes;
  using Tile = PairTile<Real, Kernel::states, width>;
  const Kernel& kernel;
  const Row& row;
  Real graded;

  struct Present {
    Several<Real, Kernel::states> state;
    Real grade, weight;
  };
  TAGMA_HD Present present(int i) const {
    const int p = row.present(i);
    const Real weight = counted(row, p);
    return {kernel.load(row, p, weight > 0), pair_grade(row, p, graded), weight};
  }

  // Present label p with a tile of labels: value where p is above, slopes of p and, if labels_too, of the labels.
  template <bool labels_too>
  TAGMA_HD void carry(const Tile& tile, const Present& p, Real (&value)[width],
                      Real (&of_present)[slopes][width], Real (&of_labels)[slopes][width]) const {
    for (int l = 0; l < width; ++l) {
      const bool above = p.grade > tile.grade[l];
      const Real product = p.weight * tile.weight[l], factor = p.grade != tile.grade[l] ? product : Real(0);
      const auto term = kernel.pair(p.state, tile.at(l), above ? Real(1) : Real(-1));
      value[l] += (above ? product : Real(0)) * term[0];
      each_part<slopes>([&](auto c) {
        of_present[c][l] += factor * term[1 + c];
        if constexpr (labels_too) of_labels[c][l] += factor * term[1 + slopes + c];
      });
    }
  }

  // Present labels [first, first + count) against labels [begin, end), label(i) being the i-th of these.
  template <class Label>
  TAGMA_HD Carried<Real, Kernel> pairs_of(int first, int count, int begin, int end, Label label) const {
    Real value[width] = {}, sums[carried][slopes][width] = {};
    for (int from = begin; from < end; from += width) {
      Tile tile;
      tile.load(kernel, row, graded, from, end, label);
      TAGMA_UNROLLED
      for (int i = 0; i < carried; ++i)
        if (i < count) carry<false>(tile, present(first + i), value, sums[i], sums[i]);
    }
    return added(value, sums);
  }

  // All terms of labels [begin, end), but of pairs of present labels only those of the first `count`.
  template <class Sink>
  TAGMA_HD Carried<Real, Kernel> labels(int count, int all, int begin, int end, Sink sink) const {
    Real value[width] = {}, sums[carried][slopes][width] = {};
    for (int from = begin; from < end; from += width) {
      Tile tile;
      tile.load(kernel, row, graded, from, end, [](int j) { return j; });
      Real mine[slopes][width];
      for (int l = 0; l < width; ++l) {
        const auto own = kernel.own(tile.at(l), tile.grade[l] > 0);
        value[l] += tile.weight[l] * own[0];
        each_part<slopes>([&](auto c) { mine[c][l] = tile.weight[l] * own[1 + c]; });
      }
      TAGMA_UNROLLED
      for (int i = 0; i < carried; ++i)
        if (i < count) carry<true>(tile, present(i), value, sums[i], mine);
      for (int i = count; i < all; ++i) {
        const Present p = present(i);
        for (int l = 0; l < width; ++l) {
          const Real product = p.weight * tile.weight[l];
          const auto term = kernel.pair(p.state, tile.at(l), Real(1));
          each_part<slopes>([&](auto c) { mine[c][l] += product * term[1 + slopes + c]; });
        }
      }
      for (int l = 0; l < width && from + l < end; ++l)
        if (!(tile.grade[l] > 0)) send(from + l, tile.at(l), mine, l, sink);
    }
    return added(value, sums);
  }

  template <class Sink>
  TAGMA_HD void send(int j, const Several<Real, Kernel::states>& state, const Real (&sums)[slopes][width], int l,
                     Sink sink) const {
    Several<Real, slopes> all;
    each_part<slopes>([&](auto c) { all[c] = sums[c][l]; });
    kernel.emit(row, j, state, all, sink);
  }

  // Sends the slopes of the present labels [first, first + count), which a pass has carried.
  template <class Team, class Sink>
  TAGMA_HD void send_present(const Team& team, int first, int count, const Carried<Real, Kernel>& sums,
                             Sink sink) const {
    team.each(count, [&](int i) {
      const Present p = present(first + i);
      const auto own = kernel.own(p.state, true);
      Several<Real, slopes> all;
      each_part<slopes>([&](auto c) {
        all[c] = sums.parts[1 + i * slopes + c] + p.weight * own[1 + c];
      });
      kernel.emit(row, row.present(first + i), p.state, all, sink);
    });
  }

  TAGMA_HD static Carried<Real, Kernel> added(Real (&value)[width], Real (&sums)[carried][slopes][width]) {
    Carried<Real, Kernel> total;
    total[0] = sum_of_tile(value);
    for (int i = 0; i < carried; ++i)
      for (int c = 0; c < slopes; ++c) total[1 + i * slopes + c] = sum_of_tile(sums[i][c]);
    return total;
  }
};

}  // namespace detail

// Value of a row; slopes go to the sink, once for every output. A Kernel is
//   states, slopes                   how many numbers describe a label, and how many slopes it has
//   load(row, j, counts) -> Several<states>       the label's state; where it does not count, that of outputs of 0, so
//                                    that no term of it is NaN and its weight of 0 takes them all out
//   own(state, present) -> Several<1 + slopes>    value and slopes of the label's term outside pairs
//   pair(mine, other, sign) -> Several<1 + 2 slopes>   value of a pair, slopes of `mine`, slopes of `other`; sign +1 if
//                                    mine is above, -1 if below
//   emit(row, j, state, slopes, sink)             sends the slopes of label j
template <class Real, class Kernel, class Team, class Row, class Sink>
TAGMA_HD Real without_pairs(const Kernel& kernel, const Team& team, const Row& row, Sink sink) {
  return team.sum(row.size(), [kernel, row, sink](int j) {  // copies, whose members no store can change
    const Real weight = counted(row, j);
    const auto state = kernel.load(row, j, weight > 0);
    const auto own = kernel.own(state, row.truth(j) == Truth::present);
    Several<Real, Kernel::slopes> slopes;
    each_part<Kernel::slopes>([&](auto c) { slopes[c] = weight * own[1 + c]; });
    kernel.emit(row, j, state, slopes, sink);
    return weight * own[0];
  });
}

template <class Real, class Kernel, class Team, class Row, class Sink>
TAGMA_HD Real over_pairs(const Kernel& kernel, const Team& team, const Row& row, Ranking ranking, PairSet set,
                         Sink sink) {
  if (set == PairSet::present && ranking == Ranking::weak) return without_pairs<Real>(kernel, team, row, sink);
  constexpr int span = detail::span_of(detail::pair_tile<Team>());
  const auto spans = [](int labels) { return (labels + span - 1) / span; };
  const detail::PairVisit<Real, Kernel, Row, detail::pair_tile<Team>()> visit{kernel, row, graded<Real>(ranking)};
  const int size = row.size(), present = row.present_count();
  const int all = set == PairSet::all ? present : 0, first = all < detail::carried ? all : detail::carried;
  const auto sums = team.sum(spans(size), [&](int s) {
    const int begin = s * span, end = begin + span;
    return visit.labels(first, all, begin, end < size ? end : size, sink);
  });
  visit.send_present(team, 0, first, sums, sink);
  Real value = sums[0];
  const int others = set == PairSet::all ? size : present;
  for (int from = first; from < present; from += detail::carried) {
    const int count = present - from < detail::carried ? present - from : detail::carried;
    const auto more = team.sum(spans(others), [&](int s) {
      const int begin = s * span, end = begin + span < others ? begin + span : others;
      if (set == PairSet::all) return visit.pairs_of(from, count, begin, end, [](int j) { return j; });
      return visit.pairs_of(from, count, begin, end, [&](int i) { return row.present(i); });
    });
    visit.send_present(team, from, count, more, sink);
    value += more[0];
  }
  return value;
}

}  // namespace tagma
