// The truth of a set of examples: which labels are present (and how significant each is), absent, or unknown.
//
// Only what differs from the rest is stored. A row lists its present labels; every label it does not list is `rest`:
// absent (the common case) or unknown (weakly labelled data). Exceptions are the unlisted labels with the other truth:
// unknown ones when rest is absent, absent ones when rest is unknown. A row without present labels is ordinary.
//
// Shape: [rows x labels]. Ids are 0-based and ascending within a row. Grades are > 0 and finite, larger = more
// significant, equal = same bucket; without a grade a present label counts as grade 1.
// Errors: add() throws Error{bad_data} naming the row and the label.
// Threads: const members may be called from many threads.
#pragma once

#include <tagma/base/words.h>

#include <span>
#include <vector>

namespace tagma {

struct LabelRow {                       // views into the matrix; valid while it lives and is not added to
  std::span<const LabelId> present;     // ascending
  std::span<const float> grades;        // empty when the matrix has no grades, else one per present label
  std::span<const LabelId> exceptions;  // ascending; truth is the opposite of rest()
};

class LabelMatrix {
 public:
  explicit LabelMatrix(LabelId labels = 0, Truth rest = Truth::absent);

  std::int64_t rows() const { return static_cast<std::int64_t>(starts_.size()) - 1; }
  LabelId labels() const { return labels_; }
  Truth rest() const { return rest_; }
  bool graded() const { return !grades_.empty(); }
  bool has_unknown() const { return rest_ == Truth::unknown || !exceptions_.empty(); }
  std::int64_t present_count() const { return static_cast<std::int64_t>(present_.size()); }
  std::int64_t unknown_count() const;   // over all cells

  LabelRow operator[](std::int64_t row) const;

  // Dense forms of one row; out: [labels].
  void fill(std::int64_t row, std::span<Truth> out) const;
  void fill_grades(std::int64_t row, std::span<float> out) const;  // 0 where not present

  // Appends a row. The ids may come in any order; they are sorted here. `grades` is empty or one per present label.
  void add(std::span<const LabelId> present, std::span<const float> grades = {},
           std::span<const LabelId> exceptions = {});

  // Makes room for more labels (ids up to labels - 1); never fewer.
  void grow(LabelId labels);
  void reserve(std::int64_t rows, std::int64_t present);

  // The named rows, in that order; repeats are allowed (bootstrap).
  LabelMatrix select(std::span<const std::int64_t> rows) const;

  // present labels per label id; unknown cells per label id
  std::vector<std::int64_t> present_per_label() const;
  std::vector<std::int64_t> unknown_per_label() const;

 private:
  void check_ids(std::span<const LabelId> ids, const char* what) const;

  LabelId labels_ = 0;
  Truth rest_ = Truth::absent;
  std::vector<std::int64_t> starts_{0}, exception_starts_{0};
  std::vector<LabelId> present_, exceptions_;
  std::vector<float> grades_;
};

}  // namespace tagma
