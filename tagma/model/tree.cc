#include <tagma/model/tree.h>

#include <tagma/base/error.h>
#include <tagma/base/parallel.h>
#include <tagma/loss/logistic.h>
#include <tagma/model/best_rows.h>
#include <tagma/model/chunk_tile.h>
#include <tagma/model/shortlist_rows.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace tagma {
namespace {

// Rows do not meet, so blocks may follow the number of threads: the more rows, the fewer times each chunk is unpacked.
std::int64_t block_of(std::int64_t rows, const Run& run) {
  return std::clamp<std::int64_t>((rows - 1) / std::max(run.threads, 1) + 1, 1024, 32768);
}

}  // namespace

TreeModel::TreeModel(WeightChunks chunks, LabelId labels, std::shared_ptr<const LossFunction> loss, TreeSearch search)
    : chunks_(std::move(chunks)), labels_(labels), loss_(std::move(loss)), search_(search),
      sigmoid_(loss_->reading().scale == Scale::probability), paths_(no_paths()) {}

TreeModel::TreeModel(WeightChunks chunks, TreeShape shape, LabelId labels, std::shared_ptr<const LossFunction> loss,
                     TreeSearch search)
    : TreeModel(std::move(chunks), labels, std::move(loss), search) {
  auto owned = std::make_shared<const TreeShape>(std::move(shape));
  roots_ = owned->roots;
  below_ = owned->below;
  label_of_ = owned->label_of;
  owner_ = owned;
  if (const char* wrong = what_is_wrong()) fail(Code::usage, "label tree: {}", wrong);
  for (const LabelId label : label_of_)
    if (label < 0 || label >= labels_) fail(Code::usage, "label tree: a leaf holds label {}, there are {}", label, labels_);
}

// Looks at every node, but not at every label: those are looked at by the first search (repeats()) and when one meets them.
const char* TreeModel::what_is_wrong() const {
  const auto nodes = static_cast<std::int64_t>(below_.size());
  if (!loss_->separable() || loss_->outputs() != Outputs::one) return "the loss does not judge each label for itself";
  if (labels_ < 1) return "there are no labels";
  if (search_.beam < 1) return "the beam is below 1";
  if (roots_.empty() || nodes != chunks_.chunks()) return "every node needs one chunk of weights, and every tree a node";
  std::int64_t next_label = 0, next_node = 0;
  std::size_t tree = 0;
  for (std::int64_t node = 0; node < nodes; ++node) {
    if (node == next_node) {  // the nodes of the tree before have all been some node's child
      if (tree == roots_.size() || roots_[tree++] != node) return "its roots are not where its trees begin";
      ++next_node;
    }
    const std::int64_t below = below_[static_cast<std::size_t>(node)];
    std::int64_t& next = below < 0 ? next_label : next_node;
    if ((below < 0 ? ~below : below) != next) return "its nodes are not in breadth-first order";
    next += chunks_.width(node);
  }
  if (tree != roots_.size() || next_node != nodes) return "it has children that are not there";
  if (next_label != static_cast<std::int64_t>(label_of_.size())) return "its leaves do not fit their labels";
  return nullptr;
}

LabelId TreeModel::label_at(std::int64_t place) const {
  const LabelId label = label_of_[static_cast<std::size_t>(place)];
  if (label < 0 || label >= labels_) fail(Code::bad_model, "label tree: a leaf holds label {}, there are {}", label, labels_);
  return label;
}

void log_chances(std::span<float> outputs, bool sigmoid, float start) {
  if (sigmoid) {
    for (float& output : outputs) output = start - logistic(output, true).value;
  } else {
    for (float& output : outputs) {
      const float gap = output < 1 ? 1 - output : 0.f;
      output = start - gap * gap * gap;
    }
  }
}

// A row at a node, with the log of the chance of the path that led there.
struct TreeModel::Visit {
  std::int32_t node, row;
  float chance;
};

// The beam search of one block of rows through one tree.
class TreeModel::Search {
 public:
  Search(const TreeModel& model, const QueryRows& rows, ChunkTile& tile) : model_(model), rows_(rows), tile_(tile) {}

  // Offers the labels found to `labels`, with the logs of their chances.
  void run(std::int32_t root, BestRows& labels, const Run& run) {
    std::vector<Visit> visits;
    for (std::int64_t r = 0; r < rows_.rows(); ++r) visits.push_back({root, static_cast<std::int32_t>(r), 0.f});
    while (!visits.empty()) {
      run.check_stop();
      BestRows nodes(rows_.rows(), model_.search_.beam);
      visit_all(visits, nodes, labels);
      visits = visits_of(nodes);
    }
  }

