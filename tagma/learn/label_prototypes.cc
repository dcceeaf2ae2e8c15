#include <tagma/learn/label_prototypes.h>

#include <tagma/learn/row_values.h>

#include <algorithm>
#include <vector>

namespace tagma {
namespace {

constexpr double least_share = 0.05;  // of the most
constexpr std::size_t chunk_width = 64;

// Some vectors as a chunk: their features ascending, a lane for each vector.
void add_chunk(ChunkBuilder& chunks, const LabelVectors& vectors, std::size_t first, std::size_t last) {
  std::vector<std::int32_t> features;
  for (std::size_t i = first; i < last; ++i) features.insert(features.end(), vectors.columns(i).begin(), vectors.columns(i).end());
  std::sort(features.begin(), features.end());
  features.erase(std::unique(features.begin(), features.end()), features.end());
  const std::size_t width = last - first;
  std::vector<float> weights(features.size() * width);
  for (std::size_t i = first; i < last; ++i) {
    std::size_t row = 0;
    for (std::size_t k = 0; k < vectors.columns(i).size(); ++k) {
      while (features[row] != vectors.columns(i)[k]) ++row;
      weights[row * width + (i - first)] = vectors.values(i)[k];
    }
  }
  chunks.add(static_cast<std::int32_t>(width), features, weights, {});
}

bool has_text(const Dataset& train, LabelId label) {
  if (train.label_features.rows() == 0) return false;
  const std::span<const float> values = values_of(train.label_features, label);
  return std::any_of(values.begin(), values.end(), [](float value) { return value != 0; });
}

}  // namespace

Prototypes label_prototypes(const Dataset& train, const PrototypeOptions& options, const std::string& vectors, const Run& run) {
  Prototypes prototypes;
  const std::vector<std::int64_t> present = train.labels.present_per_label();
  for (LabelId label = 0; label < train.labels.labels(); ++label) {
    const auto n = static_cast<double>(present[static_cast<std::size_t>(label)]);
    const double share = options.most * options.half / (options.half + n);
    const bool known = n > 0 || (options.by != Representation::positives && has_text(train, label));
    if (!known || share < least_share * options.most) continue;
    prototypes.labels.push_back(label);
    prototypes.shares.push_back(static_cast<float>(share));
  }
  ChunkBuilder chunks(train.features.columns(), options.precision, true, run.scratch);
  const LabelVectors all(train.features, TruthColumns(train.labels), prototypes.labels, run, vectors, options.by, train.label_features);
  for (std::size_t first = 0; first < all.size(); first += chunk_width) {
    add_chunk(chunks, all, first, std::min(all.size(), first + chunk_width));
    all.release();
  }
  prototypes.chunks = chunks.finish();
  return prototypes;
}

}  // namespace tagma
