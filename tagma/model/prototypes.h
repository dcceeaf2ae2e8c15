// A model whose scores are drawn towards prototypes of labels that have few examples: vectors of length 1 that say what a label
// is like (the mean of its rows, its text), which need no learning and so are there after one example, or none.
//
//   score = (1 - w) p + w max(0, cosine of row and prototype)^4        p the score of the other model, w the label's share
//
// The fourth power keeps labels that are only somewhat like the row from crowding out those that were learned.
//
// Shape: the prototypes are the outputs of chunks without bias, for the labels with a share above 0. The rest keeps p.
// top() takes p of the best 100 or more of the other model and 0 for all other labels; cosines are those of all prototypes.
// top_exact() and score() take p of all labels.
// Memory: an index by feature over the prototypes (feature_index.h), which the first call makes.
// Source: after Ortego et al., "Prototypical extreme multi-label classification with a dynamic margin loss" (PRIME, NAACL 2025):
// there text, centroid and a free vector are joined by a learned layer; here nothing is learned, and shares fall with the examples.
// Errors: Error{usage} for parts that do not fit. Threads: const; the same bytes for any number of threads.
#pragma once

#include <tagma/model/model.h>
#include <tagma/model/weight_chunks.h>

#include <memory>
#include <span>
#include <vector>

namespace tagma {

struct LazyIndex;

struct Prototypes {
  WeightChunks chunks;           // an output for each label below
  std::vector<LabelId> labels;   // ascending
  std::vector<float> shares;     // of each, in (0, 1]
};

class PrototypeModel final : public Model {
 public:
  // The scores of `base` must be on the probability scale.
  PrototypeModel(std::unique_ptr<const Model> base, Prototypes prototypes);
  static bool in(const ModelReader& file);  // whether the file's model has prototypes
  static std::unique_ptr<const Model> load(const ModelReader& file, std::unique_ptr<const Model> base);

  std::string_view kind() const override { return base_->kind(); }
  LabelId labels() const override { return base_->labels(); }
  std::int64_t features() const override { return base_->features(); }
  std::string_view loss() const override { return base_->loss(); }
  Scores score(const FeatureMatrix& x, std::int64_t first, std::int64_t last, const Run& run) const override;
  Scores score_among(const FeatureMatrix& x, std::int64_t first, std::int64_t last, std::span<const LabelId> chosen,
                     const Run& run) const override;
  Scores top(const FeatureMatrix& x, std::int64_t first, std::int64_t last, LabelId k, const Run& run) const override;
  Scores top_exact(const FeatureMatrix& x, std::int64_t first, std::int64_t last, LabelId k, const Run& run) const override {
    return Model::top(x, first, last, k, run);
  }
  bool extreme() const override { return base_->extreme(); }
  void save(ModelWriter& file) const override;

  const Model& base() const { return *base_; }
  std::int64_t prototypes() const { return static_cast<std::int64_t>(prototypes_.labels.size()); }

 private:
  const char* what_is_wrong() const;
  template <class Use>
  void each_row(const FeatureMatrix& x, std::int64_t first, std::int64_t last, const Run& run, Use&& use) const;

  std::unique_ptr<const Model> base_;
  Prototypes prototypes_;
  std::shared_ptr<LazyIndex> index_;
};

}  // namespace tagma
