#include <tagma/learn/tree_growth.h>

#include <tagma/learn/growth.h>
#include <tagma/learn/tree_matcher.h>
#include <tagma/learn/tree_node.h>
#include <tagma/model/tree.h>

#include <algorithm>
#include <optional>

namespace tagma {
namespace {

constexpr std::int64_t most_chances = std::int64_t{1} << 22;  // of a block of labels that is placed

class TreeGrowth {
 public:
  TreeGrowth(const Tree& options, const PanelOptions& panel, const TreeModel& start, const Dataset& train, const LossFunction& loss, const Run& run)
      : options_(options), panel_(panel), start_(start), train_(train), loss_(loss), run_(run), truth_(train.labels), touched_(touched_labels(train)),
        below_(start.below().size()) {
    for (std::size_t node = 0; node < below_.size(); ++node)
      for (std::int64_t i = 0; leaf(node) && i < width(node); ++i) below_[node].push_back(start_.label_at(~first_below(node) + i));
    place_labels();
    for (std::size_t node = below_.size(); node-- > 0;)  // children stand behind their parent
      for (std::int64_t i = 0; !leaf(node) && i < width(node); ++i) {
        const std::vector<LabelId>& child = below_[static_cast<std::size_t>(first_below(node) + i)];
        below_[node].insert(below_[node].end(), child.begin(), child.end());
      }
    for (std::size_t node = 0; node < below_.size(); ++node)
      if (any_touched(below_[node])) nodes_.push_back(node);
  }

  bool work(PanelCrew& crew, ChunkBuilder& chunks) {
    ChunkCopy copy(start_.chunks(), chunks);
    bool whole = true;
    if (options_.negatives == TreeNegatives::matcher)
      for (std::size_t tree = 0; tree < start_.roots().size() && whole; ++tree) whole = solve_down(tree, crew, copy);
    else
      whole = solve(0, nodes_.size(), crew, copy);
    if (whole && leads(run_)) copy.finish();
    return whole;
  }

  TreeShape shape() const {
    TreeShape shape;
    shape.roots.assign(start_.roots().begin(), start_.roots().end());
    for (std::size_t node = 0; node < below_.size(); ++node) {
      shape.below.push_back(leaf(node) ? ~static_cast<std::int32_t>(shape.label_of.size()) : start_.below()[node]);
      if (leaf(node)) shape.label_of.insert(shape.label_of.end(), below_[node].begin(), below_[node].end());
    }
    return shape;
  }
  const PanelTotals& totals() const { return totals_; }
  std::string summary() const {
    const auto again = std::count(touched_.begin(), touched_.begin() + start_.labels(), true);
    return fmt::format("{} labels are new, {} of {} are in new rows; {} of {} nodes are those of the model it started from",
                       train_.labels.labels() - start_.labels(), again, start_.labels(), below_.size() - nodes_.size(), below_.size());
  }

 private:
  // The nodes to solve from `first` to before `last` among them; false when stopped.
  bool solve(std::size_t first, std::size_t last, PanelCrew& crew, ChunkCopy& copy) {
    const Rng rng(run_.seed + 1);
    const auto cost = [&](std::size_t i) { return cost_of(nodes_[first + i]); };
    const auto solve_node = [&](std::size_t i) { return learn(nodes_[first + i], rng.fork(nodes_[first + i])); };
    const auto take = [&](std::size_t i, const PanelWeights& panel) {
      const std::size_t node = nodes_[first + i];
      const std::vector<std::int32_t> lanes = lanes_to_solve(node);
      std::vector<LaneWeights> weights = lanes_of(panel);
      if (matcher_ && !leaf(node)) lead_on(node, lanes, weights);
      for (std::size_t l = 0; l < lanes.size(); ++l)
        copy.replace(static_cast<std::int64_t>(node), static_cast<std::size_t>(lanes[l]), std::move(weights[l]));
      totals_.add(panel);
    };
    const auto said = [&](std::size_t done) {
      run_.report({"train", static_cast<double>(first + done), static_cast<double>(nodes_.size()),
                   fmt::format("nodes, {} weights", totals_.weights)});
    };
    const std::size_t count = last - first;
    return crew.work({.panels = count, .wave = tree_wave(run_), .cost = cost, .solve = solve_node, .take = take, .report = said}) == count;
  }

