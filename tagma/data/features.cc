#include <tagma/data/features.h>

#include <tagma/base/error.h>
#include <tagma/base/file.h>

#include <cmath>

namespace tagma {
namespace {

using Files = std::vector<std::shared_ptr<const MappedFile>>;

void release_rows(const CsrView& view, const Files& files, std::int64_t first, std::int64_t last) {
  const auto from = static_cast<std::size_t>(view.starts[static_cast<std::size_t>(first)]);
  const auto count = static_cast<std::size_t>(view.starts[static_cast<std::size_t>(last)]) - from;
  for (const auto& file : files) {
    file->release(std::as_bytes(view.columns_of.subspan(from, count)));
    file->release(std::as_bytes(view.values.subspan(from, count)));
  }
}

// Rows that lie in files are let go of as they are checked.
void check(const CsrView& view, const Files& files) {
  constexpr std::int64_t block = 4096;
  const auto stored = static_cast<std::int64_t>(view.values.size());
  if (view.starts.empty() || view.starts.front() != 0 || view.starts.back() != stored ||
      view.columns_of.size() != view.values.size() || view.columns < 0 || view.columns > INT32_MAX)
    fail(Code::bad_data, "sparse matrix: {} row starts, {} columns, {} values do not fit together", view.starts.size(),
         view.columns_of.size(), view.values.size());
  for (std::int64_t row = 0; row < view.rows(); ++row) {
    const std::int64_t first = view.starts[static_cast<std::size_t>(row)], last = view.starts[static_cast<std::size_t>(row) + 1];
    if (first > last || first < 0 || last > stored)
      fail(Code::bad_data, "sparse matrix: row {} starts at {} and ends at {}", row, first, last);
    std::int64_t before = -1;
    for (std::int64_t i = first; i < last; ++i) {
      const std::int32_t column = view.columns_of[static_cast<std::size_t>(i)];
      if (column <= before || column >= view.columns)
        fail(Code::bad_data, "sparse matrix: row {} has column {} after {}; columns ascend and are below {}", row, column,
             before, view.columns);
      before = column;
    }
    if (row % block == block - 1) release_rows(view, files, row + 1 - block, row + 1);
  }
  release_rows(view, files, 0, view.rows());
}

FeatureMatrix owned(CsrArrays arrays, std::int64_t columns) {
  auto owner = std::make_shared<const CsrArrays>(std::move(arrays));
  return {CsrView{owner->starts, owner->columns_of, owner->values, columns}, owner};
}

FeatureMatrix owned(DenseArrays arrays, std::int64_t rows, std::int64_t columns) {
  auto owner = std::make_shared<const DenseArrays>(std::move(arrays));
  if (static_cast<std::int64_t>(owner->values.size()) != rows * columns)
    fail(Code::bad_data, "dense matrix: {} values for {} x {}", owner->values.size(), rows, columns);
  return {DenseView{owner->values.data(), rows, columns, columns}, owner};
}

}  // namespace

float unit_factor(std::span<const float> values) {
  double square = 0;
  for (const float value : values) square += static_cast<double>(value) * static_cast<double>(value);
  return square > 0 ? static_cast<float>(1 / std::sqrt(square)) : 1.f;
}

FeatureMatrix::FeatureMatrix(DenseView view, std::shared_ptr<const void> owner)
    : view_(view), kept_(std::make_shared<const Kept>(Kept{std::move(owner), {}})) {
  if (view.rows < 0 || view.columns < 0 || view.stride < view.columns)
    fail(Code::bad_data, "dense matrix: {} x {} with stride {}", view.rows, view.columns, view.stride);
}

FeatureMatrix::FeatureMatrix(CsrView view, std::shared_ptr<const void> owner) : FeatureMatrix(view, std::move(owner), {}) {}

FeatureMatrix::FeatureMatrix(CsrView view, std::shared_ptr<const void> owner, std::vector<std::shared_ptr<const MappedFile>> files)
    : view_(view), kept_(std::make_shared<const Kept>(Kept{std::move(owner), std::move(files)})) {
  check(view, kept_->files);
}

FeatureMatrix::FeatureMatrix(DenseArrays arrays, std::int64_t rows, std::int64_t columns)
    : FeatureMatrix(owned(std::move(arrays), rows, columns)) {}

FeatureMatrix::FeatureMatrix(CsrArrays arrays, std::int64_t columns) : FeatureMatrix(owned(std::move(arrays), columns)) {}

std::int64_t FeatureMatrix::rows() const {
  return sparse() ? csr_view().rows() : dense_view().rows;
}

std::int64_t FeatureMatrix::columns() const {
  return sparse() ? csr_view().columns : dense_view().columns;
}

std::int64_t FeatureMatrix::stored() const {
  return sparse() ? static_cast<std::int64_t>(csr_view().values.size()) : rows() * columns();
}

bool FeatureMatrix::mapped() const { return kept_ && !kept_->files.empty(); }

void FeatureMatrix::release(std::int64_t first, std::int64_t last) const {
  if (!mapped() || first >= last) return;
  release_rows(csr_view(), kept_->files, first, last);
}

FeatureMatrix FeatureMatrix::select(std::span<const std::int64_t> rows) const {
  if (!sparse()) {
    const DenseView& view = dense_view();
    DenseArrays arrays;
    arrays.values.reserve(rows.size() * static_cast<std::size_t>(view.columns));
    for (std::int64_t row : rows) {
      const std::span<const float> values = view.row(row);
      arrays.values.insert(arrays.values.end(), values.begin(), values.end());
    }
    return {std::move(arrays), static_cast<std::int64_t>(rows.size()), view.columns};
  }
  const CsrView& view = csr_view();
  CsrArrays arrays;
  arrays.starts.reserve(rows.size() + 1);
  for (std::int64_t row : rows) {
    const std::int64_t first = view.starts[static_cast<std::size_t>(row)], last = view.starts[static_cast<std::size_t>(row) + 1];
    arrays.columns_of.insert(arrays.columns_of.end(), view.columns_of.begin() + first, view.columns_of.begin() + last);
    arrays.values.insert(arrays.values.end(), view.values.begin() + first, view.values.begin() + last);
    arrays.starts.push_back(static_cast<std::int64_t>(arrays.values.size()));
  }
  return {std::move(arrays), view.columns};
}

}  // namespace tagma
