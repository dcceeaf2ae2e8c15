// Going on from a model of very many labels (ovr, tree): new rows and new labels without learning everything again.
//
// Rows: Dataset::known_rows first, those the model was learned from, then new ones; the known ones may be left out (0).
// Touched: a label that is present in a new row. Only touched labels are solved, in a tree the nodes above them too; all other
// weights are copied. A label behind those of the model is new. A new row that lacks a label says nothing against that label
// until it is touched.
// With known rows a touched label is solved as from scratch, on all rows. Without them new labels are learned on the new rows
// alone, and known ones with their old weights as centre (panel_problem.h), which stand in for the rows that are not there.
// Errors: Error{usage} for a model of another kind, loss, number of features, precision or unit_rows, for one with dropped labels
// or prototypes, and where a centre is needed that the loss does not allow.
#pragma once

#include <tagma/data/dataset.h>
#include <tagma/learn/lane_weights.h>
#include <tagma/learn/panel_learning.h>

#include <string>
#include <string_view>
#include <vector>

namespace tagma {

std::vector<bool> touched_labels(const Dataset& train);

[[noreturn]] void fail_start(std::string_view learner, const Model& warm);

// The model to start from, as one of the kind. Errors: as above.
template <class Kind>
const Kind& started_from(const Model& warm) {
  if (const auto* own = dynamic_cast<const Kind*>(&warm)) return *own;
  fail_start(Kind::name, warm);
}

// Whether the rest fits: `chunks` and loss are those of the model.
void check_start(std::string_view learner, const WeightChunks& chunks, const Model& warm, const Dataset& train, const std::vector<bool>& touched,
                 const PanelLearning& learning, const LossFunction& loss);

// Weights and known rows in words, for kept panels: what follows from another model is not to be taken for one's own.
std::string start_words(const WeightChunks& chunks, const Dataset& train);

// Chunks that are copied in order, some of their lanes replaced and lanes added behind them.
class ChunkCopy {
 public:
  ChunkCopy(const WeightChunks& from, ChunkBuilder& to) : from_(from), to_(to) {}
  // Chunks come in ascending order. `lane` may lie behind the chunk's.
  void replace(std::int64_t chunk, std::size_t lane, LaneWeights weights);
  void finish();
  std::int64_t same() const { return same_; }  // chunks copied as they were

 private:
  void copy_until(std::int64_t chunk);

  const WeightChunks& from_;
  ChunkBuilder& to_;
  std::int64_t next_ = 0, same_ = 0;
  std::vector<LaneWeights> open_;  // of chunk next_, once a lane of it was replaced
};

}  // namespace tagma