  // Level after level of a tree: nodes to solve also see the rows that the levels above lead to them, with their weights as they are by then.
  bool solve_down(std::size_t tree, PanelCrew& crew, ChunkCopy& copy) {
    root_ = static_cast<std::size_t>(start_.roots()[tree]);
    const std::size_t end = end_of(tree);
    together(run_, [&] { matcher_.emplace(train_.features, options_, loss_, end - root_, run_); });
    const auto at = [this](std::size_t node) {
      return static_cast<std::size_t>(std::lower_bound(nodes_.begin(), nodes_.end(), node) - nodes_.begin());
    };
    bool whole = true;
    for (std::size_t first = root_, last = root_ + 1, behind = last; first < end && whole; first = last, last = behind) {
      for (std::size_t node = first; node < last; ++node)
        if (!leaf(node)) behind += static_cast<std::size_t>(width(node));
      if (first > root_) matcher_->go_down(first - root_, last - root_, behind == last);
      whole = solve(at(first), at(last), crew, copy);
      together(run_, [&] {
        for (std::size_t node = first; node < last && whole && leads(run_); ++node)
          if (!leaf(node) && !std::binary_search(nodes_.begin(), nodes_.end(), node)) lead_on(node, {}, {});
      });
    }
    matcher_.reset();
    return whole;
  }

  // Rows go on from a node by its weights, some of its lanes as they are solved.
  void lead_on(std::size_t node, std::span<const std::int32_t> lanes, std::span<const LaneWeights> solved) {
    std::vector<LaneWeights> all = lanes_of(start_.chunks(), static_cast<std::int64_t>(node));
    for (std::size_t l = 0; l < lanes.size(); ++l) all[static_cast<std::size_t>(lanes[l])] = solved[l];
    matcher_->take(node - root_, static_cast<std::size_t>(first_below(node)) - root_, side_by_side(all));
  }

  std::span<const std::int32_t> led_to(std::size_t node) const {
    return matcher_ ? matcher_->rows_at(node - root_) : std::span<const std::int32_t>{};
  }

  bool leaf(std::size_t node) const { return start_.below()[node] < 0; }
  std::int64_t first_below(std::size_t node) const { return start_.below()[node]; }
  std::int64_t width(std::size_t node) const { return start_.chunks().width(static_cast<std::int64_t>(node)); }
  bool any_touched(std::span<const LabelId> labels) const {
    return std::any_of(labels.begin(), labels.end(), [&](LabelId label) { return touched_[static_cast<std::size_t>(label)]; });
  }

  void place_labels() {
    for (std::size_t tree = 0; tree < start_.roots().size(); ++tree) {
      const auto first = static_cast<std::size_t>(start_.roots()[tree]);
      const std::size_t last = end_of(tree);
      std::vector<bool> homeless = touched_;
      for (std::size_t node = first; node < last; ++node)
        for (const LabelId label : below_[node]) homeless[static_cast<std::size_t>(label)] = false;
      std::vector<LabelId> labels;
      for (std::size_t label = 0; label < homeless.size(); ++label)
        if (homeless[label]) labels.push_back(static_cast<LabelId>(label));
      std::vector<std::size_t> homes(labels.size(), last);
      for (int parent = 0; parent < options_.parents; ++parent) place(labels, first, last, homes);
    }
  }

  // Under the leaves among the nodes [first, last), label after label; homes: the leaf that each stands under already, `last`: none. Where
  // there is none with room, a label without a home is an error.
  void place(std::span<const LabelId> labels, std::size_t first, std::size_t last, std::vector<std::size_t>& homes) {
    const auto block = static_cast<std::size_t>(std::max<std::int64_t>(16, most_chances / static_cast<std::int64_t>(below_.size())));
    for (std::size_t from = 0; from < labels.size(); from += block) {
      run_.check_stop();
      const auto some = labels.subspan(from, std::min(block, labels.size() - from));
      const LabelVectors vectors(train_.features, truth_, {some.begin(), some.end()}, run_);
      const std::vector<float> chances = start_.path_chances(vectors.rows(), 0, static_cast<std::int64_t>(some.size()));
      for (std::size_t i = 0; i < some.size(); ++i) {
        const std::size_t best = best_leaf(chances.data() + i, some.size(), first, last, homes[from + i]);
        if (best < last) below_[best].push_back(some[i]);
        else if (homes[from + i] == last) fail_without_room(some[i]);
        if (homes[from + i] == last) homes[from + i] = best;
      }
    }
  }
  [[noreturn]] void fail_without_room(LabelId label) const {
    const std::string all = fmt::format("learner tree: no leaf of the model to start from has room for label {} ({} labels at most",
                                        train_.label_name(label), room());
    if (options_.parents > 1)
      fail(Code::usage, "{}, second ones included); train from scratch, or start from a model of smaller leaves (learner.leaf)", all);
    fail(Code::usage, "{}); allow larger leaves (learner.leaf {}, up to {}), or train from scratch", all, options_.leaf, widest_chunk);
  }
  // The leaf with room, but for one, to which the chances lead best; `last` where there is none. chances: of a label, `step` apart from
  // node to node.
  std::size_t best_leaf(const float* chances, std::size_t step, std::size_t first, std::size_t last, std::size_t but) const {
    std::size_t best = last;
    for (std::size_t node = first; node < last; ++node)
      if (leaf(node) && node != but && below_[node].size() < room() && (best == last || chances[node * step] > chances[best * step])) best = node;
    return best;
  }
  std::size_t room() const { return static_cast<std::size_t>(options_.most_of_leaf()); }
  // Behind the last node of a tree.
  std::size_t end_of(std::size_t tree) const {
    return tree + 1 < start_.roots().size() ? static_cast<std::size_t>(start_.roots()[tree + 1]) : below_.size();
  }

