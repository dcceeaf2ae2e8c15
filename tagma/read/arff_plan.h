// What each attribute of an ARFF file becomes: feature columns, a label, text, the label hierarchy, or nothing.
//
// Features: a numeric attribute is one column; so is a nominal one whose values are 0 and 1. Any other nominal
// attribute is one column per value, named attribute=value (one-hot). One string attribute is kept as the text of the
// rows. Dates and further strings are refused unless ReadOptions::ignore_columns names them.
// Labels, the first of these that is there: ReadOptions::labels (attribute names), labels_xml, label_count (the last n
// attributes), a `hierarchical` attribute, a Mulan .xml with the stem of the file (or the stem without -train, -test or
// -valid), the only .xml of the folder when all its names are attributes, MEKA's "-C n" in @relation (n > 0: the first
// n attributes, n < 0: the last n). ReadOptions::labels gives the order of the labels, else it is that of the
// attributes. A label value is 0 or 1, a grade, or a word (no/yes, false/true, absent/present).
// Errors: Error{bad_data} naming file and line, Error{usage} for options that name what is not there.
#pragma once

#include <tagma/base/run.h>
#include <tagma/read/arff_header.h>
#include <tagma/read/clus.h>
#include <tagma/read/mulan_xml.h>
#include <tagma/read/options.h>
#include <tagma/read/source.h>

#include <optional>
#include <string>
#include <vector>

namespace tagma {

// The labels of an ARFF file: names and, where known, how they stand to each other. Empty when it has none.
LabelList arff_labels(const ArffHeader& header, const Source& source, const ReadOptions& options, const Run& run);

// The values of a nominal attribute, looked up by text.
class NominalValues {
 public:
  explicit NominalValues(const std::vector<std::string>& values);
  int find(std::string_view text) const;  // -1 when it is none of them
  std::string allowed() const;            // for messages

 private:
  std::vector<std::string> values_;
  NameMap map_;  // empty while there are few
};

struct ArffField {
  enum class Use : std::uint8_t { ignored, number, bit, one_hot, number_label, nominal_label, text, hierarchy };
  Use use = Use::ignored;
  std::int32_t first = 0;               // the (first) feature column, or the label id
  std::optional<NominalValues> values;  // bit, one_hot, nominal_label
  std::vector<float> numbers;           // bit, nominal_label: what each value stands for
};

struct ArffPlan {
  std::vector<ArffField> fields;  // one per attribute
  std::vector<std::string> feature_names;
  LabelList labels;
  std::optional<Hierarchy> hierarchy;
  std::int64_t feature_attributes = 0;
  bool has_text = false;

  std::int64_t columns() const { return static_cast<std::int64_t>(feature_names.size()); }
};

ArffPlan plan_arff(const ArffHeader& header, LabelList labels, const ReadOptions& options, std::string_view file);

}  // namespace tagma
