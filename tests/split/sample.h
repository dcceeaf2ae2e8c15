// A small data set like bibtex: labels of power-law frequency in bundles, a tenth of the rows without any.
#pragma once

#include <tagma/base/rng.h>
#include <tagma/base/run.h>
#include <tagma/data/dataset.h>

#include <algorithm>

namespace tagma {

inline Dataset sample_data(std::int64_t rows, LabelId labels, std::uint64_t seed) {
  Rng rng(seed);
  Dataset data;
  data.labels = LabelMatrix(labels);
  for (std::int64_t row = 0; row < rows; ++row) {
    std::vector<LabelId> present;
    const std::uint64_t wanted = rng.chance(0.1) ? 0 : 1 + rng.below(4);
    for (std::uint64_t i = 0; i < wanted; ++i) {
      const double u = rng.uniform();
      const auto label = static_cast<LabelId>(u * u * u * labels);
      present.push_back(label);
      if (rng.chance(0.5)) present.push_back((label + 1) % labels);
    }
    std::sort(present.begin(), present.end());
    present.erase(std::unique(present.begin(), present.end()), present.end());
    data.labels.add(present);
  }
  return data;
}

// A test body cannot say Run: there the word is a member of testing::Test.
inline Run run_with(std::uint64_t seed = 1, int threads = 1) {
  Run run;
  run.seed = seed;
  run.threads = threads;
  return run;
}

inline std::uint64_t fingerprint(const std::vector<std::vector<std::int64_t>>& parts) {
  std::uint64_t hash = 0xcbf29ce484222325u;  // FNV-1a over the row numbers
  const auto mix = [&](std::int64_t value) { hash = (hash ^ static_cast<std::uint64_t>(value)) * 0x100000001b3u; };
  for (const auto& part : parts) {
    mix(-1);
    for (std::int64_t row : part) mix(row);
  }
  return hash;
}

}  // namespace tagma
