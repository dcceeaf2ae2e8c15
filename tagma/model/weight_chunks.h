// Weights of a map features -> outputs for extreme numbers of outputs, cut into chunks of neighbouring outputs: 32 or 64
// labels, or the children of a tree node. A chunk holds only the features that have a nonzero weight there, and of each
// only its nonzero lanes. docs/formats/model.md describes the bytes; chunk_view.h walks them, chunk_tile.h scores with them.
//
// Shape: chunk c covers the outputs [first_output(c), first_output(c) + width(c)); a lane is an output within its chunk.
// WeightPrecision: fp32 as given; bf16 rounded to nearest, relative error at most 2^-8; int8 a whole number in [-127, 127] times a
// scale of the output (its greatest |weight| / 127), so that a weight is off by at most half the scale. Biases stay fp32.
// A weight that rounds to zero is dropped.
// Memory: owned by the object, or a view into a mapped model file, which is not read before it is used: load() looks at the
// index only; the checksum and the structure of a chunk are verified at its first use. A builder that may write beside the
// output keeps no chunk in memory: finish() maps what it wrote, and save() copies it into the model file piece by piece.
// Errors: the builder throws Error{usage} for sizes that do not fit, features out of order and numbers not finite; load()
// and any first use of a chunk throw Error{bad_model}.
// Threads: const members may be called from many threads.
#pragma once

#include <tagma/base/file.h>
#include <tagma/store/model_file.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tagma {

enum class WeightPrecision : std::uint8_t { fp32, bf16, int8 };
inline constexpr std::array<std::string_view, 3> precision_names{"fp32", "bf16", "int8"};

inline constexpr std::int32_t widest_chunk = 128;

struct ChunkView;

class WeightChunks {
 public:
  WeightChunks() = default;  // none
  std::int64_t features() const { return features_; }
  WeightPrecision precision() const { return precision_; }
  bool unit_rows() const { return unit_rows_; }  // the weights were learned for rows brought to length 1
  std::int64_t chunks() const { return static_cast<std::int64_t>(widths_.size()); }
  std::int64_t outputs() const { return static_cast<std::int64_t>(bias_.size()); }
  std::int64_t first_output(std::int64_t chunk) const { return firsts_[static_cast<std::size_t>(chunk)]; }
  std::int32_t width(std::int64_t chunk) const { return widths_[static_cast<std::size_t>(chunk)]; }
  std::span<const float> bias() const { return bias_; }  // [outputs]
  std::span<const float> scale() const { return scale_; }  // [outputs], empty unless the precision is int8
  std::int64_t bytes() const { return static_cast<std::int64_t>(bytes_.size()); }

  // The chunk, verified. Bias and scale of its outputs, [width]; scale is empty unless the precision is int8.
  ChunkView view(std::int64_t chunk) const;
  std::span<const std::byte> bytes_of(std::int64_t chunk) const;  // as they are, not verified
  std::span<const std::int32_t> sums() const { return sums_; }    // of each chunk the CRC-32C of its bytes
  std::span<const float> bias(std::int64_t chunk) const;
  std::span<const float> scale(std::int64_t chunk) const;

  // A chunk as it was given to the builder, up to the precision.
  struct Dense {
    std::vector<std::int32_t> features;  // ascending
    std::vector<float> weights;          // [features x width], row-major
  };
  Dense dense(std::int64_t chunk) const;

  // Sections NAME.widths, .starts, .sums, .bias, .scale, .bytes, and an entry NAME of the manifest.
  void save(ModelWriter& file, std::string_view name) const;
  static WeightChunks load(const ModelReader& file, std::string_view name);

 private:
  friend class ChunkBuilder;
  struct Checked {  // which chunks have been verified
    Checked(std::size_t chunks, std::string path_in);
    std::string path;
    std::unique_ptr<std::atomic<bool>[]> good;
  };
  void number_outputs();

  std::int64_t features_ = 0;
  WeightPrecision precision_ = WeightPrecision::fp32;
  bool unit_rows_ = false;
  std::span<const std::int32_t> widths_, sums_;  // of each chunk; sums: CRC-32C of its bytes
  std::span<const std::int64_t> starts_;         // chunks + 1
  std::span<const float> bias_, scale_;
  std::span<const std::byte> bytes_;
  std::vector<std::int64_t> firsts_;
  std::shared_ptr<Checked> checked_;             // null for chunks that were built here
  std::shared_ptr<const void> owner_;
  std::shared_ptr<const MappedFile> scratch_;    // holds bytes_ where the builder wrote them to a file
};

class ChunkBuilder {
 public:
  // unit_rows: models bring rows to length 1 before they meet the weights. scratch: path beside which finished chunks may be
  // written as they come; empty: they are held.
  ChunkBuilder(std::int64_t features, WeightPrecision precision, bool unit_rows = false, const std::string& scratch = {});

  // One chunk: `width` (1 to 128) neighbouring outputs; features ascending, weights [features x width] row-major (zeros
  // are dropped), bias [width] or empty. int8: scale [width] or empty; one above 0 is kept, so that weights that were read from
  // a chunk come out the same bytes.
  void add(std::int32_t width, std::span<const std::int32_t> features, std::span<const float> weights,
           std::span<const float> bias, std::span<const float> scale = {});
  // A chunk of others, of as many features and the same precision, byte for byte. Errors: those of from.view().
  void add_copy(const WeightChunks& from, std::int64_t chunk);
  std::int64_t chunks() const { return static_cast<std::int64_t>(widths_.size()); }
  WeightChunks finish();

 private:
  void end_chunk(std::int32_t width, std::span<const std::byte> made);

  std::int64_t features_;
  WeightPrecision precision_;
  bool unit_rows_;
  std::vector<std::int32_t> widths_, sums_;
  std::vector<std::int64_t> starts_{0};
  std::vector<float> bias_, scale_;
  std::vector<std::byte> bytes_;  // of all chunks, or of the last where there is a file
  std::unique_ptr<ScratchFile> file_;
};

}  // namespace tagma
