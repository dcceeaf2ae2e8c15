// tagma loss: value and slopes of a loss on arrays; what a researcher compares an implementation with.
//
// Shape: logits [rows x outputs] float32 or float64 .npy; truth [rows x labels] {-1, 0, 1}; grades [rows x labels].
// Class counts for balancing come from the truth, unless given.
// Errors: Error{bad_data} for arrays that do not fit together, naming both shapes.
#pragma once

#include <tagma/base/run.h>
#include <tagma/base/settings.h>
#include <tagma/run/answer.h>

#include <cstdint>
#include <string>
#include <vector>

namespace tagma {

struct LossRequest {
  std::string loss, logits, truth, grades;      // grades may be empty
  std::string row_weights, label_weights;       // .npy, may be empty
  std::string slopes;                           // .npy to write, may be empty
  std::vector<std::int64_t> class_counts;       // present per label; empty: from the truth
  std::int64_t negative_count = -1;             // rows without labels; -1: from the truth
  Settings settings;
};

Answer evaluate_loss(const LossRequest& request, const Run& run);

}  // namespace tagma
