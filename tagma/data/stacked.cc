#include <tagma/data/stacked.h>

#include <tagma/base/error.h>

namespace tagma {
namespace {

void add_rows(const FeatureMatrix& x, CsrArrays& to) {
  x.visit([&](const auto& view) {
    if constexpr (requires { view.starts; }) {
      const std::int64_t before = static_cast<std::int64_t>(to.values.size()) - view.starts[0];
      const auto from = view.starts[0], end = view.starts[view.starts.size() - 1];
      to.columns_of.insert(to.columns_of.end(), view.columns_of.begin() + from, view.columns_of.begin() + end);
      to.values.insert(to.values.end(), view.values.begin() + from, view.values.begin() + end);
      for (std::size_t r = 1; r < view.starts.size(); ++r) to.starts.push_back(before + view.starts[r]);
    } else {
      for (std::int64_t r = 0; r < view.rows; ++r) {
        for (std::int64_t c = 0; c < view.columns; ++c)
          if (const float value = view.row(r)[static_cast<std::size_t>(c)]; value != 0) {
            to.columns_of.push_back(static_cast<std::int32_t>(c));
            to.values.push_back(value);
          }
        to.starts.push_back(static_cast<std::int64_t>(to.values.size()));
      }
    }
  });
}

void add_labels(const LabelMatrix& labels, bool graded, LabelMatrix& to) {
  for (std::int64_t r = 0; r < labels.rows(); ++r) {
    const LabelRow row = labels[r];
    to.add(row.present, graded ? row.grades : std::span<const float>{}, row.exceptions);
  }
}

}  // namespace

Dataset stacked(const Dataset& first, const Dataset& second) {
  if (first.labels.labels() != second.labels.labels() || first.features.columns() != second.features.columns())
    fail(Code::bad_data, "rows of {} features and {} labels do not go behind rows of {} and {}", second.features.columns(),
         second.labels.labels(), first.features.columns(), first.labels.labels());
  if (first.labels.rest() != second.labels.rest())
    fail(Code::bad_data, "labels that are not listed are unknown in one of two sets of rows and absent in the other");
  Dataset both;
  both.label_names = first.label_names;
  both.feature_names = first.feature_names;
  both.labels = LabelMatrix(first.labels.labels(), first.labels.rest());
  const bool graded = first.labels.graded() && second.labels.graded();
  add_labels(first.labels, graded, both.labels);
  add_labels(second.labels, graded, both.labels);
  CsrArrays arrays;
  add_rows(first.features, arrays);
  add_rows(second.features, arrays);
  both.features = FeatureMatrix(std::move(arrays), first.features.columns());
  if (first.weights.empty() && second.weights.empty()) return both;
  for (const Dataset* part : {&first, &second}) {
    both.weights.insert(both.weights.end(), part->weights.begin(), part->weights.end());
    if (part->weights.empty()) both.weights.resize(both.weights.size() + static_cast<std::size_t>(part->rows()), 1.f);
  }
  return both;
}

}  // namespace tagma
