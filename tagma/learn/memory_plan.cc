#include <tagma/learn/memory_plan.h>

#include <tagma/base/large_pages.h>
#include <tagma/base/memory.h>
#include <tagma/base/text.h>
#include <tagma/comm/comm.h>
#include <tagma/learn/ovr.h>
#include <tagma/learn/tree.h>

#include <algorithm>
#include <vector>

namespace tagma {
namespace {

constexpr std::int64_t scattered_rows = std::int64_t{64} << 20;  // row_values.h, label_tree.cc: 512 rows of a file at a time
constexpr std::int64_t program = std::int64_t{32} << 20, scoring = std::int64_t{64} << 20;

std::int64_t bytes_of(const std::vector<std::string>& texts) {
  std::int64_t bytes = 0;
  for (const std::string& text : texts) bytes += static_cast<std::int64_t>(sizeof(text) + (text.size() > 15 ? text.capacity() + 17 : 0));
  return bytes;
}

struct Sizes {
  std::int64_t rows, stored, features, labels, present;
  bool dual;
};

Sizes sizes_of(const Dataset& train, const LossFunction& loss) {
  return {train.rows(),           train.features.stored(),        train.features.columns(),
          train.labels.labels(), train.labels.present_count(), loss.name() == "squared-hinge" || loss.name() == "hinge"};
}

std::int64_t standing(const Sizes& sizes, const Dataset& train, const Dataset* held_out) {
  std::int64_t bytes = program + bytes_beside_features(train) + 2 * bytes_of(train.label_names) + 2 * bytes_of(train.feature_names);
  bytes += 16 * sizes.labels + 8 * sizes.present;                     // labels turned round
  bytes += 8 * sizes.rows + 160 * sizes.labels;                       // starts of the rows; counts, order, outputs of the model
  if (held_out) bytes += bytes_beside_features(*held_out) + bytes_of_features(held_out->features) + 1600 * held_out->rows() + scoring;
  return bytes;
}

std::int64_t in_large_pages(std::int64_t bytes) { return static_cast<std::int64_t>(large_bytes(static_cast<std::size_t>(bytes))); }

// Values of rows packed for a panel; and what there is of each row, with what it takes to number the columns.
std::int64_t packed_values(const Sizes& sizes) { return 2 * in_large_pages(4 * (sizes.stored + sizes.rows)); }
std::int64_t packed_lists(const Sizes& sizes) { return 20 * sizes.rows + 32 * sizes.features; }

// A panel of some lanes while it is solved, without the duals: weights, truth and order.
std::int64_t solving_bytes(const Sizes& sizes, std::int64_t lanes) { return in_large_pages(4 * lanes * (sizes.features + 1)) + 28 * sizes.rows; }
std::int64_t bytes_of_duals(const Sizes& sizes, std::int64_t lanes) { return in_large_pages(4 * lanes * sizes.rows); }

// What a panel of some lanes takes, in the parts that may give way. Newton has rows by columns too, and holds several numbers of each row
// and feature for 16 lanes, and a few for all (newton.h).
void add_panel(MemoryNeeds& needs, const Sizes& sizes, std::int64_t lanes, bool packed_by_each, std::int64_t block) {
  if (sizes.dual) {
    (packed_by_each ? needs.panel : needs.shared) += packed_lists(sizes);
    needs.packed = packed_values(sizes);
    needs.packed_by_each = packed_by_each;
    needs.panel += solving_bytes(sizes, lanes);
    needs.duals = bytes_of_duals(sizes, lanes);
    needs.block = block;
  } else {
    (packed_by_each ? needs.panel : needs.shared) += 2 * packed_lists(sizes);
    needs.packed = 2 * packed_values(sizes);
    needs.packed_by_each = packed_by_each;
    needs.panel += (480 + 8 * lanes) * sizes.rows + (512 + 16 * lanes) * (sizes.features + 1);
    needs.block = block;
  }
}

// As PanelProblem::side_by_side().
std::int64_t side_by_side(const Sizes& sizes) { return sizes.dual ? 64 : 32; }

// A panel of weights that is learned: features, and all lanes of each.
std::int64_t weights_bytes(const Sizes& sizes, std::int64_t lanes) { return 4 * sizes.features * (lanes + 1); }

// Values of the vectors of all labels, at most.
std::int64_t vector_values(const Dataset& train) {
  std::vector<std::int64_t> sums(static_cast<std::size_t>(train.labels.labels()));
  const FeatureMatrix& x = train.features;
  for (std::int64_t row = 0; row < train.rows(); ++row) {
    const auto r = static_cast<std::size_t>(row);
    const std::int64_t own = x.sparse() ? x.csr_view().starts[r + 1] - x.csr_view().starts[r] : x.columns();
    for (const LabelId label : train.labels[row].present) sums[static_cast<std::size_t>(label)] += own;
  }
  std::int64_t all = train.label_features.stored();
  for (const std::int64_t sum : sums) all += std::min(sum, x.columns());
  return all;
}

// Values of the vectors of all labels by their ancestors, and the vectors themselves.
std::int64_t line_values(const Dataset& train) {
  std::int64_t all = 0;
  for (LabelId label = 0; train.taxonomy && label < train.taxonomy->labels(); ++label)
    all += 2 + static_cast<std::int64_t>(train.taxonomy->ancestors(label).size());
  return all;
}

std::int64_t peak(const MemoryNeeds& needs, const MemoryPlan& plan) {
  const std::int64_t threads = plan.threads;
  const std::int64_t base = needs.standing + (plan.rows_in_file || needs.rows == 0 ? threads * needs.window : needs.rows);
  const std::int64_t vectors = plan.vectors_in_file ? 0 : needs.vectors;
  const auto wave = threads > 1 ? static_cast<std::int64_t>(needs.wave.each) * threads : static_cast<std::int64_t>(needs.wave.alone);
  const std::int64_t edges = needs.block / 2;  // of an array, what the system maps around the 16 pieces of a block: up to 2 MB each
  const std::int64_t packed = plan.packed_in_file ? threads * std::min(needs.packed, needs.block + 2 * edges)  // each at a block of its own
                                                  : (needs.packed_by_each ? threads : 1) * needs.packed;
  const std::int64_t duals = threads * (plan.duals_in_file ? std::min(needs.duals, needs.block + edges) : needs.duals);
  const std::int64_t learning =
      needs.shared + packed + duals + threads * needs.panel + wave * needs.finished + (needs.vectors_stay ? vectors : 0);
  return base + std::max(learning, vectors + threads * needs.clustering);
}

// Fewer panels at a time, until the plan fits; where not even one does, packed rows in a file, then duals too, with as many panels
// as fit then. In that order, for a file is read at every pass.
template <class Fits>
void fit_panels(MemoryPlan& plan, const MemoryNeeds& needs, bool may_stream, Fits&& fits) {
  const int most = plan.threads;
  for (int files = 0; files <= (may_stream ? 2 : 0); ++files) {
    plan.packed_in_file = files >= 1 && needs.packed > needs.block;
    plan.duals_in_file = files == 2 && needs.duals > needs.block;
    for (plan.threads = most; plan.threads >= 1; --plan.threads)
      if (fits()) return;
  }
  plan.threads = 1;
}

}  // namespace

std::int64_t bytes_of_features(const FeatureMatrix& x) {
  if (x.mapped()) return 0;
  return x.sparse() ? 8 * x.stored() + 8 * x.rows() : 4 * x.rows() * x.columns();
}

std::int64_t bytes_beside_features(const Dataset& data) {
  const LabelMatrix& labels = data.labels;
  const std::int64_t exceptions = labels.rest() == Truth::absent ? labels.unknown_count() : 0;
  return 16 * data.rows() + (labels.graded() ? 8 : 4) * labels.present_count() + 4 * exceptions + 4 * static_cast<std::int64_t>(data.weights.size()) +
         bytes_of(data.texts) + bytes_of(data.groups) + bytes_of(data.images) + bytes_of_features(data.label_features);
}

std::string MemoryPlan::summary() const {
  std::vector<std::string_view> moved;
  if (rows_in_file) moved.emplace_back("rows");
  if (vectors_in_file) moved.emplace_back("vectors of labels");
  if (packed_in_file) moved.emplace_back("packed rows");
  if (duals_in_file) moved.emplace_back("dual variables");
  if (weights_in_file) moved.emplace_back("weights");
  return fmt::format("{} panel{} at a time; {}", threads, threads == 1 ? "" : "s",
                     moved.empty() ? "nothing in working files" : joined(moved, ", ") + " in working files");
}

MemoryPlan plan_memory(const MemoryNeeds& needs, std::string_view learner, const Dataset& train, bool may_move_rows, const Run& run) {
  MemoryPlan plan;
  plan.kept = true;
  plan.weights_in_file = !run.scratch.empty();
  const bool files = !run.scratch.empty(), moves = files && may_move_rows && train.features.sparse();
  plan.threads = std::max(run.threads, 1);
  const bool streams = files && needs.block > 0;
  MemoryPlan tight;
  tight.vectors_in_file = files;
  tight.rows_in_file = moves;
  tight.packed_in_file = tight.duals_in_file = streams;
  plan.least = peak(needs, tight);
  const auto fits = [&] {
    plan.planned = peak(needs, plan);
    return run.memory == 0 || plan.planned <= run.memory;
  };
  if (fits()) return plan;
  if (plan.least > run.memory)
    fail(Code::usage, "learner {}: {} rows, {} stored values, {} features and {} labels need at least --memory {}; given {}{}", learner,
         train.rows(), train.features.stored(), train.features.columns(), train.labels.labels(), memory_text(plan.least),
         memory_text(run.memory), needs.duals > 0 ? "" : ". Losses hinge and squared-hinge need less: of them less is held for each row");
  plan.vectors_in_file = files && needs.vectors > 0;
  if (plan.vectors_in_file && fits()) return plan;
  plan.rows_in_file = moves && needs.rows > 0;
  fit_panels(plan, needs, streams, fits);
  return plan;
}

WaveSize tree_wave(const Run& run) { return {8, ranks_of(run) ? std::size_t{32} : std::size_t{8}}; }

MemoryPlan Ovr::plan(const Dataset& train, const Dataset* held_out, const LossFunction& loss, bool may_move_rows, const Run& run) const {
  const Sizes sizes = sizes_of(train, loss);
  MemoryNeeds needs;
  needs.standing = standing(sizes, train, held_out);
  needs.rows = bytes_of_features(train.features);
  const std::int64_t widest = panel == PanelWidth::automatic ? side_by_side(sizes) : std::int64_t{8} << static_cast<int>(panel);
  const std::int64_t width = std::min<std::int64_t>(widest, lanes_for(sizes.labels));
  add_panel(needs, sizes, width, false, block_bytes);
  needs.finished = weights_bytes(sizes, std::min<std::int64_t>(width, sizes.labels));
  needs.wave = ovr_wave;
  return plan_memory(needs, name, train, may_move_rows, run);
}

MemoryPlan Tree::plan(const Dataset& train, const Dataset* held_out, const LossFunction& loss, bool may_move_rows, const Run& run) const {
  const Sizes sizes = sizes_of(train, loss);
  // Few rows reach a leaf, unless the matcher leads them there.
  const std::int64_t leaf_lanes = negatives == TreeNegatives::matcher ? most_of_leaf() : 0;
  const std::int64_t widest = std::max(std::int64_t{2} << static_cast<int>(arity), leaf_lanes);
  const std::int64_t children = std::min<std::int64_t>(widest, std::max<std::int64_t>(sizes.labels, 1));
  const std::int64_t side = side_by_side(sizes), parts = (children + side - 1) / side;
  const std::int64_t lanes = std::min<std::int64_t>(side, lanes_for(children));
  MemoryNeeds needs;
  needs.standing = standing(sizes, train, held_out);
  if (prototypes > 0) needs.standing += 40 * sizes.labels + 8 * sizes.present;  // labels turned round once more, shares
  needs.rows = bytes_of_features(train.features);
  needs.window = std::min(8 * sizes.stored, scattered_rows);
  needs.vectors = 8 * (representation != Representation::taxonomy ? vector_values(train)
                       : prototypes > 0                           ? std::max(line_values(train), vector_values(train))
                                                                  : line_values(train));
  if (parents > 1) needs.standing += 2 * needs.vectors + 32 * sizes.labels;  // centres of the leaves, there and back
  if (negatives == TreeNegatives::matcher) needs.standing += (ranks_of(run) ? 28 : 24) * sizes.rows * (beam + 1) + 4 * sizes.features;
  needs.clustering = 8 * sizes.features + 16 * sizes.labels + (std::int64_t{16} << 20);
  needs.vectors_stay = trees > 1;
  // The root sees all rows, and no node sees more.
  needs.panel = 16 * parents * sizes.present + 8 * sizes.rows + (parts > 1 ? 2 * weights_bytes(sizes, children) : 0);
  add_panel(needs, sizes, lanes, true, block_bytes);
  needs.finished = weights_bytes(sizes, children);
  needs.wave = tree_wave(run);
  return plan_memory(needs, name, train, may_move_rows, run);
}

}  // namespace tagma
