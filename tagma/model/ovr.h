// One against the rest at extreme numbers of labels: a linear model for each label, its weights pruned and held in chunks of
// neighbouring outputs (weight_chunks.h). Scores are what the loss reads from the outputs, as in linear.h; the loss must
// judge each label for itself (separable, one output per label).
//
// top() is exact. It goes by an index by feature (feature_index.h), which its first call makes, where there are at most 64
// rows to score, or the chunks take at most 64 MiB and few of their weights are not zero; otherwise each chunk is unpacked for a
// block of 2048 rows, whose best labels are kept as the chunks go by. Both give the same bytes.
// score_among() unpacks the chunks that hold a chosen label, and no others. A share of the labels is a run of chunks, of about as many
// bytes as every other; its best labels come with their outputs.
// Labels are ranked by their outputs, which tell apart what a probability rounds to 1.
// Memory: by index, the index, up to 12 times the chunks; by chunks 2048 x (k + nonzeros), a chunk's tile and a map over the
// features, per thread.
// x may have fewer columns than the model (missing features are 0), never more.
// Errors: Error{usage} for parts that do not fit; score() and top() throw Error{bad_model} at a damaged chunk.
// Threads: const; the same bytes for any number of threads, for a row alone and in a batch.
#pragma once

#include <tagma/drive/loss_function.h>
#include <tagma/model/model.h>
#include <tagma/model/weight_chunks.h>

#include <memory>
#include <span>
#include <vector>

namespace tagma {

struct LazyIndex;
struct Ranked;
struct ShortlistRows;

class OvrModel final : public Model {
 public:
  static constexpr std::string_view name = "ovr";

  // label_of_output [labels]: every label once; empty: output o is label o.
  OvrModel(WeightChunks chunks, std::vector<LabelId> label_of_output, LabelId labels, std::shared_ptr<const LossFunction> loss);
  static std::unique_ptr<const OvrModel> load(const ModelReader& file);

  std::string_view kind() const override { return name; }
  LabelId labels() const override { return labels_; }
  std::int64_t features() const override { return chunks_.features(); }
  std::string_view loss() const override { return loss_->name(); }
  Scores score(const FeatureMatrix& x, std::int64_t first, std::int64_t last, const Run& run) const override;
  Scores top(const FeatureMatrix& x, std::int64_t first, std::int64_t last, LabelId k, const Run& run) const override;
  Scores score_among(const FeatureMatrix& x, std::int64_t first, std::int64_t last, std::span<const LabelId> chosen,
                     const Run& run) const override;
  Scores top_by_index(const FeatureMatrix& x, std::int64_t first, std::int64_t last, LabelId k, const Run& run) const;
  Scores top_by_chunks(const FeatureMatrix& x, std::int64_t first, std::int64_t last, LabelId k, const Run& run) const;
  Scores top_in_share(const FeatureMatrix& x, std::int64_t first, std::int64_t last, LabelId k, LabelShare share, const Run& run) const override;
  Scores scores_of_best(Scores best) const override;
  bool extreme() const override;
  void save(ModelWriter& file) const override;

  const LossFunction& loss_function() const { return *loss_; }
  const WeightChunks& chunks() const { return chunks_; }
  LabelId label_of(std::int64_t output) const {
    return label_of_.empty() ? static_cast<LabelId>(output) : label_of_[static_cast<std::size_t>(output)];
  }

 private:
  OvrModel(WeightChunks chunks, LabelId labels, std::shared_ptr<const LossFunction> loss);
  bool every_label_once() const;
  void add_best(std::span<Ranked> row, ShortlistRows& part) const;
  std::int64_t first_chunk_of(LabelShare share) const;
  template <class Finish, class Wanted>
  Scores best_of_chunks(const FeatureMatrix& x, std::int64_t first, std::int64_t last, LabelId k, const Run& run, Wanted&& wanted, Finish&& finish) const;

  WeightChunks chunks_;
  LabelId labels_;
  std::span<const LabelId> label_of_;
  std::shared_ptr<const LossFunction> loss_;
  std::shared_ptr<const void> owner_;  // of label_of_
  std::shared_ptr<LazyIndex> index_;
};

}  // namespace tagma
