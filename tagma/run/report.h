// tagma report: one HTML page on one or several models and a data set they have not seen, and the same table as text.
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
  ReadOptions read;
};

Answer report(const ReportRequest& request, const Run& run);

}  // namespace tagma
