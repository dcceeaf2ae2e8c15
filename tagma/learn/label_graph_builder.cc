#include <tagma/learn/label_graph_builder.h>

#include <tagma/base/parallel.h>
#include <tagma/base/rng.h>
#include <tagma/math/products.h>

#include <algorithm>
#include <cmath>

namespace tagma {
namespace {

constexpr std::int64_t batch_share = 16;  // of what is there, a batch is one part in so many
constexpr std::int64_t node_grain = 8, most_levels = 32;

class Builder {
 public:
  Builder(std::span<const float> vectors, std::int64_t features, std::vector<LabelId> nodes, const GraphOptions& options, const Run& run)
      : values_(vectors.data()), features_(features), options_(options), run_(run), extra_(vectors.size() / static_cast<std::size_t>(features)) {
    even_lengths(vectors);
    order(std::move(nodes));
    std::int64_t links = 0;
    for (std::size_t l = 0; l < graph_.level_nodes.size(); ++l) {
      first_link_.push_back(links);
      links += graph_.level_nodes[l] * graph_.view().most(static_cast<std::int64_t>(l));
    }
    graph_.links.assign(static_cast<std::size_t>(links), -1);
  }

  OwnedGraph work() {
    const auto nodes = static_cast<std::int64_t>(graph_.labels.size());
    for (std::int64_t first = 1; first < nodes;) {
      run_.check_stop();
      const std::int64_t last = std::min(nodes, first + std::max<std::int64_t>(1, first / batch_share));
      add(first, last);
      first = last;
    }
    return std::move(graph_);
  }

 private:
  struct Linked {  // of a new node, on one level
    std::int64_t level;
    std::vector<Ranked> chosen;
  };
  struct Back {
    std::int32_t to, from;
    float nearness;
  };

  void even_lengths(std::span<const float> vectors) {
    std::vector<double> squares(extra_.size());
    for (std::size_t label = 0; label < squares.size(); ++label)
      for (const float value : vectors.subspan(label * static_cast<std::size_t>(features_), static_cast<std::size_t>(features_)))
        squares[label] += static_cast<double>(value) * static_cast<double>(value);
    const double most = *std::max_element(squares.begin(), squares.end());
    for (std::size_t label = 0; label < squares.size(); ++label) extra_[label] = static_cast<float>(std::sqrt(most - squares[label]));
  }

  void order(std::vector<LabelId> nodes) {
    Rng rng(run_.seed);
    rng.shuffle(nodes);
    std::vector<std::vector<LabelId>> at_most(static_cast<std::size_t>(most_levels));
    for (const LabelId label : nodes) {
      std::size_t level = 0;
      while (level + 1 < at_most.size() && rng.below(static_cast<std::uint64_t>(options_.neighbours)) == 0 && options_.neighbours > 1) ++level;
      at_most[level].push_back(label);
    }
    graph_.neighbours = options_.neighbours;
    for (std::size_t level = at_most.size(); level-- > 0;) {
      graph_.labels.insert(graph_.labels.end(), at_most[level].begin(), at_most[level].end());
      if (!graph_.labels.empty()) graph_.level_nodes.push_back(static_cast<std::int64_t>(graph_.labels.size()));
    }
    std::reverse(graph_.level_nodes.begin(), graph_.level_nodes.end());
  }

  LabelId label(std::int32_t node) const { return graph_.labels[static_cast<std::size_t>(node)]; }
  const float* vector(std::int32_t node) const { return values_ + label(node) * features_; }
  float extra(std::int32_t node) const { return extra_[static_cast<std::size_t>(label(node))]; }
  std::span<std::int32_t> links(std::int64_t level, std::int32_t node) {
    const auto most = static_cast<std::size_t>(level == 0 ? 2 * options_.neighbours : options_.neighbours);
    return std::span(graph_.links).subspan(static_cast<std::size_t>(first_link_[static_cast<std::size_t>(level)]) + static_cast<std::size_t>(node) * most, most);
  }
  bool on(std::int64_t level, std::int64_t node) const { return node < graph_.level_nodes[static_cast<std::size_t>(level)]; }

  void nearness(std::int32_t node, std::span<const std::int32_t> to, std::vector<LabelId>& labels, std::vector<float>& out) const {
    labels.clear();
    for (const std::int32_t other : to) labels.push_back(label(other));
    out.resize(to.size());
    math::products_with(vector(node), values_, features_, labels.data(), static_cast<std::int64_t>(labels.size()), out.data());
    for (std::size_t i = 0; i < to.size(); ++i) out[i] += extra(node) * extra(to[i]);
  }

