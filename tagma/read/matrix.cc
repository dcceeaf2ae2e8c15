#include <tagma/read/matrix.h>

#include <tagma/read/npy_header.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <tuple>
#include <vector>

namespace tagma {
namespace {

void check_two(const Array& array, std::string_view what) {
  if (array.shape.size() != 2)
    fail(Code::bad_data, "{}: an array of shape {}, allowed [rows x {}]", array.name, shape_text(array.shape), what);
  if (array.shape[1] >= INT32_MAX)
    fail(Code::bad_data, "{}: {} {}, allowed fewer than {}", array.name, array.shape[1], what, INT32_MAX);
}

CsrMatrix csr_in(const ZipArchive& archive, const std::string& path, std::shared_ptr<const MappedFile> file) {
  const Text format = archive.member("format.npy");
  const NpyHeader header = parse_npy_header(format.view, path);
  std::string kind(format.view.substr(header.size));
  std::erase(kind, '\0');  // texts of type U come with four bytes a letter
  if (kind != "csr")
    fail(Code::bad_data, "{}: a sparse matrix of format {}, allowed 'csr' (scipy: matrix.tocsr())", path,
         excerpt(kind));
  const std::vector<std::int64_t> shape = values_of<std::int64_t>(array_in(archive, path, "shape"));
  CsrMatrix matrix{path, array_in(archive, path, "data"), array_in(archive, path, "indices"),
                   array_in(archive, path, "indptr")};
  if (shape.size() != 2 || shape[0] < 0 || shape[1] < 0 || shape[1] >= INT32_MAX)
    fail(Code::bad_data, "{}: a sparse matrix of shape {}, allowed [rows x columns] with fewer than {} columns", path,
         shape_text(shape), INT32_MAX);
  matrix.rows = shape[0];
  matrix.columns = shape[1];
  matrix.file = std::move(file);
  if (matrix.starts.size() - 1 != matrix.rows || matrix.columns_of.size() != matrix.data.size())
    fail(Code::bad_data, "{}: {} row starts, {} columns and {} values do not fit together in a sparse matrix of {}",
         path, matrix.starts.size(), matrix.columns_of.size(), matrix.data.size(), shape_text(shape));
  return matrix;
}

[[noreturn]] void fail_cell(std::string_view name, std::int64_t row, std::int64_t column, double found,
                            std::string_view allowed) {
  fail(Code::bad_data, "{}: row {}, column {}: found {}, allowed {}", name, row, column, found, allowed);
}

struct CsrParts {
  CsrArrays arrays;
  std::int64_t rows, columns;
};

// The arrays of a CSR matrix with checked starts and columns that ascend within rows.
CsrParts sorted_parts(const CsrMatrix& matrix) {
  CsrParts parts{{values_of<std::int64_t>(matrix.starts), values_of<std::int32_t>(matrix.columns_of),
                  values_of<float>(matrix.data)},
                 matrix.rows,
                 matrix.columns};
  auto& [starts, columns_of, values] = parts.arrays;
  const auto stored = static_cast<std::int64_t>(values.size());
  if (starts.front() != 0 || starts.back() != stored || !std::is_sorted(starts.begin(), starts.end()))
    fail(Code::bad_data, "{}: the row starts of the sparse matrix do not ascend from 0 to {}", matrix.name, stored);
  std::vector<std::pair<std::int32_t, float>> row;
  for (std::size_t r = 0; r + 1 < starts.size(); ++r) {
    const auto first = static_cast<std::size_t>(starts[r]), last = static_cast<std::size_t>(starts[r + 1]);
    if (std::is_sorted(columns_of.begin() + starts[r], columns_of.begin() + starts[r + 1])) continue;
    row.clear();
    for (std::size_t i = first; i < last; ++i) row.emplace_back(columns_of[i], values[i]);
    std::stable_sort(row.begin(), row.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (std::size_t i = first; i < last; ++i) std::tie(columns_of[i], values[i]) = row[i - first];
  }
  return parts;
}

// The matrix where it lies, if it lies as FeatureMatrix wants it; what is wrong with it is left to those who copy it to say.
std::optional<FeatureMatrix> mapped_features(const CsrMatrix& matrix) {
  const auto* columns_of = matrix.columns_of.in_place<std::int32_t>();
  const auto* values = matrix.data.in_place<float>();
  if (!matrix.file || !columns_of || !values) return std::nullopt;
  auto starts = std::make_shared<const std::vector<std::int64_t>>(values_of<std::int64_t>(matrix.starts));
  const std::int64_t stored = matrix.data.size();
  if (starts->front() != 0 || starts->back() != stored || !std::is_sorted(starts->begin(), starts->end())) return std::nullopt;
  matrix.file->release(matrix.starts.bytes);
  constexpr std::int64_t block = 4096;  // rows that are looked at before their memory is let go
  for (std::int64_t first = 0; first < matrix.rows; first += block) {
    const std::int64_t last = std::min(matrix.rows, first + block);
    const std::int64_t begin = (*starts)[static_cast<std::size_t>(first)], end = (*starts)[static_cast<std::size_t>(last)];
    if (!std::all_of(values + begin, values + end, [](float value) { return std::isfinite(value); })) return std::nullopt;
    for (std::int64_t row = first; row < last; ++row)
      if (!std::is_sorted(columns_of + (*starts)[static_cast<std::size_t>(row)], columns_of + (*starts)[static_cast<std::size_t>(row) + 1]))
        return std::nullopt;
    const auto count = static_cast<std::size_t>(end - begin);
    matrix.file->release(std::as_bytes(std::span(columns_of + begin, count)));
    matrix.file->release(std::as_bytes(std::span(values + begin, count)));
  }
  const auto count = static_cast<std::size_t>(stored);
  return FeatureMatrix(CsrView{*starts, {columns_of, count}, {values, count}, matrix.columns}, starts, {matrix.file});
}

void check_finite(std::string_view name, const float* values, std::int64_t rows, std::int64_t columns) {
  for (std::int64_t row = 0; row < rows; ++row) {
    const float* const begin = values + row * columns;
    float sum = 0;  // 0 unless there is an infinity or NaN
    for (std::int64_t column = 0; column < columns; ++column) sum += begin[column] * 0;
    if (sum == 0) continue;
    const float* const bad = std::find_if(begin, begin + columns, [](float value) { return !std::isfinite(value); });
    fail_cell(name, row, bad - begin, static_cast<double>(*bad), "a finite number");
  }
}

// Wide tables that are mostly zero are kept sparse: learning then costs what is stored, not what is written out.
bool mostly_zero(const float* values, std::int64_t rows, std::int64_t columns) {
  constexpr std::int64_t wide = 256, tenth = 10;
  if (columns < wide) return false;
  return (rows * columns - std::count(values, values + rows * columns, 0.f)) * tenth < rows * columns;
}

CsrArrays stored_cells(const float* values, std::int64_t rows, std::int64_t columns) {
  CsrArrays arrays;
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t column = 0; column < columns; ++column)
      if (const float value = values[row * columns + column]; value != 0) {
        arrays.columns_of.push_back(static_cast<std::int32_t>(column));
        arrays.values.push_back(value);
      }
    arrays.starts.push_back(static_cast<std::int64_t>(arrays.values.size()));
  }
  return arrays;
}

// What one number of Y says.
class LabelCells {
 public:
  LabelCells(std::string name, LabelId labels, Truth rest, bool whole_numbers)
      : name_(std::move(name)), whole_(whole_numbers), labels_(labels, rest) {}

