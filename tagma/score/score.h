// A model over rows of a feature matrix or, where it looks at pictures, of a data set's pictures, block by block.
//
// score_all keeps every score; score_top only the best k of each row, so its memory is bounded by the rows times k plus
// one block (Model::top, top_exact, score_among). Blocks of score_all hold at most 2^24 outputs, those of score_top 2^16 rows. Progress is reported after each block.
// Errors: as Model::score; Error{interrupted} when the stop token is raised; Error{usage} for k < 1.
#pragma once

#include <tagma/base/run.h>
#include <tagma/data/dataset.h>
#include <tagma/data/scores.h>
#include <tagma/model/model.h>

namespace tagma {

struct RowRange {
  std::int64_t first, last;  // last: one behind
};

// Which labels of a row are kept.
struct Wanted {
  LabelId top = 0;                       // the best so many; 0: all
  std::span<const LabelId> among = {};   // of these alone (ascending, each once); empty: of all
  bool exact = false;                    // never an approximation of them (Model::top_exact)
};

Scores score_all(const Model& model, const FeatureMatrix& x, RowRange rows, const Run& run);
// wanted.top is at least 1, unless there are labels to choose among: then 0 keeps them all.
Scores score_top(const Model& model, const FeatureMatrix& x, RowRange rows, const Wanted& wanted, const Run& run);

// The best `top` labels of a share of the model's labels for all rows, with numbers that compare between shares (Model::top_in_share).
Scores score_top_in_share(const Model& model, const Dataset& data, LabelId top, LabelShare share, const Run& run);

// What the model looks at: features or pictures. Errors: Error{usage} where the data have none.
Scores score_all(const Model& model, const Dataset& data, RowRange rows, const Run& run);
Scores score_top(const Model& model, const Dataset& data, RowRange rows, const Wanted& wanted, const Run& run);

// Of all rows.
inline Scores score_all(const Model& model, const FeatureMatrix& x, const Run& run) { return score_all(model, x, {0, x.rows()}, run); }
inline Scores score_top(const Model& model, const FeatureMatrix& x, LabelId k, const Run& run) {
  return score_top(model, x, {0, x.rows()}, {.top = k}, run);
}
inline Scores score_all(const Model& model, const Dataset& data, const Run& run) { return score_all(model, data, {0, data.rows()}, run); }

}  // namespace tagma
