// Scoring shared by ranks, by rows: each scores a run of neighbouring rows, and rank 0 puts them together, rank after rank. A row has the
// same scores in any batch, so the result does not depend on the number of ranks. By labels: each finds the best labels of all rows in
// its share of them, and rank 0 keeps the best of all.
//
// Errors: those of `score` on any rank, as one AgreedError. Threads: the calling one; `score` may use more.
#pragma once

#include <tagma/comm/comm.h>
#include <tagma/data/scores.h>
#include <tagma/score/score.h>

namespace tagma {

// score(rows) for the rows of this rank. At rank 0 the scores of all `rows` rows come back, at the others their own.
Scores scores_of_ranks(std::int64_t rows, const Run& run, FunctionRef<Scores(RowRange)> score);

// score(share) for the share of the labels that is this rank's: shortlists of all rows, best first. At rank 0 the best k of all shares come
// back, equal numbers by ascending label, at the others their own. No two shares have a label in common.
Scores best_of_ranks(LabelId k, const Run& run, FunctionRef<Scores(LabelShare)> score);

// Scores as bytes and back, for ranks of one kind of machine. Errors: Error{io} for bytes that are no scores.
Bytes packed(const Scores& scores);
Scores unpacked_scores(std::span<const std::byte> bytes);

}  // namespace tagma
