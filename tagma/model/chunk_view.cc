#include <tagma/model/chunk_view.h>

#include <algorithm>
#include <cmath>

namespace tagma {
namespace {

constexpr std::array<std::size_t, 3> value_bytes{4, 2, 1};

// std::popcount, which is a call where the instruction may not be assumed.
constexpr std::uint32_t bits_in(std::uint64_t word) {
  word -= (word >> 1) & 0x5555555555555555u;
  word = (word & 0x3333333333333333u) + ((word >> 2) & 0x3333333333333333u);
  return static_cast<std::uint32_t>((((word + (word >> 4)) & 0x0f0f0f0f0f0f0f0fu) * 0x0101010101010101u) >> 56);
}

}  // namespace

std::string ChunkView::place(std::span<const std::byte> bytes, std::int32_t width, std::int64_t features, WeightPrecision precision,
                             ChunkView& view) {
  if (bytes.size() < header_bytes) return "it is cut off";
  const std::byte* at = bytes.data();
  view.width = width;
  view.rows = detail::number_at<std::uint32_t>(at);
  view.stored = detail::number_at<std::uint32_t>(at + 4);
  view.id_bits = std::to_integer<unsigned>(at[8]);
  view.masks = at[9] == std::byte{0};
  view.wide_buckets = view.rows > 65535;
  view.precision = precision;
  if ((view.id_bits != 8 && view.id_bits != 16) || std::to_integer<unsigned>(at[9]) > 1 || at[10] != std::byte{0} ||
      at[11] != std::byte{0})
    return "its forms are unknown";
  if (view.masks && width > 64) return "it has masks of more than 64 lanes";
  if (view.rows > features) return "it has more rows than there are features";
  view.buckets = features == 0 ? 0 : (static_cast<std::size_t>(features - 1) >> view.id_bits) + 1;

  std::size_t offset = header_bytes;
  const auto take = [&](std::size_t count, std::size_t size) {
    const std::byte* part = at + std::min(offset, bytes.size());
    offset += count * size;  // counts are below 2^32 and sizes at most 8
    return part;
  };
  view.block_starts = take((static_cast<std::size_t>(view.rows) + rows_per_block - 1) / rows_per_block, 4);
  view.bucket_starts = take(view.buckets + 1, view.wide_buckets ? 4 : 2);
  view.values = take(view.stored, value_bytes[static_cast<std::size_t>(precision)]);
  view.ids = take(view.rows, view.id_bits / 8);
  view.lanes = view.masks ? take(view.rows, view.mask_bytes()) : take(view.stored, 1);
  return offset == bytes.size() ? "" : "its size does not fit its rows and weights";
}

std::string ChunkView::check(std::int64_t features) const {
  if (bucket_start(0) != 0 || bucket_start(buckets) != rows) return "its buckets do not fit its rows";
  for (std::size_t bucket = 0; bucket < buckets; ++bucket) {
    const std::uint32_t from = bucket_start(bucket), to = bucket_start(bucket + 1);
    if (from > to || to > rows) return "its buckets do not ascend";
    for (std::uint32_t row = from; row < to; ++row)
      if (row > from && low_id(row) <= low_id(row - 1)) return "its features do not ascend";
    if (to > from && static_cast<std::int64_t>((bucket << id_bits) + low_id(to - 1)) >= features)
      return "it names a feature that does not exist";
  }
  std::uint64_t entry = 0;
  for (std::uint32_t row = 0; row < rows; ++row) {
    if (row % rows_per_block == 0 && detail::number_at<std::uint32_t>(block_starts, row / rows_per_block) != entry)
      return "its blocks do not fit its entries";
    if (masks) {
      const std::uint64_t bits = mask(row);
      if (bits == 0 || (width < 64 && (bits >> width) != 0)) return "it names a lane that does not exist";
      entry += bits_in(bits);
      continue;
    }
    for (int before = -1;;) {
      if (entry >= stored) return "its rows hold more entries than it has";
      const std::uint8_t byte = lane_byte(static_cast<std::uint32_t>(entry++));
      const int lane = byte & (last_of_row - 1);
      if (lane <= before || lane >= width) return "its lanes do not ascend";
      if (byte & last_of_row) break;
      before = lane;
    }
  }
  if (entry != stored) return "its rows hold another number of entries than it has";
  bool finite = true;
  if (precision == WeightPrecision::fp32)
    for (std::uint32_t i = 0; i < stored; ++i) finite &= std::isfinite(value<WeightPrecision::fp32>(i));
  if (precision == WeightPrecision::bf16)
    for (std::uint32_t i = 0; i < stored; ++i) finite &= std::isfinite(value<WeightPrecision::bf16>(i));
  return finite ? "" : "a weight is not finite";
}

std::int64_t ChunkView::find(std::int32_t feature) const {
  const std::size_t bucket = static_cast<std::size_t>(feature) >> id_bits;
  const std::uint32_t low = static_cast<std::uint32_t>(feature) & ((1u << id_bits) - 1);
  std::uint32_t from = bucket_start(bucket), to = bucket_start(bucket + 1);
  while (from < to) {
    const std::uint32_t middle = from + (to - from) / 2;
    if (low_id(middle) < low) from = middle + 1;
    else to = middle;
  }
  return from < bucket_start(bucket + 1) && low_id(from) == low ? static_cast<std::int64_t>(from) : -1;
}

std::uint32_t ChunkView::first_entry(std::uint32_t row) const {
  std::uint32_t entry = detail::number_at<std::uint32_t>(block_starts, row / rows_per_block);
  std::uint32_t before = row / rows_per_block * rows_per_block;
  if (masks) {
    for (; before < row; ++before) entry += bits_in(mask(before));
  } else {
    for (; entry + 8 <= stored; entry += 8) {  // eight entries at a time while they all lie before the row
      const std::uint32_t ends = bits_in(detail::number_at<std::uint64_t>(lanes + entry) & 0x8080808080808080u);
      if (before + ends >= row) break;
      before += ends;
    }
    for (; before < row; ++entry) before += lane_byte(entry) >> 7;
  }
  return entry;
}

}  // namespace tagma
