#include <tagma/model/embedding.h>

#include <tagma/base/error.h>
#include <tagma/base/parallel.h>
#include <tagma/math/turn.h>
#include <tagma/model/query_rows.h>
#include <tagma/model/row_panel.h>
#include <tagma/model/shortlist_rows.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace tagma {
namespace {

constexpr std::int64_t rows_per_block = 64, labels_per_tile = 256, searched_rows = 16;
constexpr LabelId extreme_labels = 16384;

RowPanel panel_for(const EmbeddingShape& shape) {
  return {shape.features, shape.similarity == Similarity::cosine, static_cast<float>(1 / shape.temperature), shape.bias};
}

// Calls take(row, first label, outputs) for every row of the panel and every tile of labels, tile after tile.
template <class Take>
void each_tile(const RowPanel& panel, std::int64_t rows, std::span<const float> vectors, std::int64_t width, std::int64_t count,
               const Run& run, Take&& take) {
  std::vector<float> lanes(static_cast<std::size_t>(labels_per_tile * panel.lanes())), turned(lanes.size());
  for (std::int64_t label = 0; label < count; label += labels_per_tile) {
    if (label % (64 * labels_per_tile) == 0) run.check_stop();
    const std::int64_t some = std::min(labels_per_tile, count - label);
    panel.outputs(vectors.data() + label * width, some, lanes.data());
    math::turn(lanes.data(), some, panel.lanes(), panel.lanes(), turned.data(), some);
    for (std::int64_t r = 0; r < rows; ++r) take(r, label, std::span<const float>(turned).subspan(static_cast<std::size_t>(r * some), static_cast<std::size_t>(some)));
  }
}

}  // namespace

bool embedding_takes(const LossFunction& loss) {
  const bool ranks = loss.name() == "decoupled-softmax" || loss.name() == "lsep" || loss.name() == "ranknet" || loss.name() == "soft-top-k";
  return ranks && loss.outputs() == Outputs::one && loss.options().balance == Balance::none;
}

EmbeddingModel::EmbeddingModel(const EmbeddingShape& shape, std::shared_ptr<const std::vector<float>> vectors,
                               std::shared_ptr<const LossFunction> loss, std::shared_ptr<const OwnedGraph> graph, std::int64_t ef)
    : shape_(shape), vectors_(*vectors), loss_(std::move(loss)), ef_(ef), owner_(vectors), graph_owner_(graph) {
  if (graph) graph_ = graph->view();
  if (!embedding_takes(*loss_))
    fail(Code::usage, "label embeddings with loss {}; allowed: {}", loss_->name(), embedding_losses);
  if (shape.labels < 1 || static_cast<std::int64_t>(vectors_.size()) != shape.labels * shape.width() || !(shape.temperature > 0))
    fail(Code::usage, "label embeddings: {} numbers for {} labels of {}, temperature {}", vectors_.size(), shape.labels,
         shape.width(), shape.temperature);
}

bool EmbeddingModel::extreme() const { return shape_.labels > extreme_labels; }

void EmbeddingModel::check_rows(const FeatureMatrix& x, std::int64_t first, std::int64_t last) const {
  QueryRows::check(x, first, last, shape_.features);
}

std::vector<float> EmbeddingModel::outputs_of(const FeatureMatrix& x, std::int64_t first, std::int64_t last, std::span<const float> vectors,
                                              std::int64_t count, const Run& run) const {
  check_rows(x, first, last);
  std::vector<float> all(static_cast<std::size_t>((last - first) * count));
  parallel_for(run, last - first, rows_per_block, [&](std::int64_t from, std::int64_t to) {
    RowPanel panel = panel_for(shape_);
    panel.take(x, to - from, [&](std::int64_t i) { return first + from + i; });
    each_tile(panel, to - from, vectors, shape_.width(), count, run, [&](std::int64_t r, std::int64_t label, std::span<const float> outputs) {
      std::copy(outputs.begin(), outputs.end(), all.begin() + (from + r) * count + label);
    });
  });
  return all;
}

Scores EmbeddingModel::score(const FeatureMatrix& x, std::int64_t first, std::int64_t last, const Run& run) const {
  const std::vector<float> all = outputs_of(x, first, last, vectors_, shape_.labels, run);
  return loss_->read(all.data(), last - first, shape_.labels, run);
}

