#include <tagma/model/chunk_tile.h>

#include <tagma/math/tile_rows.h>

#include <algorithm>

namespace tagma {
namespace {

constexpr std::int64_t most_mapped = std::int64_t{1} << 26;
constexpr std::int64_t largest_tile = std::int64_t{256} << 20;
// Adding a row of zeros costs about as much as finding out that a feature has no row: a tile holds every column where the
// chunk has at least one in so many.
constexpr std::int64_t direct_share = 2;

}  // namespace

ChunkTile::ChunkTile(const WeightChunks& chunks, std::int64_t columns)
    : chunks_(chunks), columns_(columns), out_(widest_chunk), whole_out_(widest_chunk) {}

void ChunkTile::turn_to(std::int64_t chunk, std::int64_t visitors, std::int64_t nonzeros) {
  view_ = chunks_.view(chunk);
  bias_ = chunks_.bias(chunk);
  scale_ = chunks_.scale(chunk);
  leap_ = (view_.width + math::tile_lanes - 1) / math::tile_lanes * math::tile_lanes;
  form_ = best_form(nonzeros);
  if (form_ == Form::in_place || columns_ > most_mapped || visitors < 2) {
    form_ = Form::in_place;
    return;
  }
  if (small_map()) unpack(small_map_);
  else unpack(large_map_);
}

// The form that takes the least time for so many values of rows, by what the steps were measured to take.
ChunkTile::Form ChunkTile::best_form(std::int64_t nonzeros) const {
  const double rows = view_.rows, stored = view_.stored, met = static_cast<double>(nonzeros);
  const double lanes = static_cast<double>(leap_), number = view_.precision == WeightPrecision::int8 ? 1 : 4;
  const bool direct = rows * direct_share >= static_cast<double>(columns_);
  const double tile_rows = direct ? static_cast<double>(columns_) : rows + 1;
  const double in_place_ns = 25 * met;
  const double listed_ns = 0.7 * (rows + stored) + met * (1 + 1.5 * stored / std::max(rows, 1.));
  const double tile_ns = 1.5 * (rows + stored) + 0.03 * tile_rows * lanes + met * (direct ? 0.5 : 1.5) + 0.04 * met * lanes;
  const bool too_large = tile_rows * lanes * number > static_cast<double>(largest_tile);
  if (in_place_ns <= std::min(listed_ns, tile_ns)) return Form::in_place;
  if (listed_ns <= tile_ns || too_large) return Form::listed;
  return direct ? Form::direct : Form::unpacked;
}

template <class Id>
void ChunkTile::unpack(std::vector<Id>& map) {
  map.resize(static_cast<std::size_t>(columns_));
  for (const std::int32_t column : mapped_) map[static_cast<std::size_t>(column)] = 0;
  mapped_.clear();
  if (form_ == Form::listed) {
    view_.each_row([&](std::int32_t feature, std::uint32_t row) {
      if (feature >= columns_) return;
      map[static_cast<std::size_t>(feature)] = static_cast<Id>(row + 1);
      mapped_.push_back(feature);
    });
    return list_rows();
  }
  if (view_.precision == WeightPrecision::fp32) fill<WeightPrecision::fp32>(map);
  else if (view_.precision == WeightPrecision::bf16) fill<WeightPrecision::bf16>(map);
  else fill<WeightPrecision::int8>(map);
}

template <WeightPrecision p, class Id>
void ChunkTile::fill(std::vector<Id>& map) {
  auto& tile = [&]() -> auto& {
    if constexpr (p == WeightPrecision::int8) return whole_tile_;
    else return tile_;
  }();
  using Number = typename std::remove_reference_t<decltype(tile)>::value_type;
  const bool direct = form_ == Form::direct;
  const std::size_t tile_rows = direct ? static_cast<std::size_t>(columns_) : std::size_t{view_.rows} + 1;
  tile.assign(tile_rows * static_cast<std::size_t>(leap_), Number{0});
  std::uint32_t entry = 0;
  view_.each_row([&](std::int32_t feature, std::uint32_t row) {
    if (direct && feature >= columns_) return;
    Number* to = tile.data() + (direct ? feature : std::int64_t{row} + 1) * leap_;
    if (!direct && feature < columns_) {
      map[static_cast<std::size_t>(feature)] = static_cast<Id>(row + 1);
      mapped_.push_back(feature);
    }
    entry = view_.each_lane(row, entry, [&](int lane, std::uint32_t i) { to[lane] = static_cast<Number>(view_.value<p>(i)); });
  });
}

template <class Id>
std::int64_t ChunkTile::gather_from(const std::vector<Id>& map, const QueryRow& row, bool whole) {
  const std::size_t count = row.columns.size();
  if (rows_.size() < count + 1) rows_.resize(count + 1), x_.resize(count + 1), whole_x_.resize(count + 1);
  std::int64_t met = 0;
  if (whole) {
    for (std::size_t i = 0; i < count; ++i) {
      const auto at = static_cast<std::int32_t>(map[static_cast<std::size_t>(row.columns[i])]);
      rows_[static_cast<std::size_t>(met)] = at;
      whole_x_[static_cast<std::size_t>(met)] = row.whole[i];
      met += at != 0;
    }
    if (met % 2 != 0) {
      rows_[static_cast<std::size_t>(met)] = 0;
      whole_x_[static_cast<std::size_t>(met++)] = 0;
    }
  } else {
    for (std::size_t i = 0; i < count; ++i) {
      const auto at = static_cast<std::int32_t>(map[static_cast<std::size_t>(row.columns[i])]);
      rows_[static_cast<std::size_t>(met)] = at;
      x_[static_cast<std::size_t>(met)] = row.values[i];
      met += at != 0;
    }
  }
  return met;
}

std::int64_t ChunkTile::gather(const QueryRow& row, bool whole) {
  return small_map() ? gather_from(small_map_, row, whole) : gather_from(large_map_, row, whole);
}

void ChunkTile::sum_whole(const QueryRow& row) {
  if (form_ == Form::direct)
    return math::sum_tile_rows(whole_tile_.data(), leap_, row.columns.data(), row.whole.data(),
                               static_cast<std::int64_t>(row.columns.size()), whole_out_.data());
  const std::int64_t met = gather(row, true);
  math::sum_tile_rows(whole_tile_.data(), leap_, rows_.data(), whole_x_.data(), met, whole_out_.data());
}

void ChunkTile::sum_floats(const QueryRow& row) {
  const bool direct = form_ == Form::direct;
  const std::int64_t met = direct ? static_cast<std::int64_t>(row.columns.size()) : gather(row, false);
  const std::int32_t* rows = direct ? row.columns.data() : rows_.data();
  const float* x = direct ? row.values.data() : x_.data();
  if (view_.precision != WeightPrecision::int8) return math::sum_tile_rows(tile_.data(), leap_, rows, x, met, out_.data());
  std::fill(out_.begin(), out_.begin() + leap_, 0.f);
  for (std::int64_t i = 0; i < met; ++i) {
    const std::int8_t* weights = whole_tile_.data() + rows[i] * leap_;
    for (std::int64_t lane = 0; lane < leap_; ++lane)
      out_[static_cast<std::size_t>(lane)] += x[i] * static_cast<float>(weights[lane]);
  }
}

void ChunkTile::list_rows() {
  entries_.resize(std::size_t{view_.rows} + 1);
  entries_[0] = 0;
  std::uint32_t row = 0;
  if (view_.masks) {
    for (; row < view_.rows; ++row) entries_[row + 1] = view_.each_lane(row, entries_[row], [](int, std::uint32_t) {});
  } else {
    for (std::uint32_t entry = 0; entry < view_.stored; ++entry) {  // the last of a row overwrites what those before it wrote
      entries_[row + 1] = entry + 1;
      row += view_.lane_byte(entry) >> 7;
    }
  }
}

// use(i, row, its first entry) for the values of a row whose feature the chunk has.
template <class Use>
void ChunkTile::each_met(const QueryRow& row, Use&& use) const {
  for (std::size_t i = 0; i < row.columns.size(); ++i) {
    if (form_ == Form::listed) {
      const auto column = static_cast<std::size_t>(row.columns[i]);
      const std::uint32_t met = small_map() ? small_map_[column] : large_map_[column];
      if (met > 0) use(i, met - 1, entries_[met - 1]);
    } else if (const std::int64_t found = view_.find(row.columns[i]); found >= 0) {
      use(i, static_cast<std::uint32_t>(found), view_.first_entry(static_cast<std::uint32_t>(found)));
    }
  }
}

template <WeightPrecision p>
void ChunkTile::sum_entries(const QueryRow& row) {
  std::fill(out_.begin(), out_.begin() + leap_, 0.f);
  each_met(row, [&](std::size_t i, std::uint32_t at, std::uint32_t first) {
    view_.each_lane(at, first, [&](int lane, std::uint32_t entry) {
      out_[static_cast<std::size_t>(lane)] += row.values[i] * view_.value<p>(entry);
    });
  });
}

void ChunkTile::sum_whole_entries(const QueryRow& row) {
  std::fill(whole_out_.begin(), whole_out_.begin() + leap_, 0);
  each_met(row, [&](std::size_t i, std::uint32_t at, std::uint32_t first) {
    const std::int32_t x = row.whole[i];
    view_.each_lane(at, first, [&](int lane, std::uint32_t entry) {
      whole_out_[static_cast<std::size_t>(lane)] += x * detail::number_at<std::int8_t>(view_.values, entry);
    });
  });
}

float* ChunkTile::outputs(const QueryRow& row) {
  const bool whole = row.step > 0;
  if (form_ == Form::unpacked || form_ == Form::direct) whole ? sum_whole(row) : sum_floats(row);
  else if (whole) sum_whole_entries(row);
  else if (view_.precision == WeightPrecision::fp32) sum_entries<WeightPrecision::fp32>(row);
  else if (view_.precision == WeightPrecision::bf16) sum_entries<WeightPrecision::bf16>(row);
  else sum_entries<WeightPrecision::int8>(row);

  const std::size_t width = bias_.size();
  if (whole) {
    math::scale_sums(whole_out_.data(), bias_.data(), scale_.data(), row.step, view_.width, out_.data());
  } else if (view_.precision == WeightPrecision::int8) {
    for (std::size_t lane = 0; lane < width; ++lane) out_[lane] = bias_[lane] + out_[lane] * scale_[lane];
  } else {
    for (std::size_t lane = 0; lane < width; ++lane) out_[lane] += bias_[lane];
  }
  return out_.data();
}

}  // namespace tagma
