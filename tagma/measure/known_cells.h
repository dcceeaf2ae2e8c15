// Visits the known cells of dense scores, rows and labels ascending: run by run of like truth, or cell by cell.
// Errors: Error{bad_data} naming row and label of a NaN score of a known cell (each_known_cell only; runs are unchecked).
#pragma once

#include <tagma/measure/measure.h>

#include <algorithm>

namespace tagma {

[[noreturn]] inline void fail_not_a_number(std::int64_t row, LabelId label) {
  fail(Code::bad_data, "scores: row {}, label {} is not a number, but its truth is known", row, label);
}

// f(row, first, last, present): the labels [first, last) of the row are known and all absent, or all present.
// Visits labels [first, last) of rows [first_row, last_row).
template <class F>
void each_known_run(const LabelMatrix& truth, std::int64_t first_row, std::int64_t last_row, LabelId first, LabelId last, F f) {
  const bool rest_absent = truth.rest() == Truth::absent;
  const auto skip_to = [](std::span<const LabelId> ids, LabelId label) {
    return static_cast<std::size_t>(std::lower_bound(ids.begin(), ids.end(), label) - ids.begin());
  };
  for (std::int64_t r = first_row; r < last_row; ++r) {
    const LabelRow row = truth[r];
    std::size_t p = first == 0 ? 0 : skip_to(row.present, first), e = first == 0 ? 0 : skip_to(row.exceptions, first);
    for (LabelId label = first; label < last;) {
      const LabelId present = p < row.present.size() ? std::min(row.present[p], last) : last;
      const LabelId listed = e < row.exceptions.size() ? std::min(row.exceptions[e], last) : last;
      const LabelId stop = std::min(present, listed);
      if (rest_absent && label < stop) f(r, label, stop, false);
      if (stop == last) break;
      if (present == stop) f(r, stop, stop + 1, true), ++p;
      if (listed == stop) {
        if (!rest_absent) f(r, stop, stop + 1, false);
        ++e;
      }
      label = stop + 1;
    }
  }
}

// f(row, label, score, present)
template <class F>
void each_known_cell(const Judged& judged, std::int64_t first_row, std::int64_t last_row, LabelId first, LabelId last, F f) {
  each_known_run(*judged.truth, first_row, last_row, first, last, [&](std::int64_t row, LabelId from, LabelId to, bool present) {
    const float* scores = judged.scores->values.data() + row * judged.scores->labels;
    for (LabelId label = from; label < to; ++label) {
      if (scores[label] != scores[label]) fail_not_a_number(row, label);
      f(row, label, scores[label], present);
    }
  });
}

}  // namespace tagma
