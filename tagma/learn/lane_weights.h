// Weights of a panel, and of its lanes one by one: how solved panels are put together, and lanes of a chunk are replaced.
//
// Shape: features ascend; a lane holds only its weights that are not zero.
// Threads: values and pure functions.
#pragma once

#include <tagma/model/weight_chunks.h>

#include <cstdint>
#include <span>
#include <vector>

namespace tagma {

// A chunk of weights as the model wants it (model/weight_chunks.h), and what it took.
struct PanelWeights {
  std::int32_t width = 0;
  std::vector<std::int32_t> features;  // columns of x, ascending
  std::vector<float> weights, bias;    // [features x width], [width]
  std::int64_t passes = 0, visits = 0, unsolved = 0;
  bool stopped = false;                // by the stop token, before it was solved
  double objective = 0;                // least value, or a lower bound that is off by about the tolerance (dual)
};

// One output of a chunk.
struct LaneWeights {
  std::vector<std::int32_t> features;
  std::vector<float> weights;
  float bias = 0, scale = 0;  // scale: of weights that were read from an int8 chunk, else 0
};

std::vector<LaneWeights> lanes_of(const PanelWeights& panel);
std::vector<LaneWeights> lanes_of(const WeightChunks& chunks, std::int64_t chunk);

// Width, features, weights and bias of the lanes side by side.
PanelWeights side_by_side(std::span<const LaneWeights> lanes);

// The lanes as the next chunk of a model.
void add_lanes(ChunkBuilder& chunks, std::span<const LaneWeights> lanes);

}  // namespace tagma
