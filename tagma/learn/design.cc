#include <tagma/learn/design.h>

#include <tagma/base/parallel.h>
#include <tagma/learn/row_values.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace tagma {
namespace {

constexpr std::int64_t design_rows = 256, design_features = 64;
constexpr std::size_t entries_let_go = 16384;  // of a file, as many are looked at before they are let go of

// What is divided by: 1 where a column has no extent.
double divisor(double extent) { return extent > 0 && std::isfinite(extent) ? extent : 1; }

struct Extent {
  double sum = 0, squares = 0, most = 0;
  void add(double value) {
    sum += value;
    squares += value * value;
    most = std::max(most, std::abs(value));
  }
};

double extent_of(const Extent& extent, std::int64_t rows, Scaling scaling) {
  if (scaling == Scaling::max) return divisor(extent.most);
  if (scaling == Scaling::none) return 1;
  const double mean = extent.sum / static_cast<double>(rows);
  const double variance = extent.squares / static_cast<double>(rows) - mean * mean;
  return variance > 1e-12 * extent.most * extent.most ? divisor(std::sqrt(variance)) : divisor(extent.most);
}

// A table that only its file format made sparse: at least half of its cells are stored.
bool is_a_table(const FeatureMatrix& x) {
  constexpr std::int64_t most_cells = std::int64_t{1} << 28;
  const std::int64_t cells = x.rows() * x.columns();
  return x.sparse() && cells > 0 && cells <= most_cells && 2 * x.stored() >= cells;
}

FeatureMatrix as_table(const CsrView& x) {
  DenseArrays arrays;
  arrays.values.assign(static_cast<std::size_t>(x.rows() * x.columns), 0.f);
  for (std::int64_t row = 0; row < x.rows(); ++row)
    for (auto i = x.starts[static_cast<std::size_t>(row)]; i < x.starts[static_cast<std::size_t>(row) + 1]; ++i)
      arrays.values[static_cast<std::size_t>(row * x.columns + x.columns_of[static_cast<std::size_t>(i)])] =
          x.values[static_cast<std::size_t>(i)];
  return {std::move(arrays), x.rows(), x.columns};
}

// Words and indicators are left as they are; columns of large numbers would stall every solver but newton.
Scaling scaling_of(const CsrView& x) {
  constexpr float large = 100;
  const bool any = std::any_of(x.values.begin(), x.values.end(), [](float value) { return std::abs(value) > large; });
  return any ? Scaling::max : Scaling::none;
}

}  // namespace

Design::Design(const FeatureMatrix& x, Scaling scaling, bool columns, const Run& run)
    : rows_(x.rows()), all_features_(x.columns()), sparse_(x.sparse()) {
  const bool automatic = scaling == Scaling::automatic;
  if (automatic && is_a_table(x)) {
    const FeatureMatrix table = as_table(x.csr_view());
    sparse_ = false;
    measure_dense(table.dense_view(), Scaling::deviation, run);
    build_dense(table.dense_view(), run);
  } else if (sparse_) {
    const CsrView& view = x.csr_view();
    const auto each_row = [&](auto&& take, auto&& end) {
      for (std::size_t r = 0; r < static_cast<std::size_t>(rows_); ++r) {
        for (auto k = static_cast<std::size_t>(view.starts[r]); k < static_cast<std::size_t>(view.starts[r + 1]); ++k)
          take(view.columns_of[k], view.values[k]);
        end();
      }
    };
    build_sparse(each_row, automatic ? scaling_of(view) : scaling, {});
  } else {
    const DenseView& view = x.dense_view();
    measure_dense(view, automatic ? Scaling::deviation : scaling, run);
    if (scaling == Scaling::none) dense_rows_ = {view.values, view.columns, view.stride};
    else build_dense(view, run);
  }
  if (columns) build_columns(run);
}

