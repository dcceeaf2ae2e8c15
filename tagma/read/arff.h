// ARFF, with the labels in a Mulan .xml beside it, in MEKA's @relation, or in Clus' hierarchical attribute. What
// becomes of each attribute: tagma/read/arff_plan.h; what rows look like: tagma/read/arff_rows.h.
//
// Features are sparse when the rows are, or when one-hot columns more than double their number.
// Written: numeric features, {0,1} labels (numeric ones for grades), weights, one string attribute for texts, rows
// sparse when the features are, and STEM.xml beside the file with the labels and a taxonomy in which no label has two
// parents.
// Errors: as tagma/read/read.h says.
#pragma once

#include <tagma/read/format.h>

namespace tagma {

struct Arff {
  static constexpr std::string_view name = "arff",
                                    says = "Weka's attribute-relation file, labels by Mulan, MEKA or Clus";
  static constexpr std::array<std::string_view, 1> endings{"arff"};
  static constexpr std::array<std::string_view, 6> options{"labels",         "label-count", "labels-xml",
                                                           "ignore-columns", "impute",      "skip-bad-rows"};
  static Dataset read(const Source& source, const ReadOptions& options, const Run& run);
  static void write(const Dataset& data, const std::string& path, const ReadOptions& options, const Run& run);
  static std::vector<std::string> lost(const Dataset& data);
};

}  // namespace tagma
