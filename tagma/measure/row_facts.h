// What the metrics of a row are computed from, found once per row for all of them.
//
// RowReader turns row r of truth, scores and decisions into RowFacts: only known cells, only the facts asked for.
// Shape: `scores`, `chances` and `grades` hold one entry per known cell, in ascending order of label; `present_at` says
// which of them are present. The spans point into the reader or the data and live until the next read().
// Errors: Error{bad_data} naming row and label of a NaN score of a known cell.
// Threads: one RowReader per thread.
#pragma once

#include <tagma/measure/rules.h>

namespace tagma {

// Facts, as a set of bits.
enum Facts : unsigned {
  fact_sets = 1,      // hits, false_present, missed
  fact_top = 2,       // top
  fact_depth = 4,     // depth
  fact_groups = 8,    // groups, depth
  fact_scores = 16,   // scores, ids, present_at, chances
  fact_grades = 32,   // grades (and scores)
};

// The present labels of equal score, from the best down. `above` counts the known labels of a higher score and is filled
// only for rules.average_ndcg_ties.
struct RankGroup {
  std::int32_t present, present_so_far, known_so_far, above;
};

struct RowFacts {
  std::int64_t row = 0, known = 0, present = 0;
  LabelRow truth;
  std::int64_t hits = 0, false_present = 0, missed = 0;
  std::span<const LabelId> top;        // the best known labels, at most RowReader's k
  std::span<const std::uint8_t> top_present;
  std::int64_t top_counted = 0, present_counted = 0;  // the first of top, and of the present by rank, that may be hits: all,
                                                      // but for rules.positive_hits
  std::int64_t depth = 0;              // known labels scored at least as high as the lowest present one
  std::span<const RankGroup> groups;   // ties as one group
  std::span<const RankGroup> strict;   // no ties: the later label above (only for the presets that ask for it)
  std::span<const LabelId> ids;        // label of each known cell; empty: 0, 1, ..
  std::span<const float> scores, chances;
  std::span<const LabelId> present_at;
  std::span<const double> grades;      // 0 where absent
  std::span<const double> inverse_propensity;  // per label
  const Scores* all = nullptr;

  LabelId label_at(std::size_t cell) const { return ids.empty() ? static_cast<LabelId>(cell) : ids[cell]; }
};

class RowReader {
 public:
  RowReader(const Judged& judged, const Rules& rules, unsigned facts, int top,
            std::span<const double> inverse_propensity);
  const RowFacts& read(std::int64_t row);

 private:
  void read_sets();
  void read_cells();
  void read_dense_top();
  void read_dense_groups();
  void read_dense_depth();
  void read_strict();
  void read_shortlist();
  ShortRow known_of_shortlist();
  void find_groups(std::span<const float> present_scores);
  std::int64_t counted(std::span<const float> descending) const;
  bool is_unknown(LabelId label) const;
  bool is_present(LabelId label) const;

  const Judged& judged_;
  const Rules& rules_;
  unsigned facts_;
  int k_;
  RowFacts facts_of_row_;
  std::vector<LabelId> ids_, present_at_, top_;
  std::vector<std::uint8_t> top_present_;
  std::vector<float> scores_, chances_, present_scores_, top_scores_;
  std::vector<double> grades_;
  std::vector<std::uint32_t> keys_, spare_;
  std::vector<RankGroup> groups_, strict_;
};

}  // namespace tagma
