#include <tagma/measure/curves.h>
#include <tagma/measure/curve_tiles.h>
#include <tagma/measure/key_walk.h>
#include <tagma/measure/known_cells.h>
#include <tagma/measure/sort_keys.h>

#include <tagma/base/parallel.h>

namespace tagma {
namespace {

// The keys of a run of labels, label by label, gathered by blocks of rows that each write to places of their own.
// Memory: 4 bytes per known cell of these labels and 4 per present one.
class KeyColumns {
 public:
  KeyColumns(const Judged& judged, const Run& run) : judged_(judged), run_(run), rows_(judged.truth->rows()) {
    const LabelId labels = judged.truth->labels();
    present_counts_.resize(static_cast<std::size_t>(blocks()) * static_cast<std::size_t>(labels));
    each_block([&](std::int64_t block, std::int64_t first, std::int64_t last) {
      std::uint32_t* counts = present_counts_.data() + block * labels;
      for (std::int64_t r = first; r < last; ++r)
        for (const LabelId label : (*judged.truth)[r].present) ++counts[label];
    });
  }

  void gather(LabelId first, LabelId last) {
    const auto width = static_cast<std::size_t>(last - first);
    first_ = first;
    known_.resize(width * static_cast<std::size_t>(rows_));
    known_ends_.resize(width * static_cast<std::size_t>(blocks()));
    present_starts_.assign(1, 0);
    for (LabelId label = first; label < last; ++label)
      for (std::int64_t block = 0; block < blocks(); ++block)
        present_starts_.push_back(present_starts_.back() + present_counts_[present_index(block, label)]);
    present_.resize(present_starts_.back());
    each_block([&](std::int64_t block, std::int64_t first_row, std::int64_t last_row) {
      std::vector<std::uint32_t*> known(width), present(width);
      for (std::size_t j = 0; j < width; ++j) {
        known[j] = known_.data() + static_cast<std::int64_t>(j) * rows_ + first_row;
        present[j] = present_.data() + present_starts_[j * static_cast<std::size_t>(blocks()) + static_cast<std::size_t>(block)];
      }
      if (judged_.truth->has_unknown())
        each_known_cell(judged_, first_row, last_row, first, last, [&](std::int64_t, LabelId label, float score, bool hit) {
          const std::uint32_t key = sort_key(score);
          *known[static_cast<std::size_t>(label - first)]++ = key;
          if (hit) *present[static_cast<std::size_t>(label - first)]++ = key;
        });
      else
        gather_full(first_row, last_row, first, last, known, present);
      for (std::size_t j = 0; j < width; ++j)
        known_ends_[j * static_cast<std::size_t>(blocks()) + static_cast<std::size_t>(block)] = known[j];
    });
  }

  // The known and the present keys of a gathered label. To be called once per label: the blocks' parts are moved together.
  std::pair<std::span<std::uint32_t>, std::span<std::uint32_t>> of(LabelId label) {
    const auto j = static_cast<std::size_t>(label - first_), count = static_cast<std::size_t>(blocks());
    std::uint32_t* start = known_.data() + static_cast<std::int64_t>(j) * rows_;
    std::uint32_t* end = start;
    for (std::size_t block = 0; block < count; ++block) {
      std::uint32_t* from = start + static_cast<std::int64_t>(block) * grain();
      std::uint32_t* to = known_ends_[j * count + block];
      end = from == end ? to : std::copy(from, to, end);
    }
    const std::size_t first = present_starts_[j * count], last = present_starts_[(j + 1) * count];
    return {{start, end}, std::span(present_).subspan(first, last - first)};
  }

