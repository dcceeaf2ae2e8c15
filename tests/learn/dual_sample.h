// Random rows and labels for tests of the dual solver, and its primal objective in double precision.
#pragma once

#include <tagma/base/rng.h>
#include <tagma/learn/dual.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace tagma::test {

struct Sample {
  FeatureMatrix x;
  std::vector<std::int32_t> ids;
  std::vector<std::vector<std::int32_t>> present, exceptions;
  std::vector<float> row_weights;

  Sample(std::int64_t rows, std::int64_t features, std::size_t labels, double unknown = 0) : present(labels), exceptions(labels) {
    Rng rng(7);
    CsrArrays arrays;
    for (std::int32_t r = 0; r < rows; ++r) {
      ids.push_back(r);
      double lead = 0;
      for (std::int32_t f = 0; f < features; ++f)
        if (rng.chance(0.3)) {
          arrays.columns_of.push_back(f);
          arrays.values.push_back(static_cast<float>(rng.normal() * 0.5));
          if (f < 4) lead += static_cast<double>(arrays.values.back());
        }
      arrays.starts.push_back(static_cast<std::int64_t>(arrays.values.size()));
      for (std::size_t l = 0; l < labels; ++l) {
        if (rng.chance(unknown)) exceptions[l].push_back(r);
        else if (rng.chance(lead > 0 ? 0.4 : 0.05)) present[l].push_back(r);
      }
      row_weights.push_back(static_cast<float>(rng.uniform(0, 2)));
    }
    row_weights[3] = 0;
    x = FeatureMatrix(std::move(arrays), features);
  }
  std::vector<PanelLane> lanes(double present_cost = 1, double absent_cost = 1) const {
    std::vector<PanelLane> all;
    for (std::size_t l = 0; l < present.size(); ++l) all.push_back({present[l], exceptions[l], present_cost, absent_cost});
    return all;
  }
};

inline double margin_of(const PackedRows& rows, std::int64_t r, const DualSolved& solved, std::size_t lane) {
  const math::SparseRows x = rows.view().x;
  double sum = 0;
  for (std::int64_t k = x.starts[r]; k < x.starts[r + 1]; ++k)
    sum += static_cast<double>(x.values[k]) *
           static_cast<double>(solved.weights[static_cast<std::size_t>(x.columns[k]) * static_cast<std::size_t>(solved.lanes) + lane]);
  return sum;
}

// 1/2 ||w - centre||^2 + sum C loss, in double precision, summed over the lanes. centre: of each weight, or none for 0.
inline double primal(const PackedRows& rows, const Sample& s, std::span<const PanelLane> lanes, const DualSolved& solved, bool squared,
                     std::span<const float> centre = {}) {
  double value = 0;
  for (std::size_t i = 0; i < solved.weights.size(); ++i) {
    const double off = static_cast<double>(solved.weights[i]) - (centre.empty() ? 0 : static_cast<double>(centre[i]));
    value += 0.5 * off * off;
  }
  for (std::size_t l = 0; l < lanes.size(); ++l)
    for (const std::int32_t r : rows.visited()) {
      if (std::binary_search(s.exceptions[l].begin(), s.exceptions[l].end(), r)) continue;
      const bool yes = std::binary_search(s.present[l].begin(), s.present[l].end(), r);
      const double z = margin_of(rows, r, solved, l), gap = std::max(0.0, yes ? 1 - z : 1 + z);
      value += (yes ? lanes[l].present_cost : lanes[l].absent_cost) / rows.inverse_weight(r) * (squared ? gap * gap : gap);
    }
  return value;
}

}  // namespace tagma::test