Design::Design(const FeatureMatrix& x, std::span<const std::int32_t> rows, bool unit, const DesignPlace& place)
    : rows_(std::ssize(rows)), all_features_(x.columns()), sparse_(true) {
  std::vector<std::int32_t> columns;
  std::vector<float> values;
  const auto each_row = [&](auto&& take, auto&& end) {
    each_place(x, rows, [&](std::size_t i) {
      columns.clear();
      values.clear();
      each_value(x, rows[i], [&](std::int32_t column, float value) {
        columns.push_back(column);
        values.push_back(value);
      });
      const float factor = unit ? unit_factor(values) : 1.f;
      for (std::size_t k = 0; k < values.size(); ++k) take(columns[k], values[k] * factor);
      end();
    });
    if (!rows.empty()) x.release(rows.front(), std::int64_t{rows.back()} + 1);
  };
  build_sparse(each_row, Scaling::none, place);
  if (place.beside.empty()) turn_held();
  else turn_in_files(place);
}

// each_row(take, end): take(column, value) for the values of each row, and end() behind them.
template <class EachRow>
void Design::build_sparse(EachRow each_row, Scaling scaling, const DesignPlace& place) {
  std::vector<Extent> extents(static_cast<std::size_t>(all_features_));
  std::vector<bool> used(extents.size());
  std::size_t stored = 0;
  each_row(
      [&](std::int32_t column, float value) {
        if (value == 0) return;
        extents[static_cast<std::size_t>(column)].add(static_cast<double>(value));
        used[static_cast<std::size_t>(column)] = true;
        ++stored;
      },
      [] {});
  std::vector<std::int32_t> number(extents.size(), -1);
  std::vector<float> shrink;
  for (std::size_t column = 0; column < extents.size(); ++column) {
    if (!used[column]) continue;
    number[column] = static_cast<std::int32_t>(kept_.size());
    kept_.push_back(static_cast<std::int32_t>(column));
    scale_.push_back(extent_of(extents[column], rows_, scaling));
    shrink.push_back(static_cast<float>(1 / scale_.back()));
  }
  centre_.assign(kept_.size(), 0);
  by_rows_ = StoredRows(place.beside);
  by_rows_.reserve(static_cast<std::size_t>(rows_), stored);
  std::vector<std::int32_t> features;
  std::vector<float> values;
  each_row(
      [&](std::int32_t column, float value) {
        if (value == 0) return;
        features.push_back(number[static_cast<std::size_t>(column)]);
        values.push_back(value * shrink[static_cast<std::size_t>(features.back())]);
      },
      [&] {
        by_rows_.add(features, values);
        features.clear();
        values.clear();
      });
  by_rows_.finish();
}

void Design::measure_dense(const DenseView& x, Scaling scaling, const Run& run) {
  const auto features = static_cast<std::size_t>(x.columns);
  kept_.resize(features);
  for (std::size_t f = 0; f < features; ++f) kept_[f] = static_cast<std::int32_t>(f);
  scale_.assign(features, 1);
  centre_.assign(features, 0);
  if (scaling == Scaling::none || x.rows == 0) return;
  const std::vector<Extent> extents = parallel_reduce(
      run, x.rows, design_rows * 8, std::vector<Extent>(features),
      [&](std::int64_t first, std::int64_t last) {
        std::vector<Extent> part(features);
        for (std::int64_t r = first; r < last; ++r)
          for (std::size_t f = 0; f < features; ++f) part[f].add(static_cast<double>(x.row(r)[f]));
        return part;
      },
      [&](std::vector<Extent>& all, const std::vector<Extent>& part) {
        for (std::size_t f = 0; f < features; ++f)
          all[f] = {all[f].sum + part[f].sum, all[f].squares + part[f].squares, std::max(all[f].most, part[f].most)};
      });
  for (std::size_t f = 0; f < features; ++f) {
    scale_[f] = extent_of(extents[f], x.rows, scaling);
    if (scaling == Scaling::deviation) centre_[f] = extents[f].sum / static_cast<double>(x.rows);
  }
}

