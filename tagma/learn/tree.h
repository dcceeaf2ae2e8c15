// The label tree learner: labels that look alike lie below the same node (label_tree.h), and each node has for each of its
// children, or for each label of a leaf, a linear classifier that was learned on the rows with a label below the node:
//
//   minimise  1/2 ||w||^2 + C sum_i weight_i loss(w.x_i + b, some label below the child is present)
//
// Scoring a row visits a few nodes of each level instead of all labels (model/tree.h), and learning visits each row once for
// each node on the paths of its labels: what one against the rest does per label, this does per level.
// The children of a node share its rows, so they are one panel (panel_problem.h). `trees` trees, whose halvings start from
// different labels, are averaged; each costs as much as the first.
// Labels without a present row are in no tree and score 0, unless prototypes (label_prototypes.h) know them by their texts. Unknown labels of a row do not count for their leaf, nor for the
// nodes above unless another label there is present.
// negatives matcher: a node below the root also sees the rows that the levels above lead to it (tree_matcher.h), level after level.
// Losses, bias, pruning, held_out: as in ovr.h. warm start: from a model of the same kind, as tree_growth.h says.
// Ranks: every rank grows the hierarchy; nodes are shared among them, and kept in Run::part (panel_crew.h).
// Stop: once a tree is complete, the nodes not yet learned get a constant output, which ranks nothing below them;
// Error{interrupted} before.
#pragma once

#include <tagma/learn/label_tree.h>
#include <tagma/learn/panel_learning.h>

#include <algorithm>

namespace tagma {

enum class TreeNegatives : std::uint8_t { teacher, matcher };
enum class Arity : std::uint8_t { two, four, eight, sixteen, thirty_two, sixty_four, most };

struct Tree : PanelLearning {
  static constexpr std::string_view name = "tree", says = "trees of labels for millions of labels and sparse features";

  Arity arity = Arity::sixteen;
  Representation representation = Representation::positives;
  TreeNegatives negatives = TreeNegatives::teacher;
  int leaf = 100, parents = 1, trees = 1, beam = 10;
  double prototypes = 0, prototype_rows = 3;
  Tree() { prune = 0.1; }  // a fifth of the weights of 0.01, at equal or better precision

  static constexpr auto fields() {
    using Self = Tree;
    return std::tuple_cat(
        panel_fields<Self>(),
        std::tuple{Choice<Self, Arity, 7>{"arity", &Self::arity, {"2", "4", "8", "16", "32", "64", "128"}, "children of an inner node"},
                   Choice<Self, Representation, 4>{"representation", &Self::representation, {"positives", "text", "both", "taxonomy"},
                                                   "by what labels are like each other: their present rows, their texts (--label-texts), both, "
                                                   "their places in the data's own hierarchy"},
                   Choice<Self, TreeNegatives, 2>{"negatives", &Self::negatives, {"teacher", "matcher"},
                                                  "rows that a node learns as absent: those with a label elsewhere below the same node; "
                                                  "or also those that scoring would lead there"},
                   Field<Self, int>{"leaf", &Self::leaf, 2, widest_chunk, "most labels of a leaf"},
                   Field<Self, int>{"parents", &Self::parents, 1, 2,
                                    "leaves that a label stands under: its own, and, while that has fewer than 128 labels, "
                                    "the one it is most like besides"},
                   Field<Self, int>{"trees", &Self::trees, 1, 1000, "trees, averaged"},
                   Field<Self, int>{"beam", &Self::beam, 1, 1000000, "nodes of each level that a row goes on with when it is scored"},
                   Field<Self, double>{"prototypes", &Self::prototypes, 0.0, 1.0,
                                       "share of a label's prototype in the score of a label without rows; 0: no prototypes"},
                   Field<Self, double>{"prototype_rows", &Self::prototype_rows, 0.01, 1e6,
                                       "present rows at which a prototype's share is half of that"}});
  }
  static bool accepts(const LossFunction& loss);
  static constexpr std::string_view standard_loss = "squared-hinge";
  static constexpr bool uses_ranks = true;
  // Labels of a leaf at most, once a model was gone on from (tree_growth.h); second parents fill leaves.
  int most_of_leaf() const { return parents > 1 ? widest_chunk : std::min(widest_chunk, leaf + (leaf + 3) / 4); }
  bool wants_label_features() const { return representation == Representation::text || representation == Representation::both; }

  MemoryPlan plan(const Dataset& train, const Dataset* held_out, const LossFunction& loss, bool may_move_rows, const Run& run) const;
  Learned learn(const Dataset& train, const Dataset* held_out, const LossFunction& loss, const Model* warm, const Run& run) const;
};

}  // namespace tagma
