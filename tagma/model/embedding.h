// Label embeddings: each label is a vector in the space of the rows' features, which an encoder made.
//
//   output[l] = (x . v[l] + b[l]) / temperature         similarity cosine: x is brought to length 1, as the vectors are; inner: as given
//
// Shape: vectors [labels x width], row-major: a column for each feature and, with a bias, one more for b, which meets a 1. A vector
// whose features are zeros stands for a label of which nothing is known.
// The loss reads each output as it is: it is one that compares the labels of a row (decoupled-softmax, lsep, ranknet, soft-top-k).
// top() is exact where there is no graph of the labels, and top_exact() always: blocks of 64 rows meet 256 labels at a time, and a
// heap for each row keeps the best. With a graph (label_graph.h), top() looks at the labels that a search with ef finds (ef is k
// at least; fewer than k labels where links do not lead to more), and labels without a vector are not found; outputs are the same bytes either way.
// Memory: vectors and graph, mapped from the file; for each thread a panel of 64 rows.
// x may have fewer columns than the model (missing features are 0), never more.
// Errors: Error{usage} for parts that do not fit. Threads: const; the same bytes for any number of threads, for a row alone and
// in a batch, on any instruction set.
#pragma once

#include <tagma/drive/loss_function.h>
#include <tagma/model/label_graph.h>
#include <tagma/model/model.h>

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace tagma {

enum class Similarity : std::uint8_t { cosine, inner };
inline constexpr std::array<std::string_view, 2> similarity_names{"cosine", "inner"};

struct EmbeddingShape {
  LabelId labels = 0;
  std::int64_t features = 0;
  Similarity similarity = Similarity::cosine;
  double temperature = 1;
  bool bias = false;
  std::int64_t width() const { return features + (bias ? 1 : 0); }
};

// Whether the model takes the loss: one output for each label, which is its score, and what counts is how those of a row differ.
bool embedding_takes(const LossFunction& loss);
inline constexpr std::string_view embedding_losses = "decoupled-softmax, lsep (without threshold), ranknet, soft-top-k";

class EmbeddingModel final : public Model {
 public:
  static constexpr std::string_view name = "embedding";

  // `vectors` and `graph` are looked at, not copied; graph may be null.
  EmbeddingModel(const EmbeddingShape& shape, std::shared_ptr<const std::vector<float>> vectors, std::shared_ptr<const LossFunction> loss,
                 std::shared_ptr<const OwnedGraph> graph = nullptr, std::int64_t ef = 0);
  static std::unique_ptr<const EmbeddingModel> load(const ModelReader& file);

  std::string_view kind() const override { return name; }
  LabelId labels() const override { return shape_.labels; }
  std::int64_t features() const override { return shape_.features; }
  std::string_view loss() const override { return loss_->name(); }
  Scores score(const FeatureMatrix& x, std::int64_t first, std::int64_t last, const Run& run) const override;
  Scores top(const FeatureMatrix& x, std::int64_t first, std::int64_t last, LabelId k, const Run& run) const override;
  Scores top_exact(const FeatureMatrix& x, std::int64_t first, std::int64_t last, LabelId k, const Run& run) const override;
  Scores score_among(const FeatureMatrix& x, std::int64_t first, std::int64_t last, std::span<const LabelId> chosen,
                     const Run& run) const override;
  bool extreme() const override;
  void save(ModelWriter& file) const override;

  const EmbeddingShape& shape() const { return shape_; }
  std::span<const float> vectors() const { return vectors_; }
  const std::optional<LabelGraph>& graph() const { return graph_; }

 private:
  EmbeddingModel() = default;
  void load_graph(const ModelReader& file);
  Scores top_by_graph(const FeatureMatrix& x, std::int64_t first, std::int64_t last, LabelId k, const Run& run) const;
  void check_rows(const FeatureMatrix& x, std::int64_t first, std::int64_t last) const;
  std::vector<float> outputs_of(const FeatureMatrix& x, std::int64_t first, std::int64_t last, std::span<const float> vectors,
                                std::int64_t count, const Run& run) const;

  EmbeddingShape shape_;
  std::span<const float> vectors_;
  std::shared_ptr<const LossFunction> loss_;
  std::optional<LabelGraph> graph_;
  std::int64_t ef_ = 0;
  std::shared_ptr<const void> owner_, graph_owner_;  // of vectors_, of graph_
};

}  // namespace tagma
