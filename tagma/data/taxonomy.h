// A hierarchy of labels: a tree or a directed acyclic graph, each label with the ids of its parents.
// Shape: parents[label] lists the direct parents, ascending; a root has none.
#pragma once

#include <tagma/data/labels.h>

#include <vector>

namespace tagma {

struct Taxonomy {
  std::vector<std::vector<LabelId>> parents;  // one list per label

  LabelId labels() const { return static_cast<LabelId>(parents.size()); }
  // Every label after all its parents. Errors: Error{bad_data} naming a label on a circle or out of range.
  std::vector<LabelId> top_down() const;
  // All proper ancestors of a label, ascending.
  std::vector<LabelId> ancestors(LabelId label) const;
};

}  // namespace tagma
