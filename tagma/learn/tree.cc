#include <tagma/learn/tree.h>

#include <tagma/learn/label_prototypes.h>
#include <tagma/learn/panel_crew.h>
#include <tagma/learn/second_parents.h>
#include <tagma/learn/tree_growth.h>
#include <tagma/learn/tree_matcher.h>
#include <tagma/learn/tree_node.h>
#include <tagma/model/tree.h>
#include <tagma/store/crc32c.h>

#include <algorithm>
#include <optional>

namespace tagma {
namespace {

std::vector<LabelId> present_labels(const LabelMatrix& truth) {
  const std::vector<std::int64_t> present = truth.present_per_label();
  std::vector<LabelId> labels;
  for (LabelId label = 0; label < truth.labels(); ++label)
    if (present[static_cast<std::size_t>(label)] > 0) labels.push_back(label);
  return labels;
}

// The levels of a tree: how many halvings each makes, the last level's being those of no node: its nodes are leaves.
std::vector<int> levels_of(int halvings, int bits) {
  const int inner = (halvings + bits - 1) / bits;
  std::vector<int> levels;
  for (int level = 0; level < inner; ++level) levels.push_back(halvings * (level + 1) / inner - halvings * level / inner);
  levels.push_back(0);
  return levels;
}

// A node: the leaves [first, last) of its tree, cut evenly among `children` nodes; a leaf has its labels instead.
struct Node {
  std::int64_t first, last, children;
  bool leaf() const { return children == 0; }
};

std::vector<Node> nodes_of(const std::vector<int>& levels, std::int64_t leaves) {
  std::vector<Node> nodes;
  std::int64_t at_level = 1;
  for (const int halvings : levels) {
    const std::int64_t each = leaves / at_level;
    for (std::int64_t i = 0; i < at_level; ++i)
      nodes.push_back({i * each, (i + 1) * each, halvings > 0 ? std::int64_t{1} << halvings : 0});
    at_level <<= halvings;
  }
  return nodes;
}

void check_label_features(const Tree& options, const Dataset& train) {
  const FeatureMatrix& texts = train.label_features;
  if (!options.wants_label_features() || (texts.rows() == train.labels.labels() && texts.columns() == train.features.columns())) return;
  fail(Code::usage, "learner tree: representation {} wants features of the labels' texts, [{} x {}]; there are [{} x {}]",
       options.representation == Representation::text ? "text" : "both", train.labels.labels(), train.features.columns(), texts.rows(),
       texts.columns());
}

LabelVectors vectors_of(const Tree& options, const Dataset& train, const TruthColumns& truth, const std::string& scratch, const Run& run) {
  if (options.representation == Representation::taxonomy) return {*train.taxonomy, present_labels(train.labels)};
  return {train.features, truth, present_labels(train.labels), run, scratch, options.representation, train.label_features};
}

class TreeTraining {
 public:
  // vectors: path beside which the vectors of the labels may be written; empty: they are held.
  TreeTraining(const Tree& options, const PanelOptions& panel, const Dataset& train, const LossFunction& loss, const std::string& vectors,
               const Run& run)
      : options_(options), panel_(panel), train_(train), loss_(loss), run_(run), truth_(train.labels),
        vectors_(vectors_of(options, train, truth_, vectors, run)), labels_(vectors_->size()),
        chunks_(train.features.columns(), options.precision, options.unit_rows, run.scratch) {}

  std::size_t labels() const { return labels_; }

  void add_tree(int tree, PanelCrew& crew) {
    together(run_, [&] { grow(tree); });
    if (Comm* comm = ranks_of(run_)) comm->same_everywhere(sum_of(leaves_.labels), "the label tree");
    learn_nodes(tree, crew);
    if (!interrupted_) ++complete_;
  }
  // Where no label is ever present: one that is constantly absent.
  void add_nothing() {
    shape_ = {{0}, {~0}, {0}};
    const float absent = constant_output(loss_, 0, train_.rows());
    chunks_.add(1, {}, {}, {&absent, 1});
    complete_ = 1;
  }

  bool interrupted() const { return interrupted_; }
  int complete() const { return complete_; }
  const PanelTotals& totals() const { return totals_; }
  TreeShape take_shape() { return std::move(shape_); }
  WeightChunks take_chunks() { return chunks_.finish(); }