  std::vector<std::span<const LabelId>> children_of(std::size_t node) const {
    std::vector<std::span<const LabelId>> children;
    if (leaf(node))
      for (const LabelId& label : below_[node]) children.emplace_back(&label, 1);
    else
      for (std::int64_t i = 0; i < width(node); ++i) children.emplace_back(below_[static_cast<std::size_t>(first_below(node) + i)]);
    return children;
  }

  std::vector<std::int32_t> lanes_to_solve(std::size_t node) const {
    std::vector<std::int32_t> lanes;
    const auto children = children_of(node);
    for (std::size_t c = 0; c < children.size(); ++c)
      if (any_touched(children[c])) lanes.push_back(static_cast<std::int32_t>(c));
    return lanes;
  }

  double cost_of(std::size_t node) const {
    auto rows = static_cast<double>(led_to(node).size());
    for (const LabelId label : below_[node]) rows += static_cast<double>(truth_.present(label).size());
    return rows;
  }

  PanelWeights learn(std::size_t node, const Rng& rng) const {
    PanelWeights stopped;
    stopped.stopped = true;
    if (run_.stop.stop_requested()) return stopped;
    const std::vector<std::int32_t> lanes = lanes_to_solve(node);
    std::vector<LaneWeights> centre;
    if (train_.known_rows == 0 && panel_has_centre(loss_)) {
      std::vector<LaneWeights> old = lanes_of(start_.chunks(), static_cast<std::int64_t>(node));
      for (const std::int32_t lane : lanes)
        centre.push_back(static_cast<std::size_t>(lane) < old.size() ? std::move(old[static_cast<std::size_t>(lane)]) : LaneWeights{});
    }
    return learn_node({train_, truth_, loss_, panel_}, children_of(node), lanes, centre, rng, run_.stop, led_to(node));
  }

  const Tree& options_;
  PanelOptions panel_;
  const TreeModel& start_;
  const Dataset& train_;
  const LossFunction& loss_;
  const Run& run_;
  TruthColumns truth_;
  std::vector<bool> touched_;
  std::vector<std::vector<LabelId>> below_;  // of each node the labels, those of leaves in their order
  std::vector<std::size_t> nodes_;           // to solve, ascending
  std::optional<TreeMatcher> matcher_;       // of the tree that begins at root_
  std::size_t root_ = 0;
  PanelTotals totals_;
};

}  // namespace

Learned grow_tree(const Tree& options, const Dataset& train, const Dataset* held_out, const LossFunction& loss, const Model& warm, const Run& run) {
  const auto check = [&] {
    if (train.known_rows == 0 && !panel_has_centre(loss))
      fail(Code::usage, "learner tree: loss {} has no way to go on from weights alone; give the rows of the model, too (--warm-rows)", loss.name());
    if (options.prototypes > 0) fail(Code::usage, "learner tree: prototypes are made of all rows, not when going on from a model");
  };
  const auto model_of = [&](const TreeGrowth& growth, ChunkBuilder& chunks) {
    TreeSearch search;
    search.beam = options.beam;
    return std::make_unique<const TreeModel>(chunks.finish(), growth.shape(), train.labels.labels(), make_loss(loss.name(), loss.settings()), search);
  };
  return grow<TreeGrowth, TreeModel>(options, train, held_out, loss, warm, run, check, model_of);
}

}  // namespace tagma
