// Scores rows with one chunk of weights at a time. A chunk that many rows visit is unpacked once: a tile of its weights,
// dense in the lanes, and a map from features to the rows of the tile, or, where the chunk holds many of the features, a
// tile with a row for each. Where rows have few of the lanes, only the map is made, and entries are read one by one; a chunk
// that few rows visit is read in place altogether. All give the same bytes.
//
// Shape: outputs [leap()], of which the first width(chunk) count; leap() is the width rounded up to 16 lanes.
// Order: an output is its bias plus the sum over the features in ascending order (fp32, bf16); at int8 the sum is a whole
// number times step and scale (query_rows.h), or for uneven rows a float sum of values times whole weights, times scale.
// Memory: the map takes 2 or 4 bytes per feature column, the tile at most 256 MiB (larger chunks are listed, and all chunks
// read in place where there are more than 2^26 columns).
// Threads: one ChunkTile per thread.
#pragma once

#include <tagma/model/chunk_view.h>
#include <tagma/model/query_rows.h>

#include <cstdint>
#include <vector>

namespace tagma {

class ChunkTile {
 public:
  // For rows of up to `columns` feature columns.
  ChunkTile(const WeightChunks& chunks, std::int64_t columns);

  // Turns to a chunk which about `visitors` rows with `nonzeros` values in all will visit.
  void turn_to(std::int64_t chunk, std::int64_t visitors, std::int64_t nonzeros);
  std::int64_t leap() const { return leap_; }
  // The outputs of a row, in memory that the caller may change; valid until the next call.
  float* outputs(const QueryRow& row);

 private:
  // listed: the map finds a row's first entry; unpacked: the rows of the tile are those of the chunk, found by the map;
  // direct: the tile has one for each column
  enum class Form : std::uint8_t { in_place, listed, unpacked, direct };
  bool small_map() const { return columns_ < 65535; }
  Form best_form(std::int64_t nonzeros) const;
  template <class Id>
  void unpack(std::vector<Id>& map);
  template <WeightPrecision p, class Id>
  void fill(std::vector<Id>& map);
  template <class Id>
  std::int64_t gather_from(const std::vector<Id>& map, const QueryRow& row, bool whole);
  std::int64_t gather(const QueryRow& row, bool whole);
  void sum_floats(const QueryRow& row);
  void sum_whole(const QueryRow& row);
  void list_rows();
  template <class Use>
  void each_met(const QueryRow& row, Use&& use) const;
  template <WeightPrecision p>
  void sum_entries(const QueryRow& row);
  void sum_whole_entries(const QueryRow& row);

  const WeightChunks& chunks_;
  std::int64_t columns_, leap_ = 0;
  ChunkView view_;
  std::span<const float> bias_, scale_;
  Form form_ = Form::in_place;
  std::vector<std::uint16_t> small_map_;  // of each column its row in the tile, 0 where it has none
  std::vector<std::uint32_t> large_map_;
  std::vector<std::uint32_t> entries_;    // listed: the first entry of each row
  std::vector<std::int32_t> mapped_;      // columns whose entry in the map is not 0
  std::vector<float> tile_;               // row 0 is zeros
  std::vector<std::int8_t> whole_tile_;
  std::vector<std::int32_t> rows_;
  std::vector<float> x_, out_;
  std::vector<std::int16_t> whole_x_;
  std::vector<std::int32_t> whole_out_;
};

}  // namespace tagma
