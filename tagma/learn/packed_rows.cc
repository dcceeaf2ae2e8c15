#include <tagma/learn/packed_rows.h>

#include <tagma/base/error.h>
#include <tagma/learn/row_values.h>

#include <algorithm>
#include <limits>
#include <numeric>

namespace tagma {

PackedRows::PackedRows(const FeatureMatrix& x, std::span<const std::int32_t> rows, std::span<const float> weights, double constant,
                       bool unit, const PackedPlace& place)
    : constant_(constant) {
  if (rows.size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()))
    fail(Code::usage, "{} rows to learn from; at most 2^31 - 1", rows.size());
  find_columns(x, rows);
  number_by_frequency();
  std::vector<std::int32_t> number;  // feature of each column, unless few columns are used
  if (columns_.size() >= static_cast<std::size_t>(x.columns()) / 4) {
    number.resize(static_cast<std::size_t>(x.columns()));
    for (std::size_t i = 0; i < columns_.size(); ++i) number[static_cast<std::size_t>(columns_[i])] = feature_of_[i];
  }
  const std::size_t stored = static_cast<std::size_t>(std::accumulate(counts_.begin(), counts_.end(), std::int64_t{0})) +
                             (constant_ != 0 ? rows.size() : 0);
  if (!place.beside.empty() && stored_bytes * static_cast<std::int64_t>(stored) > place.most_held) stored_ = StoredRows(place.beside);
  stored_.reserve(rows.size(), stored);
  squares_.reserve(rows.size());
  visited_.reserve(rows.size());
  if (!weights.empty()) inverse_weights_.reserve(rows.size());
  Row packed;
  each_place(x, rows, [&](std::size_t i) {
    add_row(x, rows[i], unit, number, packed);
    const float weight = weights.empty() ? 1.f : weights[static_cast<std::size_t>(rows[i])];
    if (!weights.empty()) inverse_weights_.push_back(weight > 0 ? 1 / weight : 1.f);
    if (weight > 0) visited_.push_back(static_cast<std::int32_t>(i));
  });
  if (!rows.empty()) x.release(rows.front(), std::int64_t{rows.back()} + 1);
  stored_.finish();
  stored_.read_apart();
}

void PackedRows::add_row(const FeatureMatrix& x, std::int64_t row, bool unit, std::span<const std::int32_t> number, Row& packed) {
  packed.features.clear();
  packed.values.clear();
  if (constant_ != 0) {
    packed.features.push_back(0);
    packed.values.push_back(static_cast<float>(constant_));
  }
  const std::size_t from = packed.values.size();
  each_value(x, row, [&](std::int32_t column, float value) {
    const auto place = [&] { return std::lower_bound(columns_.begin(), columns_.end(), column) - columns_.begin(); };
    packed.features.push_back(number.empty() ? feature_of_[static_cast<std::size_t>(place())] : number[static_cast<std::size_t>(column)]);
    packed.values.push_back(value);
  });
  const std::span<float> values = std::span(packed.values).subspan(from);
  const float factor = unit ? unit_factor(values) : 1.f;
  double square = constant_ * constant_;
  for (float& value : values) {
    value *= factor;
    square += static_cast<double>(value) * static_cast<double>(value);
  }
  stored_.add(packed.features, packed.values);
  squares_.push_back(static_cast<float>(square));
}

math::DualRows PackedRows::view() const {
  return {stored_.view(),
          squares_.data(),
          inverse_weights_.empty() ? nullptr : inverse_weights_.data()};
}

void PackedRows::find_columns(const FeatureMatrix& x, std::span<const std::int32_t> rows) {
  std::int64_t stored = 0;  // zeros too
  for (const std::int32_t row : rows) stored += static_cast<std::int64_t>(values_of(x, row).size());
  if (stored >= x.columns() / 4) {  // count in an array of all columns
    std::vector<std::int64_t> counts(static_cast<std::size_t>(x.columns()));
    each_place(x, rows, [&](std::size_t i) {
      each_value(x, rows[i], [&](std::int32_t column, float) { ++counts[static_cast<std::size_t>(column)]; });
    });
    for (std::size_t c = 0; c < counts.size(); ++c)
      if (counts[c] > 0) {
        columns_.push_back(static_cast<std::int32_t>(c));
        counts_.push_back(counts[c]);
      }
    return;
  }
  std::vector<std::int32_t> all;
  all.reserve(static_cast<std::size_t>(stored));
  for (const std::int32_t row : rows) each_value(x, row, [&](std::int32_t column, float) { all.push_back(column); });
  std::sort(all.begin(), all.end());
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i == 0 || all[i] != all[i - 1]) {
      columns_.push_back(all[i]);
      counts_.push_back(0);
    }
    ++counts_.back();
  }
}

// counts_ is per column on entry and per feature afterwards.
void PackedRows::number_by_frequency() {
  std::vector<std::int32_t> by_count(columns_.size());
  std::iota(by_count.begin(), by_count.end(), 0);
  std::stable_sort(by_count.begin(), by_count.end(), [&](std::int32_t a, std::int32_t b) {
    return counts_[static_cast<std::size_t>(a)] > counts_[static_cast<std::size_t>(b)];
  });
  feature_of_.resize(columns_.size());
  std::vector<std::int64_t> counts;
  if (constant_ != 0) counts.push_back(0);
  for (const std::int32_t i : by_count) {
    feature_of_[static_cast<std::size_t>(i)] = static_cast<std::int32_t>(counts.size());
    counts.push_back(counts_[static_cast<std::size_t>(i)]);
  }
  counts_ = std::move(counts);
}

}  // namespace tagma
