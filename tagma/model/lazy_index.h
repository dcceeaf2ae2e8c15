// An index by feature that the first of many threads makes.
#pragma once

#include <tagma/model/feature_index.h>

#include <memory>
#include <mutex>

namespace tagma {

struct LazyIndex {
  std::once_flag once;
  std::unique_ptr<const FeatureIndex> made;

  const FeatureIndex& of(const WeightChunks& chunks) {
    std::call_once(once, [&] { made = std::make_unique<const FeatureIndex>(chunks); });
    return *made;
  }
};

}  // namespace tagma
