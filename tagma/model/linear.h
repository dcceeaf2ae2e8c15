// The linear model: output[o] = bias[o] + sum_f x[f] weight[f][o]; its loss reads outputs as scores.
//
// Shape: weights [features x outputs], row-major, so that one stored value of a sparse x meets one contiguous row.
// Weights of which at most a quarter differ from zero (the rule of `few_weights`) are held and stored sparse: 8 bytes per
// weight instead of 4 x 4, and less to touch than the dense loop.
// Outputs are summed lane by lane (math/panel.h): a row's scores are the same bytes alone, in a batch, on any number of
// threads and on any instruction set. x may have fewer columns than the model (missing features are 0), never more.
#pragma once

#include <tagma/data/features.h>
#include <tagma/drive/loss_function.h>
#include <tagma/model/model.h>

#include <memory>
#include <span>
#include <vector>

namespace tagma {

class LinearModel final : public Model {
 public:
  static constexpr std::string_view name = "linear";

  // weights [features x outputs], bias [outputs]. Errors: Error{usage} for sizes that do not fit or numbers not finite.
  LinearModel(std::vector<float> weights, std::vector<float> bias, LabelId labels, std::shared_ptr<const LossFunction> loss);
  static std::unique_ptr<const LinearModel> load(const ModelReader& file);

  std::string_view kind() const override { return name; }
  LabelId labels() const override { return labels_; }
  std::int64_t features() const override { return features_; }
  std::string_view loss() const override { return loss_->name(); }
  Scores score(const FeatureMatrix& x, std::int64_t first, std::int64_t last, const Run& run) const override;
  void save(ModelWriter& file) const override;

  std::int64_t outputs() const override { return static_cast<std::int64_t>(bias_.size()); }
  const LossFunction& loss_function() const { return *loss_; }
  bool sparse() const { return sparse_; }
  std::span<const float> bias() const { return bias_; }
  std::vector<float> dense_weights() const;  // [features x outputs]

  // Outputs of rows [first, last); out [(last - first) x outputs].
  void outputs_of(const FeatureMatrix& x, std::int64_t first, std::int64_t last, float* out, const Run& run) const;

 private:
  struct SparseWeights {
    std::span<const std::int64_t> starts;  // features + 1
    std::span<const std::int32_t> outputs;
    std::span<const float> values;
  };
  LinearModel() = default;
  void check_features(const FeatureMatrix& x, std::int64_t first, std::int64_t last) const;
  void add_sparse(const FeatureMatrix& x, std::int64_t row, float* out) const;
  void check_sparse(const ModelReader& file) const;

  std::int64_t features_ = 0;
  LabelId labels_ = 0;
  bool sparse_ = false;
  std::span<const float> bias_, dense_;
  SparseWeights few_;
  std::shared_ptr<const LossFunction> loss_;
  std::shared_ptr<const void> owner_;  // of whatever the spans look at: vectors or a mapped file
};

// Whether weights with that many nonzeros are better held sparse.
constexpr bool few_weights(std::int64_t nonzeros, std::int64_t all) { return nonzeros <= all / 4; }

}  // namespace tagma