  void see(float value) { graded_ |= value > 0 && value != 1; }
  void add(LabelId label, float value) {
    if (std::isnan(value) || (whole_ && value == -1)) {
      if (labels_.rest() == Truth::absent) exceptions_.push_back(label);
    } else if (value == 0) {
      if (labels_.rest() == Truth::unknown) exceptions_.push_back(label);
    } else if (value > 0 && std::isfinite(value)) {
      present_.push_back(label);
      grades_.push_back(value);
    } else {
      fail_cell(name_, labels_.rows(), label, static_cast<double>(value),
                whole_ ? "1 (present), 0 (absent), -1 (unknown) or a grade" : "a grade of 0 or more, NaN (unknown)");
    }
  }
  void end_row() {
    labels_.add(present_, graded_ ? std::span<const float>(grades_) : std::span<const float>{}, exceptions_);
    present_.clear();
    grades_.clear();
    exceptions_.clear();
  }
  LabelMatrix take() { return std::move(labels_); }

 private:
  std::string name_;
  bool whole_, graded_ = false;
  LabelMatrix labels_;
  std::vector<LabelId> present_, exceptions_;
  std::vector<float> grades_;
};

template <class T>
LabelMatrix dense_labels(const T* values, const Array& array, Truth rest) {
  const std::int64_t rows = array.shape[0], labels = array.shape[1];
  LabelCells made(array.name, static_cast<LabelId>(labels), rest, !is_float(array.type));
  for (std::int64_t i = 0; i < rows * labels; ++i) made.see(static_cast<float>(values[i]));
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t label = 0; label < labels; ++label)
      if (rest == Truth::unknown || values[row * labels + label] != 0)
        made.add(static_cast<LabelId>(label), static_cast<float>(values[row * labels + label]));
    made.end_row();
  }
  return made.take();
}

}  // namespace

