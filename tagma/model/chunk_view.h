// The bytes of one chunk of weights, walked in place (weight_chunks.h says what a chunk is, docs/formats/model.md how its
// bytes lie). A row is a feature of the chunk, its entries the lanes with a weight.
//
// Two things have two forms each; the builder takes the smaller of each pair:
//   feature ids   the low 8 or the low 16 bits of each, and for each value of the high bits where its rows begin
//   lanes         a bit mask per row, or one byte per entry whose top bit marks the last of its row
// Errors: check() says what is wrong with bytes that are not trusted; everything else takes checked bytes for granted.
// Threads: a value that looks at bytes it does not own.
#pragma once

#include <tagma/model/weight_chunks.h>

#include <bit>
#include <cstring>
#include <string>

namespace tagma {

namespace detail {
template <class Number>
Number number_at(const std::byte* from, std::size_t index = 0) {
  Number number;
  std::memcpy(&number, from + index * sizeof(Number), sizeof(Number));
  return number;
}
inline float widened(std::uint16_t bf16) { return std::bit_cast<float>(static_cast<std::uint32_t>(bf16) << 16); }
}  // namespace detail

struct ChunkView {
  static constexpr std::uint32_t header_bytes = 12, rows_per_block = 32;
  static constexpr std::uint8_t last_of_row = 0x80;

  std::int32_t width = 0;
  std::uint32_t rows = 0, stored = 0;
  unsigned id_bits = 8;  // 8 or 16
  bool masks = false;
  bool wide_buckets = false;  // 32 bits rather than 16
  WeightPrecision precision = WeightPrecision::fp32;
  std::size_t buckets = 0;               // values of the high bits of an id
  const std::byte* bucket_starts = nullptr;  // buckets + 1 row numbers
  const std::byte* block_starts = nullptr;   // the first entry of every 32nd row
  const std::byte* ids = nullptr;            // rows
  const std::byte* lanes = nullptr;          // rows masks, or `stored` bytes
  const std::byte* values = nullptr;         // stored

  std::size_t mask_bytes() const { return static_cast<std::size_t>(width + 7) / 8; }
  std::uint32_t bucket_start(std::size_t bucket) const {
    return wide_buckets ? detail::number_at<std::uint32_t>(bucket_starts, bucket)
                        : detail::number_at<std::uint16_t>(bucket_starts, bucket);
  }
  std::uint32_t low_id(std::uint32_t row) const {
    return id_bits == 8 ? std::to_integer<std::uint32_t>(ids[row]) : detail::number_at<std::uint16_t>(ids, row);
  }
  std::uint64_t mask(std::uint32_t row) const {
    std::uint64_t bits = 0;
    std::memcpy(&bits, lanes + row * mask_bytes(), mask_bytes());
    return bits;
  }
  std::uint8_t lane_byte(std::uint32_t entry) const { return std::to_integer<std::uint8_t>(lanes[entry]); }

  // The stored number of an entry; at int8 without the scale of its output.
  template <WeightPrecision p>
  float value(std::uint32_t entry) const {
    if constexpr (p == WeightPrecision::fp32) return detail::number_at<float>(values, entry);
    else if constexpr (p == WeightPrecision::bf16) return detail::widened(detail::number_at<std::uint16_t>(values, entry));
    else return static_cast<float>(detail::number_at<std::int8_t>(values, entry));
  }

  // f(feature, row) for every row, ascending.
  template <class F>
  void each_row(F&& f) const {
    std::uint32_t row = 0;
    for (std::size_t bucket = 0; bucket < buckets; ++bucket)
      for (const std::uint32_t end = bucket_start(bucket + 1); row < end; ++row)
        f(static_cast<std::int32_t>((bucket << id_bits) + low_id(row)), row);
  }

  // f(lane, entry) for the entries of a row, of which the first is `entry`; returns the first entry of the next row.
  template <class F>
  std::uint32_t each_lane(std::uint32_t row, std::uint32_t entry, F&& f) const {
    if (masks) {
      for (std::uint64_t bits = mask(row); bits != 0; bits &= bits - 1) f(std::countr_zero(bits), entry++);
      return entry;
    }
    std::uint8_t byte;
    do {
      byte = lane_byte(entry);
      f(byte & (last_of_row - 1), entry++);
    } while (!(byte & last_of_row));
    return entry;
  }

  // The row of a feature, or -1.
  std::int64_t find(std::int32_t feature) const;
  // The first entry of a row.
  std::uint32_t first_entry(std::uint32_t row) const;

  // Fills in where everything lies. Errors: what is wrong with the sizes, or an empty text.
  static std::string place(std::span<const std::byte> bytes, std::int32_t width, std::int64_t features, WeightPrecision precision,
                           ChunkView& view);
  // Whether ids, lanes and values are what they should be; an empty text if so.
  std::string check(std::int64_t features) const;
};

}  // namespace tagma
