#include <tagma/learn/design.h>

#include <tagma/base/parallel.h>

#include <algorithm>
#include <cmath>

namespace tagma {
namespace {

constexpr std::int64_t design_rows = 256, design_features = 64;

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
    build_sparse(x.csr_view(), automatic ? scaling_of(x.csr_view()) : scaling);
  } else {
    const DenseView& view = x.dense_view();
    measure_dense(view, automatic ? Scaling::deviation : scaling, run);
    if (scaling == Scaling::none) dense_rows_ = {view.values, view.columns, view.stride};
    else build_dense(view, run);
  }
  if (columns) build_columns(run);
}

void Design::build_sparse(const CsrView& x, Scaling scaling) {
  std::vector<Extent> extents(static_cast<std::size_t>(all_features_));
  std::vector<bool> used(extents.size());
  for (std::size_t k = 0; k < x.values.size(); ++k) {
    const auto column = static_cast<std::size_t>(x.columns_of[k]);
    extents[column].add(static_cast<double>(x.values[k]));
    if (x.values[k] != 0) used[column] = true;
  }
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
  by_rows_.starts.reserve(static_cast<std::size_t>(rows_) + 1);
  by_rows_.starts.push_back(0);
  by_rows_.columns.reserve(x.values.size());
  by_rows_.values.reserve(x.values.size());
  for (std::size_t r = 0; r < static_cast<std::size_t>(rows_); ++r) {
    for (auto k = static_cast<std::size_t>(x.starts[r]); k < static_cast<std::size_t>(x.starts[r + 1]); ++k) {
      if (x.values[k] == 0) continue;
      const std::int32_t feature = number[static_cast<std::size_t>(x.columns_of[k])];
      by_rows_.columns.push_back(feature);
      by_rows_.values.push_back(x.values[k] * shrink[static_cast<std::size_t>(feature)]);
    }
    by_rows_.starts.push_back(static_cast<std::int64_t>(by_rows_.values.size()));
  }
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
  by_columns_.starts.assign(static_cast<std::size_t>(columns) + 1, 0);
  for (const std::int32_t f : by_rows_.columns) ++by_columns_.starts[static_cast<std::size_t>(f) + 1];
  for (std::size_t f = 0; f < static_cast<std::size_t>(columns); ++f) by_columns_.starts[f + 1] += by_columns_.starts[f];
  std::vector<std::int64_t> next(by_columns_.starts.begin(), by_columns_.starts.end() - 1);
  by_columns_.columns.resize(by_rows_.columns.size());
  by_columns_.values.resize(by_rows_.values.size());
  for (std::size_t r = 0; r < static_cast<std::size_t>(rows_); ++r)
    for (auto k = static_cast<std::size_t>(by_rows_.starts[r]); k < static_cast<std::size_t>(by_rows_.starts[r + 1]); ++k) {
      const auto to = static_cast<std::size_t>(next[static_cast<std::size_t>(by_rows_.columns[k])]++);
      by_columns_.columns[to] = static_cast<std::int32_t>(r);
      by_columns_.values[to] = by_rows_.values[k];
    }
}

void Design::forward(const float* in, const float* start, float* out, std::int64_t width, std::int64_t leap,
                     const Run& run) const {
  parallel_for(run, rows_, design_rows, [&](std::int64_t first, std::int64_t last) {
    const math::Panel panel{in, start, out + first * leap, width, leap};
    if (sparse_) math::times_panel(by_rows_.sparse(), first, last, panel);
    else math::times_panel(dense_rows_, first, last, panel);
  });
}

void Design::backward(const float* in, float* out, std::int64_t width, std::int64_t leap, const Run& run) const {
  parallel_for(run, features(), design_features, [&](std::int64_t first, std::int64_t last) {
    const math::Panel panel{in, nullptr, out + first * leap, width, leap};
    if (sparse_) math::times_panel(by_columns_.sparse(), first, last, panel);
    else math::times_panel(math::DenseRows{transposed_.data(), rows_, rows_}, first, last, panel);
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
        for (auto k = by_columns_.starts[static_cast<std::size_t>(f)]; k < by_columns_.starts[static_cast<std::size_t>(f) + 1]; ++k)
          add(by_columns_.columns[static_cast<std::size_t>(k)], by_columns_.values[static_cast<std::size_t>(k)]);
      } else {
        for (std::int64_t r = 0; r < rows_; ++r) add(r, transposed_[static_cast<std::size_t>(f * rows_ + r)]);
      }
      sums[static_cast<std::size_t>(f)] = sum;
    }
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