std::pair<std::string, std::string> parts_of_pair(const std::string& path) {
  for (std::size_t plus = path.find('+'); plus != std::string::npos; plus = path.find('+', plus + 1)) {
    const std::string first = path.substr(0, plus), ending = parts_of(first).ending;
    if (ending == "npy" || ending == "npz") return {first, path.substr(plus + 1)};
  }
  return {path, ""};
}

Array array_in(const ZipArchive& archive, const std::string& path, std::string_view key) {
  return parse_npy(archive.member(fmt::format("{}.npy", key)), fmt::format("{}:{}", path, key));
}

Matrix read_matrix(const std::string& path, std::string_view key) {
  if (parts_of(path).ending != "npz") return read_npy(path);
  std::shared_ptr<const MappedFile> file;
  if (packing_of(path) == Packing::none) file = std::make_shared<const MappedFile>(path);
  const ZipArchive archive(file ? Text{file->text(), file} : Source(path).whole(), path, file);
  if (archive.has("indptr.npy")) return csr_in(archive, path, std::move(file));
  const std::vector<std::string> names = archive.names();
  if (names.size() == 1 && names.front().ends_with(".npy"))
    return array_in(archive, path, std::string_view(names.front()).substr(0, names.front().size() - 4));
  return array_in(archive, path, key);
}

FeatureMatrix features_of(const Matrix& matrix) {
  if (const auto* sparse = std::get_if<CsrMatrix>(&matrix)) {
    if (std::optional<FeatureMatrix> mapped = mapped_features(*sparse)) return *std::move(mapped);
    CsrParts parts = sorted_parts(*sparse);
    for (std::size_t i = 0; i < parts.arrays.values.size(); ++i)
      if (!std::isfinite(parts.arrays.values[i])) {
        const auto row =
            std::upper_bound(parts.arrays.starts.begin(), parts.arrays.starts.end(), static_cast<std::int64_t>(i));
        fail_cell(sparse->name, row - parts.arrays.starts.begin() - 1, parts.arrays.columns_of[i],
                  static_cast<double>(parts.arrays.values[i]), "a finite number");
      }
    return {std::move(parts.arrays), parts.columns};
  }
  const Array& array = std::get<Array>(matrix);
  check_two(array, "features");
  const std::int64_t rows = array.shape[0], columns = array.shape[1];
  if (const float* values = array.in_place<float>()) {
    check_finite(array.name, values, rows, columns);
    if (mostly_zero(values, rows, columns)) return {stored_cells(values, rows, columns), columns};
    return {DenseView{values, rows, columns, columns}, array.owner};
  }
  DenseArrays arrays{values_of<float>(array)};
  check_finite(array.name, arrays.values.data(), rows, columns);
  if (mostly_zero(arrays.values.data(), rows, columns)) return {stored_cells(arrays.values.data(), rows, columns), columns};
  return {std::move(arrays), rows, columns};
}

LabelMatrix labels_of(const Matrix& matrix, Truth rest) {
  if (const auto* sparse = std::get_if<CsrMatrix>(&matrix)) {
    const CsrParts parts = sorted_parts(*sparse);
    LabelCells made(sparse->name, static_cast<LabelId>(parts.columns), rest, !is_float(sparse->data.type));
    for (float value : parts.arrays.values) made.see(value);
    for (std::size_t row = 0; row + 1 < parts.arrays.starts.size(); ++row) {
      for (auto i = static_cast<std::size_t>(parts.arrays.starts[row]);
           i < static_cast<std::size_t>(parts.arrays.starts[row + 1]); ++i)
        made.add(parts.arrays.columns_of[i], parts.arrays.values[i]);
      made.end_row();
    }
    return made.take();
  }
  const Array& array = std::get<Array>(matrix);
  check_two(array, "labels");
  if (const auto* values = array.in_place<std::int8_t>()) return dense_labels(values, array, rest);
  if (const auto* values = array.in_place<float>()) return dense_labels(values, array, rest);
  const std::vector<float> values = values_of<float>(array);
  return dense_labels(values.data(), array, rest);
}

}  // namespace tagma
