#include <tagma/measure/curve_tiles.h>

#include <algorithm>
#include <array>

namespace tagma {
namespace {

constexpr std::size_t lanes = CurveTiles::width;
using Sums = std::array<double, lanes>;

// What one walk over cells adds, for the sets of a tile.
class TileWalk {
 public:
  TileWalk(const std::uint8_t* counts, bool strict) : counts_(counts), strict_(strict) {}

  void over(std::span<const Cell> cells) {
    while (!cells.empty()) {
      const auto next = static_cast<std::size_t>(std::find_if(cells.begin(), cells.end(), [](const Cell& cell) { return cell.present(); }) - cells.begin());
      std::size_t first = next, last = next;  // cells of its score
      while (next < cells.size() && first > 0 && cells[first - 1].key == cells[next].key) --first;
      while (last < cells.size() && cells[last].key == cells[next].key) ++last;
      add_absent(cells.first(first));
      if (first < last) add_mixed(cells.subspan(first, last - first));
      cells = cells.subspan(last);
    }
  }

  void put(std::span<Curve> out) const {
    for (std::size_t s = 0; s < out.size(); ++s) out[s] = {precision_[s], right_[s], hits_[s], misses_[s]};
  }

 private:
  const std::uint8_t* of(const Cell& cell) const { return counts_ + std::size_t{cell.row()} * lanes; }

  // Cells with the same hits before them.
  void add_absent(std::span<const Cell> cells) {
    constexpr std::size_t most_few = 257;  // counts of at most 255 that 16 bits hold the sum of
    Sums absent{};
    while (!cells.empty()) {
      const std::size_t few = std::min(cells.size(), most_few);
      std::array<std::uint16_t, lanes> sums{};
      for (const Cell& cell : cells.first(few)) {
        const std::uint8_t* counts = of(cell);
        for (std::size_t s = 0; s < lanes; ++s) sums[s] = static_cast<std::uint16_t>(sums[s] + counts[s]);
      }
      for (std::size_t s = 0; s < lanes; ++s) absent[s] += sums[s];
      cells = cells.subspan(few);
    }
    for (std::size_t s = 0; s < lanes; ++s) {
      right_[s] += absent[s] * hits_[s];
      misses_[s] += absent[s];
    }
  }

  // Cells of one score, some of them present.
  void add_mixed(std::span<const Cell> equal) {
    Sums present{}, absent{};
    for (const Cell& cell : equal) {
      const std::uint8_t* counts = of(cell);
      Sums& side = cell.present() ? present : absent;
      for (std::size_t s = 0; s < lanes; ++s) side[s] += counts[s];
      if (!strict_ || !cell.present()) continue;
      for (std::size_t s = 0; s < lanes; ++s) {
        const double known = hits_[s] + misses_[s] + present[s] + absent[s];
        precision_[s] += known > 0 ? counts[s] * (hits_[s] + present[s]) / known : 0;
      }
    }
    for (std::size_t s = 0; s < lanes; ++s) {
      right_[s] += absent[s] * (hits_[s] + 0.5 * present[s]);
      hits_[s] += present[s];
      misses_[s] += absent[s];
    }
    if (strict_) return;
    for (std::size_t s = 0; s < lanes; ++s) precision_[s] += present[s] > 0 ? present[s] * hits_[s] / (hits_[s] + misses_[s]) : 0;
  }

  const std::uint8_t* counts_;
  bool strict_;
  Sums hits_{}, misses_{}, right_{}, precision_{};
};

}  // namespace

CurveTiles::CurveTiles(const WeightSets& weights) {
  if (weights.counts.empty() || !weights.row_weights.empty() || weights.counts.size() > most_bytes) return;
  rows_ = weights.rows;
  counts_.resize(static_cast<std::size_t>(tiles_of(weights) * rows_ * width));
  for (std::int64_t set = 0; set < weights.sets; ++set) {
    const std::uint8_t* from = weights.counts.data() + set * rows_;
    std::uint8_t* to = counts_.data() + set / width * rows_ * width + set % width;
    for (std::int64_t row = 0; row < rows_; ++row) to[row * width] = from[row];
  }
}

void CurveTiles::walk(std::span<const Cell> cells, std::int64_t tile, bool strict, std::span<Curve> out) const {
  TileWalk walk(counts_.data() + tile * rows_ * width, strict);
  walk.over(cells);
  walk.put(out);
}

}  // namespace tagma
