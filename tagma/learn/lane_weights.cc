#include <tagma/learn/lane_weights.h>

#include <algorithm>

namespace tagma {
namespace {

// Lanes of weights [features x lanes].
std::vector<LaneWeights> apart(std::size_t lanes, std::span<const std::int32_t> features, std::span<const float> weights,
                               std::span<const float> bias, std::span<const float> scale) {
  std::vector<LaneWeights> all(lanes);
  for (std::size_t i = 0; i < features.size(); ++i)
    for (std::size_t l = 0; l < lanes; ++l)
      if (const float weight = weights[i * lanes + l]; weight != 0) {
        all[l].features.push_back(features[i]);
        all[l].weights.push_back(weight);
      }
  for (std::size_t l = 0; l < lanes; ++l) {
    all[l].bias = bias[l];
    if (!scale.empty()) all[l].scale = scale[l];
  }
  return all;
}

}  // namespace

std::vector<LaneWeights> lanes_of(const PanelWeights& panel) {
  return apart(static_cast<std::size_t>(panel.width), panel.features, panel.weights, panel.bias, {});
}

std::vector<LaneWeights> lanes_of(const WeightChunks& chunks, std::int64_t chunk) {
  const WeightChunks::Dense dense = chunks.dense(chunk);
  return apart(static_cast<std::size_t>(chunks.width(chunk)), dense.features, dense.weights, chunks.bias(chunk), chunks.scale(chunk));
}

PanelWeights side_by_side(std::span<const LaneWeights> lanes) {
  PanelWeights panel;
  panel.width = static_cast<std::int32_t>(lanes.size());
  for (const LaneWeights& lane : lanes) {
    panel.features.insert(panel.features.end(), lane.features.begin(), lane.features.end());
    panel.bias.push_back(lane.bias);
  }
  std::sort(panel.features.begin(), panel.features.end());
  panel.features.erase(std::unique(panel.features.begin(), panel.features.end()), panel.features.end());
  panel.weights.assign(panel.features.size() * lanes.size(), 0.f);
  for (std::size_t l = 0; l < lanes.size(); ++l)
    for (std::size_t i = 0, row = 0; i < lanes[l].features.size(); ++i, ++row) {
      while (panel.features[row] != lanes[l].features[i]) ++row;
      panel.weights[row * lanes.size() + l] = lanes[l].weights[i];
    }
  return panel;
}

void add_lanes(ChunkBuilder& chunks, std::span<const LaneWeights> lanes) {
  const PanelWeights panel = side_by_side(lanes);
  std::vector<float> scale;
  for (const LaneWeights& lane : lanes) scale.push_back(lane.scale);
  chunks.add(panel.width, panel.features, panel.weights, panel.bias, scale);
}

}  // namespace tagma
