// tagma predict: scores, and on request decided label sets, of a data set by a model.
//
// Scores go to `out` (format by its name); decisions to `decisions`, or, when only `decide` is set, beside the scores as
// STEM.decisions.ENDING. Spread, presence and loadings are written with the scores (beside .npy, not in .svm) when `spread` is set and the model has them.
// Selected labels: what is decided is decided among them. Without `top` and `least`, .npy and .csv then have a column for each, in
// the order of the list; all else keeps the model's numbering of labels.
// Ranks: each scores some of the rows, or all rows on some of the labels (`shard`); rank 0 writes, the others answer nothing.
// Errors: Error{usage} when scores of all labels would not fit into memory_limit (use top), and those of reading and writing.
#pragma once

#include <tagma/base/run.h>
#include <tagma/read/options.h>
#include <tagma/run/answer.h>
#include <tagma/run/shard.h>

#include <cstdint>
#include <optional>
#include <string>

namespace tagma {

struct PredictRequest {
  std::string model, in, out, decisions;
  std::int32_t top = 0;  // 0: all labels
  std::optional<float> least;  // only labels of at least this score, among the best `top` (0: 100) of each row
  std::string select;          // file of labels, one per line: only these are scored; empty: all of them
  bool decide = false, spread = false;
  Shard shard = Shard::rows;   // what ranks share
  bool exact = false;          // the best labels without the approximation of a tree's beam
  std::int64_t memory_limit = std::int64_t{8} << 30;
  ReadOptions read;
};

Answer predict(const PredictRequest& request, const Run& run);

}  // namespace tagma
