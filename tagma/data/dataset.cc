#include <tagma/data/dataset.h>

#include <tagma/base/error.h>

#include <cmath>

namespace tagma {
namespace {

template <class Item>
std::vector<Item> chosen(const std::vector<Item>& all, std::span<const std::int64_t> rows) {
  std::vector<Item> items;
  if (all.empty()) return items;
  items.reserve(rows.size());
  for (std::int64_t row : rows) items.push_back(all[static_cast<std::size_t>(row)]);
  return items;
}

void check_size(std::size_t found, std::int64_t wanted, const char* what, const char* per) {
  if (found != 0 && static_cast<std::int64_t>(found) != wanted)
    fail(Code::bad_data, "{} {} for {} {}", found, what, wanted, per);
}

}  // namespace

std::string Dataset::label_name(LabelId label) const {
  return label_names.empty() ? std::to_string(label) : label_names[static_cast<std::size_t>(label)];
}

void Dataset::check() const {
  if (features.columns() > 0 || features.rows() > 0)
    if (features.rows() != rows()) fail(Code::bad_data, "{} rows of features for {} rows of labels", features.rows(), rows());
  check_size(label_names.size(), labels.labels(), "label names", "labels");
  check_size(feature_names.size(), features.columns(), "feature names", "features");
  check_size(static_cast<std::size_t>(label_features.rows()), labels.labels(), "rows of label features", "labels");
  check_size(texts.size(), rows(), "texts", "rows");
  check_size(images.size(), rows(), "images", "rows");
  check_size(static_cast<std::size_t>(pictures.rows()), rows(), "pictures", "rows");
  check_size(groups.size(), rows(), "groups", "rows");
  check_size(weights.size(), rows(), "weights", "rows");
  check_size(votes.rows.size(), rows(), "vote lists", "rows");
  for (std::size_t row = 0; row < weights.size(); ++row)
    if (!(weights[row] >= 0) || !std::isfinite(weights[row]))
      fail(Code::bad_data, "row {}: weight {}; weights are finite and not negative", row, weights[row]);
  if (taxonomy && taxonomy->labels() != labels.labels())
    fail(Code::bad_data, "a taxonomy of {} labels for {} labels", taxonomy->labels(), labels.labels());
}

Dataset Dataset::select(std::span<const std::int64_t> rows) const {
  Dataset part;
  part.features = has_features() ? features.select(rows) : FeatureMatrix{};
  part.labels = labels.select(rows);
  part.label_names = label_names;
  part.label_features = label_features;
  part.feature_names = feature_names;
  part.texts = chosen(texts, rows);
  part.images = chosen(images, rows);
  part.pictures = pictures.select(rows);
  part.groups = chosen(groups, rows);
  part.weights = chosen(weights, rows);
  part.votes = {votes.annotators, chosen(votes.rows, rows)};
  part.taxonomy = taxonomy;
  return part;
}

}  // namespace tagma