  // Of candidates, the nearest first, at most `most` that are nearer to the node than to one chosen before.
  std::vector<Ranked> choose(std::span<const Ranked> candidates, std::size_t most) const {
    std::vector<Ranked> chosen;
    std::vector<std::int32_t> ids;
    std::vector<LabelId> labels;
    std::vector<float> values;
    for (const Ranked& candidate : candidates) {
      if (chosen.size() == most) break;
      nearness(candidate.id, ids, labels, values);
      if (std::any_of(values.begin(), values.end(), [&](float value) { return value > candidate.value; })) continue;
      chosen.push_back(candidate);
      ids.push_back(candidate.id);
    }
    return chosen;
  }

  // What the new node `node` is linked with, among the nodes there were.
  std::vector<Linked> find(std::int32_t node, GraphSearch& search) const {
    std::vector<Linked> found;
    const std::int64_t top = graph_.view().levels() - 1;
    std::int64_t level = top;
    while (!on(level, node)) --level;
    std::vector<Ranked> from{search.descend(vector(node), extra(node), level)};
    for (; level >= 0; --level) {
      const auto near = search.nearest_on(level, vector(node), extra(node), from, options_.ef);
      from.assign(near.begin(), near.end());
      found.push_back({level, choose(from, static_cast<std::size_t>(options_.neighbours))});
    }
    return found;
  }

  void add(std::int64_t first, std::int64_t last) {
    std::vector<std::vector<Linked>> found(static_cast<std::size_t>(last - first));
    const LabelGraph graph = graph_.view();
    parallel_for(run_, last - first, node_grain, [&](std::int64_t from, std::int64_t to) {
      GraphSearch search(graph, {values_, features_, extra_.data()});
      for (std::int64_t i = from; i < to; ++i) found[static_cast<std::size_t>(i)] = find(static_cast<std::int32_t>(first + i), search);
    });
    std::vector<std::vector<Back>> back(graph_.level_nodes.size());
    for (std::size_t i = 0; i < found.size(); ++i)
      for (const Linked& linked : found[i]) {
        const auto node = static_cast<std::int32_t>(first + static_cast<std::int64_t>(i));
        const auto row = links(linked.level, node);
        for (std::size_t n = 0; n < linked.chosen.size(); ++n) {
          row[n] = linked.chosen[n].id;
          back[static_cast<std::size_t>(linked.level)].push_back({linked.chosen[n].id, node, linked.chosen[n].value});
        }
      }
    for (std::size_t level = 0; level < back.size(); ++level) link_back(static_cast<std::int64_t>(level), back[level]);
  }

  void link_back(std::int64_t level, std::vector<Back>& back) {
    std::sort(back.begin(), back.end(), [](const Back& a, const Back& b) { return a.to != b.to ? a.to < b.to : a.from < b.from; });
    std::vector<std::size_t> starts;
    for (std::size_t i = 0; i < back.size(); ++i)
      if (i == 0 || back[i].to != back[i - 1].to) starts.push_back(i);
    const auto groups = static_cast<std::int64_t>(starts.size());
    starts.push_back(back.size());
    parallel_for(run_, groups, node_grain, [&](std::int64_t from, std::int64_t to) {
      for (auto g = static_cast<std::size_t>(from); g < static_cast<std::size_t>(to); ++g)
        link_to(level, std::span<const Back>(back).subspan(starts[g], starts[g + 1] - starts[g]));
    });
  }

  void link_to(std::int64_t level, std::span<const Back> more) {
    const std::int32_t node = more.front().to;
    const auto row = links(level, node);
    const auto there = static_cast<std::size_t>(std::find(row.begin(), row.end(), -1) - row.begin());
    if (there + more.size() <= row.size()) {
      for (std::size_t i = 0; i < more.size(); ++i) row[there + i] = more[i].from;
      return;
    }
    std::vector<LabelId> labels;
    std::vector<float> values;
    nearness(node, row.first(there), labels, values);
    std::vector<Ranked> candidates;
    for (std::size_t i = 0; i < there; ++i) candidates.push_back({values[i], row[i]});
    for (const Back& one : more) candidates.push_back({one.nearness, one.from});
    std::sort(candidates.begin(), candidates.end(), better);
    const std::vector<Ranked> chosen = choose(candidates, row.size());
    std::fill(row.begin(), row.end(), -1);
    for (std::size_t i = 0; i < chosen.size(); ++i) row[i] = chosen[i].id;
  }

  const float* values_;
  std::int64_t features_;
  GraphOptions options_;
  const Run& run_;
  std::vector<float> extra_;  // of each label
  std::vector<std::int64_t> first_link_;
  OwnedGraph graph_;
};

}  // namespace

OwnedGraph build_label_graph(std::span<const float> vectors, std::int64_t features, std::vector<LabelId> nodes, const GraphOptions& options,
                             const Run& run) {
  return Builder(vectors, features, std::move(nodes), options, run).work();
}

}  // namespace tagma
