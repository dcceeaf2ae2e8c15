// tagma drop-labels: a model file without some of its labels. The others keep their scores, calibration and names, under new
// numbers; a decision rule, which was fitted to all labels, is left out. For models of `ovr` and `tree`.
//
// Errors: Error{usage} for other models, and where no label would be left; Error{bad_data} for labels that are not there.
#pragma once

#include <tagma/base/run.h>
#include <tagma/run/answer.h>

#include <string>

namespace tagma {

struct DropLabelsRequest {
  std::string model, labels, out;  // labels: file of labels to drop, one per line
};

Answer drop_labels(const DropLabelsRequest& request, const Run& run);

}  // namespace tagma
