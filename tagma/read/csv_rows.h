// Rows of a table: cells into features, labels, texts and the rest.
//
// A label cell is 0, 1, a grade, or empty / ? (unknown). An empty feature cell, ?, NA and NaN are missing: an error or
// imputed (the column's mean or 0; none of the columns of a nominal feature is set). A nominal feature is read as the
// number of its value, in the order in which the values turn up, and -1 when missing; all others as numbers until a
// cell is none: the feature is then noted as nominal, and the rows have to be read once more.
// Errors: RowFault.
// Threads: one parser per thread.
#pragma once

#include <tagma/read/csv_plan.h>
#include <tagma/read/label_lists.h>
#include <tagma/read/word_numbers.h>

#include <string>
#include <string_view>
#include <vector>

namespace tagma {

class CsvRowParser {
 public:
  // `nominal`: for each feature whether its cells are words.
  CsvRowParser(const CsvPlan& plan, const std::vector<bool>& nominal, const ReadOptions& options, Separator separator);

  // Adds one record to `block`, short of block.end_row().
  void parse(std::string_view record, TableBlock& block);

  const LabelNames& finish();  // after the last row: names of listed labels
  const std::vector<bool>& found_nominal() const { return found_; }
  std::vector<WordNumbers>& values() { return values_; }  // per feature; those that only rows left out have are forgotten

 private:
  void feature(const CsvColumn& column, CsvCursor& cells, TableBlock& block);
  void label(const CsvColumn& column, CsvCursor& cells, TableBlock& block);
  void list(CsvCursor& cells, TableBlock& block);
  void weight(CsvCursor& cells, TableBlock& block);
  void missing(const CsvColumn& column, const char* at, TableBlock& block);

  void forget_dropped();

  const CsvPlan& plan_;
  const std::vector<bool>& nominal_;
  Separator separator_;
  Impute impute_;
  Truth rest_;
  char label_separator_;  // 0: lists like a|b, a>b=c
  RowLabels labels_;
  std::vector<bool> found_;
  std::vector<WordNumbers> values_;
  std::vector<std::size_t> new_in_;  // features whose last value is new with the row that is being read
};

}  // namespace tagma
