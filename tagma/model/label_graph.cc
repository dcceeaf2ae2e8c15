#include <tagma/model/label_graph.h>

#include <tagma/math/products.h>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace tagma {
namespace {

constexpr auto worse = [](const Ranked& a, const Ranked& b) { return better(b, a); };

}  // namespace

std::int64_t LabelGraph::first_link(std::int64_t level) const {
  std::int64_t first = 0;
  for (std::int64_t l = 0; l < level; ++l) first += level_nodes[static_cast<std::size_t>(l)] * most(l);
  return first;
}

std::span<const std::int32_t> LabelGraph::linked_from(std::int64_t first, std::int64_t level, std::int32_t node) const {
  const auto row = links.subspan(static_cast<std::size_t>(first + node * most(level)), static_cast<std::size_t>(most(level)));
  return row.first(static_cast<std::size_t>(std::find(row.begin(), row.end(), -1) - row.begin()));
}

std::string LabelGraph::check(LabelId count) const {
  constexpr std::int64_t most_neighbours = 1024, most_levels = 64;
  if (neighbours < 1 || neighbours > most_neighbours) return fmt::format("{} neighbours; allowed: 1 to {}", neighbours, most_neighbours);
  if (labels.empty() || nodes() > count) return fmt::format("{} nodes for {} labels", nodes(), count);
  if (level_nodes.empty() || levels() > most_levels) return fmt::format("{} levels; allowed: 1 to {}", levels(), most_levels);
  std::int64_t above = nodes(), wanted = 0;
  for (std::int64_t l = 0; l < levels(); ++l) {
    const std::int64_t here = level_nodes[static_cast<std::size_t>(l)];
    if (here < 1 || here > above || (l == 0 && here != nodes())) return fmt::format("{} nodes on level {}", here, l);
    above = here;
    wanted += here * most(l);  // at most 2^31 x 2^11 x 2^6
  }
  if (static_cast<std::int64_t>(links.size()) != wanted) return fmt::format("{} links where {} belong", links.size(), wanted);
  std::vector<bool> seen(static_cast<std::size_t>(count));
  for (const LabelId label : labels) {
    if (label < 0 || label >= count || seen[static_cast<std::size_t>(label)]) return fmt::format("node of label {}, which is out of range or has one", label);
    seen[static_cast<std::size_t>(label)] = true;
  }
  for (std::int64_t l = 0, first = 0; l < levels(); first += level_nodes[static_cast<std::size_t>(l)] * most(l), ++l) {
    const std::int64_t here = level_nodes[static_cast<std::size_t>(l)];
    for (const std::int32_t link : links.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(here * most(l))))
      if (link < -1 || link >= here) return fmt::format("a link to node {} on level {}, which has {}", link, l, here);
  }
  return {};
}

bool GraphSearch::first_visit(std::int32_t node) {
  std::uint64_t& word = visited_[static_cast<std::size_t>(node) / 64];
  const std::uint64_t bit = std::uint64_t{1} << (static_cast<std::size_t>(node) % 64);
  const bool first = (word & bit) == 0;
  word |= bit;
  return first;
}

void GraphSearch::find_nearness(const float* x, float x_extra) {
  labels_.resize(ids_.size());
  values_.resize(ids_.size());
  for (std::size_t i = 0; i < ids_.size(); ++i) labels_[i] = graph_.labels[static_cast<std::size_t>(ids_[i])];
  math::products_with(x, vectors_.values, vectors_.features, labels_.data(), static_cast<std::int64_t>(ids_.size()), values_.data());
  if (vectors_.extra && x_extra != 0)
    for (std::size_t i = 0; i < ids_.size(); ++i) values_[i] += x_extra * vectors_.extra[labels_[i]];
  for (float& value : values_)
    if (std::isnan(value)) value = -std::numeric_limits<float>::infinity();  // of products beyond a float: far from all, and in order
}

float GraphSearch::nearness(const float* x, float x_extra, std::int32_t node) {
  ids_.assign(1, node);
  find_nearness(x, x_extra);
  return values_[0];
}

Ranked GraphSearch::descend(const float* x, float x_extra, std::int64_t level) {
  Ranked here{nearness(x, x_extra, 0), 0};
  for (std::int64_t l = graph_.levels() - 1; l > level; --l) {
    const std::int64_t first = graph_.first_link(l);
    for (bool moved = true; moved;) {
      moved = false;
      const auto linked = graph_.linked_from(first, l, here.id);
      ids_.assign(linked.begin(), linked.end());
      find_nearness(x, x_extra);
      for (std::size_t i = 0; i < ids_.size(); ++i) {
        const Ranked there{values_[i], ids_[i]};
        if (!better(there, here)) continue;
        here = there;
        moved = true;
      }
    }
  }
  return here;
}

std::span<const Ranked> GraphSearch::nearest_on(std::int64_t level, const float* x, float x_extra, std::span<const Ranked> from, std::int64_t ef) {
  const std::int64_t first = graph_.first_link(level);
  const auto most = static_cast<std::size_t>(std::max<std::int64_t>(ef, 1));
  visited_.assign(static_cast<std::size_t>(graph_.nodes()) / 64 + 1, 0);
  candidates_.assign(from.begin(), from.end());
  found_ = candidates_;
  std::make_heap(candidates_.begin(), candidates_.end(), worse);
  std::make_heap(found_.begin(), found_.end(), better);
  for (const Ranked& start : candidates_) first_visit(start.id);
  while (!candidates_.empty()) {
    const Ranked here = candidates_.front();
    if (found_.size() >= most && better(found_.front(), here)) break;
    std::pop_heap(candidates_.begin(), candidates_.end(), worse);
    candidates_.pop_back();
    ids_.clear();
    for (const std::int32_t node : graph_.linked_from(first, level, here.id))
      if (first_visit(node)) ids_.push_back(node);
    find_nearness(x, x_extra);
    for (std::size_t i = 0; i < ids_.size(); ++i) {
      const Ranked there{values_[i], ids_[i]};
      if (found_.size() >= most && !better(there, found_.front())) continue;
      candidates_.push_back(there);
      std::push_heap(candidates_.begin(), candidates_.end(), worse);
      found_.push_back(there);
      std::push_heap(found_.begin(), found_.end(), better);
      if (found_.size() <= most) continue;
      std::pop_heap(found_.begin(), found_.end(), better);
      found_.pop_back();
    }
  }
  std::sort(found_.begin(), found_.end(), better);
  return found_;
}

std::span<const Ranked> GraphSearch::nearest(const float* x, std::int64_t ef) {
  const Ranked start = descend(x, 0, 0);
  return nearest_on(0, x, 0, {&start, 1}, ef);
}

}  // namespace tagma
