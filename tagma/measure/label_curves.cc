#include <tagma/measure/curves.h>
#include <tagma/measure/key_walk.h>
#include <tagma/measure/known_cells.h>
#include <tagma/measure/sort_keys.h>

#include <tagma/base/parallel.h>

namespace tagma {
namespace {

// Labels gathered together: a cache line of scores, but no more than a sixteenth of all (memory).
LabelId block_width(LabelId labels) { return std::clamp<LabelId>(labels / 12, 1, 16); }

struct KeyColumns {
  std::vector<std::vector<std::uint32_t>> all, present;
};

Curve curve_of(std::vector<std::uint32_t>& all, std::vector<std::uint32_t>& present, std::vector<std::uint32_t>& spare) {
  Curve curve;
  curve.present = static_cast<double>(present.size());
  curve.absent = static_cast<double>(all.size() - present.size());
  if (present.empty()) return curve;
  sort_by_key(std::span(all), spare);
  sort_by_key(std::span(present), spare);
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

Cell cell_of(std::int64_t row, float score, bool present) {
  return {sort_key(score), static_cast<std::uint32_t>(row) << 1 | static_cast<std::uint32_t>(present)};
}

void check_rows(std::int64_t rows) {
  if (rows > INT32_MAX) fail(Code::usage, "{} rows are too many for weighted curves (at most {})", rows, INT32_MAX);
}

}  // namespace

std::vector<Curve> label_curves(const Judged& judged, const Run& run) {
  const LabelId labels = judged.truth->labels();
  const std::int64_t rows = judged.truth->rows();
  std::vector<Curve> curves(static_cast<std::size_t>(labels));
  parallel_for(run, labels, block_width(labels), [&](std::int64_t first, std::int64_t last) {
    KeyColumns columns;
    columns.all.resize(static_cast<std::size_t>(last - first));
    columns.present.resize(static_cast<std::size_t>(last - first));
    for (auto& column : columns.all) column.reserve(static_cast<std::size_t>(rows));
    each_known_cell(judged, 0, rows, static_cast<LabelId>(first), static_cast<LabelId>(last),
                    [&](std::int64_t, LabelId label, float score, bool present) {
                      const auto j = static_cast<std::size_t>(label - first);
                      columns.all[j].push_back(sort_key(score));
                      if (present) columns.present[j].push_back(columns.all[j].back());
                    });
    std::vector<std::uint32_t> spare;
    for (std::int64_t label = first; label < last; ++label) {
      const auto j = static_cast<std::size_t>(label - first);
      curves[static_cast<std::size_t>(label)] = curve_of(columns.all[j], columns.present[j], spare);
    }
  });
  return curves;
}

void weighted_label_curves(const Judged& judged, const WeightSets& weights, bool strict, const Run& run,
                           FunctionRef<void(LabelId, std::span<const Curve>)> sink) {
  constexpr std::int64_t chunk = 64;
  const LabelId labels = judged.truth->labels();
  const std::int64_t rows = judged.truth->rows();
  const auto sets = static_cast<std::size_t>(weights.sets);
  check_rows(rows);
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
      for (std::size_t set = 0; set < sets; ++set)
        curves[static_cast<std::size_t>(first) * sets + set] =
            weighted_curve(cells, weights, static_cast<std::int64_t>(set), strict);
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
  parallel_for(run, weights.sets, 1, [&](std::int64_t set, std::int64_t) {
    curves[static_cast<std::size_t>(set)] = weighted_curve(cells, weights, set, false);
  });
  return curves;
}

}  // namespace tagma
