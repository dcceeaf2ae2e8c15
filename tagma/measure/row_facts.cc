#include <tagma/measure/row_facts.h>

#include <tagma/measure/count.h>
#include <tagma/measure/known_cells.h>
#include <tagma/measure/sort_keys.h>

#include <algorithm>

namespace tagma {
namespace {

// Present labels up to this many are ranked by counting the row once for each; more by sorting it.
constexpr std::size_t most_counted = 48;

}  // namespace

RowReader::RowReader(const Judged& judged, const Rules& rules, unsigned facts, int top,
                     std::span<const double> inverse_propensity)
    : judged_(judged), rules_(rules), facts_(facts), k_(top) {
  facts_of_row_.inverse_propensity = inverse_propensity;
  facts_of_row_.all = judged.scores;
}

bool RowReader::is_present(LabelId label) const {
  const auto present = facts_of_row_.truth.present;
  return std::binary_search(present.begin(), present.end(), label);
}

bool RowReader::is_unknown(LabelId label) const {
  const auto exceptions = facts_of_row_.truth.exceptions;
  const bool listed = std::binary_search(exceptions.begin(), exceptions.end(), label);
  if (judged_.truth->rest() == Truth::absent) return listed;
  return !listed && !is_present(label);
}

const RowFacts& RowReader::read(std::int64_t row) {
  RowFacts& f = facts_of_row_;
  const LabelMatrix& truth = *judged_.truth;
  f.row = row;
  f.truth = truth[row];
  f.present = static_cast<std::int64_t>(f.truth.present.size());
  const auto exceptions = static_cast<std::int64_t>(f.truth.exceptions.size());
  f.known = truth.rest() == Truth::absent ? truth.labels() - exceptions : f.present + exceptions;
  if (facts_ & fact_sets) read_sets();
  if (!(facts_ & ~unsigned{fact_sets})) return f;
  if (judged_.scores->is_shortlist()) {
    read_shortlist();
    return f;
  }
  read_cells();
  if (facts_ & fact_top) read_dense_top();
  if (facts_ & fact_groups) read_dense_groups();
  if ((facts_ & fact_depth) && !(facts_ & fact_groups)) read_dense_depth();
  if ((facts_ & (fact_groups | fact_depth)) && (rules_.strict_ranks || rules_.strict_pairs)) read_strict();
  return f;
}

void RowReader::read_sets() {
  RowFacts& f = facts_of_row_;
  const bool rest_absent = judged_.truth->rest() == Truth::absent;
  const auto present = f.truth.present, exceptions = f.truth.exceptions;
  std::size_t p = 0, e = 0;
  f.hits = f.false_present = 0;
  for (const LabelId label : (*judged_.decisions)[f.row]) {
    while (p < present.size() && present[p] < label) ++p;
    if (p < present.size() && present[p] == label) {
      ++f.hits;
      continue;
    }
    while (e < exceptions.size() && exceptions[e] < label) ++e;
    const bool listed = e < exceptions.size() && exceptions[e] == label;
    if (listed != rest_absent) ++f.false_present;
  }
  f.missed = f.present - f.hits;
}

// The known cells of a dense row: the row itself where all are known, else a copy.
void RowReader::read_cells() {
  RowFacts& f = facts_of_row_;
  const std::span<const float> row = judged_.scores->row(f.row);
  const std::span<const float> all_chances = judged_.scores->probabilities();
  const std::span<const float> chances =
      all_chances.empty() ? all_chances
                          : all_chances.subspan(static_cast<std::size_t>(f.row * judged_.scores->labels), row.size());
  if (f.known == static_cast<std::int64_t>(row.size())) {
    f.ids = {};
    f.scores = row;
    f.chances = chances;
    f.present_at = f.truth.present;
  } else {
    ids_.clear(), present_at_.clear(), scores_.clear(), chances_.clear();
    const bool rest_absent = judged_.truth->rest() == Truth::absent;
    std::size_t p = 0, e = 0;
    for (LabelId label = 0; label < judged_.truth->labels(); ++label) {
      const bool present = p < f.truth.present.size() && f.truth.present[p] == label;
      const bool listed = e < f.truth.exceptions.size() && f.truth.exceptions[e] == label;
      p += present, e += listed;
      if (!present && listed == rest_absent) continue;
      if (present) present_at_.push_back(static_cast<LabelId>(ids_.size()));
      ids_.push_back(label);
      scores_.push_back(row[static_cast<std::size_t>(label)]);
      if (!chances.empty()) chances_.push_back(chances[static_cast<std::size_t>(label)]);
    }
    f.ids = ids_, f.scores = scores_, f.chances = chances_, f.present_at = present_at_;
  }
  if (const std::int64_t bad = first_nan(f.scores); bad >= 0)
    fail_not_a_number(f.row, f.label_at(static_cast<std::size_t>(bad)));
  if (const std::int64_t bad = first_nan(f.chances); bad >= 0)
    fail_not_a_number(f.row, f.label_at(static_cast<std::size_t>(bad)));
  if (facts_ & fact_grades) {
    grades_.assign(f.scores.size(), 0);
    for (std::size_t i = 0; i < f.present_at.size(); ++i)
      grades_[static_cast<std::size_t>(f.present_at[i])] = f.truth.grades.empty() ? 1. : f.truth.grades[i];
    f.grades = grades_;
  }
}

void RowReader::read_dense_top() {
  RowFacts& f = facts_of_row_;
  const auto k = std::min(static_cast<std::size_t>(k_), f.scores.size());
  top_.clear(), top_scores_.clear(), top_present_.clear();
  for (std::size_t i = 0; i < f.scores.size() && k > 0; ++i) {
    const float score = f.scores[i];
    if (top_.size() == k && !rules_.later_first(score, top_scores_.back())) continue;
    if (top_.size() == k) top_.pop_back(), top_scores_.pop_back();
    std::size_t place = top_.size();
    while (place > 0 && rules_.later_first(score, top_scores_[place - 1])) --place;
    top_.insert(top_.begin() + static_cast<std::ptrdiff_t>(place), f.label_at(i));
    top_scores_.insert(top_scores_.begin() + static_cast<std::ptrdiff_t>(place), score);
  }
  for (const LabelId label : top_) top_present_.push_back(is_present(label));
  f.top = top_, f.top_present = top_present_;
  f.top_counted = counted(top_scores_);
}

// How many of these scores, best first, may be hits.
std::int64_t RowReader::counted(std::span<const float> descending) const {
  if (!rules_.positive_hits) return static_cast<std::int64_t>(descending.size());
  return std::partition_point(descending.begin(), descending.end(), [](float score) { return score > 0; }) - descending.begin();
}

void RowReader::read_dense_depth() {
  RowFacts& f = facts_of_row_;
  f.depth = 0;
  if (f.present == 0) return;
  float lowest = f.scores[static_cast<std::size_t>(f.present_at[0])];
  for (const LabelId at : f.present_at) lowest = std::min(lowest, f.scores[static_cast<std::size_t>(at)]);
  f.depth = count_at_least(f.scores, lowest);
}

// groups_ holds present and present_so_far after this; known_so_far and above are the caller's.
void RowReader::find_groups(std::span<const float> descending) {
  groups_.clear();
  for (std::size_t i = 0; i < descending.size();) {
    std::size_t end = i + 1;
    while (end < descending.size() && descending[end] == descending[i]) ++end;
    groups_.push_back({static_cast<std::int32_t>(end - i), static_cast<std::int32_t>(end), 0, 0});
    i = end;
  }
}

void RowReader::read_dense_groups() {
  RowFacts& f = facts_of_row_;
  present_scores_.clear();
  for (const LabelId at : f.present_at) present_scores_.push_back(f.scores[static_cast<std::size_t>(at)]);
  std::sort(present_scores_.begin(), present_scores_.end(), std::greater<>());
  find_groups(present_scores_);
  f.present_counted = counted(present_scores_);
  if (present_scores_.size() <= most_counted) {
    for (RankGroup& group : groups_) {
      const float score = present_scores_[static_cast<std::size_t>(group.present_so_far - 1)];
      group.known_so_far = static_cast<std::int32_t>(count_at_least(f.scores, score));
      if (rules_.average_ndcg_ties) group.above = static_cast<std::int32_t>(count_above(f.scores, score));
    }
  } else {
    keys_.resize(f.scores.size());
    std::transform(f.scores.begin(), f.scores.end(), keys_.begin(), sort_key);
    sort_by_key(std::span(keys_), spare_);
    auto at = keys_.begin();
    for (RankGroup& group : groups_) {
      const std::uint32_t key = sort_key(present_scores_[static_cast<std::size_t>(group.present_so_far - 1)]);
      at = std::lower_bound(at, keys_.end(), key);
      group.above = static_cast<std::int32_t>(at - keys_.begin());
      at = std::upper_bound(at, keys_.end(), key);
      group.known_so_far = static_cast<std::int32_t>(at - keys_.begin());
    }
  }
  f.groups = groups_;
  f.depth = groups_.empty() ? 0 : groups_.back().known_so_far;
}

// Each present label its own rank; of equal scores the later label stands above.
void RowReader::read_strict() {
  RowFacts& f = facts_of_row_;
  strict_.clear();
  for (const LabelId at : f.present_at) {
    const float score = f.scores[static_cast<std::size_t>(at)];
    const std::span<const float> later = f.scores.subspan(static_cast<std::size_t>(at));
    const std::int64_t rank = count_above(f.scores.first(static_cast<std::size_t>(at)), score) + count_at_least(later, score);
    strict_.push_back({1, 0, static_cast<std::int32_t>(rank), static_cast<std::int32_t>(rank - 1)});
  }
  std::sort(strict_.begin(), strict_.end(),
            [](const RankGroup& a, const RankGroup& b) { return a.known_so_far < b.known_so_far; });
  for (std::size_t i = 0; i < strict_.size(); ++i) strict_[i].present_so_far = static_cast<std::int32_t>(i + 1);
  f.strict = strict_;
}

// The listed labels that are known, and their scores.
ShortRow RowReader::known_of_shortlist() {
  const RowFacts& f = facts_of_row_;
  const ShortRow list = judged_.scores->short_row(f.row);
  const bool all_known = f.known == judged_.truth->labels();
  ids_.clear(), scores_.clear();
  for (std::size_t i = 0; i < list.ids.size(); ++i) {
    if (!all_known && is_unknown(list.ids[i])) continue;
    if (list.values[i] != list.values[i]) fail_not_a_number(f.row, list.ids[i]);
    if (!all_known) ids_.push_back(list.ids[i]), scores_.push_back(list.values[i]);
  }
  return all_known ? list : ShortRow{ids_, scores_};
}

// A shortlist ranks what it lists; all other known labels follow as one group of ties.
void RowReader::read_shortlist() {
  RowFacts& f = facts_of_row_;
  const ShortRow list = known_of_shortlist();
  top_.clear(), top_scores_.clear(), top_present_.clear(), groups_.clear(), strict_.clear(), present_scores_.clear();
  std::int32_t present = 0;
  for (std::size_t first = 0, end = 0; first < list.ids.size(); first = end) {  // a run of ties
    while (end < list.ids.size() && list.values[end] == list.values[first]) ++end;
    const std::int32_t before = present;
    for (std::size_t i = first; i < end; ++i) {
      const LabelId later = list.ids[first + end - 1 - i], label = rules_.later_on_top ? later : list.ids[i];
      if (top_.size() < static_cast<std::size_t>(k_))
        top_.push_back(label), top_scores_.push_back(list.values[first]), top_present_.push_back(is_present(label));
      if (!is_present(later)) continue;
      strict_.push_back({1, ++present, static_cast<std::int32_t>(i + 1), static_cast<std::int32_t>(i)});
      present_scores_.push_back(list.values[first]);
    }
    if (present > before)
      groups_.push_back({present - before, present, static_cast<std::int32_t>(end), static_cast<std::int32_t>(first)});
  }
  for (std::int64_t left = f.present - present; left > 0; --left) {
    const auto so_far = static_cast<std::int32_t>(f.present - left + 1);
    strict_.push_back({1, so_far, static_cast<std::int32_t>(f.known - left + 1), static_cast<std::int32_t>(f.known - left)});
  }
  if (f.present > present)
    groups_.push_back({static_cast<std::int32_t>(f.present) - present, static_cast<std::int32_t>(f.present),
                       static_cast<std::int32_t>(f.known), static_cast<std::int32_t>(list.ids.size())});
  f.top = top_, f.top_present = top_present_, f.groups = groups_, f.strict = strict_;
  f.top_counted = counted(top_scores_), f.present_counted = counted(present_scores_);
  f.depth = groups_.empty() ? 0 : groups_.back().known_so_far;
  if (!rules_.positive_hits) f.present_counted = f.present;
}

}  // namespace tagma
