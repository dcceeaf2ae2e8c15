#include <tagma/data/align.h>

#include <tagma/base/error.h>

#include <algorithm>
#include <unordered_map>

namespace tagma {
namespace {

// For every old number its new one, or -1.
std::vector<std::int32_t> mapping(const std::vector<std::string>& old_names, const std::vector<std::string>& new_names) {
  std::unordered_map<std::string, std::int32_t> numbers;
  for (std::size_t i = 0; i < new_names.size(); ++i) numbers.emplace(new_names[i], static_cast<std::int32_t>(i));
  std::vector<std::int32_t> map(old_names.size(), -1);
  for (std::size_t i = 0; i < old_names.size(); ++i)
    if (const auto found = numbers.find(old_names[i]); found != numbers.end()) map[i] = found->second;
  return map;
}

std::vector<std::int32_t> identity_below(std::int64_t old_count, std::int64_t new_count) {
  std::vector<std::int32_t> map(static_cast<std::size_t>(old_count), -1);
  for (std::int64_t i = 0; i < std::min(old_count, new_count); ++i) map[static_cast<std::size_t>(i)] = static_cast<std::int32_t>(i);
  return map;
}

std::int64_t dropped(const std::vector<std::int32_t>& map) { return std::count(map.begin(), map.end(), -1); }

LabelMatrix renumbered(const LabelMatrix& old, const std::vector<std::int32_t>& map, LabelId labels) {
  LabelMatrix fresh(labels, old.rest());
  std::vector<LabelId> present, exceptions;
  std::vector<float> grades;
  for (std::int64_t row = 0; row < old.rows(); ++row) {
    const LabelRow listed = old[row];
    present.clear(), exceptions.clear(), grades.clear();
    for (std::size_t i = 0; i < listed.present.size(); ++i) {
      const std::int32_t id = map[static_cast<std::size_t>(listed.present[i])];
      if (id < 0) continue;
      present.push_back(id);
      if (!listed.grades.empty()) grades.push_back(listed.grades[i]);
    }
    for (LabelId old_id : listed.exceptions)
      if (const std::int32_t id = map[static_cast<std::size_t>(old_id)]; id >= 0) exceptions.push_back(id);
    fresh.add(present, grades, exceptions);
  }
  return fresh;
}

FeatureMatrix renumbered(const DenseView& old, const std::vector<std::int32_t>& map, std::int64_t columns) {
  DenseArrays arrays;
  arrays.values.assign(static_cast<std::size_t>(old.rows * columns), 0.f);
  for (std::int64_t row = 0; row < old.rows; ++row)
    for (std::int64_t c = 0; c < old.columns; ++c)
      if (const std::int32_t to = map[static_cast<std::size_t>(c)]; to >= 0)
        arrays.values[static_cast<std::size_t>(row * columns + to)] = old.row(row)[static_cast<std::size_t>(c)];
  return {std::move(arrays), old.rows, columns};
}

FeatureMatrix renumbered(const CsrView& old, const std::vector<std::int32_t>& map, std::int64_t columns) {
  CsrArrays arrays;
  std::vector<std::pair<std::int32_t, float>> cells;
  for (std::int64_t row = 0; row < old.rows(); ++row) {
    cells.clear();
    for (auto i = old.starts[static_cast<std::size_t>(row)]; i < old.starts[static_cast<std::size_t>(row) + 1]; ++i) {
      const auto at = static_cast<std::size_t>(i);
      if (const std::int32_t to = map[static_cast<std::size_t>(old.columns_of[at])]; to >= 0) cells.emplace_back(to, old.values[at]);
    }
    std::sort(cells.begin(), cells.end());
    for (const auto& [column, value] : cells) {
      arrays.columns_of.push_back(column);
      arrays.values.push_back(value);
    }
    arrays.starts.push_back(static_cast<std::int64_t>(arrays.values.size()));
  }
  return {std::move(arrays), columns};
}

void align_labels(Dataset& data, const Numbering& wanted, std::vector<std::string>& notes) {
  const bool by_name = !data.label_names.empty() && !wanted.label_names.empty();
  if (by_name ? data.label_names == wanted.label_names : data.labels.labels() == wanted.labels) return;
  const auto map = by_name ? mapping(data.label_names, wanted.label_names)
                           : identity_below(data.labels.labels(), wanted.labels);
  if (by_name && data.labels.labels() > 0 && dropped(map) == data.labels.labels())
    fail(Code::bad_data, "none of the {} label names of the data ('{}', ..) is among those of the model ('{}', ..)", map.size(),
         data.label_names.front(), wanted.label_names.front());
  if (const std::int64_t lost = dropped(map); lost > 0)
    notes.push_back(fmt::format("{} labels of the data are unknown to the model and were left out", lost));
  data.labels = renumbered(data.labels, map, wanted.labels);
  data.label_names = wanted.label_names;
  if (!data.votes.rows.empty()) {
    for (auto& row : data.votes.rows)
      for (Vote& vote : row) {
        std::vector<LabelId> ids;
        for (LabelId id : vote.labels)
          if (const std::int32_t to = map[static_cast<std::size_t>(id)]; to >= 0) ids.push_back(to);
        std::sort(ids.begin(), ids.end());
        vote.labels = std::move(ids);
      }
  }
  data.taxonomy.reset();
}

void align_features(Dataset& data, const Numbering& wanted, std::vector<std::string>& notes) {
  if (!data.has_features()) return;
  const bool by_name = !data.feature_names.empty() && !wanted.feature_names.empty();
  if (by_name ? data.feature_names == wanted.feature_names : data.features.columns() == wanted.features) return;
  if (!by_name && !data.features.sparse())
    fail(Code::bad_data, "the data has {} feature columns, the model was trained on {}, and they cannot be matched by name",
         data.features.columns(), wanted.features);
  const auto map = by_name ? mapping(data.feature_names, wanted.feature_names)
                           : identity_below(data.features.columns(), wanted.features);
  if (by_name && dropped(map) == static_cast<std::int64_t>(map.size()))
    fail(Code::bad_data, "none of the {} feature names of the data ('{}', ..) is among those of the model ('{}', ..)", map.size(),
         data.feature_names.front(), wanted.feature_names.front());
  const std::int64_t lost = dropped(map), missing = wanted.features - (static_cast<std::int64_t>(map.size()) - lost);
  if (lost > 0) notes.push_back(fmt::format("{} features of the data are unknown to the model and were left out", lost));
  if (missing > 0 && by_name) notes.push_back(fmt::format("{} features of the model are missing in the data and count as 0", missing));
  data.features = data.features.visit([&](const auto& view) { return renumbered(view, map, wanted.features); });
  data.feature_names = wanted.feature_names;
}

}  // namespace

Dataset aligned(Dataset data, const Numbering& wanted, std::vector<std::string>& notes) {
  align_labels(data, wanted, notes);
  align_features(data, wanted, notes);
  return data;
}

}  // namespace tagma
