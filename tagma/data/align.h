// Brings a data set into the label and feature numbering of a model: by name where both sides have names, by number
// otherwise.
//
// Labels the model does not know are dropped, labels the data lacks are those the data never mentions; feature columns the
// model does not know are dropped, missing ones count as 0. What was dropped or missing is said in `notes`.
// Errors: Error{bad_data} when nothing fits (no common feature name), or dense columns without names are of another number.
#pragma once

#include <tagma/data/dataset.h>

#include <string>
#include <vector>

namespace tagma {

struct Numbering {
  LabelId labels = 0;
  std::int64_t features = 0;
  std::vector<std::string> label_names, feature_names;  // empty: numbered
};

Dataset aligned(Dataset data, const Numbering& wanted, std::vector<std::string>& notes);

}  // namespace tagma
