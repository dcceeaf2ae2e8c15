// Small random scores and truth for the tests of rules: ties on purpose, unknown cells on request.
#pragma once

#include <tagma/base/rng.h>
#include <tagma/data/labels.h>
#include <tagma/data/scores.h>

#include <cmath>
#include <numeric>
#include <vector>

namespace tagma::toys {

struct Case {
  Scores scores;
  LabelMatrix truth;
};

struct Shape {
  std::int64_t rows = 40;
  LabelId labels = 5;
  Scale scale = Scale::probability;
  double unknown = 0;    // share of unknown cells
  int levels = 12;       // number of distinct scores, about; 0: all differ
  double present = 0.3;  // presence probability of label 0; it falls by `fade` from label to label
  double fade = 0.8;
};

inline Case make(const Shape& shape, std::uint64_t seed) {
  Rng rng(seed);
  Case out{.scores = {}, .truth = LabelMatrix(shape.labels)};
  out.scores.rows = shape.rows;
  out.scores.labels = shape.labels;
  out.scores.scale = shape.scale;
  for (std::int64_t row = 0; row < shape.rows; ++row) {
    std::vector<LabelId> present, unknown;
    for (LabelId label = 0; label < shape.labels; ++label) {
      const bool is = rng.chance(shape.present * std::pow(shape.fade, label));
      double margin = rng.normal(is ? 0.5 : -1.5, 1.2);
      if (shape.levels > 0) margin = std::round(margin * shape.levels / 6) * 6 / shape.levels;
      out.scores.values.push_back(
          static_cast<float>(shape.scale == Scale::margin ? margin : 1 / (1 + std::exp(-margin))));
      if (rng.chance(shape.unknown))
        unknown.push_back(label);
      else if (is)
        present.push_back(label);
    }
    out.truth.add(present, {}, unknown);
  }
  return out;
}

inline Case reordered(const Case& from, std::uint64_t seed) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(from.scores.rows));
  std::iota(order.begin(), order.end(), std::int64_t{0});
  Rng(seed).shuffle(order);
  Case out{.scores = from.scores, .truth = from.truth.select(order)};
  out.scores.values.clear();
  for (std::int64_t row : order) {
    const auto values = from.scores.row(row);
    out.scores.values.insert(out.scores.values.end(), values.begin(), values.end());
  }
  return out;
}

inline std::vector<std::vector<LabelId>> listed(const Decisions& decisions) {
  std::vector<std::vector<LabelId>> rows;
  for (std::int64_t row = 0; row < decisions.rows(); ++row)
    rows.emplace_back(decisions[row].begin(), decisions[row].end());
  return rows;
}

}  // namespace tagma::toys
