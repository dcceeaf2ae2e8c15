// Rows of a table: cells into features, labels, texts and the rest.
//
// A label cell is 0, 1, a grade, or empty / ? (unknown). An empty feature cell, ?, NA and NaN are missing: an error or
// imputed (the column's mean or 0; none of the columns of a nominal feature is set). A feature is read as a number
// until a cell is none: it is then noted as nominal, its values are collected, and the rows are read once more with one
// column per value.
// Errors: RowFault.
// Threads: one parser per thread.
#pragma once

#include <tagma/read/csv_plan.h>
#include <tagma/read/label_lists.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tagma {

// How the features are read: each is a number, or one of sorted values.
struct CsvFeatures {
  std::vector<bool> nominal;                     // per feature
  std::vector<std::vector<std::string>> values;  // per feature; empty until they are known
  std::vector<std::int32_t> first_columns;       // per feature
  std::int32_t columns = 0;

  explicit CsvFeatures(std::size_t features = 0) : nominal(features), values(features) { number(); }
  void number();  // sets first_columns and columns
};

class CsvRowParser {
 public:
  // `collect`: gather the values of nominal features instead of setting their columns.
  CsvRowParser(const CsvPlan& plan, const CsvFeatures& features, const ReadOptions& options, Separator separator,
               bool collect);

  // Adds one record to `block`, short of block.end_row().
  void parse(std::string_view record, TableBlock& block);

  const LabelNames& finish() { return labels_.finish(); }  // after the last row: names of listed labels
  const std::vector<bool>& found_nominal() const { return found_; }
  std::vector<std::set<std::string, std::less<>>>& values() { return values_; }

 private:
  void feature(const CsvColumn& column, CsvCursor& cells, TableBlock& block);
  void label(const CsvColumn& column, CsvCursor& cells, TableBlock& block);
  void list(CsvCursor& cells, TableBlock& block);
  void weight(CsvCursor& cells, TableBlock& block);
  void missing(const CsvColumn& column, const char* at, TableBlock& block);

  const CsvPlan& plan_;
  const CsvFeatures& features_;
  Separator separator_;
  Impute impute_;
  Truth rest_;
  bool collect_;
  RowLabels labels_;
  std::vector<bool> found_;
  std::vector<std::set<std::string, std::less<>>> values_;
  std::vector<std::pair<std::size_t, std::string>> row_values_;
};

}  // namespace tagma
