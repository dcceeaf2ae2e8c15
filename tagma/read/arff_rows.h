// Rows of ARFF data, dense ("1.5,yes,0") and sparse ("{3 1.5,7 yes}"), each with an optional weight behind it (",
// {0.5}").
//
// Cells of a dense row are separated by commas or tabs. An attribute that a sparse row leaves out has the value 0, or
// the first value of a nominal attribute, as Weka defines it. `?` is a missing value: a label is then unknown, a
// feature is an error or imputed (the column's mean or 0; none of the columns of a one-hot attribute is set).
// Errors: RowFault.
// Threads: one parser per thread.
#pragma once

#include <tagma/read/arff_plan.h>
#include <tagma/read/table.h>

#include <string>
#include <string_view>
#include <vector>

namespace tagma {

bool is_arff_row(std::string_view line);  // neither blank nor a comment

class ArffRowParser {
 public:
  ArffRowParser(const ArffHeader& header, const ArffPlan& plan, Impute impute);

  // Adds one row to `block`, short of block.end_row(). The byte behind `row` is a line end.
  void parse(std::string_view row, TableBlock& block);
  std::size_t defaults() const { return with_default_.size(); }  // values that every empty sparse row gets

 private:
  void dense_row(TableBlock& block);
  void sparse_row(TableBlock& block);
  void left_out(TableBlock& block);
  void cell(std::size_t attribute, TableBlock& block, std::string_view ends);
  void label(std::size_t attribute, TableBlock& block, float number, const char* begin);
  void missing(std::size_t attribute, TableBlock& block, const char* begin);
  std::string_view word(std::string_view ends);
  void skip_blanks();
  void weight(TableBlock& block);
  [[noreturn]] void fault(const char* at, std::string_view allowed) const;

  const ArffHeader& header_;
  const ArffPlan& plan_;
  Impute impute_;
  std::vector<std::size_t> with_default_;  // attributes whose left-out value is not simply 0
  std::vector<std::int64_t> seen_;         // per attribute: the last row that listed it
  std::int64_t row_ = 0;
  const char* at_ = nullptr;
  const char* end_ = nullptr;
  std::string unquoted_;
  std::vector<LabelId> ids_;
};

}  // namespace tagma
