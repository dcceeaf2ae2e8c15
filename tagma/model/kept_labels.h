// A model of very many labels from which some were removed: it answers for the labels that are kept, under new numbers, and
// these score what they did, to the byte. The weights of the others stay in the file and are passed over.
//
// top() asks the whole model for more labels than are wanted, until enough of them are kept ones or all removed ones could be
// among them. The beam of a tree is as wide as before; what several trees find together depends on how many are asked for.
// Errors: Error{usage} for kept labels out of range or order. Threads: const; the same bytes for any number of threads.
#pragma once

#include <tagma/model/model.h>

#include <memory>
#include <vector>

namespace tagma {

class KeptLabelsModel final : public Model {
 public:
  // kept: ascending; label i of this model is label kept[i] of the whole one, which may have lost labels before.
  KeptLabelsModel(std::shared_ptr<const Model> whole, std::vector<LabelId> kept);
  static bool in(const ModelReader& file);  // whether labels were removed from the file's model
  static std::unique_ptr<const Model> load(const ModelReader& file, std::unique_ptr<const Model> whole);

  std::string_view kind() const override { return whole_->kind(); }
  LabelId labels() const override { return static_cast<LabelId>(kept_.size()); }
  std::int64_t features() const override { return whole_->features(); }
  std::int64_t outputs() const override { return whole_->outputs(); }
  std::string_view loss() const override { return whole_->loss(); }
  Scores score(const FeatureMatrix& x, std::int64_t first, std::int64_t last, const Run& run) const override {
    return whole_->score_among(x, first, last, kept_, run);
  }
  Scores score_among(const FeatureMatrix& x, std::int64_t first, std::int64_t last, std::span<const LabelId> chosen,
                     const Run& run) const override;
  Scores top(const FeatureMatrix& x, std::int64_t first, std::int64_t last, LabelId k, const Run& run) const override;
  Scores top_exact(const FeatureMatrix& x, std::int64_t first, std::int64_t last, LabelId k, const Run& run) const override;
  bool extreme() const override { return whole_->extreme(); }
  void save(ModelWriter& file) const override;

 private:
  template <class Ask>
  Scores best_kept(LabelId k, Ask&& ask) const;

  std::shared_ptr<const Model> whole_;
  std::vector<LabelId> kept_, new_id_;  // new_id_: of each label of the whole model, -1: removed
};

}  // namespace tagma
