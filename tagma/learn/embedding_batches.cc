#include <tagma/learn/embedding_batches.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace tagma {

EmbeddingBatches::EmbeddingBatches(const LabelMatrix& truth, LabelLeaves leaves, std::int64_t batch)
    : truth_(truth), leaves_(std::move(leaves)), batch_(batch) {
  if (leaves_.labels.empty()) {
    order_.resize(static_cast<std::size_t>(truth.rows()));
    std::iota(order_.begin(), order_.end(), std::int64_t{0});
    return;
  }
  leaf_of_.assign(static_cast<std::size_t>(truth.labels()), -1);
  for (std::int64_t leaf = 0; leaf < leaves_.leaves(); ++leaf)
    for (auto i = leaves_.starts[static_cast<std::size_t>(leaf)]; i < leaves_.starts[static_cast<std::size_t>(leaf) + 1]; ++i)
      leaf_of_[static_cast<std::size_t>(leaves_.labels[static_cast<std::size_t>(i)])] = static_cast<std::int32_t>(leaf);
}

void EmbeddingBatches::begin(std::int64_t epoch, const Rng& rng) {
  Rng own = rng.fork(static_cast<std::uint64_t>(epoch));
  if (leaves_.labels.empty()) own.shuffle(order_);
  else order_by_cluster(own);
}

void EmbeddingBatches::order_by_cluster(Rng& rng) {
  std::vector<std::int32_t> rank(static_cast<std::size_t>(leaves_.leaves()));
  std::iota(rank.begin(), rank.end(), 0);
  rng.shuffle(rank);
  struct Drawn {
    std::int32_t rank, leaf;
    std::int64_t row;
  };
  std::vector<Drawn> drawn;
  std::vector<std::int64_t> rows(static_cast<std::size_t>(truth_.rows()));
  std::iota(rows.begin(), rows.end(), std::int64_t{0});
  rng.shuffle(rows);
  for (const std::int64_t row : rows) {
    const std::span<const LabelId> present = truth_[row].present;
    if (present.empty()) continue;
    const std::int32_t leaf = leaf_of_[static_cast<std::size_t>(present[rng.below(present.size())])];
    drawn.push_back({rank[static_cast<std::size_t>(leaf)], leaf, row});
  }
  std::stable_sort(drawn.begin(), drawn.end(), [](const Drawn& a, const Drawn& b) { return a.rank < b.rank; });
  order_.clear();
  drawn_leaf_.clear();
  for (const Drawn& one : drawn) {
    order_.push_back(one.row);
    drawn_leaf_.push_back(one.leaf);
  }
}

std::span<const std::int64_t> EmbeddingBatches::rows(std::int64_t step) const {
  const std::int64_t first = step * batch_, last = std::min(first + batch_, static_cast<std::int64_t>(order_.size()));
  return std::span(order_).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(last - first));
}

std::vector<LabelId> EmbeddingBatches::labels(std::int64_t step) const {
  std::vector<LabelId> labels;
  if (leaves_.labels.empty()) return labels;
  std::int32_t before = -1;
  const std::span<const std::int64_t> some = rows(step);
  for (std::size_t i = 0; i < some.size(); ++i) {
    const std::span<const LabelId> present = truth_[some[i]].present;
    labels.insert(labels.end(), present.begin(), present.end());
    const auto leaf = static_cast<std::size_t>(drawn_leaf_[static_cast<std::size_t>(step * batch_) + i]);
    if (std::exchange(before, static_cast<std::int32_t>(leaf)) == static_cast<std::int32_t>(leaf)) continue;
    labels.insert(labels.end(), leaves_.labels.begin() + leaves_.starts[leaf], leaves_.labels.begin() + leaves_.starts[leaf + 1]);
  }
  std::sort(labels.begin(), labels.end());
  labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
  return labels;
}

}  // namespace tagma
