// Rows for tests of label trees: labels that come in groups, and rows without any.
#pragma once

#include <tagma/base/rng.h>
#include <tagma/data/dataset.h>

#include <algorithm>
#include <vector>

namespace tagma::test {

// 96 labels: a word for each, and for each group of eight labels a word that any of them may bring along.
inline Dataset topics(std::int64_t rows, std::uint64_t seed) {
  Rng rng(seed);
  CsrArrays arrays;
  Dataset data;
  data.labels = LabelMatrix(96);
  for (std::int64_t r = 0; r < rows; ++r) {
    std::vector<LabelId> present;
    std::vector<bool> words(96 + 12);
    for (int i = 0; i < 2 && r % 5 != 0; ++i) {
      const auto label = static_cast<LabelId>(rng.below(96));
      present.push_back(label);
      words[static_cast<std::size_t>(label)] = rng.chance(0.8);
      words[static_cast<std::size_t>(96 + label / 8)] = true;
    }
    for (std::size_t w = 0; w < words.size(); ++w)
      if (words[w] || rng.chance(0.02)) {
        arrays.columns_of.push_back(static_cast<std::int32_t>(w));
        arrays.values.push_back(static_cast<float>(rng.uniform(0.5, 1)));
      }
    arrays.starts.push_back(static_cast<std::int64_t>(arrays.values.size()));
    std::sort(present.begin(), present.end());
    present.erase(std::unique(present.begin(), present.end()), present.end());
    data.labels.add(present);
  }
  data.features = FeatureMatrix(std::move(arrays), 96 + 12);
  return data;
}

}  // namespace tagma::test
