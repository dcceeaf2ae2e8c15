// Hits, falsely decided and missed per label, from decisions and truth, under any weighting of the rows.
//
// Cost and memory: O(decided + present + labels).
#pragma once

#include <tagma/measure/curves.h>
#include <tagma/measure/set_metrics.h>

namespace tagma {

class LabelCounts {
 public:
  explicit LabelCounts(const Judged& judged);

  std::vector<SetCounts> weighted(const WeightSets& weights, std::int64_t set) const;
  // Labels whose truth is unknown in every row have no counts at all.
  bool known(LabelId label) const { return known_.empty() || known_[static_cast<std::size_t>(label)]; }

 private:
  enum Kind : std::uint32_t { hit, false_present, missed };
  LabelId labels_;
  std::vector<std::int64_t> starts_{0};
  std::vector<std::uint32_t> events_;  // label * 4 + kind, row by row
  std::vector<bool> known_;
};

}  // namespace tagma
