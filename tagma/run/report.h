// tagma report: one HTML page on one or several models and a data set they have not seen, and the same table as text.
//
// Rows with pictures are shown as examples. With `sequences` the groups of the data set are sequences of rows (report/sequences.h),
// along which scores are drawn; `sequences_in` names another data set for that alone.
// Errors: Error{bad_data} where sequences are asked for and the rows have no groups.
#pragma once

#include <tagma/base/run.h>
#include <tagma/read/options.h>
#include <tagma/run/answer.h>

#include <string>
#include <vector>

namespace tagma {

struct ReportRequest {
  std::vector<std::string> models;
  std::string in, out, title;
  std::string metrics;  // comma-separated; empty: the telling ones; "all"
  bool sequences = false;
  std::string sequences_in;
  ReadOptions read;
};

Answer report(const ReportRequest& request, const Run& run);

}  // namespace tagma