Scores EmbeddingModel::score_among(const FeatureMatrix& x, std::int64_t first, std::int64_t last, std::span<const LabelId> chosen,
                                   const Run& run) const {
  check_chosen(chosen);
  std::vector<float> some;
  const std::int64_t width = shape_.width();
  some.reserve(chosen.size() * static_cast<std::size_t>(width));
  for (const LabelId label : chosen) {
    const auto vector = vectors_.subspan(static_cast<std::size_t>(label * width), static_cast<std::size_t>(width));
    some.insert(some.end(), vector.begin(), vector.end());
  }
  const auto count = static_cast<LabelId>(chosen.size());
  const std::vector<float> all = outputs_of(x, first, last, some, count, run);
  return loss_->read(all.data(), last - first, count, run);
}

Scores EmbeddingModel::top(const FeatureMatrix& x, std::int64_t first, std::int64_t last, LabelId k, const Run& run) const {
  return graph_ && k < graph_->nodes() ? top_by_graph(x, first, last, k, run) : top_exact(x, first, last, k, run);
}

// What the search finds goes by the same kernel as in top_exact(), sixteen rows side by side of which one is wanted.
Scores EmbeddingModel::top_by_graph(const FeatureMatrix& x, std::int64_t first, std::int64_t last, LabelId k, const Run& run) const {
  check_rows(x, first, last);
  const std::int64_t width = shape_.width(), ef = std::max<std::int64_t>(ef_, k);
  std::vector<ShortlistRows> parts(static_cast<std::size_t>((last - first + searched_rows - 1) / searched_rows));
  parallel_for(run, last - first, searched_rows, [&](std::int64_t from, std::int64_t to) {
    RowPanel panel = panel_for(shape_);
    panel.take(x, to - from, [&](std::int64_t i) { return first + from + i; });
    std::vector<float> rows(static_cast<std::size_t>((to - from) * width)), gathered, lanes;
    math::turn(panel.columns(), width, to - from, panel.lanes(), rows.data(), width);
    GraphSearch search(*graph_, {vectors_.data(), width});
    for (std::int64_t r = 0; r < to - from; ++r) {
      const std::span<const Ranked> found = search.nearest(rows.data() + r * width, ef);
      gathered.resize(found.size() * static_cast<std::size_t>(width));
      lanes.resize(found.size() * static_cast<std::size_t>(panel.lanes()));
      for (std::size_t i = 0; i < found.size(); ++i)
        std::copy_n(vectors_.data() + graph_->labels[static_cast<std::size_t>(found[i].id)] * width, width, gathered.data() + i * static_cast<std::size_t>(width));
      panel.outputs(gathered.data(), static_cast<std::int64_t>(found.size()), lanes.data());
      BestRows best(1, k);
      for (std::size_t i = 0; i < found.size(); ++i)
        best.offer_all(0, lanes.data() + i * static_cast<std::size_t>(panel.lanes()) + r, 1, [&](std::int64_t) { return graph_->labels[static_cast<std::size_t>(found[i].id)]; });
      parts[static_cast<std::size_t>(from / searched_rows)].add(best.sorted(0));
    }
  });
  return joined(parts, shape_.labels, loss_->reading().scale, loss_->reading().order);
}

Scores EmbeddingModel::top_exact(const FeatureMatrix& x, std::int64_t first, std::int64_t last, LabelId k, const Run& run) const {
  check_rows(x, first, last);
  k = std::min(k, shape_.labels);
  std::vector<ShortlistRows> parts(static_cast<std::size_t>((last - first + rows_per_block - 1) / rows_per_block));
  parallel_for(run, last - first, rows_per_block, [&](std::int64_t from, std::int64_t to) {
    RowPanel panel = panel_for(shape_);
    panel.take(x, to - from, [&](std::int64_t i) { return first + from + i; });
    BestRows best(to - from, k);
    each_tile(panel, to - from, vectors_, shape_.width(), shape_.labels, run, [&](std::int64_t r, std::int64_t label, std::span<const float> outputs) {
      best.offer_all(r, outputs.data(), static_cast<std::int64_t>(outputs.size()), [&](std::int64_t i) { return static_cast<LabelId>(label + i); });
    });
    for (std::int64_t r = 0; r < to - from; ++r) parts[static_cast<std::size_t>(from / rows_per_block)].add(best.sorted(r));
  });
  return joined(parts, shape_.labels, loss_->reading().scale, loss_->reading().order);
}

}  // namespace tagma
