// What the readers of tables (ARFF, CSV) share: a text cut into blocks of whole rows that are parsed in parallel, the
// rows each block leaves behind, and how they are put together as one Dataset.
//
// Shape: features are dense [rows x columns] in one array that the blocks fill in place, or sparse rows per block. A
// missing value is NaN until assemble() puts the column's mean in its place.
// Threads: one block per thread; blocks and their order do not depend on the number of threads.
#pragma once

#include <tagma/base/parallel.h>
#include <tagma/base/run.h>
#include <tagma/data/dataset.h>
#include <tagma/read/options.h>
#include <tagma/read/place.h>
#include <tagma/read/source.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tagma {

// A fault inside a row, thrown by the parsers of cells; the loop over rows adds file and line.
struct RowFault {
  const char* at;
  std::string found, allowed;
};

// The message of a fault in the row that begins at `row`.
Error error_of(const RowFault& fault, std::string_view file, std::int64_t line, const char* row);

struct TextBlock {
  std::string_view text;        // whole rows; the byte behind each row is a line end
  std::int64_t first_line = 1;  // line number of its first byte
  std::int64_t first_row = 0;   // number of its first row
  std::int64_t rows = 0;
};

struct TextBlocks {
  std::vector<TextBlock> blocks;
  std::int64_t rows = 0;
  std::shared_ptr<const std::string> tail;  // holds the last line when the text lacks a line end
};

// Cuts `text` at line ends into blocks of about 1 MiB; `is_row(line)` says whether a line is a row.
TextBlocks cut_lines(std::string_view text, std::int64_t first_line, bool (*is_row)(std::string_view line),
                     const Run& run);

// Numbers rows and lines of the blocks, whose `rows` and (in first_line) numbers of lines have been counted.
void number_blocks(TextBlocks& blocks, std::int64_t first_line);

// Labels of the rows of one block.
class LabelRows {
 public:
  void present(LabelId id, float grade = 1) {
    present_.push_back(id);
    grades_.push_back(grade);
  }
  void exception(LabelId id) { exceptions_.push_back(id); }
  void end_row();
  void drop_row();  // forgets what was said since the last end_row()
  std::int64_t rows() const { return static_cast<std::int64_t>(ends_.size()); }
  std::int64_t present_count() const { return static_cast<std::int64_t>(present_.size()); }
  bool graded() const;  // some grade is not 1

  void append_to(LabelMatrix& labels, bool with_grades) const;
  void renumber(const std::vector<LabelId>& ids);  // id i becomes ids[i]

 private:
  struct Ends {
    std::size_t present = 0, exceptions = 0;
  };
  Ends last() const { return ends_.empty() ? Ends{} : ends_.back(); }

  std::vector<LabelId> present_, exceptions_;
  std::vector<float> grades_;
  std::vector<Ends> ends_;
};

// Joins the labels of all blocks, in order; with grades when any row has one that is not 1.
LabelMatrix join_labels(const std::vector<const LabelRows*>& parts, LabelId labels, Truth rest);

// Features of the rows of one block, dense in place or sparse.
class FeatureRows {
 public:
  FeatureRows() = default;                                                           // sparse
  FeatureRows(float* first, std::int64_t columns) : row_(first), width_(columns) {}  // dense, the rows zeroed

  void put(std::int32_t column, float value) {
    if (row_) {
      row_[column] = value;
    } else if (value != 0) {
      columns_.push_back(column);
      values_.push_back(value);
    }
  }
  float* dense_row() { return row_; }
  void end_row();
  void drop_row();

  // Column c becomes f(c), one to one.
  template <class F>
  void renumber(F&& f) {
    for (std::int32_t& column : columns_) column = f(column);
    for (std::size_t i = 0, first = 0; i < ends_.size(); first = ends_[i++]) sort_columns(first, ends_[i]);
  }

 private:
  friend CsrArrays join_sparse(const std::vector<FeatureRows*>& parts);

  void sort_columns(std::size_t first, std::size_t last);

  float* row_ = nullptr;
  std::int64_t width_ = 0;
  std::vector<std::int32_t> columns_;
  std::vector<float> values_;
  std::vector<std::size_t> ends_;
};

CsrArrays join_sparse(const std::vector<FeatureRows*>& parts);  // in order; empties the parts

// Everything one block leaves behind.
struct TableBlock {
  FeatureRows features;
  LabelRows labels;
  std::vector<std::string> texts, images, groups;
  std::vector<float> weights;
  std::vector<BadRow> bad;
  bool missing = false;  // a NaN stands for a missing value

  void end_row();
  void drop_row();
};

