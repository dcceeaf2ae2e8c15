#include <tagma/read/arff_plan.h>

#include <tagma/base/text.h>
#include <tagma/read/number.h>

#include <algorithm>
#include <array>

namespace tagma {
namespace {

constexpr std::size_t few = 8;

// What the value of a nominal label stands for: a grade, 0 for absent; nothing when it cannot be told.
std::optional<float> label_number(const std::string& value) {
  constexpr std::array<std::string_view, 5> yes{"yes", "true", "present", "y", "t"},
      no{"no", "false", "absent", "n", "f"};
  std::string lower;
  for (char c : value) lower += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  if (std::find(yes.begin(), yes.end(), lower) != yes.end()) return 1.f;
  if (std::find(no.begin(), no.end(), lower) != no.end()) return 0.f;
  float number = 0;
  const char* end = scan_float(value.data(), value.data() + value.size(), number);
  if (value.empty() || end != value.data() + value.size() || number < 0) return {};
  return number;
}

bool is_bit(const std::vector<std::string>& values) {
  return values.size() == 2 && ((values[0] == "0" && values[1] == "1") || (values[0] == "1" && values[1] == "0"));
}

class ArffPlanner {
 public:
  ArffPlanner(const ArffHeader& header, const ReadOptions& options, std::string_view file)
      : header_(header), options_(options), file_(file) {
    plan_.fields.resize(header.attributes.size());
    for (std::size_t i = 0; i < header.attributes.size(); ++i)
      ids_.emplace(header.attributes[i].name, static_cast<std::int32_t>(i));
  }

  ArffPlan plan(LabelList labels) {
    plan_.labels = std::move(labels);
    std::vector<bool> taken(plan_.fields.size());
    for (std::size_t label = 0; label < plan_.labels.names.size(); ++label) {
      const std::size_t attribute = attribute_called(plan_.labels.names[label], "label");
      if (taken[attribute])
        fail(Code::usage, "{}: the label {} is named twice", file_, excerpt(plan_.labels.names[label]));
      taken[attribute] = true;
      plan_label(attribute, static_cast<LabelId>(label));
    }
    if (!options_.ignore_columns.empty())
      for (std::string_view name : split(options_.ignore_columns, ','))
        taken[attribute_called(trimmed(name), "ignored")] = true;
    for (std::size_t i = 0; i < taken.size(); ++i)
      if (!taken[i]) plan_other(i);
    return std::move(plan_);
  }

 private:
  Place place(std::size_t attribute) const { return {file_, header_.attributes[attribute].line, 1}; }

  std::size_t attribute_called(std::string_view name, std::string_view role) const {
    const auto found = ids_.find(name);
    if (found != ids_.end()) return static_cast<std::size_t>(found->second);
    std::vector<std::string_view> names;
    for (const ArffAttribute& attribute : header_.attributes) names.push_back(attribute.name);
    const std::string near = nearest(name, names);
    fail(Code::usage, "{}: no attribute {} for the {} of that name{}", file_, excerpt(name), role,
         near.empty() ? "" : "; did you mean " + excerpt(near) + "?");
  }

  void plan_label(std::size_t i, LabelId label) {
    const ArffAttribute& attribute = header_.attributes[i];
    ArffField& field = plan_.fields[i];
    field.first = label;
    if (attribute.type == ArffType::number) {
      field.use = ArffField::Use::number_label;
      return;
    }
    if (attribute.type != ArffType::nominal)
      fail_at(place(i), "the label " + excerpt(attribute.name) + ", which is no number and no list of values",
              "numeric or {0,1} labels");
    field.use = ArffField::Use::nominal_label;
    field.values.emplace(attribute.values);
    for (const std::string& value : attribute.values) {
      const std::optional<float> number = label_number(value);
      if (!number)
        fail_at(place(i), "the value " + excerpt(value) + " of the label " + excerpt(attribute.name),
                "0, 1, grades, no/yes, false/true, absent/present");
      field.numbers.push_back(*number);
    }
  }

  void plan_other(std::size_t i) {
    const ArffAttribute& attribute = header_.attributes[i];
    ArffField& field = plan_.fields[i];
    field.first = static_cast<std::int32_t>(plan_.feature_names.size());
    switch (attribute.type) {
      case ArffType::number:
        field.use = ArffField::Use::number;
        plan_.feature_names.push_back(attribute.name);
        ++plan_.feature_attributes;
        break;
      case ArffType::nominal:
        field.values.emplace(attribute.values);
        ++plan_.feature_attributes;
        if (is_bit(attribute.values)) {
          field.use = ArffField::Use::bit;
          for (const std::string& value : attribute.values) field.numbers.push_back(value == "1" ? 1.f : 0.f);
          plan_.feature_names.push_back(attribute.name);
        } else {
          field.use = ArffField::Use::one_hot;
          for (const std::string& value : attribute.values) plan_.feature_names.push_back(attribute.name + "=" + value);
        }
        break;
      case ArffType::text:
        if (plan_.has_text)
          fail_at(place(i), "a second string attribute " + excerpt(attribute.name),
                  "one, which is kept as the text of the rows; leave others out with --ignore-columns");
        field.use = ArffField::Use::text;
        plan_.has_text = true;
        break;
      case ArffType::date:
        fail_at(place(i), "the date attribute " + excerpt(attribute.name),
                "numeric, nominal and string attributes; leave it out with --ignore-columns");
      case ArffType::hierarchy:
        if (plan_.hierarchy || !plan_.labels.names.empty())
          fail_at(place(i), "a hierarchical attribute besides other labels",
                  "one source of labels; leave it out with --ignore-columns");
        field.use = ArffField::Use::hierarchy;
        plan_.hierarchy.emplace(attribute.values, place(i));
        break;
    }
  }

  const ArffHeader& header_;
  const ReadOptions& options_;
  std::string_view file_;
  NameMap ids_;
  ArffPlan plan_;
};

}  // namespace

NominalValues::NominalValues(const std::vector<std::string>& values) : values_(values) {
  if (values_.size() <= few) return;
  for (std::size_t i = 0; i < values_.size(); ++i) map_.emplace(values_[i], static_cast<std::int32_t>(i));
}

int NominalValues::find(std::string_view text) const {
  if (map_.empty()) {
    for (std::size_t i = 0; i < values_.size(); ++i)
      if (values_[i] == text) return static_cast<int>(i);
    return -1;
  }
  const auto found = map_.find(text);
  return found == map_.end() ? -1 : found->second;
}

std::string NominalValues::allowed() const {
  constexpr std::size_t most = 12;
  std::string text = "{";
  for (std::size_t i = 0; i < std::min(values_.size(), most); ++i) text += (i ? "," : "") + values_[i];
  return text + (values_.size() > most ? ",..} or ?" : "} or ?");
}

ArffPlan plan_arff(const ArffHeader& header, LabelList labels, const ReadOptions& options, std::string_view file) {
  ArffPlan plan = ArffPlanner(header, options, file).plan(std::move(labels));
  if (plan.hierarchy) plan.labels = {plan.hierarchy->names(), plan.hierarchy->taxonomy()};
  return plan;
}

}  // namespace tagma
