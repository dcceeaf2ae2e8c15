#include <tagma/measure/measure.h>

#include <algorithm>

namespace tagma {

Decisions decide_at_cut(const Scores& scores, bool strictly) {
  Decisions decisions(scores.labels);
  std::vector<LabelId> ids;
  const float cut = scores.cut();
  const auto keep = [&](LabelId label, float value) {
    if (value > cut || (!strictly && value == cut)) ids.push_back(label);
  };
  for (std::int64_t r = 0; r < scores.rows; ++r) {
    ids.clear();
    if (scores.is_shortlist()) {
      const ShortRow row = scores.short_row(r);
      for (std::size_t i = 0; i < row.ids.size(); ++i) keep(row.ids[i], row.values[i]);
      std::sort(ids.begin(), ids.end());
    } else {
      const std::span<const float> row = scores.row(r);
      for (LabelId label = 0; label < scores.labels; ++label) keep(label, row[static_cast<std::size_t>(label)]);
    }
    decisions.add(ids);
  }
  return decisions;
}

}  // namespace tagma
