#include <tagma/score/score.h>

#include <tagma/base/error.h>

#include <algorithm>
#include <utility>

namespace tagma {
namespace {

constexpr std::int64_t outputs_per_block = std::int64_t{1} << 24;
constexpr std::int64_t most_rows_per_block = std::int64_t{1} << 16, pictures_per_block = 1024;

template <class Values>
void append(Values& all, Values&& block) {
  if (all.empty()) all = std::move(block);
  else all.insert(all.end(), block.begin(), block.end());
}

// Calls take(scores of a block, rows done) for one block of rows after another; at least once, so that empty data has a form
// too. score(first, last) makes the scores.
template <class Score, class Take>
void each_block(std::int64_t block, RowRange rows, const Run& run, Score&& score, Take&& take) {
  std::int64_t first = rows.first;
  do {
    run.check_stop();
    const std::int64_t last = std::min(first + block, rows.last);
    take(score(first, last), last - rows.first);
    first = last;
    run.report({"score", static_cast<double>(first - rows.first), static_cast<double>(rows.last - rows.first), {}});
  } while (first < rows.last);
}

std::int64_t block_of(const Model& model) {
  const std::int64_t block = std::max<std::int64_t>(outputs_per_block / std::max<std::int64_t>(model.outputs(), 1), 1);
  return model.sees_pictures() ? std::min(block, pictures_per_block) : block;
}

template <class Score>
Scores all_scores(const Model& model, RowRange rows, const Run& run, Score&& score) {
  Scores all;
  const std::int64_t count = rows.last - rows.first;
  each_block(block_of(model), rows, run, score, [&](Scores block, std::int64_t done) {
    const bool more = all.rows == 0 && done < count;
    all.rows = done;
    all.labels = block.labels;
    all.scale = block.scale;
    all.order = block.order;
    append(all.values, std::move(block.values));
    append(all.spread, std::move(block.spread));
    append(all.presence, std::move(block.presence));
    append(all.shared, std::move(block.shared));
    append(all.pairs, std::move(block.pairs));
    if (more)
      for (std::vector<float>* part : {&all.values, &all.spread, &all.presence, &all.shared, &all.pairs})
        part->reserve(part->size() / static_cast<std::size_t>(done) * static_cast<std::size_t>(count));
  });
  return all;
}

template <class Top>
Scores top_scores(std::int64_t block, RowRange rows, const Wanted& wanted, const Run& run, Top&& top) {
  if (wanted.top < (wanted.among.empty() ? 1 : 0)) fail(Code::usage, "the best {} labels of each row were asked for; at least 1", wanted.top);
  Scores all;
  each_block(block, rows, run, top, [&](Scores part, std::int64_t) { append_rows(all, std::move(part)); });
  return all;
}

// How many labels of a row are kept.
LabelId kept(const Wanted& wanted, const Model& model) {
  const LabelId of = wanted.among.empty() ? model.labels() : static_cast<LabelId>(wanted.among.size());
  return wanted.top > 0 ? std::min(wanted.top, of) : of;
}

const Images& pictures_of(const Dataset& data) {
  if (data.pictures.empty() && data.rows() > 0) fail(Code::usage, "the model looks at pictures, and the rows have none");
  return data.pictures;
}

}  // namespace

Scores score_all(const Model& model, const FeatureMatrix& x, RowRange rows, const Run& run) {
  return all_scores(model, rows, run, [&](std::int64_t first, std::int64_t last) { return model.score(x, first, last, run); });
}

Scores score_top(const Model& model, const FeatureMatrix& x, RowRange rows, const Wanted& wanted, const Run& run) {
  const bool some = !wanted.among.empty();
  const std::int64_t held = !some ? 1 : model.extreme() ? static_cast<std::int64_t>(wanted.among.size()) : model.outputs();
  const std::int64_t block = std::clamp<std::int64_t>(outputs_per_block / std::max<std::int64_t>(held, 1), 1, most_rows_per_block);
  return top_scores(block, rows, wanted, run, [&](std::int64_t first, std::int64_t last) {
    return some           ? shortlist_among(model.score_among(x, first, last, wanted.among, run), wanted.among, model.labels(), kept(wanted, model))
           : wanted.exact ? model.top_exact(x, first, last, wanted.top, run)
                          : model.top(x, first, last, wanted.top, run);
  });
}

Scores score_top_in_share(const Model& model, const Dataset& data, LabelId top, LabelShare share, const Run& run) {
  return top_scores(most_rows_per_block, {0, data.rows()}, {.top = top}, run,
                    [&](std::int64_t first, std::int64_t last) { return model.top_in_share(data.features, first, last, top, share, run); });
}

Scores score_all(const Model& model, const Dataset& data, RowRange rows, const Run& run) {
  if (!model.sees_pictures()) return score_all(model, data.features, rows, run);
  const Images& pictures = pictures_of(data);
  return all_scores(model, rows, run, [&](std::int64_t first, std::int64_t last) { return model.score_pictures(pictures, first, last, run); });
}

Scores score_top(const Model& model, const Dataset& data, RowRange rows, const Wanted& wanted, const Run& run) {
  if (!model.sees_pictures()) return score_top(model, data.features, rows, wanted, run);
  const Images& pictures = pictures_of(data);
  return top_scores(block_of(model), rows, wanted, run, [&](std::int64_t first, std::int64_t last) {
    const Scores all = model.score_pictures(pictures, first, last, run);
    return wanted.among.empty() ? shortlist(all, kept(wanted, model))
                                : shortlist_among(narrowed(all, wanted.among), wanted.among, model.labels(), kept(wanted, model));
  });
}

}  // namespace tagma
