// Comma-separated and tab-separated tables with a header line (or, with ReadOptions::no_header, without). Columns: tagma/read/csv_plan.h; cells: csv_rows.h and
// csv_text.h; lists of labels: label_lists.h.
//
// Features are dense, or sparse when one-hot columns more than double their number.
// Written: group, weight, text and image columns (named by the options, or "group", "weight", "text", "image"),
// features, and the labels last: one column each (ReadOptions::label_prefix before their names), or lists in
// ReadOptions::label_column.
// Errors: as tagma/read/read.h says.
#pragma once

#include <tagma/read/format.h>

namespace tagma {

struct Csv {
  static constexpr std::string_view name = "csv", says = "table with a header line, labels as columns or as lists";
  static constexpr std::array<std::string_view, 1> endings{"csv"};
  static constexpr std::array<std::string_view, 13> options{
      "labels",        "label-prefix", "label-count",    "label-column", "label-separator", "group-column",
      "weight-column", "text-column",  "ignore-columns", "no-header",    "impute",          "skip-bad-rows",
      "unlisted-unknown"};
  static Dataset read(const Source& source, const ReadOptions& options, const Run& run);
  static void write(const Dataset& data, const std::string& path, const ReadOptions& options, const Run& run);
  static std::vector<std::string> lost(const Dataset& data);
};

struct Tsv {
  static constexpr std::string_view name = "tsv", says = "table with a header line, columns separated by tabs";
  static constexpr std::array<std::string_view, 1> endings{"tsv"};
  static constexpr auto options = Csv::options;
  static Dataset read(const Source& source, const ReadOptions& options, const Run& run);
  static void write(const Dataset& data, const std::string& path, const ReadOptions& options, const Run& run);
  static std::vector<std::string> lost(const Dataset& data);
};

}  // namespace tagma
