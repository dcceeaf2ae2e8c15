#include <tagma/read/format.h>

#include <algorithm>

namespace tagma {

std::vector<std::string> not_carried(const Dataset& data, const Carries& carries) {
  std::vector<std::string> lost;
  const auto part = [&](bool carried, bool held, const char* name) {
    if (!carried && held) lost.emplace_back(name);
  };
  part(carries.features, data.has_features(), "features");
  part(carries.grades, data.labels.graded(), "grades");
  part(carries.unknown, data.labels.has_unknown(), "unknown labels");
  part(carries.label_names, !data.label_names.empty(), "label names");
  part(carries.feature_names, !data.feature_names.empty(), "feature names");
  part(carries.texts, !data.texts.empty(), "texts");
  part(carries.images, !data.images.empty(), "images");
  part(carries.groups, !data.groups.empty(), "groups");
  part(carries.weights, !data.weights.empty(), "weights");
  part(carries.votes, !data.votes.rows.empty(), "votes");
  part(carries.taxonomy, data.taxonomy.has_value(), "taxonomy");
  return lost;
}

bool has_unmentioned_labels(const Dataset& data) {
  std::vector<bool> mentioned(static_cast<std::size_t>(data.labels.labels()));
  for (std::int64_t row = 0; row < data.rows(); ++row) {
    for (LabelId id : data.labels[row].present) mentioned[static_cast<std::size_t>(id)] = true;
    for (LabelId id : data.labels[row].exceptions) mentioned[static_cast<std::size_t>(id)] = true;
  }
  for (const std::vector<Vote>& votes : data.votes.rows)
    for (const Vote& vote : votes)
      for (LabelId id : vote.labels) mentioned[static_cast<std::size_t>(id)] = true;
  return std::find(mentioned.begin(), mentioned.end(), false) != mentioned.end();
}

}  // namespace tagma
