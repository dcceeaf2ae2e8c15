#include <tagma/base/parallel.h>
#include <tagma/learn/mini_batch.h>

#include <algorithm>

namespace tagma {
namespace {

constexpr std::int64_t row_grain = 32, feature_grain = 32;

}  // namespace

BatchRows::BatchRows(const Design& design) : design_(design), sparse_(design.sparse()) {
  if (sparse_) place_.assign(static_cast<std::size_t>(design.features()), 0);
}

void BatchRows::take(std::span<const std::int64_t> rows) {
  rows_ = static_cast<std::int64_t>(rows.size());
  if (sparse_) take_sparse(rows);
  else take_dense(rows);
}

std::int64_t BatchRows::touched_count() const {
  return sparse_ ? static_cast<std::int64_t>(touched_.size()) : design_.features();
}

void BatchRows::take_sparse(std::span<const std::int64_t> rows) {
  const math::SparseRows all = design_.sparse_rows();
  for (const std::int32_t feature : touched_) place_[static_cast<std::size_t>(feature)] = 0;
  touched_.clear();
  starts_.assign(1, 0);
  columns_.clear();
  values_.clear();
  for (const std::int64_t row : rows) {
    for (std::int64_t k = all.starts[row]; k < all.starts[row + 1]; ++k) {
      const std::int32_t feature = all.columns[k];
      columns_.push_back(feature);
      values_.push_back(all.values[k]);
      if (place_[static_cast<std::size_t>(feature)]++ == 0) touched_.push_back(feature);
    }
    starts_.push_back(static_cast<std::int64_t>(values_.size()));
  }
  std::sort(touched_.begin(), touched_.end());
  column_starts_.assign(1, 0);
  for (const std::int32_t feature : touched_) {
    std::int32_t& place = place_[static_cast<std::size_t>(feature)];
    column_starts_.push_back(column_starts_.back() + place);
    place = static_cast<std::int32_t>(column_starts_[column_starts_.size() - 2]);  // where its next value goes
  }
  column_rows_.resize(values_.size());
  column_values_.resize(values_.size());
  for (std::size_t r = 0; r < rows.size(); ++r)
    for (auto k = static_cast<std::size_t>(starts_[r]); k < static_cast<std::size_t>(starts_[r + 1]); ++k) {
      const auto to = static_cast<std::size_t>(place_[static_cast<std::size_t>(columns_[k])]++);
      column_rows_[to] = static_cast<std::int32_t>(r);
      column_values_[to] = values_[k];
    }
}

void BatchRows::take_dense(std::span<const std::int64_t> rows) {
  const math::DenseRows all = design_.dense_rows();
  const auto columns = static_cast<std::size_t>(all.columns);
  values_.resize(rows.size() * columns);
  column_values_.resize(values_.size());
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const float* row = all.values + rows[r] * all.stride;
    for (std::size_t c = 0; c < columns; ++c) values_[r * columns + c] = column_values_[c * rows.size() + r] = row[c];
  }
}

void BatchRows::forward(const float* weights, const float* bias, float* out, std::int64_t outputs, const Run& run) const {
  parallel_for(run, rows_, row_grain, [&](std::int64_t first, std::int64_t last) {
    const math::Panel panel{weights, bias, out + first * outputs, outputs, outputs};
    if (sparse_) math::times_panel(math::SparseRows{starts_.data(), columns_.data(), values_.data()}, first, last, panel);
    else math::times_panel(math::DenseRows{values_.data(), design_.features(), design_.features()}, first, last, panel);
  });
}

void BatchRows::backward(const float* slopes, float* out, std::int64_t outputs, const Run& run) const {
  parallel_for(run, touched_count(), feature_grain, [&](std::int64_t first, std::int64_t last) {
    const math::Panel panel{slopes, nullptr, out + first * outputs, outputs, outputs};
    if (sparse_)
      math::times_panel(math::SparseRows{column_starts_.data(), column_rows_.data(), column_values_.data()}, first, last, panel);
    else
      math::times_panel(math::DenseRows{column_values_.data(), rows_, rows_}, first, last, panel);
  });
}

}  // namespace tagma
