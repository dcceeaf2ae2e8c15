#include <tagma/model/tree_exact.h>

#include <tagma/base/parallel.h>
#include <tagma/model/shortlist_rows.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>
#include <numeric>
#include <utility>

namespace tagma {
namespace {

constexpr std::int64_t rows_per_search_block = 64;

}  // namespace

struct TreeModel::LazyPaths {
  std::once_flag once, looked;
  std::unique_ptr<const Paths> made;
  bool repeats = false;
};

bool TreeModel::repeats() const {
  std::call_once(paths_->looked, [&] {
    std::vector<std::int32_t> last(static_cast<std::size_t>(labels_), -1);  // tree that a label was met in
    std::int32_t tree = -1;
    for (std::size_t node = 0; node < below_.size() && !paths_->repeats; ++node) {
      const auto next = static_cast<std::size_t>(tree + 1);
      if (next < roots_.size() && static_cast<std::size_t>(roots_[next]) == node) ++tree;
      for (std::int32_t i = 0; below_[node] < 0 && i < chunks_.width(static_cast<std::int64_t>(node)); ++i)
        paths_->repeats |= std::exchange(last[static_cast<std::size_t>(label_at(~below_[node] + i))], tree) == tree;
    }
  });
  return paths_->repeats;
}

std::shared_ptr<TreeModel::LazyPaths> TreeModel::no_paths() { return std::make_shared<LazyPaths>(); }

TreeModel::Paths::Paths(const TreeModel& model)
    : parent(model.below_.size(), -1), leaf(model.label_of_.size()), starts(static_cast<std::size_t>(model.labels_) + 1),
      places(model.label_of_.size()) {
  for (std::size_t node = 0; node < parent.size(); ++node) {
    const std::int32_t below = model.below_[node], width = model.chunks_.width(static_cast<std::int64_t>(node));
    std::vector<std::int32_t>& up = below < 0 ? leaf : parent;
    std::fill_n(up.begin() + (below < 0 ? ~below : below), width, static_cast<std::int32_t>(node));
  }
  const auto count = static_cast<std::int32_t>(places.size());
  for (std::int32_t place = 0; place < count; ++place) ++starts[static_cast<std::size_t>(model.label_at(place)) + 1];
  std::partial_sum(starts.begin(), starts.end(), starts.begin());
  std::vector<std::int64_t> next(starts.begin(), starts.end() - 1);
  for (std::int32_t place = 0; place < count; ++place)
    places[static_cast<std::size_t>(next[static_cast<std::size_t>(model.label_at(place))]++)] = place;
}

TreeModel::ExactSearch::ExactSearch(const TreeModel& model, const Paths* paths, std::int64_t columns)
    : model_(model), paths_(paths), tile_(model.chunks_, columns), queues_(model.roots_.size()), opened_(model.below_.size(), -1),
      chance_(model.below_.size()), rest_(queues_.size() + 1), met_(paths ? static_cast<std::size_t>(model.labels_) : 0) {}

std::vector<Ranked> TreeModel::ExactSearch::best(const QueryRow& row, LabelId k) {
  start(row);
  BestRows best(1, k);
  while (true) {
    double sum = 0, most = 0;
    std::size_t next = 0;
    for (std::size_t tree = 0; tree < queues_.size(); ++tree) {
      const double here = bound(tree);
      sum += here;
      if (here > most) most = here, next = tree;
    }
    if (most == 0 || reached(sum) < static_cast<double>(best.floor(0))) break;
    open_next(next, best);
  }
  const std::span<const Ranked> found = best.sorted(0);
  std::vector<Ranked> all(found.begin(), found.end());
  if (all.size() == static_cast<std::size_t>(k)) return all;
  std::vector<LabelId> ids;  // all others score 0, the first of them are the best
  for (const Ranked& entry : found) ids.push_back(entry.id);
  std::sort(ids.begin(), ids.end());
  for (LabelId label = 0; all.size() < static_cast<std::size_t>(k); ++label)
    if (!std::binary_search(ids.begin(), ids.end(), label)) all.push_back({0.f, label});
  return all;
}

void TreeModel::ExactSearch::start(const QueryRow& row) {
  row_ = &row;
  for (const std::int32_t node : touched_) opened_[static_cast<std::size_t>(node)] = -1;
  touched_.clear();
  outputs_.clear();
  ++turn_;
  for (std::size_t tree = 0; tree < queues_.size(); ++tree) {
    chance_[static_cast<std::size_t>(model_.roots_[tree])] = 0;
    queues_[tree].assign(1, {0.f, model_.roots_[tree]});
  }
}

double TreeModel::ExactSearch::bound(std::size_t tree) const {
  return queues_[tree].empty() ? 0. : static_cast<double>(std::exp(queues_[tree].front().chance));
}

// With room for what scores lose or gain by rounding.
double TreeModel::ExactSearch::reached(double sum) const {
  const auto trees = static_cast<double>(model_.trees());
  return sum / trees * (1 + 1e-6 + 2.4e-7 * trees);
}

// The outputs of a node that was met, as logs of chances.
std::span<const float> TreeModel::ExactSearch::open(std::int32_t node) {
  const auto n = static_cast<std::size_t>(node);
  const auto width = static_cast<std::size_t>(model_.chunks_.width(node));
  if (opened_[n] < 0) {
    tile_.turn_to(node, 1, static_cast<std::int64_t>(row_->columns.size()));
    float* outputs = tile_.outputs(*row_);
    log_chances({outputs, static_cast<std::size_t>(width)}, model_.sigmoid_, chance_[n]);
    if (model_.below_[n] >= 0) std::copy_n(outputs, width, chance_.begin() + model_.below_[n]);
    opened_[n] = static_cast<std::int64_t>(outputs_.size());
    touched_.push_back(node);
    outputs_.insert(outputs_.end(), outputs, outputs + width);
  }
  return std::span(outputs_).subspan(static_cast<std::size_t>(opened_[n]), width);
}

void TreeModel::ExactSearch::open_next(std::size_t tree, BestRows& best) {
  std::vector<Closed>& queue = queues_[tree];
  const std::int32_t node = queue.front().node, below = model_.below_[static_cast<std::size_t>(node)];
  std::pop_heap(queue.begin(), queue.end());
  queue.pop_back();
  const std::span<const float> seen = open(node);
  if (below >= 0) {
    for (std::size_t i = 0; i < seen.size(); ++i) {
      if (std::exp(seen[i]) == 0) continue;  // nothing below it scores
      queue.push_back({seen[i], below + static_cast<std::int32_t>(i)});
      std::push_heap(queue.begin(), queue.end());
    }
    return;
  }
  std::vector<Ranked> labels;
  for (std::size_t i = 0; i < seen.size(); ++i) labels.push_back({seen[i], model_.label_at(~below + static_cast<std::int64_t>(i))});
  if (paths_) std::sort(labels.begin(), labels.end(), better);  // the sooner the k-th best is high, the fewer are looked up
  for (const Ranked& label : labels) meet(label.id, label.value, tree, best);
}

void TreeModel::ExactSearch::meet(LabelId label, float chance, std::size_t tree, BestRows& best) {
  float score = std::exp(chance);
  if (paths_) {
    std::uint32_t& met = met_[static_cast<std::size_t>(label)];
    if (met == turn_) return;
    met = turn_;
    rest_[queues_.size()] = 0;
    for (std::size_t t = queues_.size(); t-- > 0;)  // it may stand under another leaf of this tree
      rest_[t] = rest_[t + 1] + (t == tree ? std::max(static_cast<double>(score), bound(t)) : bound(t));
    if (reached(rest_[0]) < static_cast<double>(best.floor(0))) return;
    const auto from = static_cast<std::size_t>(paths_->starts[static_cast<std::size_t>(label)]);
    const auto to = static_cast<std::size_t>(paths_->starts[static_cast<std::size_t>(label) + 1]);
    std::span<const std::int32_t> left = std::span(paths_->places).subspan(from, to - from);
    score = 0;
    for (std::size_t t = 0; t < queues_.size(); ++t) {
      std::size_t here = 0;
      while (here < left.size() && tree_of(paths_->leaf[static_cast<std::size_t>(left[here])]) == t) ++here;
      float there = -std::numeric_limits<float>::infinity();
      if (!look_up(left.first(here), rest_[t + 1] + static_cast<double>(score), best.floor(0), there)) return;
      score += std::exp(there);
      left = left.subspan(here);
    }
  }
  score = std::min(score / static_cast<float>(model_.trees()), 1.f);
  if (score > 0) best.offer(0, score, label);
}

std::size_t TreeModel::ExactSearch::tree_of(std::int32_t node) const {
  return static_cast<std::size_t>(std::upper_bound(model_.roots_.begin(), model_.roots_.end(), node) - model_.roots_.begin()) - 1;
}

// The best chance of a label at its places in one tree; false once its score, with the most that the other trees can give, is
// below the floor.
bool TreeModel::ExactSearch::look_up(std::span<const std::int32_t> places, double others, float floor, float& chance) {
  std::vector<std::int32_t> way;
  for (const std::int32_t place : places) {
    const std::int32_t leaf = paths_->leaf[static_cast<std::size_t>(place)];
    way.clear();
    for (std::int32_t node = leaf; node >= 0; node = paths_->parent[static_cast<std::size_t>(node)]) way.push_back(node);
    for (std::size_t i = way.size(); i-- > 0;) {
      const double here = static_cast<double>(std::exp(chance_[static_cast<std::size_t>(way[i])]));
      if (places.size() == 1 && reached(others + here) < static_cast<double>(floor)) return false;
      open(way[i]);
    }
    const std::int32_t first = ~model_.below_[static_cast<std::size_t>(leaf)];
    chance = std::max(chance, open(leaf)[static_cast<std::size_t>(place - first)]);
  }
  return true;
}

Scores TreeModel::top_exact(const FeatureMatrix& x, std::int64_t first, std::int64_t last, LabelId k, const Run& run) const {
  QueryRows::check(x, first, last, features());
  k = std::min(k, labels_);
  const Paths* paths = nullptr;
  if (trees() > 1 || repeats()) {
    std::call_once(paths_->once, [&] { paths_->made = std::make_unique<const Paths>(*this); });
    paths = paths_->made.get();
  }
  std::vector<ShortlistRows> parts(static_cast<std::size_t>((last - first + rows_per_search_block - 1) / rows_per_search_block));
  parallel_for(run, last - first, rows_per_search_block, [&](std::int64_t from, std::int64_t to) {
    run.check_stop();
    const QueryRows rows(x, first + from, first + to, features(), chunks_.precision(), chunks_.unit_rows());
    ExactSearch search(*this, paths, rows.columns());
    for (std::int64_t r = 0; r < rows.rows(); ++r) parts[static_cast<std::size_t>(from / rows_per_search_block)].add(search.best(rows[r], k));
  });
  return joined(parts, labels_, Scale::probability, Order::none);
}

}  // namespace tagma
