#include <tagma/deep/feeder.h>

#include <tagma/base/error.h>

#include <algorithm>
#include <cmath>

namespace tagma::deep {
namespace {

// Calls take(column, value) for the stored values of a row.
template <class Take>
void each_value(const FeatureMatrix& x, std::int64_t row, Take&& take) {
  if (x.sparse()) {
    const CsrView& view = x.csr_view();
    const auto r = static_cast<std::size_t>(row);
    for (auto k = static_cast<std::size_t>(view.starts[r]); k < static_cast<std::size_t>(view.starts[r + 1]); ++k)
      take(view.columns_of[k], view.values[k]);
  } else {
    std::int32_t column = 0;
    for (const float value : x.dense_view().row(row)) take(column++, value);
  }
}

class FeatureFeeder final : public Feeder {
 public:
  FeatureFeeder(const FeatureMatrix& x, const InputShape& shape) : x_(x), shape_(shape) {
    if (x.columns() > shape.features)
      fail(Code::usage, "{} features for a network of {}; allowed: at most as many", x.columns(), shape.features);
  }

  Input rows(std::span<const std::int64_t> rows, std::uint64_t) const override { return shape_.sparse ? sparse(rows) : dense(rows); }

 private:
  Input dense(std::span<const std::int64_t> rows) const {
    Input input;
    input.dense = at::zeros({static_cast<std::int64_t>(rows.size()), shape_.features});
    float* to = input.dense.data_ptr<float>();
    for (const std::int64_t row : rows) {
      each_value(x_, row, [&](std::int32_t column, float value) { to[column] = value; });
      to += shape_.features;
    }
    return input;
  }

  Input sparse(std::span<const std::int64_t> rows) const {
    std::vector<std::int64_t> columns, starts;
    std::vector<float> values;
    for (const std::int64_t row : rows) {
      starts.push_back(static_cast<std::int64_t>(columns.size()));
      each_value(x_, row, [&](std::int32_t column, float value) {
        if (value == 0) return;
        columns.push_back(column);
        values.push_back(value);
      });
    }
    Input input;
    input.columns = at::tensor(columns, at::kLong);
    input.starts = at::tensor(starts, at::kLong);
    input.values = at::tensor(values, at::kFloat);
    return input;
  }

  const FeatureMatrix& x_;
  InputShape shape_;
};

}  // namespace

std::unique_ptr<Feeder> feature_feeder(const FeatureMatrix& x, const InputShape& shape) {
  return std::make_unique<FeatureFeeder>(x, shape);
}

FeatureScale scale_of(const FeatureMatrix& x) {
  const auto columns = static_cast<std::size_t>(x.columns());
  const double rows = static_cast<double>(std::max<std::int64_t>(x.rows(), 1));
  std::vector<double> sums(columns), squares(columns);
  for (std::int64_t r = 0; r < x.rows(); ++r)
    each_value(x, r, [&](std::int32_t column, float value) { sums[static_cast<std::size_t>(column)] += static_cast<double>(value); });
  for (double& sum : sums) sum /= rows;
  for (std::int64_t r = 0; r < x.rows(); ++r)
    each_value(x, r, [&](std::int32_t column, float value) {
      const double gap = static_cast<double>(value) - sums[static_cast<std::size_t>(column)];
      squares[static_cast<std::size_t>(column)] += gap * gap;
    });
  std::vector<float> shift(sums.begin(), sums.end()), factor(columns);
  for (std::size_t c = 0; c < columns; ++c) {
    const double deviation = std::sqrt(squares[c] / rows);
    factor[c] = deviation > 1e-12 ? static_cast<float>(1 / deviation) : 1.f;
  }
  return {at::tensor(shift), at::tensor(factor)};
}

}  // namespace tagma::deep
