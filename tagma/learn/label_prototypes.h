// Prototypes of labels (model/prototypes.h): their representation (label_tree.h), the rows that have them and what their
// texts say. Of n present rows the share is  most x half / (half + n); below a twentieth of `most` there is no prototype.
//
// Labels without a present row have the prototype of their text, or none.
// Threads: the same bytes for any number of threads.
#pragma once

#include <tagma/base/run.h>
#include <tagma/data/dataset.h>
#include <tagma/learn/label_tree.h>
#include <tagma/model/prototypes.h>

#include <string>

namespace tagma {

struct PrototypeOptions {
  double most = 0, half = 3;  // the share without rows, and the number of rows at which it is half of that
  Representation by = Representation::positives;
  WeightPrecision precision = WeightPrecision::fp32;
};

// vectors: path beside which the vectors may be written; empty: they are held.
Prototypes label_prototypes(const Dataset& train, const PrototypeOptions& options, const std::string& vectors, const Run& run);

}  // namespace tagma