 private:
  std::span<const LabelId> labels_of(std::int64_t first_leaf, std::int64_t last_leaf) const {
    const auto from = static_cast<std::size_t>(leaves_.starts[static_cast<std::size_t>(first_leaf)]);
    return std::span(leaves_.labels).subspan(from, static_cast<std::size_t>(leaves_.starts[static_cast<std::size_t>(last_leaf)]) - from);
  }
  // The labels below each child.
  std::vector<std::span<const LabelId>> children_of(const Node& node) const {
    std::vector<std::span<const LabelId>> children;
    if (node.leaf()) {
      const auto labels = labels_of(node.first, node.last);
      for (std::size_t i = 0; i < labels.size(); ++i) children.push_back(labels.subspan(i, 1));
    } else {
      const std::int64_t each = (node.last - node.first) / node.children;
      for (std::int64_t first = node.first; first < node.last; first += each) children.push_back(labels_of(first, first + each));
    }
    return children;
  }

  void grow(int tree) {
    const int halvings_made = halvings(labels_, options_.leaf);
    Run growing = run_;
    if (complete_ > 0) growing.stop = {};  // what is complete is kept: nothing may throw
    leaves_ = cluster_labels(*vectors_, halvings_made, Rng(run_.seed).fork(static_cast<std::uint64_t>(tree)), growing);
    if (options_.parents > 1) leaves_ = with_second_parents(*vectors_, std::move(leaves_), widest_chunk, growing);
    if (tree + 1 == options_.trees) vectors_.reset();
    const std::vector<int> levels = levels_of(halvings_made, static_cast<int>(options_.arity) + 1);
    nodes_ = nodes_of(levels, leaves_.leaves());
    add_shape();
  }

  static std::uint32_t sum_of(std::span<const LabelId> labels) { return crc32c(std::as_bytes(labels)); }

  void add_shape() {
    const auto offset = static_cast<std::int32_t>(shape_.below.size());
    auto next = offset + 1;
    shape_.roots.push_back(offset);
    for (const Node& node : nodes_) {
      if (node.leaf()) {
        const auto labels = labels_of(node.first, node.last);
        shape_.below.push_back(~static_cast<std::int32_t>(shape_.label_of.size()));
        shape_.label_of.insert(shape_.label_of.end(), labels.begin(), labels.end());
      } else {
        shape_.below.push_back(next);
        next += static_cast<std::int32_t>(node.children);
      }
    }
  }

  // All nodes at once, or where what a level leads to is learned from, level after level.
  void learn_nodes(int tree, PanelCrew& crew) {
    if (options_.negatives == TreeNegatives::matcher)
      together(run_, [&] { matcher_.emplace(train_.features, options_, loss_, nodes_.size(), run_); });
    std::size_t done = 0, child = 1;
    for (std::size_t first = 0, last = matcher_ ? 1 : nodes_.size(); first < nodes_.size() && done == first; first = last, last = child) {
      if (matcher_ && first > 0) matcher_->go_down(first, last, nodes_[first].leaf());
      done += learn_some(tree, first, last - first, child, crew);
      for (std::size_t node = first; node < last; ++node) child += static_cast<std::size_t>(nodes_[node].children);
    }
    matcher_.reset();
    if (done == nodes_.size()) return;
    interrupted_ = true;
    if (leads(run_))
      for (std::size_t node = done; node < nodes_.size(); ++node) add_constant(nodes_[node]);
  }

  // Nodes from `first` on, whose children begin with `child`.
  std::size_t learn_some(int tree, std::size_t first, std::size_t count, std::size_t child, PanelCrew& crew) {
    const Rng rng = Rng(run_.seed + 1).fork(static_cast<std::uint64_t>(tree));
    const auto cost = [&](std::size_t i) { return cost_of(first + i); };
    const auto solve = [&](std::size_t i) { return learn(first + i, rng.fork(first + i)); };
    const auto take = [&](std::size_t i, const PanelWeights& panel) {
      chunks_.add(panel.width, panel.features, panel.weights, panel.bias);
      totals_.add(panel);
      if (matcher_ && !nodes_[first + i].leaf()) matcher_->take(first + i, child, panel);
      child += static_cast<std::size_t>(nodes_[first + i].children);
    };
    const auto said = [&](std::size_t done) {
      const double share = static_cast<double>(first + done) / static_cast<double>(nodes_.size());
      run_.report({"train", tree + share, static_cast<double>(options_.trees), fmt::format("trees, {} weights", totals_.weights)});
    };
    return crew.work({.panels = count, .wave = tree_wave(run_), .cost = cost, .solve = solve, .take = take, .report = said});
  }

