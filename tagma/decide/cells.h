// The known cells of held-out scores, by row and by label. Unknown cells are left out; of a shortlist, only the labels
// it holds are scored, and the present ones it leaves out are counted as out of reach.
#pragma once

#include <tagma/data/labels.h>
#include <tagma/data/scores.h>

#include <span>
#include <vector>

namespace tagma {

// The scored known cells of one label.
struct Column {
  std::vector<float> present, absent;
  std::int64_t unlisted = 0;  // present, but left out by the shortlist
  std::int64_t positives() const { return static_cast<std::int64_t>(present.size()) + unlisted; }
};

// The columns of the labels [first, last).
std::vector<Column> known_columns(const Scores& scores, const LabelMatrix& truth, LabelId first, LabelId last);

// Walks the rows of scores and truth together.
class KnownCells {
 public:
  KnownCells(const Scores& scores, const LabelMatrix& truth)
      : scores_(scores), truth_(truth), row_truth_(static_cast<std::size_t>(scores.labels)) {}

  // Calls cell(label, score, is_present) for every scored known cell of the row; returns its number of present labels.
  template <class Cell>
  std::int64_t visit(std::int64_t row, Cell&& cell) {
    truth_.fill(row, row_truth_);
    const auto one = [&](LabelId label, float score) {
      const Truth truth = row_truth_[static_cast<std::size_t>(label)];
      if (truth != Truth::unknown) cell(label, score, truth == Truth::present);
    };
    if (scores_.is_shortlist()) {
      const ShortRow listed = scores_.short_row(row);
      for (std::size_t i = 0; i < listed.ids.size(); ++i) one(listed.ids[i], listed.values[i]);
    } else {
      const std::span<const float> values = scores_.row(row);
      for (LabelId label = 0; label < scores_.labels; ++label) one(label, values[static_cast<std::size_t>(label)]);
    }
    return static_cast<std::int64_t>(truth_[row].present.size());
  }

 private:
  const Scores& scores_;
  const LabelMatrix& truth_;
  std::vector<Truth> row_truth_;
};

}  // namespace tagma
