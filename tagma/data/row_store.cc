#include <tagma/data/row_store.h>

#include <utility>

namespace tagma {

RowStore::RowStore(std::int64_t columns, const std::string& scratch) : columns_(columns) {
  if (scratch.empty()) return;
  columns_file_ = std::make_unique<ScratchFile>(scratch);
  values_file_ = std::make_unique<ScratchFile>(scratch);
}

void RowStore::reserve(std::size_t rows, std::int64_t stored) {
  held_.starts.reserve(rows + 1);
  if (columns_file_) return;
  held_.columns_of.reserve(static_cast<std::size_t>(stored));
  held_.values.reserve(static_cast<std::size_t>(stored));
}

void RowStore::add(std::span<const std::int32_t> columns, std::span<const float> values) {
  if (columns_file_) {
    columns_file_->write(std::as_bytes(columns));
    values_file_->write(std::as_bytes(values));
  } else {
    held_.columns_of.insert(held_.columns_of.end(), columns.begin(), columns.end());
    held_.values.insert(held_.values.end(), values.begin(), values.end());
  }
  held_.starts.push_back(held_.starts.back() + static_cast<std::int64_t>(columns.size()));
}

FeatureMatrix RowStore::finish() {
  if (!columns_file_) return {std::exchange(held_, {}), columns_};
  auto starts = std::make_shared<const std::vector<std::int64_t>>(std::exchange(held_.starts, {0}));
  const std::shared_ptr<const MappedFile> columns = columns_file_->map(), values = values_file_->map();
  const auto stored = static_cast<std::size_t>(starts->back());
  const CsrView view{*starts,
                     {reinterpret_cast<const std::int32_t*>(columns->bytes().data()), stored},
                     {reinterpret_cast<const float*>(values->bytes().data()), stored},
                     columns_};
  return {view, starts, {columns, values}};
}

FeatureMatrix moved_to_files(const FeatureMatrix& x, const std::string& scratch) {
  RowStore store(x.columns(), scratch);
  store.reserve(static_cast<std::size_t>(x.rows()), x.stored());
  const CsrView& view = x.csr_view();
  for (std::int64_t row = 0; row < x.rows(); ++row) {
    const auto first = static_cast<std::size_t>(view.starts[static_cast<std::size_t>(row)]);
    const auto count = static_cast<std::size_t>(view.starts[static_cast<std::size_t>(row) + 1]) - first;
    store.add(view.columns_of.subspan(first, count), view.values.subspan(first, count));
    if (row % 4096 == 4095) x.release(row - 4095, row + 1);
  }
  return store.finish();
}

}  // namespace tagma
