// The exact best labels of a row in label trees, without a visit to every node: best first. A score is a product of chances (of
// several trees a mean of products), so no label below a node scores above the chance of the path to it. Each tree has a queue
// of the nodes seen and not opened; the best of all is opened next, until k labels score at least what all that is closed could.
//
// A label met in one tree is looked up in the others at once, unless it cannot reach the k-th best even if it is as good there
// as the best closed node: the threshold algorithm of Fagin, Lotem & Naor, "Optimal aggregation algorithms for middleware" (2001).
// What it finds is, byte for byte, the shortlist of TreeModel::score(). Flat chances open many nodes, at worst all of them.
// Memory: per thread 9 bytes a node and 4 a label, besides the outputs of opened nodes.
// Threads: one object per thread.
#pragma once

#include <tagma/model/best_rows.h>
#include <tagma/model/chunk_tile.h>
#include <tagma/model/tree.h>

#include <utility>
#include <vector>

namespace tagma {

// Where the labels stand, and the way back from there to the root. Needed where there are several trees, or a label under
// several leaves of one.
struct TreeModel::Paths {
  explicit Paths(const TreeModel& model);
  std::vector<std::int32_t> parent;      // [nodes], -1 at a root
  std::vector<std::int32_t> leaf;        // [places] the node that holds it
  std::vector<std::int64_t> starts;      // [labels + 1]
  std::vector<std::int32_t> places;      // of each label, ascending: tree after tree
};

class TreeModel::ExactSearch {
 public:
  // paths: null where every label stands under one leaf.
  ExactSearch(const TreeModel& model, const Paths* paths, std::int64_t columns);

  // The k best of a row, best first.
  std::vector<Ranked> best(const QueryRow& row, LabelId k);

 private:
  struct Closed {
    float chance;  // the log of it
    std::int32_t node;
    bool operator<(const Closed& other) const { return chance != other.chance ? chance < other.chance : node > other.node; }
  };

  void start(const QueryRow& row);
  double bound(std::size_t tree) const;   // on what the labels that are not met in a tree score there
  double reached(double sum) const;       // the most that a sum over the trees may come to as a score
  std::size_t tree_of(std::int32_t node) const;
  std::span<const float> open(std::int32_t node);
  void open_next(std::size_t tree, BestRows& best);
  void meet(LabelId label, float chance, std::size_t tree, BestRows& best);
  bool look_up(std::span<const std::int32_t> places, double others, float floor, float& chance);

  const TreeModel& model_;
  const Paths* paths_;
  ChunkTile tile_;
  const QueryRow* row_ = nullptr;
  std::vector<std::vector<Closed>> queues_;  // of each tree a heap
  std::vector<float> outputs_;               // of the opened nodes: logs of chances
  std::vector<std::int64_t> opened_;         // of each node where its outputs begin, -1: closed
  std::vector<float> chance_;                // of each node that was met
  std::vector<std::int32_t> touched_;        // opened nodes
  std::vector<double> rest_;                 // working space
  std::vector<std::uint32_t> met_;           // of each label the last row that met it
  std::uint32_t turn_ = 0;
};

}  // namespace tagma
