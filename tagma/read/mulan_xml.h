// Mulan's list of labels, an .xml file beside an .arff: <labels><label name="a"/><label name="b"/></labels>. Labels
// inside labels are a taxonomy: the outer one is the parent of the inner one.
//
// Errors: Error{bad_data} naming file, line and column.
#pragma once

#include <tagma/data/taxonomy.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tagma {

struct LabelList {
  std::vector<std::string> names;    // in the order of the file
  std::optional<Taxonomy> taxonomy;  // set when a label stands inside another
};

LabelList parse_mulan_xml(std::string_view text, std::string_view file);

// The list as .xml. A taxonomy in which a label has several parents cannot be nested: it is then left out.
std::string mulan_xml(const LabelList& labels);
bool nests(const Taxonomy& taxonomy);  // no label has more than one parent

}  // namespace tagma
