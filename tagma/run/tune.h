// tagma tune: fits a rule to held-out scores and stores it in the model file: a decision rule, or a calibration (platt), on whose
// probabilities a decision rule can be tuned afterwards. Models with very many labels are tuned on the best 100 of each row.
#pragma once

#include <tagma/base/run.h>
#include <tagma/base/settings.h>
#include <tagma/read/options.h>
#include <tagma/run/answer.h>

#include <string>

namespace tagma {

struct TuneRequest {
  std::string model, valid, rule = "label-thresholds";
  std::string out;  // empty: the model file itself
  Settings settings;
  ReadOptions read;
};

Answer tune(const TuneRequest& request, const Run& run);

}  // namespace tagma