void Design::build_dense(const DenseView& x, const Run& run) {
  const auto features = static_cast<std::size_t>(x.columns);
  dense_.resize(static_cast<std::size_t>(x.rows) * features);
  parallel_for(run, x.rows, design_rows, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t r = first; r < last; ++r) {
      const std::span<const float> from = x.row(r);
      float* to = dense_.data() + static_cast<std::size_t>(r) * features;
      for (std::size_t f = 0; f < features; ++f)
        to[f] = static_cast<float>((static_cast<double>(from[f]) - centre_[f]) / scale_[f]);
    }
  });
  dense_rows_ = {dense_.data(), x.columns, x.columns};
}

void Design::build_columns(const Run& run) {
  const std::int64_t columns = features();
  if (!sparse_) {
    transposed_.resize(static_cast<std::size_t>(rows_ * columns));
    parallel_for(run, columns, design_features, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t r = 0; r < rows_; ++r)
        for (std::int64_t f = first; f < last; ++f)
          transposed_[static_cast<std::size_t>(f * rows_ + r)] = dense_rows_.values[r * dense_rows_.stride + f];
    });
    return;
  }
  turn_held();
}

void Design::turn_held() {
  const math::SparseRows rows = by_rows_.view();
  const auto stored = static_cast<std::size_t>(by_rows_.stored());
  std::vector<std::int64_t> starts(kept_.size() + 1);
  for (std::size_t k = 0; k < stored; ++k) ++starts[static_cast<std::size_t>(rows.columns[k]) + 1];
  for (std::size_t f = 0; f < kept_.size(); ++f) starts[f + 1] += starts[f];
  std::vector<std::int64_t> next(starts.begin(), starts.end() - 1);
  Large<std::int32_t> rows_of(stored);
  Large<float> values(stored);
  for (std::int64_t r = 0; r < rows_; ++r)
    for (std::int64_t k = rows.starts[r]; k < rows.starts[r + 1]; ++k) {
      const auto to = static_cast<std::size_t>(next[static_cast<std::size_t>(rows.columns[k])]++);
      rows_of[to] = static_cast<std::int32_t>(r);
      values[to] = rows.values[k];
    }
  by_columns_ = StoredRows(std::move(starts), std::move(rows_of), std::move(values));
}

// Runs of rows are turned round in memory and written one behind the other; then each column is what the runs have of it, in order.
void Design::turn_in_files(const DesignPlace& place) {
  struct Entry {
    std::int32_t feature, row;
    float value;
  };
  const auto most = static_cast<std::size_t>(std::max<std::int64_t>(place.block_bytes / 4 / static_cast<std::int64_t>(sizeof(Entry)), 1));
  WorkingArray<Entry> runs(place.beside);
  std::vector<std::size_t> at, ends;  // of each run: where it is read, and its end
  const auto rows = static_cast<std::size_t>(rows_);
  const math::SparseRows stored = by_rows_.view();
  const auto start = [&](std::size_t r) { return static_cast<std::size_t>(stored.starts[r]); };
  for (std::size_t first = 0, last = 0; first < rows; first = last) {
    while (last < rows && (last == first || start(last + 1) - start(first) <= most)) ++last;
    std::vector<std::size_t> next(kept_.size() + 1);
    for (std::size_t k = start(first); k < start(last); ++k) ++next[static_cast<std::size_t>(stored.columns[k]) + 1];
    for (std::size_t f = 0; f < kept_.size(); ++f) next[f + 1] += next[f];
    std::vector<Entry> run(start(last) - start(first));
    for (std::size_t r = first; r < last; ++r)
      for (std::size_t k = start(r); k < start(r + 1); ++k) {
        const std::int32_t feature = stored.columns[k];
        run[next[static_cast<std::size_t>(feature)]++] = {feature, static_cast<std::int32_t>(r), stored.values[k]};
      }
    by_rows_.release(static_cast<std::int64_t>(first), static_cast<std::int64_t>(last));
    at.push_back(runs.size());
    runs.add(run);
    ends.push_back(runs.size());
  }
  runs.finish();
  by_columns_ = StoredRows(place.beside);
  std::vector<std::size_t> held = at;  // of each run, the first entry that has not been let go
  std::vector<std::int32_t> rows_of;
  std::vector<float> values;
  for (std::size_t f = 0; f < kept_.size(); ++f) {
    for (std::size_t b = 0; b < at.size(); ++b) {
      for (; at[b] < ends[b] && static_cast<std::size_t>(runs.data()[at[b]].feature) == f; ++at[b]) {
        rows_of.push_back(runs.data()[at[b]].row);
        values.push_back(runs.data()[at[b]].value);
      }
      if (at[b] - held[b] < entries_let_go) continue;
      runs.release(held[b], at[b] - held[b]);
      held[b] = at[b];
    }
    by_columns_.add(rows_of, values);
    rows_of.clear();
    values.clear();
  }
  by_columns_.finish();
}