 private:
  // Where every cell is known: turned round in tiles of a few rows, so that keys are written in runs.
  void gather_full(std::int64_t first_row, std::int64_t last_row, LabelId first, LabelId last,
                   std::span<std::uint32_t*> known, std::span<std::uint32_t*> present) const {
    constexpr std::int64_t tile = 16;
    const std::int64_t stride = judged_.scores->labels;
    for (std::int64_t row = first_row; row < last_row; row += tile) {
      const float* scores = judged_.scores->values.data() + row * stride;
      const std::int64_t count = std::min(tile, last_row - row);
      bool all_numbers = true;
      for (LabelId label = first; label < last; ++label) {
        std::uint32_t* to = known[static_cast<std::size_t>(label - first)];
        for (std::int64_t i = 0; i < count; ++i) {
          const float score = scores[i * stride + label];
          all_numbers &= score == score;
          to[i] = sort_key(score);
        }
        known[static_cast<std::size_t>(label - first)] = to + count;
      }
      if (!all_numbers) each_known_cell(judged_, row, row + count, first, last, [](std::int64_t, LabelId, float, bool) {});
      for (std::int64_t i = 0; i < count; ++i) {
        const std::span<const LabelId> ids = (*judged_.truth)[row + i].present;
        for (auto id = std::lower_bound(ids.begin(), ids.end(), first); id != ids.end() && *id < last; ++id)
          *present[static_cast<std::size_t>(*id - first)]++ = sort_key(scores[i * stride + *id]);
      }
    }
  }

  std::int64_t grain() const { return std::max<std::int64_t>((rows_ + 15) / 16, 512); }
  std::int64_t blocks() const { return (rows_ + grain() - 1) / grain(); }
  template <class F>
  void each_block(F f) const {
    parallel_for(run_, rows_, grain(), [&](std::int64_t first, std::int64_t last) { f(first / grain(), first, last); });
  }
  std::size_t present_index(std::int64_t block, LabelId label) const {
    return static_cast<std::size_t>(block * judged_.truth->labels() + label);
  }

