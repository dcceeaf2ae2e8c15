// Random chunked weights beside the dense matrix they stand for, and random rows.
#pragma once

#include <tagma/base/rng.h>
#include <tagma/data/features.h>
#include <tagma/model/weight_chunks.h>

#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tagma {

struct RandomChunks {
  std::int64_t features;
  std::vector<std::int32_t> widths;
  std::vector<float> weights, bias;  // [features x outputs], [outputs]
  std::int64_t outputs = 0;

  RandomChunks(std::int64_t features_in, std::vector<std::int32_t> widths_in, double density, std::uint64_t seed)
      : features(features_in), widths(std::move(widths_in)) {
    for (const std::int32_t width : widths) outputs += width;
    Rng rng(seed);
    for (std::int64_t f = 0; f < features; ++f)
      for (const std::int32_t width : widths) {
        const bool present = rng.chance(0.7);
        for (std::int32_t lane = 0; lane < width; ++lane)
          weights.push_back(present && rng.chance(density) ? static_cast<float>(rng.normal()) : 0.f);
      }
    for (std::int64_t o = 0; o < outputs; ++o) bias.push_back(static_cast<float>(rng.normal()));
  }

  WeightChunks chunks(WeightPrecision precision, const std::string& scratch = {}) const {
    ChunkBuilder builder(features, precision, false, scratch);
    std::int64_t first = 0;
    for (const std::int32_t width : widths) {
      std::vector<std::int32_t> ids;
      std::vector<float> part;
      for (std::int64_t f = 0; f < features; ++f) {
        if (f % 5 == 3) {  // leave out what is zero; elsewhere the builder drops it
          bool any = false;
          for (std::int32_t lane = 0; lane < width; ++lane) any |= weight(f, first + lane) != 0;
          if (!any) continue;
        }
        ids.push_back(static_cast<std::int32_t>(f));
        for (std::int32_t lane = 0; lane < width; ++lane) part.push_back(weight(f, first + lane));
      }
      builder.add(width, ids, part, std::span(bias).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(width)));
      first += width;
    }
    return builder.finish();
  }

  float weight(std::int64_t feature, std::int64_t output) const { return weights[static_cast<std::size_t>(feature * outputs + output)]; }

  // The most that a weight of an output may be off by.
  double weight_error(std::int64_t feature, std::int64_t output, WeightPrecision precision) const {
    if (precision == WeightPrecision::fp32) return 0;
    if (precision == WeightPrecision::bf16) return std::abs(static_cast<double>(weight(feature, output))) / 256;
    double most = 0;
    for (std::int64_t f = 0; f < features; ++f) most = std::max(most, std::abs(static_cast<double>(weight(f, output))));
    return most / 254 * (1 + 1e-5);
  }
};

struct RandomRows {
  std::int64_t rows, columns;
  std::vector<float> values;  // [rows x columns]

  RandomRows(std::int64_t rows_in, std::int64_t columns_in, double density, std::uint64_t seed) : rows(rows_in), columns(columns_in) {
    Rng rng(seed);
    for (std::int64_t r = 0; r < rows; ++r) {
      const bool uneven = r % 7 == 4;  // one value dwarfs the others
      for (std::int64_t c = 0; c < columns; ++c) {
        float value = rng.chance(density) ? static_cast<float>(rng.normal()) : 0.f;
        if (uneven && c == 2) value = 500;
        values.push_back(value);
      }
    }
  }
  FeatureMatrix dense() const { return FeatureMatrix(DenseArrays{values}, rows, columns); }
  FeatureMatrix sparse() const {
    CsrArrays arrays;
    for (std::int64_t r = 0; r < rows; ++r) {
      for (std::int64_t c = 0; c < columns; ++c)
        if (value(r, c) != 0) {
          arrays.columns_of.push_back(static_cast<std::int32_t>(c));
          arrays.values.push_back(value(r, c));
        }
      arrays.starts.push_back(static_cast<std::int64_t>(arrays.values.size()));
    }
    return FeatureMatrix(std::move(arrays), columns);
  }
  float value(std::int64_t r, std::int64_t c) const { return values[static_cast<std::size_t>(r * columns + c)]; }
};

// What is saved, as a file in memory.
template <class Saved>
ModelReader written(const Saved& save) {
  ModelWriter file;
  save(file);
  auto bytes = std::make_shared<const std::vector<std::byte>>(file.bytes());
  const std::span<const std::byte> view = *bytes;
  return {view, std::move(bytes), "toy"};
}

inline constexpr WeightPrecision all_precisions[] = {WeightPrecision::fp32, WeightPrecision::bf16, WeightPrecision::int8};

}  // namespace tagma
