// The linear classifiers of one node of a label tree: for each child whether a row has a label below it, learned on the rows
// with a label below the node. Unknown labels of a row do not count for their child, unless another label there is present.
// Threads: const; pure functions.
#pragma once

#include <tagma/learn/label_column.h>
#include <tagma/learn/panel_problem.h>

#include <span>
#include <stop_token>
#include <vector>

namespace tagma {

struct NodeTask {
  const Dataset& train;
  const TruthColumns& truth;
  const LossFunction& loss;
  PanelOptions options;
};

// also: rows besides those with a label below the node, ascending; they have none of its labels unless the truth says so.
// children: the labels below each. wanted: the children to solve, ascending; all of them where it is empty. centre: none, or of
// each child that is solved. The weights are those of the solved children, in their order.
PanelWeights learn_node(const NodeTask& task, std::span<const std::span<const LabelId>> children, std::span<const std::int32_t> wanted,
                        std::span<const LaneWeights> centre, const Rng& rng, const std::stop_token& stop,
                        std::span<const std::int32_t> also = {});

}  // namespace tagma
