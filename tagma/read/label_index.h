// Labels as files name them: by name where the labels have names, else by number.
//
// Errors: Error{bad_data} for a label that is not there, at its place.
#pragma once

#include <tagma/base/words.h>
#include <tagma/read/names.h>
#include <tagma/read/place.h>

#include <string>
#include <string_view>
#include <vector>

namespace tagma {

class LabelIndex {
 public:
  LabelIndex(LabelId labels, const std::vector<std::string>& names);
  LabelId at(std::string_view name, const Place& place) const;
  LabelId find(std::string_view name) const;  // -1 where it is not there

 private:
  LabelId labels_;
  NameMap ids_;
};

// The labels that a text file lists, one per line, in its order. Errors: as above, and for a label listed twice or a file without any.
std::vector<LabelId> read_label_list(const std::string& path, LabelId labels, const std::vector<std::string>& names);

// Texts of the labels, from a file of lines LABEL<tab>TEXT; labels that it does not say anything of have an empty one. Lines of
// unknown labels are counted and left out. Errors: Error{bad_data} for a line without a tab, a label twice, or no known label.
struct LabelTexts {
  std::vector<std::string> texts;  // [labels]
  std::int64_t known = 0, unknown = 0;
};
LabelTexts read_label_texts(const std::string& path, LabelId labels, const std::vector<std::string>& names);

}  // namespace tagma
