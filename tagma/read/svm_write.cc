#include <tagma/read/name_files.h>
#include <tagma/read/number.h>
#include <tagma/read/row_text.h>
#include <tagma/read/svm.h>

namespace tagma {
namespace {

void append_labels(std::string& text, const LabelRow& row, Truth rest) {
  const std::size_t begin = text.size();
  const auto comma = [&] {
    if (text.size() > begin) text += ',';
  };
  for (std::size_t i = 0; i < row.present.size(); ++i) {
    comma();
    append_number(text, std::int64_t{row.present[i]});
    if (row.grades.empty()) continue;
    text += '^';
    append_number(text, row.grades[i]);
  }
  for (LabelId id : row.exceptions) {
    comma();
    text += rest == Truth::absent ? '?' : '!';
    append_number(text, std::int64_t{id});
  }
}

void append_feature(std::string& text, std::int64_t column, float value) {
  text += ' ';
  append_number(text, column);
  text += ':';
  append_number(text, value);
}

void append_svm_features(std::string& text, const FeatureMatrix& features, std::int64_t row) {
  if (features.columns() == 0) return;
  if (!features.sparse()) {
    const std::span<const float> values = features.dense_view().row(row);
    for (std::size_t column = 0; column < values.size(); ++column)
      if (values[column] != 0) append_feature(text, static_cast<std::int64_t>(column), values[column]);
    return;
  }
  const CsrView& view = features.csr_view();
  const auto r = static_cast<std::size_t>(row);
  for (auto i = static_cast<std::size_t>(view.starts[r]); i < static_cast<std::size_t>(view.starts[r + 1]); ++i)
    append_feature(text, view.columns_of[i], view.values[i]);
}

}  // namespace

void Svm::write(const Dataset& data, const std::string& path, const ReadOptions&, const Run& run) {
  if (!data.label_names.empty()) write_names(data.label_names, path, "labels");
  if (!data.feature_names.empty()) write_names(data.feature_names, path, "features");
  Sink sink(path);
  sink.write(fmt::format("{} {} {}\n", data.rows(), data.features.columns(), data.labels.labels()));
  write_rows(sink, data.rows(), run, [&](std::int64_t row, std::string& text) {
    const std::size_t begin = text.size();
    append_labels(text, data.labels[row], data.labels.rest());
    append_svm_features(text, data.features, row);
    if (text.size() == begin) text += ' ';
    text += '\n';
  });
  sink.commit();
}

std::vector<std::string> Svm::lost(const Dataset& data) {
  std::vector<std::string> parts =
      not_carried(data, {.grades = true, .unknown = true, .label_names = true, .feature_names = true});
  if (data.labels.rest() == Truth::unknown)
    parts.emplace_back("that unlisted labels are unknown (say unlisted-unknown when reading)");
  return parts;
}

}  // namespace tagma
