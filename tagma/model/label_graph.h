// A graph of labels in which the vectors nearest to a row are found by going from neighbour to neighbour: hierarchical navigable
// small worlds (HNSW).
//
// Nodes are labels; every node is on level 0, a part of them on level 1, a part of those on level 2 .. Nodes are numbered from the
// highest level down, so that those of a level are 0, 1, .. up to its number, and node 0, on every level, is where a search begins.
// A search goes to the nearest node of each upper level by steps to nearer neighbours, and on level 0 keeps the `ef` nearest it
// has met, looking at the neighbours of all of them. It is an approximation: more of the true nearest with larger ef.
//
// Shape: labels [nodes], each label at most once; links: level after level, [nodes of the level x most(level)], the numbers of
// neighbours, -1 behind the last; most is `neighbours` on upper levels and twice that on level 0.
// Nearness is the product of the vectors: for vectors of one length the order of their distances.
// Source: Malkov & Yashunin, "Efficient and robust approximate nearest neighbor search using hierarchical navigable small world
// graphs" (PAMI 2020), algorithms 2 and 5; learn/label_graph_builder.h makes it.
// Errors: check() says what of a foreign graph does not fit; a graph that passes it is searched without leaving its arrays.
// Threads: const; a Search belongs to one thread.
#pragma once

#include <tagma/base/words.h>
#include <tagma/model/best_rows.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tagma {

// The vectors of labels, [labels x features]; where they differ in length, `extra` [labels] is the coordinate more that brings
// them to one length (label_graph_builder.h). Rows that are searched for have none.
struct LabelVectorsView {
  const float* values;
  std::int64_t features;
  const float* extra = nullptr;
};

struct LabelGraph {
  std::int64_t neighbours = 0;
  std::span<const LabelId> labels;
  std::span<const std::int64_t> level_nodes;  // nodes of level 0, 1, ..
  std::span<const std::int32_t> links;

  std::int64_t nodes() const { return static_cast<std::int64_t>(labels.size()); }
  std::int64_t levels() const { return static_cast<std::int64_t>(level_nodes.size()); }
  std::int64_t most(std::int64_t level) const { return level == 0 ? 2 * neighbours : neighbours; }
  std::int64_t first_link(std::int64_t level) const;
  // Without those that are not there.
  std::span<const std::int32_t> linked(std::int64_t level, std::int32_t node) const { return linked_from(first_link(level), level, node); }
  std::span<const std::int32_t> linked_from(std::int64_t first, std::int64_t level, std::int32_t node) const;

  std::string check(LabelId labels) const;  // empty: sound
};

// A graph and the numbers it looks at.
struct OwnedGraph {
  std::int64_t neighbours = 0;
  std::vector<LabelId> labels;
  std::vector<std::int64_t> level_nodes;
  std::vector<std::int32_t> links;
  LabelGraph view() const { return {neighbours, labels, level_nodes, links}; }
};

class GraphSearch {
 public:
  GraphSearch(const LabelGraph& graph, const LabelVectorsView& vectors) : graph_(graph), vectors_(vectors) {}

  // The `ef` nearest nodes that a search on level 0 finds, the nearest first; x [features].
  std::span<const Ranked> nearest(const float* x, std::int64_t ef);

  // Steps of it, for building: down to the nearest node above `level`, and the `ef` nearest on a level from some nodes on. x_extra: the
  // coordinate more of x.
  Ranked descend(const float* x, float x_extra, std::int64_t level);
  std::span<const Ranked> nearest_on(std::int64_t level, const float* x, float x_extra, std::span<const Ranked> from, std::int64_t ef);

 private:
  float nearness(const float* x, float x_extra, std::int32_t node);
  void find_nearness(const float* x, float x_extra);  // of ids_, into values_
  bool first_visit(std::int32_t node);

  const LabelGraph& graph_;
  LabelVectorsView vectors_;
  std::vector<std::uint64_t> visited_;       // a bit for each node
  std::vector<std::int32_t> ids_;            // nodes under way
  std::vector<LabelId> labels_;              // of them
  std::vector<float> values_;
  std::vector<Ranked> candidates_, found_;   // heaps; found_: the worst on top
};

}  // namespace tagma
