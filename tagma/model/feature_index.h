// The weights of all chunks once more, turned to lie feature by feature. A row walks the weights that its features have and
// nothing else, from end to end, where chunk after chunk would look every feature up in every chunk.
//
// At int8 a feature with a weight in at least one of 12 outputs is a dense row of bytes, which is quicker to sum than a
// list; all others are lists of (output, weight). Outputs are the same bytes as those of ChunkTile.
// Memory: 8 bytes per listed weight (5 at int8), at most 12 bytes per weight of a dense row.
// Errors: the constructor throws Error{bad_model} at a damaged chunk.
// Threads: const members may be called from many threads, each with its own scratch.
#pragma once

#include <tagma/model/query_rows.h>

#include <cstdint>
#include <span>
#include <vector>

namespace tagma {

class FeatureIndex {
 public:
  explicit FeatureIndex(const WeightChunks& chunks);

  struct Scratch {
    std::vector<std::int32_t> rows, whole_out;
    std::vector<std::int16_t> x;
    std::vector<float> out;
  };
  // The outputs of a row, [outputs], in the scratch.
  std::span<const float> outputs(const QueryRow& row, Scratch& scratch) const;

 private:
  void count(std::vector<std::int64_t>& counts) const;
  void place(const std::vector<std::int64_t>& counts);
  template <WeightPrecision p>
  void fill();
  void sum_whole(const QueryRow& row, Scratch& scratch) const;
  template <WeightPrecision p>
  void sum_floats(const QueryRow& row, Scratch& scratch) const;

  WeightChunks chunks_;
  std::int64_t width_;                    // outputs, rounded up to a multiple of 64
  std::vector<std::int32_t> dense_row_;   // of each feature, 0 where it is listed; row 0 is zeros
  std::vector<std::int64_t> starts_;      // features + 1, into the lists
  std::vector<std::int8_t> dense_, whole_;
  std::vector<std::int32_t> outputs_;
  std::vector<float> values_;
};

}  // namespace tagma
