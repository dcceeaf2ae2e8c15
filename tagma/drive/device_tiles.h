// Rows of losses that take each label for itself, on a device: a lane holds four neighbouring labels in registers at a time
// and reads and writes them as one vector, so that a row costs its memory traffic and little else.
//
// The loss does not notice: it asks the row for label j inside team.sum(), and both the row and the team know the tile that j
// is in. After inlining, logit(first + k) is register k.
#pragma once

#include <tagma/drive/device_numbers.h>
#include <tagma/drive/device_team.h>
#include <tagma/loss/row.h>

#include <cstdint>

namespace tagma {

inline constexpr int label_tile = 4;

struct LabelTile {
  float logit[label_tile], slope[label_tile];
  Truth truth[label_tile];
  int first;
};

// A tile as it comes from memory.
struct FetchedTile {
  float logit[label_tile];
  std::uint32_t truth;  // four bytes, the first lowest
};

// Where a row lies; cells counted from the start of the arrays. `aligned`: vectors may start at every fourth cell.
struct TileSource {
  const void* outputs;
  const Truth* truth;
  void* slopes;  // null: not wanted
  DeviceNumber number;
  std::int64_t start;  // first cell of the row
  int labels;
  bool aligned;

  TAGMA_HD bool whole(int first) const { return aligned && first >= 0 && first + label_tile <= labels; }

  TAGMA_HD FetchedTile fetch(int first) const {
    FetchedTile tile{};
    if (whole(first)) return fetch_vector(start + first);
    for (int k = 0; k < label_tile; ++k) {
      const int j = first + k;
      if (j < 0 || j >= labels) continue;
      tile.logit[k] = number_at(outputs, number, start + j);
      tile.truth |= static_cast<std::uint32_t>(static_cast<std::uint8_t>(truth[start + j])) << (8 * k);
    }
    return tile;
  }

  TAGMA_HD void store(const LabelTile& tile) const {
    if (!slopes) return;
    if (whole(tile.first)) return store_vector(start + tile.first, tile.slope);
    for (int k = 0; k < label_tile; ++k)
      if (tile.first + k >= 0 && tile.first + k < labels) put_number(slopes, slopes_of(number), start + tile.first + k, tile.slope[k]);
  }

 private:
  TAGMA_HD FetchedTile fetch_vector(std::int64_t cell) const {
    FetchedTile tile{};
#if defined(__CUDA_ARCH__)
    if (number == DeviceNumber::float32) {
      const float4 four = __ldcs(reinterpret_cast<const float4*>(static_cast<const float*>(outputs) + cell));
      tile.logit[0] = four.x, tile.logit[1] = four.y, tile.logit[2] = four.z, tile.logit[3] = four.w;
    } else {
      const uint2 two = __ldcs(reinterpret_cast<const uint2*>(static_cast<const std::uint16_t*>(outputs) + cell));
      const std::uint16_t bits[] = {static_cast<std::uint16_t>(two.x), static_cast<std::uint16_t>(two.x >> 16),
                                    static_cast<std::uint16_t>(two.y), static_cast<std::uint16_t>(two.y >> 16)};
      for (int k = 0; k < label_tile; ++k)
        tile.logit[k] = number == DeviceNumber::bfloat16 ? float_of_bfloat16(bits[k]) : float_of_float16(bits[k]);
    }
    tile.truth = __ldcs(reinterpret_cast<const unsigned*>(truth + cell));
#else
    for (int k = 0; k < label_tile; ++k) {
      tile.logit[k] = number_at(outputs, number, cell + k);
      tile.truth |= static_cast<std::uint32_t>(static_cast<std::uint8_t>(truth[cell + k])) << (8 * k);
    }
#endif
    return tile;
  }

  TAGMA_HD void store_vector(std::int64_t cell, const float (&slope)[label_tile]) const {
#if defined(__CUDA_ARCH__)
    if (slopes_of(number) == DeviceNumber::float32) {
      __stcs(reinterpret_cast<float4*>(static_cast<float*>(slopes) + cell), make_float4(slope[0], slope[1], slope[2], slope[3]));
    } else {
      const auto both = [&](int k) {  // one instruction
        const __nv_bfloat162 two = __floats2bfloat162_rn(slope[k], slope[k + 1]);
        return *reinterpret_cast<const unsigned*>(&two);
      };
      __stcs(reinterpret_cast<uint2*>(static_cast<std::uint16_t*>(slopes) + cell), make_uint2(both(0), both(2)));
    }
#else
    for (int k = 0; k < label_tile; ++k) put_number(slopes, slopes_of(number), cell + k, slope[k]);
#endif
  }
};

// The row a loss sees. Weights null: all are 1.
template <bool weighted>
struct TileRow {
  static constexpr bool unweighted = !weighted;
  const LabelTile* tile;
  const float* weights;
  int labels;

  TAGMA_HD int size() const { return labels; }
  TAGMA_HD float logit(int j) const { return tile->logit[j - tile->first]; }
  TAGMA_HD Truth truth(int j) const { return tile->truth[j - tile->first]; }
  TAGMA_HD float weight(int j) const {
    if constexpr (weighted) return weights[j];
    else return 1.f;
  }
};

struct TileSink {
  LabelTile* tile;
  float factor;
  bool keeps;  // false: slopes are 0, whatever the loss says
  TAGMA_HD void operator()(int j, float slope) const { tile->slope[j - tile->first] = keeps ? factor * slope : 0.f; }
  TAGMA_HD void operator()(int j, float slope, float) const { (*this)(j, slope); }
};

template <class Wires>
struct TileTeam {
  DeviceTeam<Wires> team;
  TileSource source;
  LabelTile* tile;

  // Every label is visited with its tile loaded. The next tile is on its way while this one is worked on.
  template <class F>
  TAGMA_HD auto sum(int n, F f) const {
    decltype(f(0)) total = 0;
    const int shift = source.aligned ? static_cast<int>(source.start % label_tile) : 0;
    const int step = team.wires.lanes() * label_tile;
    int first = team.wires.lane() * label_tile - shift;
    FetchedTile next = first < n ? source.fetch(first) : FetchedTile{};
    for (; first < n; first += step) {
      unpack(next, first);
      if (first + step < n) next = source.fetch(first + step);
      if (first >= 0 && first + label_tile <= n) {
        each_part<label_tile>([&](auto k) { total += f(first + k); });
      } else {
        each_part<label_tile>([&](auto k) {
          if (first + k >= 0 && first + k < n) total += f(first + k);
        });
      }
      source.store(*tile);
    }
    return team.added(total);
  }

 private:
  TAGMA_HD void unpack(const FetchedTile& fetched, int first) const {
    tile->first = first;
    each_part<label_tile>([&](auto k) {
      tile->logit[k] = fetched.logit[k];
      tile->truth[k] = static_cast<Truth>(static_cast<std::int8_t>(fetched.truth >> (8 * k)));
    });
  }
};

}  // namespace tagma
