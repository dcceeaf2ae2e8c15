// The contract between a loss and whatever runs it (CPU rows, CUDA rows, autograd, the linear learner).
//
// A loss is a small struct of settings: trivially copyable, no containers, no allocation, no sort, no throw; every number
// type; the same source for host and device. It is one of two kinds:
//
//   label loss   Jet<Real> at(Real logit, bool present) const
//                value, slope and curve of one label; lifted to rows by row_loss() below. A loss whose settings decide
//                between formulas may add choose(f), which calls f(formula) with formula(logit, present) -> Jet, the one
//                that holds; then no setting is tested inside a loop, which keeps loops vectorised. A formula may return a
//                SplitJet (log_total.h) instead, whose logarithm is taken once for many labels.
//   row loss     Real over(const Team&, const Row&, Sink) const
//                a whole row, for losses that couple the labels of an example.
//
// Team: the lanes that share a row. sum(n, f), max(n, floor, f), each(n, f) call f(i) for i in [0, n) in any order (each
//   index once); all lanes take the same path through these calls; f may call the sink. What sum's f returns is a number,
//   Several (several.h) for sums that share a visit, or LogTotal (log_total.h): anything made from 0 that has +=.
// Row: size() labels; output(o) a raw output, logit(j) = output(j); truth(j); grade(j) (0 where not present, 1 where
//   present and ungraded); weight(j) >= 0, the label's weight (1 unless given); present_count() and present(i), the ids of
//   the present labels, ascending (those of weight 0 too), so that pair losses cost O(present * labels). A row type whose
//   weights are all 1 may say so: static constexpr bool unweighted = true.
// Sink: sink(o, slope) or sink(o, slope, curve), called exactly once for every output o of the row.
//
// Unknown labels are skipped by selection, never multiplied by zero: their logits may hold NaN. They get slope 0. A label
// of weight 0 is treated like an unknown one. A row with nothing to say (no pair, no positive, nothing known) is worth 0
// and has slopes 0.
//
// What else a loss states:
//   static constexpr Traits traits;                 see below
//   Reading reading() const;                        how its outputs are read
//   void read(const Real* outputs, int labels, Readout<Real>) const;
//   double normaliser(const Totals&) const;         the divisor of its source, for reduction "paper"
//   std::int64_t pairs(const Team&, const Row&) const   (optional) number of terms counted in Totals::pairs, one row
//   Loss bound(const Totals&, bool paper) const     (optional) a copy that knows the batch totals
//   (these three on host and device)
//   Traits own_traits() const                       (optional) traits under the present settings, where they differ
#pragma once

#include <tagma/base/words.h>
#include <tagma/loss/log_total.h>

#include <cstdint>
#include <type_traits>

namespace tagma {

// Outputs per row, for K labels.
enum class Outputs : std::uint8_t {
  one,    // K
  two,    // 2K: first all means (or scores), then all log-variances (or thresholds)
  three,  // 3K: means, log-variances, loadings of a factor that labels share
  four,   // 4K: the same of two factors, one after another
  five,   // 5K: of three
  pairs,  // K (K + 1) / 2: pairs (0,1) (0,2) .. of the K labels and the virtual label K, which comes last
};

struct Traits {
  bool convex = false;  // in the outputs, for every row
  bool smooth = false;  // slope is continuous
  bool curve = false;   // the sink also receives the diagonal of the Hessian, which is true and >= 0
  bool one_kernel = false;  // so much arithmetic that rows without grades and weights may be run as those with
};

// Counted over a batch before the rows are run.
struct Totals {
  std::int64_t rows = 0, known = 0, present = 0;
  std::int64_t negative_rows = 0;  // rows with something known and nothing present
  std::int64_t pairs = 0;          // what the loss's pairs() counts
};

struct Reading {
  Scale scale = Scale::probability;
  Order order = Order::none;
  bool spread = false;    // fills Readout::spread
  bool presence = false;  // fills Readout::presence (margin scale only; on the probability scale the score is it)
  int factors = 0;        // under Order::factor, how many numbers of Readout::shared a label has
};

// Where read() writes: score [labels]; the others are null when reading() does not promise them.
// shared: [labels x factors], promised by Order::factor. pairs: [labels (labels - 1) / 2], promised by Order::pairs.
template <class Real>
struct Readout {
  Real* score;
  Real* spread = nullptr;
  Real* presence = nullptr;
  Real* pairs = nullptr;
  Real* shared = nullptr;
};

// For losses whose outputs are the scores.
template <class Real>
void read_margin(const Real* outputs, int labels, Readout<Real> out) {
  for (int j = 0; j < labels; ++j) out.score[j] = outputs[j];
}

template <class Loss>
constexpr Outputs outputs_of(const Loss& loss) {
  if constexpr (requires { loss.outputs(); }) return loss.outputs();
  else return Outputs::one;
}

template <class Loss>
concept LabelLoss = requires(const Loss loss) { loss.at(1.f, true); };

// f(formula), see above.
template <class Loss, class F>
TAGMA_HD auto with_formula(const Loss& loss, F f) {
  if constexpr (requires { loss.choose(f); }) return loss.choose(f);
  else return f([&loss](auto logit, bool present) { return loss.at(logit, present); });
}

// Value of one row; slopes (and curves) go to the sink.
template <class Loss, class Team, class Row, class Sink>
TAGMA_HD auto row_loss(const Loss& loss, const Team& team, const Row& row, Sink sink) {
  if constexpr (LabelLoss<Loss>) {
    using Real = decltype(row.logit(0));
    return with_formula(loss, [&](auto formula) {
      return in_all(team.sum(row.size(), [&](int j) {
        const auto jet = formula(row.logit(j), row.truth(j) == Truth::present);
        const Real weight = row.weight(j);
        const bool counts = row.truth(j) != Truth::unknown && weight > 0;
        if constexpr (Loss::traits.curve)
          sink(j, counts ? weight * jet.slope : Real(0), counts ? weight * jet.curve : Real(0));
        else
          sink(j, counts ? weight * jet.slope : Real(0));
        return term_of<Row>(jet, weight, counts);
      }));
    });
  } else {
    return loss.over(team, row, sink);
  }
}

}  // namespace tagma