// A table whose rows are being read: make it, fill every block, assemble() it.
class Table {
 public:
  Table(const TextBlocks& text, std::int64_t columns, bool sparse);

  TableBlock& block(std::size_t i) { return blocks_[i]; }

  // Puts other features in the place of dense ones: put(i, row, wide) calls wide.put(column, value) for those of a row
  // of block i, columns ascending; it is called twice where they become sparse.
  template <class Put>
  void widen(std::int64_t columns, bool sparse, const Run& run, Put&& put);

  // Puts the blocks together; warns of rows left out. Names and taxonomy are left to the caller.
  Dataset assemble(LabelId labels, Truth rest, Impute impute, std::string_view file, const Run& run);

 private:
  std::vector<float> zeros(std::int64_t columns) const;
  FeatureMatrix join_features(Impute impute, const Run& run);

  struct SparseCount {
    std::int64_t values = 0;
    void put(std::int32_t, float value) { values += value != 0; }
  };
  struct SparseFill {
    std::int32_t* columns_of;
    float* values;
    std::int64_t at;
    void put(std::int32_t column, float value) {
      if (value == 0) return;
      columns_of[at] = column;
      values[at++] = value;
    }
  };

  std::vector<TableBlock> blocks_;
  std::vector<std::int64_t> first_rows_;
  std::vector<float> dense_;
  std::int64_t rows_, columns_;
  bool sparse_, filled_ = false;
  CsrArrays csr_;  // all rows, once widen() has filled it
};

template <class Put>
void Table::widen(std::int64_t columns, bool sparse, const Run& run, Put&& put) {
  const auto each_block = [&](auto&& work) {  // work(block, its first row, how many)
    parallel_blocks(run, static_cast<std::int64_t>(blocks_.size()), [&](std::int64_t block) {
      const auto i = static_cast<std::size_t>(block);
      work(i, dense_.data() + first_rows_[i] * columns_, blocks_[i].labels.rows());
    });
  };
  if (!sparse) {
    std::vector<float> wide = zeros(columns);
    each_block([&](std::size_t i, const float* row, std::int64_t rows) {
      FeatureRows features(wide.data() + first_rows_[i] * columns, columns);
      for (; rows > 0; --rows, row += columns_, features.end_row()) put(i, row, features);
    });
    dense_ = std::move(wide);
  } else {  // counted first, so that the final arrays can be filled in place
    std::vector<std::int64_t> rows_before(blocks_.size() + 1), before(blocks_.size() + 1);
    each_block([&](std::size_t i, const float* row, std::int64_t rows) {
      SparseCount count;
      rows_before[i + 1] = rows;
      for (; rows > 0; --rows, row += columns_) put(i, row, count);
      before[i + 1] = count.values;
    });
    for (std::size_t i = 0; i < blocks_.size(); ++i) rows_before[i + 1] += rows_before[i], before[i + 1] += before[i];
    csr_.starts.resize(static_cast<std::size_t>(rows_before.back()) + 1);
    csr_.columns_of.resize(static_cast<std::size_t>(before.back()));
    csr_.values.resize(static_cast<std::size_t>(before.back()));
    each_block([&](std::size_t i, const float* row, std::int64_t rows) {
      SparseFill fill{csr_.columns_of.data(), csr_.values.data(), before[i]};
      std::int64_t* end = csr_.starts.data() + rows_before[i];
      for (; rows > 0; --rows, row += columns_) put(i, row, fill), *++end = fill.at;
    });
    dense_ = {};
  }
  columns_ = columns;
  sparse_ = filled_ = sparse;
}

// Puts the mean of each column in the place of its missing values (NaN).
void impute_means(std::vector<float>& dense, std::int64_t columns, const Run& run);
void impute_means(CsrArrays& sparse);

// Runs parse(row); a RowFault becomes an Error, or (skip) a note in `block.bad`.
template <class Block, class Parse>
void parse_row(std::string_view row, std::int64_t line, std::string_view file, bool skip, Block& block, Parse&& parse) {
  try {
    parse(row);
    block.end_row();
  } catch (const RowFault& fault) {
    const Error error = error_of(fault, file, line, row.data());
    if (!skip) throw error;
    block.drop_row();
    block.bad.push_back({line, error.what()});
  }
}

// Runs parse(row) for every row of a block of lines.
template <class Block, class Parse>
void parse_lines(const TextBlock& text, bool (*is_row)(std::string_view), std::string_view file, bool skip,
                 Block& block, Parse&& parse) {
  each_line(
      text.text,
      [&](std::string_view line, std::int64_t number) {
        if (is_row(line)) parse_row(line, number, file, skip, block, parse);
      },
      text.first_line);
}

}  // namespace tagma
