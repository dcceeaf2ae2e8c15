// Which rows the upper levels of a label tree lead to each node of the next one: what the node will meet when rows are scored, in
// place of the rows with a label below it alone (teacher forcing), which never show it a row that was led astray.
//
// A row goes on from each level with the `beam` best nodes, as in scoring (model/tree.h); all rows begin at the root, also those
// without labels. The lower node learns these rows as absent from all its children, besides the rows with a label below it.
// Source: matcher-aware negatives of Yu, Zhong, Zhang, Chang, Dhillon, "PECOS" (JMLR 2022), section 3.3; here with the teacher's rows.
// Shape: nodes of a level [first, last) follow one another, and their children are the next level, in the same order.
// Ranks: rank 0 leads the rows, since it takes the panels; after each level the others are told which rows stand at which node.
// Memory: 24 bytes for each row and place in the beam, and 4 for each feature; with ranks 4 more at rank 0, and 8 at the others.
// Threads: rows are shared among run.threads; the same bytes for any number. The stop token is not looked at: a panel that is learned
// can always be taken.
#pragma once

#include <tagma/base/run.h>
#include <tagma/comm/comm.h>
#include <tagma/data/features.h>
#include <tagma/learn/lane_weights.h>
#include <tagma/learn/tree.h>
#include <tagma/model/best_rows.h>

#include <optional>
#include <span>
#include <vector>

namespace tagma {

class TreeMatcher {
 public:
  // sigmoid: the loss speaks of probabilities (model/tree.h: log_chances). With ranks every one of them makes a matcher.
  TreeMatcher(const FeatureMatrix& x, bool unit_rows, bool sigmoid, int beam, const Run& run);
  // As the learner is set, for a tree of so many nodes.
  TreeMatcher(const FeatureMatrix& x, const Tree& options, const LossFunction& loss, std::size_t nodes, const Run& run);

  // The rows led to a node of the present level, ascending.
  std::span<const std::int32_t> rows_at(std::size_t node) const;
  // A node of the present level is learned; `child`: the first of its children. Rank 0 only.
  void take(std::size_t node, std::size_t child, const PanelWeights& panel);
  // All nodes of the level are: the nodes [first, last), their children, become the present one. `leaves`: these have no nodes below.
  // Every rank has to call it.
  void go_down(std::size_t first, std::size_t last, bool leaves);

 private:
  void lead(std::size_t first, std::size_t last, bool leaves);
  void tell(Comm& comm);

  const FeatureMatrix& x_;
  bool unit_rows_, sigmoid_;
  int beam_;
  Run run_;
  std::size_t first_ = 0;                // of the present level
  std::vector<std::int64_t> starts_;     // of each of its nodes in rows_ and chances_
  std::vector<std::int32_t> rows_;
  std::vector<float> chances_;           // log of the chance of the path to the node
  std::vector<std::int32_t> place_;      // of a feature in the panel that is taken, -1: it has none
  std::optional<BestRows> best_;         // of every row among the children; none where they are labels
};

}  // namespace tagma