  const Judged& judged_;
  const Run& run_;
  std::int64_t rows_;
  LabelId first_ = 0;
  std::vector<std::uint32_t> present_counts_;  // [blocks x labels]
  std::vector<std::uint32_t> known_, present_;
  std::vector<std::uint32_t*> known_ends_;     // [labels gathered x blocks]
  std::vector<std::size_t> present_starts_;    // likewise, and one more
};

Curve curve_of(std::span<std::uint32_t> all, std::span<std::uint32_t> present, std::vector<std::uint32_t>& spare) {
  Curve curve;
  curve.present = static_cast<double>(present.size());
  curve.absent = static_cast<double>(all.size() - present.size());
  if (present.empty()) return curve;
  sort_by_key(all, spare);
  sort_by_key(present, spare);
  const CurvePart part = walk(all, present, 0, 0);
  curve.precision_sum = part.precision_sum;
  curve.right_pairs = curve.present * curve.absent - part.wrong_pairs;
  return curve;
}

// What one walk over cells, best first, adds under one weighting.
template <class Weight>
Curve weighted_walk(std::span<const Cell> cells, bool strict, Weight weight) {
  Curve curve;
  double hits = 0, misses = 0;
  for (std::size_t i = 0; i < cells.size();) {
    const std::uint32_t key = cells[i].key;
    double present = 0, absent = 0;
    for (; i < cells.size() && cells[i].key == key; ++i) {
      const double w = weight(cells[i].row());
      (cells[i].present() ? present : absent) += w;
      const double known = hits + misses + present + absent;
      if (strict && cells[i].present() && known > 0) curve.precision_sum += w * (hits + present) / known;
    }
    curve.right_pairs += absent * (hits + 0.5 * present);
    hits += present, misses += absent;
    if (!strict && present > 0) curve.precision_sum += present * hits / (hits + misses);
  }
  curve.present = hits, curve.absent = misses;
  return curve;
}

Curve weighted_curve(std::span<const Cell> cells, const WeightSets& weights, std::int64_t set, bool strict) {
  if (weights.plain()) return weighted_walk(cells, strict, [](std::uint32_t) { return 1.; });
  if (weights.row_weights.empty()) {
    const std::uint8_t* counts = weights.counts.data() + set * weights.rows;
    return weighted_walk(cells, strict, [counts](std::uint32_t row) { return static_cast<double>(counts[row]); });
  }
  return weighted_walk(cells, strict, [&](std::uint32_t row) { return weights.at(set, row); });
}

// The curves of all sets, one after another or in tiles; of the tiles [first, last).
void curves_of_sets(std::span<const Cell> cells, const WeightSets& weights, const CurveTiles& tiles, std::int64_t first, std::int64_t last, bool strict,
                    std::span<Curve> curves) {
  for (std::int64_t tile = first; tile < last; ++tile) {
    const std::int64_t from = tile * CurveTiles::width;
    const auto own = curves.subspan(static_cast<std::size_t>(from), static_cast<std::size_t>(std::min(CurveTiles::width, weights.sets - from)));
    if (!tiles.empty()) tiles.walk(cells, tile, strict, own);
    else
      for (std::size_t s = 0; s < own.size(); ++s) own[s] = weighted_curve(cells, weights, from + static_cast<std::int64_t>(s), strict);
  }
}

Cell cell_of(std::int64_t row, float score, bool present) {
  return {sort_key(score), static_cast<std::uint32_t>(row) << 1 | static_cast<std::uint32_t>(present)};
}

void check_rows(std::int64_t rows) {
  if (rows > INT32_MAX) fail(Code::usage, "{} rows are too many for weighted curves (at most {})", rows, INT32_MAX);
}

}  // namespace

std::vector<Curve> label_curves(const Judged& judged, const Run& run) {
  const LabelId labels = judged.truth->labels();
  const LabelId width = std::max(labels / 4, 1);
  std::vector<Curve> curves(static_cast<std::size_t>(labels));
  KeyColumns columns(judged, run);
  for (LabelId start = 0; start < labels; start += width) {
    const LabelId stop = std::min(start + width, labels);
    columns.gather(start, stop);
    parallel_for(run, stop - start, 4, [&](std::int64_t first, std::int64_t last) {
      std::vector<std::uint32_t> spare;
      for (auto label = static_cast<LabelId>(start + first); label < start + last; ++label) {
        const auto [known, present] = columns.of(label);
        curves[static_cast<std::size_t>(label)] = curve_of(known, present, spare);
      }
    });
  }
  return curves;
}

void weighted_label_curves(const Judged& judged, const WeightSets& weights, bool strict, const Run& run,
                           FunctionRef<void(LabelId, std::span<const Curve>)> sink) {
  constexpr std::int64_t chunk = 64;
  const LabelId labels = judged.truth->labels();
  const std::int64_t rows = judged.truth->rows();
  const auto sets = static_cast<std::size_t>(weights.sets);
  check_rows(rows);
  const CurveTiles tiles(weights);
  std::vector<Curve> curves;
  for (std::int64_t start = 0; start < labels; start += chunk) {
    const std::int64_t count = std::min<std::int64_t>(chunk, labels - start);
    curves.assign(static_cast<std::size_t>(count) * sets, {});
    parallel_for(run, count, 1, [&](std::int64_t first, std::int64_t) {
      const auto label = static_cast<LabelId>(start + first);
      std::vector<Cell> cells, spare;
      cells.reserve(static_cast<std::size_t>(rows));
      each_known_cell(judged, 0, rows, label, label + 1, [&](std::int64_t row, LabelId, float score, bool present) {
        cells.push_back(cell_of(row, score, present));
      });
      sort_by_key(std::span(cells), spare);
      curves_of_sets(cells, weights, tiles, 0, CurveTiles::tiles_of(weights), strict, std::span(curves).subspan(static_cast<std::size_t>(first) * sets, sets));
    });
    for (std::int64_t i = 0; i < count; ++i)
      sink(static_cast<LabelId>(start + i), std::span(curves).subspan(static_cast<std::size_t>(i) * sets, sets));
  }
}

std::vector<Curve> weighted_micro_curves(const Judged& judged, const WeightSets& weights, const Run& run) {
  const std::int64_t rows = judged.truth->rows();
  check_rows(rows);
  std::vector<Cell> cells, spare;
  each_known_cell(judged, 0, rows, 0, judged.truth->labels(), [&](std::int64_t row, LabelId, float score, bool present) {
    cells.push_back(cell_of(row, score, present));
  });
  sort_by_key(std::span(cells), spare);
  std::vector<Curve> curves(static_cast<std::size_t>(weights.sets));
  const CurveTiles tiles(weights);
  parallel_for(run, CurveTiles::tiles_of(weights), 1, [&](std::int64_t first, std::int64_t last) {
    curves_of_sets(cells, weights, tiles, first, last, false, curves);
  });
  return curves;
}

}  // namespace tagma
