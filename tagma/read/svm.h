// svmlight text with label sets, and the variant of the extreme-classification repository, which begins with a line
// "ROWS FEATURES LABELS". Rows are as tagma/read/svm_rows.h says; label ids count from 0.
//
// Feature ids count from 0 or from 1 as ReadOptions::index_base says. Detected: a file with a header counts from 0, as
// in the repository; one without counts from 0 when a feature 0 occurs, else from 1.
// The numbers of the header are checked, never trusted: ids at or above them and other numbers of rows are errors.
// Without a header there are as many features and labels as the largest ids tell, or as names are given.
// Names come from STEM.labels.txt and STEM.features.txt beside STEM.svm, one per line, and are written there.
// !9 matters where unlisted labels are unknown (ReadOptions::unlisted_unknown); otherwise 9 is absent anyway. So ?8.
// Threads: the text is parsed in chunks by run.threads threads; the result does not depend on them.
#pragma once

#include <tagma/read/format.h>

namespace tagma {

struct Svm {
  static constexpr std::string_view name = "svm", says = "svmlight text with label sets, with or without a header line";
  static constexpr std::array<std::string_view, 2> endings{"svm", "txt"};
  static constexpr std::array<std::string_view, 3> options{"index-base", "skip-bad-rows", "unlisted-unknown"};
  static Dataset read(const Source& source, const ReadOptions& options, const Run& run);
  static void write(const Dataset& data, const std::string& path, const ReadOptions& options, const Run& run);
  static std::vector<std::string> lost(const Dataset& data);
};

}  // namespace tagma
