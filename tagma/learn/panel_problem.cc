#include <tagma/learn/panel_problem.h>

#include <tagma/learn/problem.h>
#include <tagma/learn/row_values.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <limits>

namespace tagma {
namespace {

enum class Method : std::uint8_t { none, dual, newton };

Method method_of(const LossFunction& loss) {
  if (loss.options().balance != Balance::none) return Method::none;
  if (loss.name() == "squared-hinge" || loss.name() == "hinge") return Method::dual;
  const Traits traits = loss.traits();
  return loss.separable() && traits.convex && traits.curve && loss.outputs() == Outputs::one ? Method::newton : Method::none;
}

// The size that a weight of the label must exceed: `prune`, or more where only the `most` largest are kept.
float least_kept(const float* weights, std::size_t features, std::size_t leap, const PanelOptions& options, std::vector<float>& sizes) {
  const auto prune = static_cast<float>(options.prune);
  if (options.most <= 0) return prune;
  sizes.clear();
  for (std::size_t f = 0; f < features; ++f) {
    const float size = std::abs(weights[f * leap]);
    if (size > prune) sizes.push_back(size);
  }
  const auto most = static_cast<std::size_t>(options.most);
  if (sizes.size() <= most) return prune;
  std::nth_element(sizes.begin(), sizes.begin() + static_cast<std::ptrdiff_t>(most), sizes.end(), std::greater<>());
  return sizes[most];
}

// Of the rows of `weights` (row feature_of[i] belongs to column columns[i]) the lanes [0, width), pruned.
void keep_weights(std::span<const float> weights, std::size_t leap, std::span<const std::int32_t> columns,
                  std::span<const std::int32_t> feature_of, const float* first, const PanelOptions& options, PanelWeights& out) {
  const auto width = static_cast<std::size_t>(out.width);
  std::vector<float> least(width), sizes;
  const std::size_t features = (weights.size() - static_cast<std::size_t>(first - weights.data())) / leap;
  for (std::size_t l = 0; l < width; ++l) least[l] = least_kept(first + l, features, leap, options, sizes);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const float* row = weights.data() + static_cast<std::size_t>(feature_of[i]) * leap;
    bool any = false;
    for (std::size_t l = 0; l < width; ++l) any |= std::abs(row[l]) > least[l];
    if (!any) continue;
    out.features.push_back(columns[i]);
    for (std::size_t l = 0; l < width; ++l) out.weights.push_back(std::abs(row[l]) > least[l] ? row[l] : 0.f);
  }
}

// The centre as the weights of packed rows, [features x lanes]; what it has of other features stays out.
Large<float> packed_centre(const PackedRows& rows, std::span<const LaneWeights> centre) {
  if (centre.empty()) return {};
  const auto leap = static_cast<std::size_t>(lanes_for(std::ssize(centre)));
  Large<float> weights(static_cast<std::size_t>(rows.features()) * leap);
  for (std::size_t l = 0; l < centre.size(); ++l) {
    if (rows.constant() != 0) weights[l] = static_cast<float>(static_cast<double>(centre[l].bias) / rows.constant());
    auto column = rows.columns().begin();
    for (std::size_t i = 0; i < centre[l].features.size(); ++i) {
      column = std::lower_bound(column, rows.columns().end(), centre[l].features[i]);
      if (column == rows.columns().end()) break;
      const auto feature = static_cast<std::size_t>(rows.feature_of()[static_cast<std::size_t>(column - rows.columns().begin())]);
      if (*column == centre[l].features[i]) weights[feature * leap + l] = centre[l].weights[i];
    }
  }
  return weights;
}

// Weights of the centre for features that the rows do not use stay what they are.
void keep_elsewhere(std::span<const LaneWeights> centre, std::span<const std::int32_t> used, PanelWeights& out) {
  std::vector<LaneWeights> lanes = lanes_of(out);
  for (std::size_t l = 0; l < lanes.size(); ++l) {
    LaneWeights both;
    both.bias = lanes[l].bias;
    std::size_t own = 0;
    for (std::size_t i = 0; i < centre[l].features.size(); ++i) {
      const std::int32_t feature = centre[l].features[i];
      if (std::binary_search(used.begin(), used.end(), feature)) continue;
      for (; own < lanes[l].features.size() && lanes[l].features[own] < feature; ++own) {
        both.features.push_back(lanes[l].features[own]);
        both.weights.push_back(lanes[l].weights[own]);
      }
      both.features.push_back(feature);
      both.weights.push_back(centre[l].weights[i]);
    }
    both.features.insert(both.features.end(), lanes[l].features.begin() + static_cast<std::ptrdiff_t>(own), lanes[l].features.end());
    both.weights.insert(both.weights.end(), lanes[l].weights.begin() + static_cast<std::ptrdiff_t>(own), lanes[l].weights.end());
    lanes[l] = std::move(both);
  }
  PanelWeights all = side_by_side(lanes);
  out.features = std::move(all.features);
  out.weights = std::move(all.weights);
}

// One chunk of several with neighbouring outputs.
PanelWeights beside(std::span<const PanelWeights> parts) {
  PanelWeights all;
  for (const PanelWeights& part : parts) {
    all.width += part.width;
    all.bias.insert(all.bias.end(), part.bias.begin(), part.bias.end());
    all.passes = std::max(all.passes, part.passes);
    all.visits += part.visits;
    all.unsolved += part.unsolved;
    all.stopped |= part.stopped;
    all.objective += part.objective;
    std::vector<std::int32_t> both;
    std::set_union(all.features.begin(), all.features.end(), part.features.begin(), part.features.end(), std::back_inserter(both));
    all.features = std::move(both);
  }
  const auto width = static_cast<std::size_t>(all.width);
  all.weights.assign(all.features.size() * width, 0.f);
  std::size_t lane = 0;
  for (const PanelWeights& part : parts) {
    const auto own = static_cast<std::size_t>(part.width);
    for (std::size_t i = 0, to = 0; i < part.features.size(); ++i, ++to) {
      while (all.features[to] != part.features[i]) ++to;
      std::copy_n(part.weights.begin() + static_cast<std::ptrdiff_t>(i * own), own,
                  all.weights.begin() + static_cast<std::ptrdiff_t>(to * width + lane));
    }
    lane += own;
  }
  return all;
}

}  // namespace

