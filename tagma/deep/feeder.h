// Rows of a data set as input of a network.
//
// Threads: const; rows() is called from many threads, each for a shard of its own.
// Errors: Error{bad_data} naming a picture that cannot be read.
#pragma once

#include <tagma/base/run.h>
#include <tagma/data/features.h>
#include <tagma/deep/encoder.h>
#include <tagma/image/feed.h>

#include <memory>

namespace tagma::deep {

class Feeder {
 public:
  virtual ~Feeder() = default;
  // `stream`: of the random changes to pictures, where the feed makes any.
  virtual Input rows(std::span<const std::int64_t> rows, std::uint64_t stream) const = 0;
  // The same, made by run.threads threads and small to carry to a device.
  virtual Input packed(std::span<const std::int64_t> rows, std::uint64_t stream, const Run&) const { return this->rows(rows, stream); }
};

// Numeric features, dense or sparse as `shape` says, whatever the matrix is. Missing columns are 0; it has no more than `shape`.
std::unique_ptr<Feeder> feature_feeder(const FeatureMatrix& x, const InputShape& shape);

// Pictures, as the feed brings them.
std::unique_ptr<Feeder> picture_feeder(std::shared_ptr<const ImageFeed> feed, std::uint64_t seed);

// Mean and 1 / deviation (1 for a constant) of every column, for a network on dense features.
struct FeatureScale {
  Tensor shift, factor;
};
FeatureScale scale_of(const FeatureMatrix& x);

}  // namespace tagma::deep
