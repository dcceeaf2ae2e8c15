// Small data sets that every learner is tried on.
#pragma once

#include <tagma/base/rng.h>
#include <tagma/data/dataset.h>

#include <algorithm>

namespace tagma::laws {

enum class Kind { dense, sparse, pictures };

// Grey pictures of 18 x 18 pixels: every present label is a pattern of its own in one of nine cells, at random.
inline Images toy_pictures(const LabelMatrix& labels, Rng& rng) {
  constexpr int cell = 6, side = 3 * cell;
  const auto pattern = [](LabelId label, int y, int x) {
    switch (label % 5) {
      case 0: return y == x;
      case 1: return y % 3 == 0;
      case 2: return x % 3 == 0;
      case 3: return y > 0 && x > 0 && y < 4 && x < 4;
      default: return (x + y) % 2 == 0;
    }
  };
  std::vector<Image> images;
  for (std::int64_t r = 0; r < labels.rows(); ++r) {
    Image image{side, side, 1, std::vector<std::uint8_t>(side * side)};
    for (std::uint8_t& pixel : image.pixels) pixel = static_cast<std::uint8_t>(rng.below(30));
    std::vector<int> cells{0, 1, 2, 3, 4, 5, 6, 7, 8};
    rng.shuffle(cells);
    std::size_t next = 0;
    for (const LabelId label : labels[r].present) {
      const int at = cells[next++ % cells.size()], top = at / 3 * cell, left = at % 3 * cell;
      for (int y = 0; y < cell; ++y)
        for (int x = 0; x < cell; ++x)
          if (pattern(label, y, x)) image.pixels[static_cast<std::size_t>((top + y) * side + left + x)] = static_cast<std::uint8_t>(180 + rng.below(70));
    }
    images.push_back(std::move(image));
  }
  return Images(std::make_shared<const ImageList>(std::move(images)));
}

// Rows whose labels follow from signs of a few features; the first label is rare, the last row kinds carry no label.
// `unknown`: share of cells made unknown. Grades grow with the margin.
inline Dataset toy(Kind kind, std::int64_t rows, LabelId labels, std::uint64_t seed, double unknown = 0) {
  const std::int64_t features = labels + 5;
  Rng rng(seed);
  Dataset data;
  data.labels = LabelMatrix(labels);
  DenseArrays dense;
  CsrArrays sparse;
  for (std::int64_t r = 0; r < rows; ++r) {
    std::vector<float> x(static_cast<std::size_t>(features));
    for (float& value : x) value = rng.chance(kind == Kind::sparse ? 0.4 : 1) ? static_cast<float>(rng.normal()) : 0.f;
    std::vector<LabelId> present, exceptions;
    std::vector<float> grades;
    for (LabelId label = 0; label < labels; ++label) {
      const auto j = static_cast<std::size_t>(label);
      const float margin = x[j] + 0.5f * x[j + 1] - (label == 0 ? 1.f : 0.4f);
      if (unknown > 0 && rng.chance(unknown)) {
        exceptions.push_back(label);
      } else if (margin > 0) {
        present.push_back(label);
        grades.push_back(static_cast<float>(1 + static_cast<int>(margin * 2)));
      }
    }
    data.labels.add(present, grades, exceptions);
    if (kind == Kind::pictures) continue;
    if (kind == Kind::dense) dense.values.insert(dense.values.end(), x.begin(), x.end());
    for (std::int32_t f = 0; f < features; ++f)
      if (x[static_cast<std::size_t>(f)] != 0) {
        sparse.columns_of.push_back(f);
        sparse.values.push_back(x[static_cast<std::size_t>(f)]);
      }
    sparse.starts.push_back(static_cast<std::int64_t>(sparse.values.size()));
  }
  if (kind == Kind::pictures) data.pictures = toy_pictures(data.labels, rng);
  else data.features = kind == Kind::dense ? FeatureMatrix(std::move(dense), rows, features) : FeatureMatrix(std::move(sparse), features);
  return data;
}

// Every label absent in every row.
inline Dataset all_negative(Kind kind, std::int64_t rows, LabelId labels) {
  Dataset data = toy(kind, rows, labels, 3);
  data.labels = LabelMatrix(labels);
  for (std::int64_t r = 0; r < rows; ++r) data.labels.add({});
  return data;
}

}  // namespace tagma::laws