bool panel_solves(const LossFunction& loss) { return method_of(loss) != Method::none; }

bool panel_has_centre(const LossFunction& loss) { return method_of(loss) == Method::dual; }

// What Newton panels share: the rows by columns too, and the loss as a sum.
struct PanelProblem::Newton {
  std::unique_ptr<const LossFunction> loss;
  Dataset data;  // weights; labels are those of each panel
  Linear linear;
  std::unique_ptr<const Design> design;
  std::vector<std::int32_t> columns, feature_of;
};

PanelProblem::PanelProblem(const FeatureMatrix& x, std::vector<std::int32_t> rows, std::span<const float> weights, Truth rest,
                           const LossFunction& loss, const PanelOptions& options)
    : rest_(rest), options_(options), squared_(loss.name() == "squared-hinge") {
  const Method method = method_of(loss);
  if (method == Method::none)
    fail(Code::usage, "loss {}{} cannot be learned label by label at this size; allowed: {}", loss.name(),
         loss.options().balance != Balance::none ? " with class balance" : "", panel_losses);
  if (method == Method::dual) {
    packed_.emplace(x, rows, weights, options.bias, options.unit_rows, PackedPlace{options.rows_beside, options.block_bytes});
    return;
  }
  auto newton = std::make_unique<Newton>();
  Settings settings = loss.settings();
  settings.set("reduction", "sum");
  newton->loss = make_loss(loss.name(), settings);
  newton->linear.bias = options.bias != 0;
  newton->linear.tolerance = options.tolerance * 1e-3;
  newton->linear.iterations = options.passes;
  for (const std::int32_t row : rows)
    if (!weights.empty()) newton->data.weights.push_back(weights[static_cast<std::size_t>(row)]);
  newton->design = std::make_unique<const Design>(x, rows, options.unit_rows, DesignPlace{options.rows_beside, options.block_bytes});
  newton->columns.assign(newton->design->columns().begin(), newton->design->columns().end());
  for (std::size_t i = 0; i < newton->columns.size(); ++i) newton->feature_of.push_back(static_cast<std::int32_t>(i));
  newton_ = std::move(newton);
}

PanelProblem::~PanelProblem() = default;

PanelWeights PanelProblem::solve(std::span<const PanelLane> lanes, const Rng& rng, const std::stop_token& stop,
                                 std::span<const LaneWeights> centre) const {
  if (packed_) return solve_by_dual(lanes, rng, stop, centre);
  if (!centre.empty()) fail(Code::usage, "a panel that is solved by Newton has no centre");
  return solve_by_newton(lanes, stop);
}

