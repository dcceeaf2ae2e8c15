// The known cells of held-out scores, by row and by label. Unknown cells are left out; of a shortlist, only the labels
// it holds are scored, and the present ones it leaves out are counted as out of reach.
#pragma once

#include <tagma/base/parallel.h>
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

// All scored known cells, row by row, in blocks of rows that run side by side: pack(row, label, score, is_present) -> Item.
template <class Item, class Pack>
std::vector<Item> packed_cells(const Scores& scores, const LabelMatrix& truth, const Run& run, Pack pack);

// All scored known cells as one column.
Column pooled_cells(const Scores& scores, const LabelMatrix& truth, const Run& run);

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

template <class Item, class Pack>
std::vector<Item> packed_cells(const Scores& scores, const LabelMatrix& truth, const Run& run, Pack pack) {
  constexpr std::int64_t grain = 4096;
  std::vector<std::vector<Item>> parts(static_cast<std::size_t>((scores.rows + grain - 1) / grain));
  parallel_for(run, scores.rows, grain, [&](std::int64_t first, std::int64_t last) {
    std::vector<Item>& part = parts[static_cast<std::size_t>(first / grain)];
    if (!scores.is_shortlist()) part.reserve(static_cast<std::size_t>((last - first) * scores.labels));
    KnownCells cells(scores, truth);
    for (std::int64_t row = first; row < last; ++row)
      cells.visit(row,
                  [&](LabelId label, float score, bool present) { part.push_back(pack(row, label, score, present)); });
  });
  std::vector<Item> all;
  std::size_t size = 0;
  for (const auto& part : parts) size += part.size();
  all.reserve(size);
  for (auto& part : parts) {
    all.insert(all.end(), part.begin(), part.end());
    part = {};
  }
  return all;
}

}  // namespace tagma
