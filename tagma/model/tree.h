// Label trees: each node of a tree splits its labels among its children, each child has a linear model that says whether a
// row belongs below it, and the leaves hold labels. The children of a node are one chunk of weights (weight_chunks.h).
//
// Score of a label in a tree: the product over its path of p(z), z the output of a node on the path:
//   losses on the probability scale (bce)      p = sigmoid(z)
//   losses on the margin scale (squared-hinge) p = exp(-max(0, 1 - z)^3), the L3 hinge of Yu, Zhong, Zhang, Chang, Dhillon,
//                                              "PECOS: Prediction for Enormous and Correlated Output Spaces" (2020)
// A label under several leaves of a tree counts with its best. Several trees: the mean. The scores lie in [0, 1] and are on
// the probability scale; they rank labels and are not calibrated, those of the L3 hinge least of all.
//
// top() searches beams: in each tree, level by level, the `beam` best nodes of each row; a label that a tree's beam does not
// reach counts 0 there. With a beam as wide as the widest level it is exact. Rows go in blocks of up to 32768, node after
// node, so that a chunk is unpacked once for all rows that visit it. score() visits every node, score_among() those on the paths to
// a chosen label, top_exact() those that may lead to one of the best (tree_exact.h). A share of the labels is a run of the places at the
// leaves of the first tree; all nodes on the paths to its labels are visited.
// Shape: nodes are numbered tree after tree, in breadth-first order within a tree: the children of a node follow one another.
// Memory: top() up to 32768 x (beam + k + nonzeros) per thread; score() rows x labels.
// x may have fewer columns than the model (missing features are 0), never more.
// Errors: Error{usage} for parts that do not fit; score() and top() throw Error{bad_model} at a damaged chunk.
// Threads: const; the same bytes for any number of threads, for a row alone and in a batch.
#pragma once

#include <tagma/base/fields.h>
#include <tagma/drive/loss_function.h>
#include <tagma/model/model.h>
#include <tagma/model/weight_chunks.h>

#include <memory>
#include <span>
#include <vector>

namespace tagma {

// Where the outputs of each node's chunk lead. Node n has chunk n.
struct TreeShape {
  std::vector<std::int32_t> roots;   // of each tree its first node; the first is 0
  // Per node: >= 0: the children are the nodes below[n], below[n] + 1, ..; < 0: they are labels, those of label_of from
  // ~below[n] on.
  std::vector<std::int32_t> below;
  std::vector<LabelId> label_of;
};

struct TreeSearch {
  static constexpr std::string_view name = "tree search", says = "how label trees are searched";
  int beam = 10;
  static constexpr auto fields() {
    using Self = TreeSearch;
    return std::tuple{Field<Self, int>{"beam", &Self::beam, 1, 1000000, "nodes of each level that a row goes on with"}};
  }
};

// Outputs of a node become start + log p(output); sigmoid: of the loss is on the probability scale.
void log_chances(std::span<float> outputs, bool sigmoid, float start);

class BestRows;
class ChunkTile;
class QueryRows;

class TreeModel final : public Model {
 public:
  static constexpr std::string_view name = "tree";

  TreeModel(WeightChunks chunks, TreeShape shape, LabelId labels, std::shared_ptr<const LossFunction> loss,
            TreeSearch search = {});
  static std::unique_ptr<const TreeModel> load(const ModelReader& file);

  std::string_view kind() const override { return name; }
  LabelId labels() const override { return labels_; }
  std::int64_t features() const override { return chunks_.features(); }
  std::string_view loss() const override { return loss_->name(); }
  Scores score(const FeatureMatrix& x, std::int64_t first, std::int64_t last, const Run& run) const override;
  Scores top(const FeatureMatrix& x, std::int64_t first, std::int64_t last, LabelId k, const Run& run) const override;
  Scores score_among(const FeatureMatrix& x, std::int64_t first, std::int64_t last, std::span<const LabelId> chosen,
                     const Run& run) const override;
  Scores top_exact(const FeatureMatrix& x, std::int64_t first, std::int64_t last, LabelId k, const Run& run) const override;
  bool approximates() const override { return true; }
  Scores top_in_share(const FeatureMatrix& x, std::int64_t first, std::int64_t last, LabelId k, LabelShare share, const Run& run) const override;
  bool extreme() const override { return true; }
  void save(ModelWriter& file) const override;

  const LossFunction& loss_function() const { return *loss_; }
  const WeightChunks& chunks() const { return chunks_; }
  std::int64_t trees() const { return static_cast<std::int64_t>(roots_.size()); }
  TreeSearch search() const { return search_; }
  std::span<const std::int32_t> roots() const { return roots_; }   // as in TreeShape
  std::span<const std::int32_t> below() const { return below_; }
  std::vector<LabelId> labels_of(LabelShare share) const;  // ascending
  LabelId label_at(std::int64_t place) const;  // Errors: Error{bad_model} for one that is not there
  // The logs of the chances of the paths to all nodes, [nodes x rows]; 0 at the roots.
  std::vector<float> path_chances(const FeatureMatrix& x, std::int64_t first, std::int64_t last) const;

 private:
  struct Visit;
  class Search;
  struct Paths;       // tree_exact.h
  struct LazyPaths;
  class ExactSearch;
  static std::shared_ptr<LazyPaths> no_paths();
  TreeModel(WeightChunks chunks, LabelId labels, std::shared_ptr<const LossFunction> loss, TreeSearch search);
  const char* what_is_wrong() const;
  bool repeats() const;  // whether a label stands under several leaves of a tree; looked for once
  struct Columns;
  Columns all_columns() const;
  Columns columns_of(std::span<const LabelId> chosen) const;
  Scores score_columns(const FeatureMatrix& x, std::int64_t first, std::int64_t last, const Columns& columns, const Run& run) const;
  void score_rows(const FeatureMatrix& x, std::int64_t first, std::int64_t last, const Columns& columns, float* scores,
                  const Run& run) const;

  WeightChunks chunks_;
  LabelId labels_;
  std::span<const std::int32_t> roots_, below_;
  std::span<const LabelId> label_of_;
  std::shared_ptr<const LossFunction> loss_;
  TreeSearch search_;
  bool sigmoid_;
  std::shared_ptr<LazyPaths> paths_;
  std::shared_ptr<const void> owner_;  // of roots_, below_, label_of_
};

}  // namespace tagma
