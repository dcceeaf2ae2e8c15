#include <tagma/model/weight_chunks.h>

#include <tagma/base/error.h>
#include <tagma/model/chunk_view.h>
#include <tagma/store/crc32c.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace tagma {
namespace {

std::uint16_t narrowed(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  return static_cast<std::uint16_t>((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);  // to nearest, ties to even
}

struct OwnedChunks {
  std::vector<std::int32_t> widths, sums;
  std::vector<std::int64_t> starts;
  std::vector<float> bias, scale;
  std::vector<std::byte> bytes;
};

template <class Number>
void put(std::vector<std::byte>& bytes, Number number) {
  const std::size_t at = bytes.size();
  bytes.resize(at + sizeof(Number));
  std::memcpy(bytes.data() + at, &number, sizeof(Number));
}

// The nonzero weights of a chunk, row after row.
struct Rows {
  std::vector<std::uint32_t> features, starts{0};  // of each row; rows + 1
  std::vector<std::uint8_t> lanes;
  std::vector<float> values;  // at int8 whole numbers
};

void put_ids(std::vector<std::byte>& bytes, const Rows& rows, unsigned id_bits) {
  for (const std::uint32_t feature : rows.features)
    if (id_bits == 8) put(bytes, static_cast<std::uint8_t>(feature));
    else put(bytes, static_cast<std::uint16_t>(feature));
}

void put_buckets(std::vector<std::byte>& bytes, const Rows& rows, unsigned id_bits, std::size_t buckets) {
  std::size_t row = 0;
  for (std::size_t bucket = 0; bucket <= buckets; ++bucket) {
    while (row < rows.features.size() && (rows.features[row] >> id_bits) < bucket) ++row;
    if (rows.features.size() > 65535) put(bytes, static_cast<std::uint32_t>(row));
    else put(bytes, static_cast<std::uint16_t>(row));
  }
}

void put_lanes(std::vector<std::byte>& bytes, const Rows& rows, bool masks, std::size_t mask_bytes) {
  for (std::size_t row = 0; row < rows.features.size(); ++row) {
    std::uint64_t mask = 0;
    for (std::uint32_t i = rows.starts[row]; i < rows.starts[row + 1]; ++i) {
      if (masks) mask |= std::uint64_t{1} << rows.lanes[i];
      else put(bytes, static_cast<std::uint8_t>(rows.lanes[i] | (i + 1 == rows.starts[row + 1] ? ChunkView::last_of_row : 0)));
    }
    if (masks)
      for (std::size_t b = 0; b < mask_bytes; ++b) put(bytes, static_cast<std::uint8_t>(mask >> (8 * b)));
  }
}

void put_values(std::vector<std::byte>& bytes, const Rows& rows, WeightPrecision precision) {
  for (const float value : rows.values) {
    if (precision == WeightPrecision::fp32) put(bytes, value);
    else if (precision == WeightPrecision::bf16) put(bytes, narrowed(value));
    else put(bytes, static_cast<std::int8_t>(value));
  }
}

void put_chunk(std::vector<std::byte>& bytes, const Rows& rows, std::int32_t width, std::int64_t features, WeightPrecision precision) {
  const std::size_t count = rows.features.size(), stored = rows.values.size();
  const std::size_t bucket_bytes = count > 65535 ? 4 : 2, mask_bytes = static_cast<std::size_t>(width + 7) / 8;
  const auto buckets = [&](unsigned bits) { return features == 0 ? 0 : (static_cast<std::size_t>(features - 1) >> bits) + 1; };
  const auto id_cost = [&](unsigned bits) { return count * bits / 8 + (buckets(bits) + 1) * bucket_bytes; };
  const unsigned id_bits = id_cost(8) <= id_cost(16) ? 8 : 16;
  const bool masks = width <= 64 && count * mask_bytes <= stored;
  put(bytes, static_cast<std::uint32_t>(count));
  put(bytes, static_cast<std::uint32_t>(stored));
  put(bytes, static_cast<std::uint8_t>(id_bits));
  put(bytes, static_cast<std::uint8_t>(masks ? 0 : 1));
  put(bytes, std::uint16_t{0});
  for (std::size_t row = 0; row < count; row += ChunkView::rows_per_block) put(bytes, rows.starts[row]);
  put_buckets(bytes, rows, id_bits, buckets(id_bits));
  put_values(bytes, rows, precision);
  put_ids(bytes, rows, id_bits);
  put_lanes(bytes, rows, masks, mask_bytes);
}

}  // namespace

WeightChunks::Checked::Checked(std::size_t chunks, std::string path_in)
    : path(std::move(path_in)), good(std::make_unique<std::atomic<bool>[]>(chunks)) {}

ChunkBuilder::ChunkBuilder(std::int64_t features, WeightPrecision precision, bool unit_rows, const std::string& scratch)
    : features_(features), precision_(precision), unit_rows_(unit_rows) {
  if (!scratch.empty()) file_ = std::make_unique<ScratchFile>(scratch);
  if (features < 0 || features > INT32_MAX) fail(Code::usage, "weights of {} features; at most {}", features, INT32_MAX);
}

void ChunkBuilder::add(std::int32_t width, std::span<const std::int32_t> features, std::span<const float> weights,
                       std::span<const float> bias, std::span<const float> given_scale) {
  const auto lanes = static_cast<std::size_t>(width);
  if (width < 1 || width > widest_chunk) fail(Code::usage, "a chunk of {} outputs; allowed are 1 to {}", width, widest_chunk);
  if (weights.size() != features.size() * lanes || (!bias.empty() && bias.size() != lanes) ||
      (!given_scale.empty() && given_scale.size() != lanes))
    fail(Code::usage, "a chunk of {} outputs and {} features with {} weights and {} biases", width, features.size(),
         weights.size(), bias.size());
  for (std::size_t i = 0; i < features.size(); ++i)
    if (features[i] < 0 || features[i] >= features_ || (i > 0 && features[i] <= features[i - 1]))
      fail(Code::usage, "feature {} of a chunk is out of range (0 to {}), repeated or out of order", features[i], features_ - 1);
  const auto finite = [](float value) { return std::isfinite(value); };
  if (!std::all_of(weights.begin(), weights.end(), finite) || !std::all_of(bias.begin(), bias.end(), finite))
    fail(Code::usage, "a weight of a chunk is not finite");

  std::vector<float> scale(lanes, 0.f), inverse(lanes, 1.f);
  if (precision_ == WeightPrecision::int8) {
    for (std::size_t i = 0; i < weights.size(); ++i) scale[i % lanes] = std::max(scale[i % lanes], std::abs(weights[i]));
    for (std::size_t l = 0; l < lanes; ++l) {
      scale[l] = std::max(scale[l] / 127, std::numeric_limits<float>::min());  // never 0, and its inverse is finite
      if (!given_scale.empty() && given_scale[l] > 0) scale[l] = given_scale[l];
      inverse[l] = 1 / scale[l];
    }
  }
  Rows rows;
  for (std::size_t i = 0; i < features.size(); ++i) {
    for (std::size_t l = 0; l < lanes; ++l) {
      float value = weights[i * lanes + l];
      if (precision_ == WeightPrecision::int8) value = std::clamp(std::nearbyint(value * inverse[l]), -127.f, 127.f);
      if (precision_ == WeightPrecision::bf16 && !std::isfinite(detail::widened(narrowed(value))))
        fail(Code::usage, "a weight of {} does not fit into bf16", value);
      if (value == 0 || (precision_ == WeightPrecision::bf16 && detail::widened(narrowed(value)) == 0)) continue;
      rows.lanes.push_back(static_cast<std::uint8_t>(l));
      rows.values.push_back(value);
    }
    if (rows.values.size() == rows.starts.back()) continue;
    rows.features.push_back(static_cast<std::uint32_t>(features[i]));
    rows.starts.push_back(static_cast<std::uint32_t>(rows.values.size()));
  }
  if (file_) bytes_.clear();
  const std::size_t from = bytes_.size();
  put_chunk(bytes_, rows, width, features_, precision_);
  end_chunk(width, std::span(bytes_).subspan(from));
  if (bias.empty()) bias_.insert(bias_.end(), lanes, 0.f);
  else bias_.insert(bias_.end(), bias.begin(), bias.end());
  if (precision_ == WeightPrecision::int8) scale_.insert(scale_.end(), scale.begin(), scale.end());
}

void ChunkBuilder::end_chunk(std::int32_t width, std::span<const std::byte> made) {
  widths_.push_back(width);
  if (file_) file_->write(made);
  sums_.push_back(static_cast<std::int32_t>(crc32c(made)));
  starts_.push_back(starts_.back() + static_cast<std::int64_t>(made.size()));
}

void ChunkBuilder::add_copy(const WeightChunks& from, std::int64_t chunk) {
  if (from.features() != features_ || from.precision() != precision_)
    fail(Code::usage, "a chunk of {} features in {} cannot be copied among chunks of {} in {}", from.features(),
         precision_names[static_cast<std::size_t>(from.precision())], features_, precision_names[static_cast<std::size_t>(precision_)]);
  from.view(chunk);  // verified
  const std::span<const std::byte> bytes = from.bytes_of(chunk);
  if (!file_) bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  end_chunk(from.width(chunk), bytes);
  bias_.insert(bias_.end(), from.bias(chunk).begin(), from.bias(chunk).end());
  scale_.insert(scale_.end(), from.scale(chunk).begin(), from.scale(chunk).end());
}

WeightChunks ChunkBuilder::finish() {
  auto owned = std::make_shared<OwnedChunks>();
  owned->widths = std::exchange(widths_, {});
  owned->sums = std::exchange(sums_, {});
  owned->starts = std::exchange(starts_, {0});
  owned->bias = std::exchange(bias_, {});
  owned->scale = std::exchange(scale_, {});
  owned->bytes = std::exchange(bytes_, {});
  WeightChunks chunks;
  chunks.features_ = features_;
  chunks.precision_ = precision_;
  chunks.unit_rows_ = unit_rows_;
  chunks.widths_ = owned->widths;
  chunks.sums_ = owned->sums;
  chunks.starts_ = owned->starts;
  chunks.bias_ = owned->bias;
  chunks.scale_ = owned->scale;
  chunks.bytes_ = owned->bytes;
  if (file_) {
    owned->bytes = {};
    chunks.scratch_ = file_->map();
    chunks.bytes_ = chunks.scratch_->bytes();
    file_.reset();
  }
  chunks.owner_ = std::move(owned);
  chunks.number_outputs();
  return chunks;
}

void WeightChunks::number_outputs() {
  firsts_.assign(widths_.size() + 1, 0);
  for (std::size_t c = 0; c < widths_.size(); ++c) firsts_[c + 1] = firsts_[c] + widths_[c];
}

std::span<const std::byte> WeightChunks::bytes_of(std::int64_t chunk) const {
  const auto c = static_cast<std::size_t>(chunk);
  return bytes_.subspan(static_cast<std::size_t>(starts_[c]), static_cast<std::size_t>(starts_[c + 1] - starts_[c]));
}

ChunkView WeightChunks::view(std::int64_t chunk) const {
  const auto c = static_cast<std::size_t>(chunk);
  const std::span<const std::byte> bytes = bytes_of(chunk);
  const bool known = !checked_ || checked_->good[c].load(std::memory_order_relaxed);
  if (!known && crc32c(bytes) != static_cast<std::uint32_t>(sums_[c]))
    fail(Code::bad_model, "{}: chunk {} of the weights is damaged (its checksum does not fit)", checked_->path, chunk);
  ChunkView view;
  std::string wrong = ChunkView::place(bytes, widths_[c], features_, precision_, view);
  if (known) return view;
  if (wrong.empty()) wrong = view.check(features_);
  if (!wrong.empty()) fail(Code::bad_model, "{}: chunk {} of the weights: {}", checked_->path, chunk, wrong);
  checked_->good[c].store(true, std::memory_order_relaxed);
  return view;
}

std::span<const float> WeightChunks::bias(std::int64_t chunk) const {
  return bias_.subspan(static_cast<std::size_t>(first_output(chunk)), static_cast<std::size_t>(width(chunk)));
}

std::span<const float> WeightChunks::scale(std::int64_t chunk) const {
  if (precision_ != WeightPrecision::int8) return {};
  return scale_.subspan(static_cast<std::size_t>(first_output(chunk)), static_cast<std::size_t>(width(chunk)));
}

WeightChunks::Dense WeightChunks::dense(std::int64_t chunk) const {
  const ChunkView seen = view(chunk);
  const std::span<const float> scales = scale(chunk);
  const auto lanes = static_cast<std::size_t>(seen.width);
  Dense dense;
  std::uint32_t entry = 0;
  seen.each_row([&](std::int32_t feature, std::uint32_t row) {
    dense.features.push_back(feature);
    dense.weights.resize(dense.features.size() * lanes);
    float* to = dense.weights.data() + (dense.features.size() - 1) * lanes;
    entry = seen.each_lane(row, entry, [&](int lane, std::uint32_t i) {
      if (precision_ == WeightPrecision::fp32) to[lane] = seen.value<WeightPrecision::fp32>(i);
      else if (precision_ == WeightPrecision::bf16) to[lane] = seen.value<WeightPrecision::bf16>(i);
      else to[lane] = seen.value<WeightPrecision::int8>(i) * scales[static_cast<std::size_t>(lane)];
    });
  });
  return dense;
}

}  // namespace tagma
