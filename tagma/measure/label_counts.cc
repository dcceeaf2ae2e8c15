#include <tagma/measure/label_counts.h>

#include <algorithm>

namespace tagma {

LabelCounts::LabelCounts(const Judged& judged) : labels_(judged.truth->labels()) {
  const LabelMatrix& truth = *judged.truth;
  if (labels_ >= 1 << 30) fail(Code::usage, "{} labels are too many for macro averages of decisions", labels_);
  const bool rest_absent = truth.rest() == Truth::absent;
  for (std::int64_t r = 0; r < truth.rows(); ++r) {
    const LabelRow row = truth[r];
    const std::span<const LabelId> decided = (*judged.decisions)[r];
    std::size_t p = 0, e = 0;
    const auto note = [&](LabelId label, Kind kind) { events_.push_back(static_cast<std::uint32_t>(label) * 4 + kind); };
    for (const LabelId label : decided) {
      for (; p < row.present.size() && row.present[p] < label; ++p) note(row.present[p], missed);
      if (p < row.present.size() && row.present[p] == label) {
        note(label, hit), ++p;
        continue;
      }
      while (e < row.exceptions.size() && row.exceptions[e] < label) ++e;
      if ((e < row.exceptions.size() && row.exceptions[e] == label) != rest_absent) note(label, false_present);
    }
    for (; p < row.present.size(); ++p) note(row.present[p], missed);
    starts_.push_back(static_cast<std::int64_t>(events_.size()));
  }
  if (!truth.has_unknown()) return;
  for (const std::int64_t unknown : truth.unknown_per_label()) known_.push_back(unknown < truth.rows());
}

std::vector<SetCounts> LabelCounts::weighted(const WeightSets& weights, std::int64_t set) const {
  std::vector<SetCounts> counts(static_cast<std::size_t>(labels_));
  for (std::size_t r = 0; r + 1 < starts_.size(); ++r) {
    const double weight = weights.at(set, static_cast<std::int64_t>(r));
    if (weight == 0) continue;
    for (auto i = static_cast<std::size_t>(starts_[r]); i < static_cast<std::size_t>(starts_[r + 1]); ++i) {
      SetCounts& count = counts[events_[i] >> 2];
      const std::uint32_t kind = events_[i] & 3;
      (kind == hit ? count.hits : kind == missed ? count.missed : count.false_present) += weight;
    }
  }
  return counts;
}

}  // namespace tagma
