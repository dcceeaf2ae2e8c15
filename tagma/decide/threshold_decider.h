// Decides a label where its score reaches a threshold: one for all labels, or one per label. What global-threshold and
// label-thresholds leave behind.
//
// Shape: thresholds holds 1 number, or one per label; in the scale of the scores they were fitted on; may be infinite.
// A label that a shortlist leaves out is not decided, even where its threshold is lower than all that is listed.
// Errors: decide() throws Error{usage} when the scores are of another scale or number of labels.
// Model file: section "rule.thresholds", float32 [1] or [labels].
#pragma once

#include <tagma/base/fields.h>
#include <tagma/decide/rule.h>
#include <tagma/decide/saved_rule.h>

namespace tagma {

class ThresholdDecider final : public Decider {
 public:
  ThresholdDecider(SavedRule origin, std::vector<float> thresholds);
  explicit ThresholdDecider(const ModelReader& file);

  std::string_view rule() const override { return origin_.rule; }
  std::string summary() const override;
  Decisions decide(const Scores& scores, const Run& run) const override;
  void save(ModelWriter& file) const override;

  std::span<const float> thresholds() const { return thresholds_; }

 private:
  float threshold(LabelId label) const {
    return thresholds_[thresholds_.size() == 1 ? 0 : static_cast<std::size_t>(label)];
  }

  SavedRule origin_;
  std::vector<float> thresholds_;
};

// The decider of a fitted rule.
template <class Rule>
std::unique_ptr<const Decider> threshold_decider(const Rule& rule, const Scores& scores,
                                                 std::vector<float> thresholds) {
  return std::make_unique<ThresholdDecider>(SavedRule{std::string(Rule::name), settings_of(rule), scores.scale},
                                            std::move(thresholds));
}

}  // namespace tagma