 private:
  // What a level found, by node and then by row.
  std::vector<Visit> visits_of(const BestRows& nodes) const {
    std::int32_t first = INT32_MAX, last = -1;
    for (std::int64_t r = 0; r < rows_.rows(); ++r)
      for (const Ranked& node : nodes.found(r)) first = std::min(first, node.id), last = std::max(last, node.id);
    if (last < 0) return {};
    std::vector<std::int64_t> starts(static_cast<std::size_t>(last - first) + 2);
    for (std::int64_t r = 0; r < rows_.rows(); ++r)
      for (const Ranked& node : nodes.found(r)) ++starts[static_cast<std::size_t>(node.id - first) + 1];
    for (std::size_t n = 1; n < starts.size(); ++n) starts[n] += starts[n - 1];
    std::vector<Visit> visits(static_cast<std::size_t>(starts.back()));
    for (std::int64_t r = 0; r < rows_.rows(); ++r)
      for (const Ranked& node : nodes.found(r))
        visits[static_cast<std::size_t>(starts[static_cast<std::size_t>(node.id - first)]++)] =
            {node.id, static_cast<std::int32_t>(r), node.value};
    return visits;
  }

  void visit_all(std::span<const Visit> visits, BestRows& nodes, BestRows& labels) {
    for (std::size_t i = 0; i < visits.size();) {
      const std::int32_t node = visits[i].node;
      std::size_t end = i;
      std::int64_t nonzeros = 0;
      for (; end < visits.size() && visits[end].node == node; ++end)
        nonzeros += static_cast<std::int64_t>(rows_[visits[end].row].columns.size());
      tile_.turn_to(node, static_cast<std::int64_t>(end - i), nonzeros);
      for (; i < end; ++i) visit(visits[i], nodes, labels);
    }
  }

  void visit(const Visit& at, BestRows& nodes, BestRows& labels) {
    const std::int32_t below = model_.below_[static_cast<std::size_t>(at.node)];
    BestRows& best = below < 0 ? labels : nodes;
    if (at.chance < best.floor(at.row)) return;  // chances only fall on the way down
    const std::int32_t width = model_.chunks_.width(at.node);
    float* outputs = tile_.outputs(rows_[at.row]);
    log_chances({outputs, static_cast<std::size_t>(width)}, model_.sigmoid_, at.chance);
    if (below < 0) labels.offer_all(at.row, outputs, width, [&](std::int64_t i) { return model_.label_at(~below + i); });
    else nodes.offer_all(at.row, outputs, width, [&](std::int64_t i) { return static_cast<LabelId>(below + i); });
  }

  const TreeModel& model_;
  const QueryRows& rows_;
  ChunkTile& tile_;
};

namespace {

// Keeps the best of each label; best first goes in and comes out.
void drop_repeats(std::vector<Ranked>& row) {
  std::stable_sort(row.begin(), row.end(), [](const Ranked& a, const Ranked& b) { return a.id < b.id; });
  row.erase(std::unique(row.begin(), row.end(), [](const Ranked& a, const Ranked& b) { return a.id == b.id; }), row.end());
}

// Adds up the values of each label, in the order of the trees.
std::vector<Ranked> summed(std::vector<Ranked> row) {
  std::stable_sort(row.begin(), row.end(), [](const Ranked& a, const Ranked& b) { return a.id < b.id; });
  std::vector<Ranked> sums;
  for (const Ranked& entry : row) {
    if (sums.empty() || sums.back().id != entry.id) sums.push_back(entry);
    else sums.back().value += entry.value;
  }
  return sums;
}

}  // namespace

