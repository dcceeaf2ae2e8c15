// The label hierarchy of a Clus data set: an ARFF attribute of type `hierarchical`, whose definition lists the nodes of
// a tree as paths ("01,01/01,01/01/03") or the edges of a directed acyclic graph ("root/a,a/b"), and whose cells list
// labels joined by '@'.
//
// A definition is a graph when every item is one edge and some edge starts at "root"; the root itself is no label.
// Labels of a tree are named by their whole path. Ids follow the definition, parents that it does not list come before
// their first child. A row that has a label has all its ancestors too: the sets are closed upwards, as hierarchies mean
// it.
// Source: Vens et al., "Decision trees for hierarchical multi-label classification", Machine Learning 73 (2008), and
// the manual of Clus.
// Errors: Error{bad_data} naming file and line: an empty item, a circle; RowFault for a cell with an unknown label.
#pragma once

#include <tagma/data/taxonomy.h>
#include <tagma/read/names.h>
#include <tagma/read/place.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tagma {

class Hierarchy {
 public:
  Hierarchy(const std::vector<std::string>& definition, const Place& place);

  const std::vector<std::string>& names() const { return names_; }
  const Taxonomy& taxonomy() const { return taxonomy_; }
  bool is_graph() const { return graph_; }

  // The labels of a cell with all their ancestors, ascending.
  void labels_of(std::string_view cell, std::vector<LabelId>& out) const;

 private:
  LabelId id_of_path(std::string_view path);
  LabelId id_of_name(std::string_view name);
  void add_ancestors(const Place& place);

  bool graph_ = false;
  NameMap ids_;
  std::vector<std::string> names_;
  Taxonomy taxonomy_;
  std::vector<std::vector<LabelId>> ancestors_;
};

}  // namespace tagma
