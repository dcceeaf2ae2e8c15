#include <tagma/decide/cells.h>

#include <algorithm>

namespace tagma {
namespace {

// Calls f(id - first) for the ids in [first, last).
template <class F>
void each_within(std::span<const LabelId> ids, LabelId first, LabelId last, F f) {
  for (auto id = std::lower_bound(ids.begin(), ids.end(), first); id != ids.end() && *id < last; ++id)
    f(static_cast<std::size_t>(*id - first));
}

}  // namespace

std::vector<Column> known_columns(const Scores& scores, const LabelMatrix& truth, LabelId first, LabelId last) {
  const auto width = static_cast<std::size_t>(last - first);
  std::vector<Column> columns(width);
  std::vector<Truth> row_truth(width);
  const Truth rest = truth.rest(), other = rest == Truth::absent ? Truth::unknown : Truth::absent;
  const auto add = [&](std::size_t at, float score) {
    if (row_truth[at] == Truth::present) columns[at].present.push_back(score);
    if (row_truth[at] == Truth::absent) columns[at].absent.push_back(score);
  };
  for (std::int64_t r = 0; r < scores.rows; ++r) {
    const LabelRow row = truth[r];
    std::fill(row_truth.begin(), row_truth.end(), rest);
    each_within(row.present, first, last, [&](std::size_t at) { row_truth[at] = Truth::present; });
    each_within(row.exceptions, first, last, [&](std::size_t at) { row_truth[at] = other; });
    if (!scores.is_shortlist()) {
      const std::span<const float> values = scores.row(r).subspan(static_cast<std::size_t>(first), width);
      for (std::size_t at = 0; at < width; ++at) add(at, values[at]);
      continue;
    }
    each_within(row.present, first, last, [&](std::size_t at) { ++columns[at].unlisted; });
    const ShortRow listed = scores.short_row(r);
    for (std::size_t i = 0; i < listed.ids.size(); ++i) {
      if (listed.ids[i] < first || listed.ids[i] >= last) continue;
      const auto at = static_cast<std::size_t>(listed.ids[i] - first);
      add(at, listed.values[i]);
      if (row_truth[at] == Truth::present) --columns[at].unlisted;
    }
  }
  return columns;
}

Column pooled_cells(const Scores& scores, const LabelMatrix& truth, const Run& run) {
  constexpr std::int64_t grain = 4096;
  const auto walk = [&](std::int64_t first, std::int64_t last) {
    Column part;
    if (!scores.is_shortlist()) part.absent.reserve(static_cast<std::size_t>((last - first) * scores.labels));
    KnownCells cells(scores, truth);
    for (std::int64_t row = first; row < last; ++row)
      part.unlisted += cells.visit(row, [&](LabelId, float score, bool present) {
        (present ? part.present : part.absent).push_back(score);
      });
    part.unlisted -= static_cast<std::int64_t>(part.present.size());
    return part;
  };
  Column all;
  all.absent.reserve(scores.values.size());
  return parallel_reduce(run, scores.rows, grain, std::move(all), walk, [](Column& whole, const Column& part) {
    whole.present.insert(whole.present.end(), part.present.begin(), part.present.end());
    whole.absent.insert(whole.absent.end(), part.absent.begin(), part.absent.end());
    whole.unlisted += part.unlisted;
  });
}

}  // namespace tagma