  std::span<const std::int32_t> led_to(std::size_t node) const { return matcher_ ? matcher_->rows_at(node) : std::span<const std::int32_t>{}; }

  // A node passes over the rows below it, and those that are led there.
  double cost_of(std::size_t node) const {
    auto rows = static_cast<double>(led_to(node).size());
    for (const LabelId label : labels_of(nodes_[node].first, nodes_[node].last)) rows += static_cast<double>(truth_.present(label).size());
    return rows;
  }

  PanelWeights learn(std::size_t node, const Rng& rng) const {
    PanelWeights stopped;
    stopped.stopped = true;
    if (run_.stop.stop_requested()) return stopped;
    return learn_node({train_, truth_, loss_, panel_}, children_of(nodes_[node]), {}, {}, rng, run_.stop, led_to(node));
  }

  void add_constant(const Node& node) {
    const std::vector<float> constant(children_of(node).size(), 1.f);
    chunks_.add(static_cast<std::int32_t>(constant.size()), {}, {}, constant);
  }

  const Tree& options_;
  PanelOptions panel_;
  const Dataset& train_;
  const LossFunction& loss_;
  const Run& run_;
  TruthColumns truth_;
  std::optional<LabelVectors> vectors_;  // until the last tree is clustered
  std::size_t labels_;
  ChunkBuilder chunks_;
  LabelLeaves leaves_;
  std::vector<Node> nodes_;
  TreeShape shape_;
  std::optional<TreeMatcher> matcher_;
  PanelTotals totals_;
  int complete_ = 0;
  bool interrupted_ = false;
};

}  // namespace

bool Tree::accepts(const LossFunction& loss) { return panel_solves(loss); }

Learned Tree::learn(const Dataset& train, const Dataset* held_out, const LossFunction& loss, const Model* warm, const Run& run) const {
  if (warm != nullptr) return grow_tree(*this, train, held_out, loss, *warm, run);
  std::optional<TreeTraining> started;
  std::uint32_t sum = 0;
  Run job = run;
  std::string vectors;
  together(run, [&] {
    sum = begin_panel_learning(name, train, loss, run);
    check_label_features(*this, train);
    if (representation == Representation::taxonomy && !train.taxonomy)
      fail(Code::usage, "learner tree: representation taxonomy wants data with a hierarchy of their labels (Mulan's .xml, Clus); there is none");
    const MemoryPlan memory = plan(train, held_out, loss, false, run);
    job.threads = memory.threads;
    if (memory.vectors_in_file) vectors = run.scratch;
    started.emplace(*this, panel_options(*this, memory, run), train, loss, vectors, job);
  });
  TreeTraining& training = *started;
  PanelCrew crew(job, job_words(name, settings_of(*this), loss, run), sum);
  if (training.labels() == 0) training.add_nothing();
  else
    for (int tree = 0; tree < trees && !training.interrupted() && !stop_agreed(run); ++tree) training.add_tree(tree, crew);
  together(run, [&] {
    if (training.complete() == 0) throw Error(Code::interrupted, "interrupted");
  });
  const std::string ranks = crew.summary();
  if (!leads(run)) return {};

  const std::shared_ptr<const LossFunction> own = make_loss(loss.name(), loss.settings());
  Learned learned;
  learned.interrupted = training.interrupted() || run.stop.stop_requested();
  WeightChunks chunks = training.take_chunks();
  TreeSearch search;
  search.beam = beam;
  std::unique_ptr<const Model> model = std::make_unique<const TreeModel>(std::move(chunks), training.take_shape(), train.labels.labels(), own, search);
  training.totals().tell(learned, passes);
  if (learned.interrupted) learned.notes.push_back(fmt::format("{} of {} trees are complete", training.complete(), trees));
  if (!ranks.empty()) learned.notes.push_back(ranks);
  if (prototypes > 0 && !learned.interrupted)
    model = std::make_unique<const PrototypeModel>(
        std::move(model),
        label_prototypes(train, {prototypes, prototype_rows, wants_label_features() ? representation : Representation::positives, precision},
                         vectors, job));
  finish_panel_learning(learned, *model, held_out, *this, loss, run);
  learned.model = std::move(model);
  return learned;
}

}  // namespace tagma
