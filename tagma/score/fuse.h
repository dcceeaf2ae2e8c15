// Rank fusion: two models' scores of the same rows joined, by the places that labels have in them.
//
//   fused(l) = 61 ((1 - share) / (60 + place_a(l)) + share / (60 + place_b(l)))        place 1: the best; a label not listed adds 0
//
// Places, because scores of different models (margins, products of chances, cosines) do not compare. 1 is the best label of both.
// Shape: a shortlist of at most k labels a row; dense scores enter by their best 100.
// Source: Cormack, Clarke & Buettcher, "Reciprocal rank fusion outperforms Condorcet and individual rank learning methods" (SIGIR
// 2009). What we changed: a share for each side.
// Errors: Error{bad_data} when rows or labels differ. Threads: the same bytes for any number of threads.
#pragma once

#include <tagma/base/run.h>
#include <tagma/data/scores.h>

namespace tagma {

// The best 100 labels of each row where scores are dense; fused() does it where it was not done before.
Scores listed(Scores scores);

Scores fused(const Scores& a, const Scores& b, double share, LabelId k, const Run& run);

}  // namespace tagma
