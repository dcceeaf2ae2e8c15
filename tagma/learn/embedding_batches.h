// Which rows, and which labels, the steps of an epoch look at.
//
// Negatives all: the rows in another order each epoch, every label. Negatives clusters: every row goes by the cluster of one of
// its present labels, drawn anew each epoch, and clusters come in a new order each epoch; so the rows of a batch have labels from
// few clusters, whose labels (which rows take for each other) are all there is to look at, beside the labels of the rows. Rows
// without a present label are left out.
// Threads: none; what is drawn follows from seed and epoch.
#pragma once

#include <tagma/base/rng.h>
#include <tagma/data/labels.h>
#include <tagma/learn/label_tree.h>

#include <cstdint>
#include <span>
#include <vector>

namespace tagma {

class EmbeddingBatches {
 public:
  // leaves: of the clusters; empty: all labels are looked at.
  EmbeddingBatches(const LabelMatrix& truth, LabelLeaves leaves, std::int64_t batch);

  void begin(std::int64_t epoch, const Rng& rng);
  std::int64_t steps() const { return (static_cast<std::int64_t>(order_.size()) + batch_ - 1) / batch_; }
  std::span<const std::int64_t> rows(std::int64_t step) const;
  std::vector<LabelId> labels(std::int64_t step) const;  // ascending; empty: all

 private:
  void order_by_cluster(Rng& rng);

  const LabelMatrix& truth_;
  LabelLeaves leaves_;
  std::vector<std::int32_t> leaf_of_;  // of each label; -1: none
  std::int64_t batch_;
  std::vector<std::int64_t> order_;       // rows of the epoch
  std::vector<std::int32_t> drawn_leaf_;  // of each of them
};

}  // namespace tagma
