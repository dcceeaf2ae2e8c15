#include <tagma/learn/tree_growth.h>

#include <tagma/learn/growth.h>
#include <tagma/learn/tree_node.h>
#include <tagma/model/tree.h>

#include <algorithm>

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
    const Rng rng(run_.seed + 1);
    const auto cost = [this](std::size_t i) { return cost_of(nodes_[i]); };
    const auto solve = [&](std::size_t i) { return learn(nodes_[i], rng.fork(nodes_[i])); };
    const auto take = [&](std::size_t i, const PanelWeights& panel) {
      const std::vector<std::int32_t> lanes = lanes_to_solve(nodes_[i]);
      std::vector<LaneWeights> weights = lanes_of(panel);
      for (std::size_t l = 0; l < lanes.size(); ++l)
        copy.replace(static_cast<std::int64_t>(nodes_[i]), static_cast<std::size_t>(lanes[l]), std::move(weights[l]));
      totals_.add(panel);
    };
    const auto said = [&](std::size_t done) {
      run_.report({"train", static_cast<double>(done), static_cast<double>(nodes_.size()), fmt::format("nodes, {} weights", totals_.weights)});
    };
    const std::size_t done =
        crew.work({.panels = nodes_.size(), .wave = tree_wave(run_), .cost = cost, .solve = solve, .take = take, .report = said});
    if (done < nodes_.size()) return false;
    if (leads(run_)) copy.finish();
    return true;
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
  bool leaf(std::size_t node) const { return start_.below()[node] < 0; }
  std::int64_t first_below(std::size_t node) const { return start_.below()[node]; }
  std::int64_t width(std::size_t node) const { return start_.chunks().width(static_cast<std::int64_t>(node)); }
  bool any_touched(std::span<const LabelId> labels) const {
    return std::any_of(labels.begin(), labels.end(), [&](LabelId label) { return touched_[static_cast<std::size_t>(label)]; });
  }

  void place_labels() {
    for (std::size_t tree = 0; tree < start_.roots().size(); ++tree) {
      const auto first = static_cast<std::size_t>(start_.roots()[tree]);
      const std::size_t last = tree + 1 < start_.roots().size() ? static_cast<std::size_t>(start_.roots()[tree + 1]) : below_.size();
      std::vector<bool> homeless = touched_;
      for (std::size_t node = first; node < last; ++node)
        for (const LabelId label : below_[node]) homeless[static_cast<std::size_t>(label)] = false;
      std::vector<LabelId> labels;
      for (std::size_t label = 0; label < homeless.size(); ++label)
        if (homeless[label]) labels.push_back(static_cast<LabelId>(label));
      place(labels, first, last);
    }
  }

  // Under the leaves among the nodes [first, last), label after label.
  void place(std::span<const LabelId> labels, std::size_t first, std::size_t last) {
    const auto block = static_cast<std::size_t>(std::max<std::int64_t>(16, most_chances / static_cast<std::int64_t>(below_.size())));
    for (std::size_t from = 0; from < labels.size(); from += block) {
      run_.check_stop();
      const auto some = labels.subspan(from, std::min(block, labels.size() - from));
      const LabelVectors vectors(train_.features, truth_, {some.begin(), some.end()}, run_);
      const std::vector<float> chances = start_.path_chances(vectors.rows(), 0, static_cast<std::int64_t>(some.size()));
      for (std::size_t i = 0; i < some.size(); ++i) {
        std::size_t best = last;
        for (std::size_t node = first; node < last; ++node)
          if (leaf(node) && below_[node].size() < room() &&
              (best == last || chances[node * some.size() + i] > chances[best * some.size() + i]))
            best = node;
        if (best == last)
          fail(Code::usage, "learner tree: no leaf of the model to start from has room for label {} ({} labels at most); allow larger leaves (learner.leaf {}, up to {}), or train from scratch",
               train_.label_name(some[i]), room(), options_.leaf, widest_chunk);
        below_[best].push_back(some[i]);
      }
    }
  }
  std::size_t room() const { return static_cast<std::size_t>(std::min(widest_chunk, options_.leaf + (options_.leaf + 3) / 4)); }

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
    double present = 0;
    for (const LabelId label : below_[node]) present += static_cast<double>(truth_.present(label).size());
    return present;
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
    return learn_node({train_, truth_, loss_, panel_}, children_of(node), lanes, centre, rng, run_.stop);
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
  std::vector<std::size_t> nodes_;           // to solve
  PanelTotals totals_;
};

}  // namespace

Learned grow_tree(const Tree& options, const Dataset& train, const Dataset* held_out, const LossFunction& loss, const Model& warm, const Run& run) {
  const auto check = [&] {
    if (train.known_rows == 0 && !panel_has_centre(loss))
      fail(Code::usage, "learner tree: loss {} has no way to go on from weights alone; give the rows of the model, too (--warm-rows)", loss.name());
    if (options.parents > 1 || options.negatives == TreeNegatives::matcher)
      fail(Code::usage, "learner tree: a model with {} cannot be gone on from; train from scratch, or start from one without",
           options.parents > 1 ? "parents 2" : "negatives matcher");
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
