// Builds the graph of labels that model/label_graph.h searches.
//
// Labels with a vector become nodes, in an order of chance with those of the higher levels first: a node is on level l with
// probability neighbours^-l. They are put in by batches of a sixteenth of what is there: each looks for its `ef` nearest among the
// nodes before its batch, and is linked with up to `neighbours` of them, those that are nearer to it than to one linked already
// (algorithm 4 of the paper); then the links back are added node by node, and where they are too many the same choice is made
// among them. So the graph follows from vectors and seed, not from the number of threads; nodes of one batch are linked through others.
// Vectors of different length get one coordinate more that brings them to the greatest length, so that products have the order of
// distances (Bachrach et al., RecSys 2014); rows have none, and products with them stay what they were.
//
// Source: Malkov & Yashunin (label_graph.h); batches after Manohar et al., "ParlayANN" (PPoPP 2024).
// What we changed: nodes of the higher levels come first, which makes the entry fixed and levels prefixes.
// Threads: the same graph for any number of threads. Errors: Error{interrupted} when the stop token is raised.
#pragma once

#include <tagma/base/run.h>
#include <tagma/model/label_graph.h>

#include <cstdint>
#include <span>
#include <vector>

namespace tagma {

struct GraphOptions {
  std::int64_t neighbours = 16, ef = 100;
};

// vectors [labels x features]; `nodes`: the labels that become nodes, at least one.
OwnedGraph build_label_graph(std::span<const float> vectors, std::int64_t features, std::vector<LabelId> nodes, const GraphOptions& options,
                             const Run& run);

}  // namespace tagma
