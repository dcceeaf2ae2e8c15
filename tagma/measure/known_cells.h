// Visits the known cells of dense scores: f(row, label, score, present), rows and labels ascending.
// Errors: Error{bad_data} naming row and label of a NaN score of a known cell.
#pragma once

#include <tagma/measure/measure.h>

#include <algorithm>

namespace tagma {

[[noreturn]] inline void fail_not_a_number(std::int64_t row, LabelId label) {
  fail(Code::bad_data, "scores: row {}, label {} is not a number, but its truth is known", row, label);
}

// The cells of labels [first, last) in rows [first_row, last_row).
template <class F>
void each_known_cell(const Judged& judged, std::int64_t first_row, std::int64_t last_row, LabelId first, LabelId last, F f) {
  const LabelMatrix& truth = *judged.truth;
  const bool rest_absent = truth.rest() == Truth::absent;
  const auto skip_to = [](std::span<const LabelId> ids, LabelId label) {
    return static_cast<std::size_t>(std::lower_bound(ids.begin(), ids.end(), label) - ids.begin());
  };
  for (std::int64_t r = first_row; r < last_row; ++r) {
    const LabelRow row = truth[r];
    const float* scores = judged.scores->row(r).data();
    std::size_t p = first == 0 ? 0 : skip_to(row.present, first), e = first == 0 ? 0 : skip_to(row.exceptions, first);
    const auto cell = [&](LabelId label, bool present) {
      const float score = scores[label];
      if (score != score) fail_not_a_number(r, label);
      f(r, label, score, present);
    };
    if (rest_absent && row.exceptions.empty()) {
      for (LabelId label = first; label < last;) {  // runs of absent labels between the present ones
        const LabelId stop = p < row.present.size() ? std::min(row.present[p], last) : last;
        for (; label < stop; ++label) cell(label, false);
        if (label < last) cell(label++, true), ++p;
      }
      continue;
    }
    for (LabelId label = first; label < last; ++label) {
      const bool present = p < row.present.size() && row.present[p] == label;
      const bool listed = e < row.exceptions.size() && row.exceptions[e] == label;
      p += present, e += listed;
      if (present || listed != rest_absent) cell(label, present);
    }
  }
}

}  // namespace tagma
