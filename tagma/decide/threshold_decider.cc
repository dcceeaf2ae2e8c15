#include <tagma/decide/threshold_decider.h>

#include <tagma/decide/decide_rows.h>

#include <algorithm>
#include <cmath>

namespace tagma {

ThresholdDecider::ThresholdDecider(SavedRule origin, std::vector<float> thresholds)
    : origin_(std::move(origin)), thresholds_(std::move(thresholds)) {}

ThresholdDecider::ThresholdDecider(const ModelReader& file) : origin_(saved_rule(file)) {
  const std::span<const float> stored = file.floats("rule.thresholds");
  thresholds_.assign(stored.begin(), stored.end());
  if (thresholds_.empty()) fail(Code::bad_model, "{}: section rule.thresholds is empty", file.path());
  for (std::size_t i = 0; i < thresholds_.size(); ++i)
    if (std::isnan(thresholds_[i])) fail(Code::bad_model, "{}: rule.thresholds[{}] is not a number", file.path(), i);
}

std::string ThresholdDecider::summary() const {
  if (thresholds_.size() == 1) return fmt::format("one threshold for all labels: {:.4g}", thresholds_.front());
  std::vector<float> sorted = thresholds_;
  std::sort(sorted.begin(), sorted.end());
  return fmt::format("a threshold for each of {} labels: {:.4g} to {:.4g}, median {:.4g}", sorted.size(),
                     sorted.front(), sorted.back(), sorted[sorted.size() / 2]);
}

Decisions ThresholdDecider::decide(const Scores& scores, const Run& run) const {
  if (scores.scale != origin_.scale)
    fail(Code::usage, "rule {} was tuned on scores of scale {}, these are of scale {}; tune it again on such scores",
         origin_.rule, scale_name(origin_.scale), scale_name(scores.scale));
  if (thresholds_.size() > 1 && static_cast<std::size_t>(scores.labels) != thresholds_.size())
    fail(Code::usage, "rule {} has thresholds for {} labels, the scores have {}", origin_.rule, thresholds_.size(),
         scores.labels);
  return decide_rows(scores, run, [&] {
    return [&](std::int64_t row, std::vector<LabelId>& out) {
      if (scores.is_shortlist()) {
        const ShortRow listed = scores.short_row(row);
        const auto start = static_cast<std::ptrdiff_t>(out.size());
        for (std::size_t i = 0; i < listed.ids.size(); ++i)
          if (listed.values[i] >= threshold(listed.ids[i])) out.push_back(listed.ids[i]);
        std::sort(out.begin() + start, out.end());
        return;
      }
      const std::span<const float> values = scores.row(row);
      for (LabelId label = 0; label < scores.labels; ++label)
        if (values[static_cast<std::size_t>(label)] >= threshold(label)) out.push_back(label);
    };
  });
}

void ThresholdDecider::save(ModelWriter& file) const {
  save_rule(file, origin_);
  file.add("rule.thresholds", thresholds_, {static_cast<std::int64_t>(thresholds_.size())});
}

}  // namespace tagma