Scores TreeModel::top(const FeatureMatrix& x, std::int64_t first, std::int64_t last, LabelId k, const Run& run) const {
  QueryRows::check(x, first, last, features());
  k = std::min(k, labels_);
  // Labels may stand under several leaves: then the best k entries may name fewer labels.
  const std::int64_t kept = repeats() ? 2 * std::int64_t{k} : k;
  const std::int64_t rows_per_block = block_of(last - first, run);
  std::vector<ShortlistRows> parts(static_cast<std::size_t>((last - first + rows_per_block - 1) / rows_per_block));
  parallel_for(run, last - first, rows_per_block, [&](std::int64_t from, std::int64_t to) {
    const QueryRows rows(x, first + from, first + to, features(), chunks_.precision(), chunks_.unit_rows());
    ChunkTile tile(chunks_, rows.columns());
    std::vector<BestRows> found;
    for (const std::int32_t root : roots_) {
      found.emplace_back(rows.rows(), kept);
      Search(*this, rows, tile).run(root, found.back(), run);
    }
    ShortlistRows& part = parts[static_cast<std::size_t>(from / rows_per_block)];
    for (std::int64_t r = 0; r < rows.rows(); ++r) {
      std::vector<Ranked> all;
      for (BestRows& tree : found) {
        const std::span<const Ranked> best = tree.sorted(r);
        std::vector<Ranked> row(best.begin(), best.end());
        drop_repeats(row);
        for (const Ranked& entry : row) all.push_back({std::exp(entry.value), entry.id});
      }
      all = summed(std::move(all));
      for (Ranked& entry : all) entry.value = std::min(entry.value / static_cast<float>(trees()), 1.f);
      std::sort(all.begin(), all.end(), better);
      all.resize(std::min(all.size(), static_cast<std::size_t>(k)));
      part.add(all);
    }
  });
  return joined(parts, labels_, Scale::probability, Order::none);
}

// Which labels are scored, where each of them stands among the scores of a row (-1: not there), and the nodes above them.
struct TreeModel::Columns {
  LabelId count;
  std::vector<LabelId> of_label;
  std::vector<bool> nodes;
};

TreeModel::Columns TreeModel::all_columns() const {
  Columns all{labels_, std::vector<LabelId>(static_cast<std::size_t>(labels_)), std::vector<bool>(below_.size(), true)};
  std::iota(all.of_label.begin(), all.of_label.end(), LabelId{0});
  return all;
}

TreeModel::Columns TreeModel::columns_of(std::span<const LabelId> chosen) const {
  Columns some{static_cast<LabelId>(chosen.size()), std::vector<LabelId>(static_cast<std::size_t>(labels_), -1),
               std::vector<bool>(below_.size())};
  for (std::size_t i = 0; i < chosen.size(); ++i) some.of_label[static_cast<std::size_t>(chosen[i])] = static_cast<LabelId>(i);
  for (std::size_t node = below_.size(); node-- > 0;) {  // children stand behind their parent
    const std::int64_t below = below_[node], width = chunks_.width(static_cast<std::int64_t>(node));
    for (std::int64_t i = 0; i < width && !some.nodes[node]; ++i)
      some.nodes[node] = below >= 0 ? some.nodes[static_cast<std::size_t>(below + i)] : some.of_label[static_cast<std::size_t>(label_at(~below + i))] >= 0;
  }
  return some;
}

Scores TreeModel::score(const FeatureMatrix& x, std::int64_t first, std::int64_t last, const Run& run) const {
  return score_columns(x, first, last, all_columns(), run);
}

Scores TreeModel::score_among(const FeatureMatrix& x, std::int64_t first, std::int64_t last, std::span<const LabelId> chosen,
                              const Run& run) const {
  check_chosen(chosen);
  return score_columns(x, first, last, columns_of(chosen), run);
}

// Labels go by the first place where they stand, those without one to the last share.
std::vector<LabelId> TreeModel::labels_of(LabelShare share) const {
  const auto places = static_cast<std::int64_t>(label_of_.size()), in_first_tree = std::min<std::int64_t>(places, labels_);
  std::vector<bool> seen(static_cast<std::size_t>(labels_));
  std::vector<LabelId> mine;
  for (std::int64_t place = 0; place < places; ++place) {
    const LabelId label = label_at(place);
    if (seen[static_cast<std::size_t>(label)]) continue;
    seen[static_cast<std::size_t>(label)] = true;
    if (std::min(place, in_first_tree - 1) * share.parts / in_first_tree == share.part) mine.push_back(label);
  }
  for (LabelId label = 0; label < labels_ && share.part + 1 == share.parts; ++label)
    if (!seen[static_cast<std::size_t>(label)]) mine.push_back(label);
  std::sort(mine.begin(), mine.end());
  return mine;
}

