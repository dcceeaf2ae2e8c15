// Random truth, scores and decisions with everything that makes metrics fall over: ties, unknown cells, rows without
// labels, rows with all of them, labels without rows.
#pragma once

#include <tagma/base/rng.h>
#include <tagma/measure/measure.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace tagma::test {

struct ToyOptions {
  std::int64_t rows = 40;
  LabelId labels = 9;
  double present = 0.3, unknown = 0.15;
  bool graded = true, rest_unknown = false;
  int levels = 12;  // distinct scores; few = many ties
  Scale scale = Scale::probability;
};

struct Toy {
  LabelMatrix truth;
  Scores scores;
  Decisions decisions;
  std::vector<std::vector<int>> cells;       // -1, 0, 1
  std::vector<std::vector<double>> grades;   // 0 where not present

  Judged judged() const { return {.truth = &truth, .scores = &scores, .decisions = &decisions}; }
};

// Builds the nouns from plain tables.
inline Toy toy_of(std::vector<std::vector<int>> cells, std::vector<std::vector<double>> grades,
                  std::vector<std::vector<float>> scores, const std::vector<std::vector<bool>>& decided, bool graded,
                  bool rest_unknown, Scale scale) {
  const auto labels = static_cast<LabelId>(cells.front().size());
  Toy toy{LabelMatrix(labels, rest_unknown ? Truth::unknown : Truth::absent), {}, Decisions(labels), cells, grades};
  toy.scores.rows = static_cast<std::int64_t>(cells.size());
  toy.scores.labels = labels;
  toy.scores.scale = scale;
  for (std::size_t r = 0; r < cells.size(); ++r) {
    std::vector<LabelId> present, exceptions, chosen;
    std::vector<float> row_grades;
    for (LabelId l = 0; l < labels; ++l) {
      const auto j = static_cast<std::size_t>(l);
      if (cells[r][j] == 1) present.push_back(l), row_grades.push_back(static_cast<float>(grades[r][j]));
      if (cells[r][j] == (rest_unknown ? 0 : -1)) exceptions.push_back(l);
      if (decided[r][j]) chosen.push_back(l);
      toy.scores.values.push_back(scores[r][j]);
    }
    toy.truth.add(present, graded ? std::span<const float>(row_grades) : std::span<const float>(), exceptions);
    toy.decisions.add(chosen);
  }
  return toy;
}

inline Toy random_toy(std::uint64_t seed, const ToyOptions& options = {}) {
  Rng rng(seed);
  const auto rows = static_cast<std::size_t>(options.rows), labels = static_cast<std::size_t>(options.labels);
  std::vector<std::vector<int>> cells(rows, std::vector<int>(labels));
  std::vector<std::vector<double>> grades(rows, std::vector<double>(labels));
  std::vector<std::vector<float>> scores(rows, std::vector<float>(labels));
  std::vector<std::vector<bool>> decided(rows, std::vector<bool>(labels));
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t l = 0; l < labels; ++l) {
      const bool none = r % 7 == 0, all = r % 11 == 5, rare = l == labels - 1;
      cells[r][l] = rng.chance(options.unknown) ? -1 : !none && !rare && (all || rng.chance(options.present)) ? 1 : 0;
      if (r % 13 == 12) cells[r][l] = options.unknown > 0 ? -1 : 0;
      if (cells[r][l] == 1) grades[r][l] = options.graded ? 1 + static_cast<double>(rng.below(3)) : 1;
      const double raw = rng.uniform() * 0.7 + 0.1 * grades[r][l];
      scores[r][l] = static_cast<float>(std::min(1., std::round(raw * options.levels) / options.levels));
      if (options.scale == Scale::margin) scores[r][l] = scores[r][l] * 4 - 2;
      decided[r][l] = rng.chance(cells[r][l] == 1 ? 0.6 : 0.2);
    }
  return toy_of(cells, grades, scores, decided, options.graded, options.rest_unknown, options.scale);
}

}  // namespace tagma::test
