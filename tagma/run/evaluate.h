// tagma evaluate: the measures of a model on a data set, or of score and decision files against a truth.
//
// With a model that carries a tuned rule, set measures are given twice: with the rule ("metrics") and at the standard cut
// ("at_standard"), so that a gain that comes from thresholds alone is visible as such.
// A model of an extreme number of labels (Model::extreme), or scores of more than 2 GiB: the best 100 labels of each row, or
// as many as --at asks for, are found and judged; a note says so, and measures that need all scores are in "left_out".
// Ranks: each scores some of the rows for a model; rank 0 measures, the others answer nothing.
// Errors: Error{usage} when neither MODEL IN nor --truth with --scores or --decisions is given; Error{bad_data} for sizes
// that do not fit.
#pragma once

#include <tagma/base/run.h>
#include <tagma/base/settings.h>
#include <tagma/read/options.h>
#include <tagma/run/answer.h>

#include <string>
#include <vector>

namespace tagma {

struct EvaluateRequest {
  std::string model, in;
  std::string truth, scores, decisions;
  std::string train;                  // with files: the training set, whose label counts give the propensities of psp_at_k
  std::string scores_are = "detect";  // detect|probability|margin, of a score file
  Settings measure;                   // settings of MeasureOptions: names, zero_division, preset, interval, ..
  std::vector<int> at;                // the k of precision_at_k; empty: 1, 3, 5
  bool by_label = false, interval = false;
  ReadOptions read;
};

Answer evaluate(const EvaluateRequest& request, const Run& run);

}  // namespace tagma
