// The chosen metrics as a flat list of what to compute: catalog types with their names expanded ("precision_at_3").
#pragma once

#include <tagma/measure/calibration_metrics.h>
#include <tagma/measure/set_metrics.h>

namespace tagma {

struct Job {
  std::string name;
  Better better = Better::higher;
  Needs needs = Needs::ranking;
  unsigned uses = 0;
  int k = 0;
  bool one_ratio = false, propensities = false;
  // One of these four kinds:
  RowPart (*part)(const RowFacts&, const Rules&, int) = nullptr;
  Quotient (*of_label)(const SetCounts&) = nullptr;
  Bins (*bins)(const RowFacts&, const Rules&) = nullptr;
  bool curve = false, per_label = false, area = false;
};

// Errors: Error{usage} for a name that is not in the catalog or a k below 1.
std::vector<Job> jobs_of(const MeasureOptions& options);

// Why the job cannot be done with what is given, or "".
std::string obstacle(const Job& job, const Judged& judged);

}  // namespace tagma
