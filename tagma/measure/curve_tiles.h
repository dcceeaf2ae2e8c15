// Walks over ranked cells under many resamples at once, 16 of them side by side: what a bootstrap interval of average precision or
// AUC takes most of its time for. Between cells that are present nothing is added but whole numbers, so that a step is one
// load and two additions for 16 resamples.
//
// Shape: counts of the rows in tiles of 16 sets, [tiles x rows x 16]; a tile is what a walk reads at random.
// The sums are those of a walk for each set, to the last bit: all but the precisions are whole numbers or halves.
// Memory: that of WeightSets::counts once more.
// Threads: const members may be called from many threads.
#pragma once

#include <tagma/measure/curves.h>
#include <tagma/measure/sort_keys.h>

#include <cstdint>
#include <span>
#include <vector>

namespace tagma {

class CurveTiles {
 public:
  static constexpr std::int64_t width = 16;
  static constexpr std::size_t most_bytes = std::size_t{256} << 20;  // more are left to walks one by one

  // Empty where the sets have no counts, weights of rows besides, or too many bytes.
  explicit CurveTiles(const WeightSets& weights);

  static std::int64_t tiles_of(const WeightSets& weights) { return (weights.sets + width - 1) / width; }

  bool empty() const { return counts_.empty(); }
  // The curves of the sets of a tile: out[0] is that of set tile * width. cells: best first. strict: see weighted_label_curves().
  void walk(std::span<const Cell> cells, std::int64_t tile, bool strict, std::span<Curve> out) const;

 private:
  std::int64_t rows_ = 0;
  std::vector<std::uint8_t> counts_;
};

}  // namespace tagma
