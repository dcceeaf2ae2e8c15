#include <tagma/score/score.h>

#include <tagma/base/error.h>

#include <algorithm>
#include <utility>

namespace tagma {
namespace {

constexpr std::int64_t outputs_per_block = std::int64_t{1} << 24;
constexpr std::int64_t rows_per_block = std::int64_t{1} << 16;

template <class Values>
void append(Values& all, Values&& block) {
  if (all.empty()) all = std::move(block);
  else all.insert(all.end(), block.begin(), block.end());
}

// Calls take(scores of a block, rows done) for one block of rows after another; at least once, so that empty data has a form
// too.
template <class Take>
void each_block(const Model& model, const FeatureMatrix& x, RowRange rows, const Run& run, Take&& take) {
  const std::int64_t block = std::max<std::int64_t>(outputs_per_block / std::max<std::int64_t>(model.outputs(), 1), 1);
  std::int64_t first = rows.first;
  do {
    run.check_stop();
    const std::int64_t last = std::min(first + block, rows.last);
    take(model.score(x, first, last, run), last - rows.first);
    first = last;
    run.report({"score", static_cast<double>(first - rows.first), static_cast<double>(rows.last - rows.first), {}});
  } while (first < rows.last);
}

}  // namespace

Scores score_all(const Model& model, const FeatureMatrix& x, RowRange rows, const Run& run) {
  Scores all;
  const std::int64_t count = rows.last - rows.first;
  each_block(model, x, rows, run, [&](Scores block, std::int64_t done) {
    const bool more = all.rows == 0 && done < count;
    all.rows = done;
    all.labels = block.labels;
    all.scale = block.scale;
    all.order = block.order;
    append(all.values, std::move(block.values));
    append(all.spread, std::move(block.spread));
    append(all.presence, std::move(block.presence));
    append(all.pairs, std::move(block.pairs));
    if (more)
      for (std::vector<float>* part : {&all.values, &all.spread, &all.presence, &all.pairs})
        part->reserve(part->size() / static_cast<std::size_t>(done) * static_cast<std::size_t>(count));
  });
  return all;
}

Scores score_top(const Model& model, const FeatureMatrix& x, RowRange rows, LabelId k, const Run& run) {
  if (k < 1) fail(Code::usage, "the best {} labels of each row were asked for; at least 1", k);
  Scores all;
  std::int64_t first = rows.first;
  do {
    run.check_stop();
    const std::int64_t last = std::min(first + rows_per_block, rows.last);
    append_rows(all, model.top(x, first, last, k, run));
    first = last;
    run.report({"score", static_cast<double>(first - rows.first), static_cast<double>(rows.last - rows.first), {}});
  } while (first < rows.last);
  return all;
}

}  // namespace tagma