Scores TreeModel::top_in_share(const FeatureMatrix& x, std::int64_t first, std::int64_t last, LabelId k, LabelShare share, const Run& run) const {
  const std::vector<LabelId> mine = labels_of(share);
  constexpr std::int64_t scores_at_once = std::int64_t{1} << 24;
  const std::int64_t block = std::max<std::int64_t>(scores_at_once / std::max<std::int64_t>(static_cast<std::int64_t>(mine.size()), 1), 1);
  Scores all;
  std::int64_t from = first;
  do {
    const std::int64_t to = std::min(from + block, last);
    append_rows(all, shortlist_among(score_among(x, from, to, mine, run), mine, labels_, k));
    from = to;
  } while (from < last);
  return all;
}

Scores TreeModel::score_columns(const FeatureMatrix& x, std::int64_t first, std::int64_t last, const Columns& columns,
                                const Run& run) const {
  QueryRows::check(x, first, last, features());
  Scores all;
  all.rows = last - first;
  all.labels = columns.count;
  all.values.resize(static_cast<std::size_t>(all.rows * columns.count));
  parallel_for(run, all.rows, 256, [&](std::int64_t from, std::int64_t to) {
    score_rows(x, first + from, first + to, columns, all.values.data() + from * columns.count, run);
  });
  return all;
}

void TreeModel::score_rows(const FeatureMatrix& x, std::int64_t first, std::int64_t last, const Columns& columns, float* scores,
                           const Run& run) const {
  const QueryRows rows(x, first, last, features(), chunks_.precision(), chunks_.unit_rows());
  ChunkTile tile(chunks_, rows.columns());
  const auto count = static_cast<std::size_t>(rows.rows()), labels = static_cast<std::size_t>(columns.count);
  std::vector<float> chances(below_.size() * count), best(count * labels);
  for (std::size_t tree = 0; tree < roots_.size(); ++tree) {
    const auto from = static_cast<std::size_t>(roots_[tree]);
    const std::size_t to = tree + 1 < roots_.size() ? static_cast<std::size_t>(roots_[tree + 1]) : below_.size();
    std::fill(best.begin(), best.end(), -std::numeric_limits<float>::infinity());
    for (std::size_t node = from; node < to; ++node) {
      if (node % 64 == 0) run.check_stop();
      if (!columns.nodes[node]) continue;
      tile.turn_to(static_cast<std::int64_t>(node), rows.rows(), rows.stored());
      const std::int32_t below = below_[node], width = chunks_.width(static_cast<std::int64_t>(node));
      for (std::size_t r = 0; r < count; ++r) {
        float* outputs = tile.outputs(rows[static_cast<std::int64_t>(r)]);
        log_chances({outputs, static_cast<std::size_t>(width)}, sigmoid_, chances[node * count + r]);
        for (std::int32_t i = 0; i < width; ++i) {
          if (below >= 0) {
            chances[static_cast<std::size_t>(below + i) * count + r] = outputs[i];
          } else if (const LabelId column = columns.of_label[static_cast<std::size_t>(label_at(~below + i))]; column >= 0) {
            float& label = best[r * labels + static_cast<std::size_t>(column)];
            label = std::max(label, outputs[i]);
          }
        }
      }
    }
    for (std::size_t i = 0; i < best.size(); ++i) scores[i] += std::exp(best[i]);
  }
  for (std::size_t i = 0; i < best.size(); ++i) scores[i] = std::min(scores[i] / static_cast<float>(trees()), 1.f);
}

std::vector<float> TreeModel::path_chances(const FeatureMatrix& x, std::int64_t first, std::int64_t last) const {
  const QueryRows rows(x, first, last, features(), chunks_.precision(), chunks_.unit_rows());
  ChunkTile tile(chunks_, rows.columns());
  const auto count = static_cast<std::size_t>(rows.rows());
  std::vector<float> chances(below_.size() * count);
  for (std::size_t node = 0; node < below_.size(); ++node) {
    if (below_[node] < 0) continue;
    const auto from = static_cast<std::size_t>(below_[node]);
    const std::int32_t width = chunks_.width(static_cast<std::int64_t>(node));
    tile.turn_to(static_cast<std::int64_t>(node), rows.rows(), rows.stored());
    for (std::size_t r = 0; r < count; ++r) {
      float* outputs = tile.outputs(rows[static_cast<std::int64_t>(r)]);
      log_chances({outputs, static_cast<std::size_t>(width)}, sigmoid_, chances[node * count + r]);
      for (std::size_t i = 0; i < static_cast<std::size_t>(width); ++i) chances[(from + i) * count + r] = outputs[i];
    }
  }
  return chances;
}

}  // namespace tagma
