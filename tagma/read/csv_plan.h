// What each column of a table is: a feature, a label, the column of label lists, text, image, group, weight, or
// nothing.
//
// Labels are named in one of four ways: ReadOptions::labels (columns), label_prefix (columns whose name begins with it;
// the prefix is cut off), label_count (the last n columns), or label_column (one column of lists,
// tagma/read/label_lists.h; ReadOptions::labels may then fix the labels and their order). None: the table has no
// labels, as new examples have none. A column called "image" holds file names. All other columns are features: numeric,
// or, when any cell is no number, nominal: one column per value, named column=value, the values sorted (one-hot).
// Errors: Error{bad_data} for a broken header, Error{usage} for options that name what is not there.
#pragma once

#include <tagma/read/csv_text.h>
#include <tagma/read/names.h>
#include <tagma/read/options.h>

#include <string>
#include <vector>

namespace tagma {

struct CsvColumn {
  enum class Use : std::uint8_t { ignored, feature, label, label_list, text, image, group, weight };
  std::string name;
  Use use = Use::feature;
  std::int32_t index = 0;  // number among the features, or label id
};

struct CsvPlan {
  std::vector<CsvColumn> columns;
  std::vector<std::string> features;     // names of the feature columns
  std::vector<std::string> label_names;  // of label columns, or the fixed names of label lists
  bool lists = false;                    // labels come as lists
};

// From the header record of the table, which is on line 1.
CsvPlan plan_csv(std::string_view header, Separator separator, const ReadOptions& options, std::string_view file,
                 const Run& run);

}  // namespace tagma
