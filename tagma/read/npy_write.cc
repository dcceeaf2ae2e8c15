#include <tagma/base/checked.h>
#include <tagma/read/arrays.h>
#include <tagma/read/matrix.h>
#include <tagma/read/npy.h>
#include <tagma/read/npy_header.h>
#include <tagma/read/row_text.h>
#include <tagma/read/zip.h>

#include <cmath>
#include <cstring>
#include <limits>

namespace tagma {
namespace {

constexpr std::int64_t most_made_dense = std::int64_t{1} << 32;  // bytes

template <class T>
std::string_view bytes_of(std::span<const T> items) {
  return {reinterpret_cast<const char*>(items.data()), items.size_bytes()};
}

// One row of a dense array as bytes; T is the type of the items.
template <class T>
void append_row(std::string& text, const std::vector<T>& row) {
  text += bytes_of(std::span<const T>(row));
}

void append_features(std::string& text, const FeatureMatrix& features, std::int64_t row) {
  if (features.columns() == 0) return;
  if (!features.sparse()) {
    text += bytes_of(features.dense_view().row(row));
    return;
  }
  const CsrView& view = features.csr_view();
  std::vector<float> dense(static_cast<std::size_t>(view.columns));
  const auto r = static_cast<std::size_t>(row);
  for (auto i = static_cast<std::size_t>(view.starts[r]); i < static_cast<std::size_t>(view.starts[r + 1]); ++i)
    dense[static_cast<std::size_t>(view.columns_of[i])] = view.values[i];
  append_row(text, dense);
}

void append_truth(std::string& text, const LabelMatrix& labels, std::int64_t row) {
  std::vector<Truth> truth(static_cast<std::size_t>(labels.labels()));
  labels.fill(row, truth);
  if (!labels.graded()) {
    append_row(text, truth);
    return;
  }
  std::vector<float> grades(truth.size());
  labels.fill_grades(row, grades);
  for (std::size_t label = 0; label < truth.size(); ++label)
    if (truth[label] == Truth::unknown) grades[label] = std::numeric_limits<float>::quiet_NaN();
  append_row(text, grades);
}

std::string features_header(const Dataset& data, const std::string& path) {
  if (data.features.sparse()) {
    const std::int64_t cells = checked_product(data.rows(), data.features.columns(), path);
    if (cells > most_made_dense / 4)
      fail(Code::usage, "{}: sparse features of {} x {} would take {} GiB as a dense array; write X.npz+Y.npy or .svm",
           path, data.rows(), data.features.columns(), cells >> 28);
  }
  return npy_header<float>(std::vector{data.rows(), data.features.columns()});
}

std::string labels_header(const LabelMatrix& labels) {
  const std::vector<std::int64_t> shape{labels.rows(), labels.labels()};
  return labels.graded() ? npy_header<float>(shape) : npy_header<std::int8_t>(shape);
}

// A member of a .npz file made of the rows' bytes.
template <class Append>
void add_rows(ZipWriter& archive, const std::string& name, std::string_view header, std::int64_t rows,
              Append&& append) {
  std::string text;
  for (std::int64_t row = 0; row < rows; ++row) append(row, text);
  archive.add(name, {header, text});
}

// A CSR matrix as scipy.sparse.save_npz writes it.
template <class T>
void add_csr(ZipWriter& archive, std::span<const std::int64_t> starts, std::span<const std::int32_t> columns_of,
             std::span<const T> values, std::int64_t columns) {
  const auto count = static_cast<std::int64_t>(values.size());
  const std::vector<std::int64_t> shape{static_cast<std::int64_t>(starts.size()) - 1, columns};
  archive.add("indices.npy", {npy_header<std::int32_t>(std::vector{count}), bytes_of(columns_of)});
  archive.add("indptr.npy", {npy_header<std::int64_t>(std::vector{shape[0] + 1}), bytes_of(starts)});
  archive.add("format.npy", {make_npy_header("|S3", {}), "csr"});
  archive.add("shape.npy",
              {npy_header<std::int64_t>(std::vector<std::int64_t>{2}), bytes_of(std::span<const std::int64_t>(shape))});
  archive.add("data.npy", {npy_header<T>(std::vector{count}), bytes_of(values)});
}

template <class T>
void add_sparse_labels(ZipWriter& archive, const LabelMatrix& labels) {
  std::vector<std::int64_t> starts{0};
  std::vector<std::int32_t> ids;
  std::vector<T> values;
  const T unknown = labels.graded() ? std::numeric_limits<T>::quiet_NaN() : static_cast<T>(-1);
  std::vector<std::pair<LabelId, T>> cells;
  for (std::int64_t r = 0; r < labels.rows(); ++r) {
    const LabelRow row = labels[r];
    cells.clear();
    for (std::size_t i = 0; i < row.present.size(); ++i)
      cells.emplace_back(row.present[i], row.grades.empty() ? T{1} : static_cast<T>(row.grades[i]));
    for (LabelId id : row.exceptions) cells.emplace_back(id, labels.rest() == Truth::absent ? unknown : T{0});
    std::sort(cells.begin(), cells.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& [id, value] : cells) ids.push_back(id), values.push_back(value);
    starts.push_back(static_cast<std::int64_t>(ids.size()));
  }
  add_csr<T>(archive, starts, ids, values, labels.labels());
}

void add_dense_features(ZipWriter& archive, const Dataset& data, const std::string& path) {
  const FeatureMatrix& x = data.features;
  const std::string header = features_header(data, path);
  if (x.sparse() || x.columns() == 0 || x.dense_view().stride != x.columns())
    return add_rows(archive, "X.npy", header, data.rows(),
                    [&](std::int64_t row, std::string& text) { append_features(text, x, row); });
  const std::span<const float> all(x.dense_view().values, static_cast<std::size_t>(x.rows() * x.columns()));
  archive.add("X.npy", {header, bytes_of(all)});
}

void add_dense_labels(ZipWriter& archive, const LabelMatrix& labels) {
  add_rows(archive, "Y.npy", labels_header(labels), labels.rows(),
           [&](std::int64_t row, std::string& text) { append_truth(text, labels, row); });
}

template <class Fill>
void fill_archive(Sink& sink, Fill&& fill) {
  ZipWriter archive(sink);
  fill(archive);
  archive.finish();
}

void write_features(const Dataset& data, Sink& sink, const Run& run) {
  if (parts_of(sink.path()).ending == "npz")
    return fill_archive(sink, [&](ZipWriter& archive) {
      if (!data.features.sparse()) return add_dense_features(archive, data, sink.path());
      const CsrView& view = data.features.csr_view();
      add_csr<float>(archive, view.starts, view.columns_of, view.values, view.columns);
    });
  sink.write(features_header(data, sink.path()));
  write_rows(sink, data.rows(), run,
             [&](std::int64_t row, std::string& text) { append_features(text, data.features, row); });
}

void write_labels(const LabelMatrix& labels, Sink& sink, const Run& run) {
  if (parts_of(sink.path()).ending == "npz")
    return fill_archive(sink, [&](ZipWriter& archive) {
      labels.graded() ? add_sparse_labels<float>(archive, labels) : add_sparse_labels<std::int8_t>(archive, labels);
    });
  sink.write(labels_header(labels));
  write_rows(sink, labels.rows(), run, [&](std::int64_t row, std::string& text) { append_truth(text, labels, row); });
}

void write_pair(const Dataset& data, const std::string& features, const std::string& labels, const Run& run) {
  Sink x(features), y(labels);
  write_features(data, x, run);
  write_labels(data.labels, y, run);
  x.commit();
  y.commit();
}

}  // namespace

void Npy::write(const Dataset& data, const std::string& path, const ReadOptions&, const Run& run) {
  const auto [features, labels] = parts_of_pair(path);
  if (labels.empty()) fail(Code::usage, "{}: features and labels are two files; name both: X.npy+Y.npy", path);
  write_pair(data, features, labels, run);
}

void Npz::write(const Dataset& data, const std::string& path, const ReadOptions&, const Run& run) {
  const auto [features, labels] = parts_of_pair(path);
  if (!labels.empty()) return write_pair(data, features, labels, run);
  Sink sink(path);
  fill_archive(sink, [&](ZipWriter& archive) {
    add_dense_features(archive, data, path);
    add_dense_labels(archive, data.labels);
  });
  sink.commit();
}

std::vector<std::string> Npy::lost(const Dataset& data) { return not_carried(data, {.grades = true, .unknown = true}); }
std::vector<std::string> Npz::lost(const Dataset& data) { return Npy::lost(data); }

}  // namespace tagma