std::size_t PanelProblem::side_by_side() const { return packed_ ? 64 : 32; }

PanelWeights PanelProblem::solve_chunk(std::span<const PanelLane> lanes, const Rng& rng, const std::stop_token& stop,
                                       std::span<const LaneWeights> centre) const {
  const std::size_t width = side_by_side();
  std::vector<PanelWeights> parts;
  for (std::size_t first = 0; first < lanes.size(); first += width) {
    const std::size_t count = std::min(width, lanes.size() - first);
    const auto own = centre.empty() ? centre : centre.subspan(first, count);
    parts.push_back(solve(lanes.subspan(first, count), rng.fork(first), stop, own));
    if (parts.back().stopped) break;
  }
  return parts.size() == 1 ? std::move(parts.front()) : beside(parts);
}

PanelWeights PanelProblem::solve_by_dual(std::span<const PanelLane> lanes, const Rng& rng, const std::stop_token& stop,
                                         std::span<const LaneWeights> centre) const {
  std::vector<PanelLane> costly(lanes.begin(), lanes.end());
  for (PanelLane& lane : costly) {
    lane.present_cost *= options_.c;
    lane.absent_cost *= options_.c;
  }
  const DualSettings settings{squared_, options_.tolerance, options_.passes, options_.block_bytes, options_.duals_beside};
  const DualSolved solved = solve_dual(*packed_, costly, rest_, settings, rng, stop, packed_centre(*packed_, centre));
  PanelWeights out;
  out.width = static_cast<std::int32_t>(lanes.size());
  out.passes = solved.passes;
  out.visits = solved.visits;
  out.unsolved = solved.unsolved;
  out.stopped = solved.unsolved > 0 && stop.stop_requested();
  out.objective = solved.objective;
  const auto leap = static_cast<std::size_t>(solved.lanes);
  const bool constant = packed_->constant() != 0;
  const float* first = solved.weights.data() + (constant ? leap : 0);
  keep_weights(solved.weights, leap, packed_->columns(), packed_->feature_of(), first, options_, out);
  for (std::size_t l = 0; l < lanes.size(); ++l)
    out.bias.push_back(constant ? static_cast<float>(packed_->constant() * static_cast<double>(solved.weights[l])) : 0.f);
  if (!centre.empty()) keep_elsewhere(centre, packed_->columns(), out);
  return out;
}

PanelWeights PanelProblem::solve_by_newton(std::span<const PanelLane> lanes, const std::stop_token& stop) const {
  const std::int64_t rows = newton_->design->rows();
  const auto labels = static_cast<LabelId>(lanes.size());
  Dataset data;
  data.weights = newton_->data.weights;
  data.labels = LabelMatrix(labels, rest_);
  std::vector<std::vector<LabelId>> present(static_cast<std::size_t>(rows)), exceptions(static_cast<std::size_t>(rows));
  for (LabelId l = 0; l < labels; ++l) {
    for (const std::int32_t r : lanes[static_cast<std::size_t>(l)].present) present[static_cast<std::size_t>(r)].push_back(l);
    for (const std::int32_t r : lanes[static_cast<std::size_t>(l)].exceptions) exceptions[static_cast<std::size_t>(r)].push_back(l);
  }
  for (std::size_t r = 0; r < present.size(); ++r) data.labels.add(present[r], {}, exceptions[r]);

  const Problem problem{newton_->linear, *newton_->design, data, *newton_->loss, 1 / options_.c, {}, false};
  Run run;
  Point point;
  point.weights.assign(static_cast<std::size_t>(newton_->design->features() * labels), 0.f);
  point.bias.assign(static_cast<std::size_t>(labels), 0.f);
  if (newton_->linear.bias) point.bias = prior_bias(problem, run);
  run.stop = stop;
  const Solved solved = solve_newton(problem, point, run);
  PanelWeights out;
  out.width = labels;
  for (const auto& [name, value] : solved.facts)
    if (name == "products") out.passes = std::llround(value / labels);
  out.visits = out.passes * rows;
  out.stopped = solved.interrupted;
  run.stop = {};
  out.objective = options_.c * objective(problem, point, nullptr, run);
  keep_weights(point.weights, static_cast<std::size_t>(labels), newton_->columns, newton_->feature_of, point.weights.data(), options_,
               out);
  out.bias = point.bias;
  return out;
}

}  // namespace tagma