void Design::forward(const float* in, const float* start, float* out, std::int64_t width, std::int64_t leap,
                     const Run& run) const {
  parallel_for(run, rows_, design_rows, [&](std::int64_t first, std::int64_t last) {
    const math::Panel panel{in, start, out + first * leap, width, leap};
    if (sparse_) math::times_panel(by_rows_.view(), first, last, panel);
    else math::times_panel(dense_rows_, first, last, panel);
    by_rows_.release(first, last);
  });
}

void Design::backward(const float* in, float* out, std::int64_t width, std::int64_t leap, const Run& run) const {
  parallel_for(run, features(), design_features, [&](std::int64_t first, std::int64_t last) {
    const math::Panel panel{in, nullptr, out + first * leap, width, leap};
    if (sparse_) math::times_panel(by_columns_.view(), first, last, panel);
    else math::times_panel(math::DenseRows{transposed_.data(), rows_, rows_}, first, last, panel);
    by_columns_.release(first, last);
  });
}

std::vector<double> Design::squares(const std::vector<float>& row_weights, const Run& run) const {
  std::vector<double> sums(static_cast<std::size_t>(features()));
  parallel_for(run, features(), design_features, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t f = first; f < last; ++f) {
      double sum = 0;
      const auto add = [&](std::int64_t row, float value) {
        sum += static_cast<double>(row_weights[static_cast<std::size_t>(row)]) * static_cast<double>(value) * static_cast<double>(value);
      };
      if (sparse_) {
        const math::SparseRows columns = by_columns_.view();
        for (std::int64_t k = columns.starts[f]; k < columns.starts[f + 1]; ++k) add(columns.columns[k], columns.values[k]);
      } else {
        for (std::int64_t r = 0; r < rows_; ++r) add(r, transposed_[static_cast<std::size_t>(f * rows_ + r)]);
      }
      sums[static_cast<std::size_t>(f)] = sum;
    }
    by_columns_.release(first, last);
  });
  return sums;
}

Point Design::raw(const Point& point, std::int64_t outputs) const {
  const auto width = static_cast<std::size_t>(outputs);
  Point raw;
  raw.weights.assign(static_cast<std::size_t>(all_features_) * width, 0.f);
  std::vector<double> bias(point.bias.begin(), point.bias.end());
  for (std::size_t f = 0; f < kept_.size(); ++f)
    for (std::size_t o = 0; o < width; ++o) {
      const double weight = static_cast<double>(point.weights[f * width + o]) / scale_[f];
      raw.weights[static_cast<std::size_t>(kept_[f]) * width + o] = static_cast<float>(weight);
      bias[o] -= centre_[f] * weight;
    }
  raw.bias.assign(bias.begin(), bias.end());
  return raw;
}

Point Design::scaled(const Point& point, std::int64_t outputs) const {
  const auto width = static_cast<std::size_t>(outputs);
  Point scaled;
  scaled.weights.resize(kept_.size() * width);
  std::vector<double> bias(point.bias.begin(), point.bias.end());
  for (std::size_t f = 0; f < kept_.size(); ++f)
    for (std::size_t o = 0; o < width; ++o) {
      const double weight = static_cast<double>(point.weights[static_cast<std::size_t>(kept_[f]) * width + o]);
      scaled.weights[f * width + o] = static_cast<float>(weight * scale_[f]);
      bias[o] += centre_[f] * weight;
    }
  scaled.bias.assign(bias.begin(), bias.end());
  return scaled;
}

}  // namespace tagma
