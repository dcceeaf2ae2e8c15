#include <tagma/model/query_rows.h>

#include <tagma/base/error.h>

#include <algorithm>
#include <cmath>

namespace tagma {
namespace {

constexpr double most_sum = 16.9e6;  // of |whole|: times 127 it stays below 2^31
constexpr double most_uneven = 64;

}  // namespace

void QueryRows::check(const FeatureMatrix& x, std::int64_t first, std::int64_t last, std::int64_t features) {
  if (x.columns() > features)
    fail(Code::usage, "{} feature columns, the model knows {}; align the data with the model first", x.columns(), features);
  if (first < 0 || last < first || last > x.rows()) fail(Code::usage, "rows {} to {} of {} feature rows", first, last, x.rows());
}

QueryRows::QueryRows(const FeatureMatrix& x, std::int64_t first, std::int64_t last, std::int64_t features, WeightPrecision precision,
                     bool unit)
    : columns_(x.columns()) {
  check(x, first, last, features);
  const auto add = [&](std::int32_t column, float value) {
    if (value == 0) return;
    ids_.push_back(column);
    values_.push_back(value);
  };
  starts_.reserve(static_cast<std::size_t>(last - first) + 1);
  for (std::int64_t r = first; r < last; ++r) {
    if (x.sparse()) {
      const CsrView& view = x.csr_view();
      for (auto k = static_cast<std::size_t>(view.starts[static_cast<std::size_t>(r)]);
           k < static_cast<std::size_t>(view.starts[static_cast<std::size_t>(r) + 1]); ++k)
        add(view.columns_of[k], view.values[k]);
    } else {
      const std::span<const float> row = x.dense_view().row(r);
      for (std::size_t f = 0; f < row.size(); ++f) add(static_cast<std::int32_t>(f), row[f]);
    }
    end_row(precision, unit);
  }
}

void QueryRows::end_row(WeightPrecision precision, bool unit) {
  const auto from = static_cast<std::size_t>(starts_.back());
  if (unit) {
    const float factor = unit_factor(std::span(values_).subspan(from));
    for (std::size_t i = from; i < values_.size(); ++i) values_[i] *= factor;
  }
  if (precision == WeightPrecision::int8 && (values_.size() - from) % 2 != 0) {
    ids_.push_back(ids_.back());
    values_.push_back(0);
  }
  starts_.push_back(static_cast<std::int64_t>(values_.size()));
  if (precision != WeightPrecision::int8) {
    steps_.push_back(0);
    return;
  }
  double greatest = 0, sum = 0;
  double nonzeros = 0;
  for (std::size_t i = from; i < values_.size(); ++i) {
    nonzeros += values_[i] != 0 ? 1 : 0;
    greatest = std::max(greatest, std::abs(static_cast<double>(values_[i])));
    sum += std::abs(static_cast<double>(values_[i]));
  }
  const double mean = sum / std::max(1., nonzeros);
  const auto step = static_cast<float>(std::max(greatest / 32767, sum / most_sum) * (1 + 1e-6));
  const bool even = greatest <= most_uneven * mean && step >= 1e-30f && step <= 1e30f;
  steps_.push_back(even ? step : 0.f);
  for (std::size_t i = from; i < values_.size(); ++i)
    whole_.push_back(even ? static_cast<std::int16_t>(std::nearbyint(values_[i] / step)) : std::int16_t{0});
}

}  // namespace tagma
