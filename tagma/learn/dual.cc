#include <tagma/learn/dual.h>

#include <tagma/learn/dual_blocks.h>

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <utility>

namespace tagma {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

int width_of(std::size_t labels) { return labels > 32 ? 64 : labels > 16 ? 32 : 16; }

class DualSolver {
 public:
  DualSolver(const PackedRows& rows, std::span<const PanelLane> lanes, Truth rest, const DualSettings& settings, Rng rng,
             const std::stop_token& stop, std::vector<float> centre)
      : rows_(rows), view_(rows.view()), settings_(settings), rng_(rng), stop_(stop), labels_(lanes.size()),
        blocks_(rows, width_of(labels_), settings), parts_(blocks_.count()) {
    solved_.lanes = width_of(labels_);
    solved_.weights = std::move(centre);
    solved_.weights.resize(static_cast<std::size_t>(rows.features() * solved_.lanes), 0.f);
    start_norm_ = squared_norm(solved_.weights);
    set_truth(lanes, rest);
    panel_.lanes = solved_.lanes;
    panel_.squared = settings.squared;
    panel_.weights = solved_.weights.data();
    panel_.duals = blocks_.duals();
    panel_.present = present_.data();
    panel_.unknown = unknown_.empty() ? nullptr : unknown_.data();
    pass_.live = labels_ == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << labels_) - 1;
    pass_.above.fill(infinity);
    pass_.below.fill(-infinity);
  }

  DualSolved work() {
    list([&](std::int32_t row) { return present_[static_cast<std::size_t>(row)] != 0; });
    for (std::uint64_t round = 0; round < 2; ++round)
      each_block(round, [this](const Part& part) { return active(part); }, [this](Part& part) {
        std::span<std::int32_t> order = active(part);
        rng_.shuffle(order);
        sweep(order);
      });
    list([](std::int32_t) { return true; });
    while (pass_.live != 0 && solved_.passes < settings_.most_passes && !stop_.stop_requested()) {
      if (!look_at_the_active()) break;
      ++solved_.passes;
      std::size_t all_active = 0;
      for (const Part& part : parts_) all_active += part.active;
      const std::size_t shrunk = order_.size() - all_active;
      const std::uint64_t open = open_lanes();
      // A label that seems done is looked at on all rows once that is cheap, or all labels of the panel wait for it: rows that
      // are held by the labels left can then be shrunk, and nothing moves for those that are done.
      if (open != pass_.live && (open == 0 || 8 * shrunk <= all_active)) {
        if (shrunk > 0 && !look_at_the_rest()) break;
        pass_.live = open_lanes();
      }
      for (std::size_t l = 0; l < labels_; ++l) {
        pass_.above[l] = most_[l] > 0 ? most_[l] : infinity;
        pass_.below[l] = least_[l] < 0 ? least_[l] : -infinity;
      }
    }
    solved_.unsolved = std::popcount(pass_.live);
    solved_.objective = objective();
    return std::move(solved_);
  }

 private:
  // The places in order_ of a block's rows, the active ones first.
  struct Part {
    std::size_t first = 0, rows = 0, active = 0;
  };
  std::span<std::int32_t> active(const Part& part) { return std::span(order_).subspan(part.first, part.active); }
  std::span<std::int32_t> rest(const Part& part) { return std::span(order_).subspan(part.first + part.active, part.rows - part.active); }

  // order_ and parts_ anew, of the rows that want(row) names.
  template <class Want>
  void list(Want&& want) {
    order_.clear();
    auto row = rows_.visited().begin();
    for (std::size_t block = 0; block < parts_.size(); ++block) {
      const std::size_t first = order_.size();
      for (; row != rows_.visited().end() && *row < blocks_.last(block); ++row)
        if (want(*row)) order_.push_back(*row);
      parts_[block] = {first, order_.size() - first, order_.size() - first};
    }
  }

  // visit(part) of every block for which of(part) names rows, in an order that is the same for all panels: those that are learned
  // side by side go through the blocks together, as far as they keep pace. False: stopped on the way.
  template <class Of, class Visit>
  bool each_block(std::uint64_t round, Of&& of, Visit&& visit) {
    turn_.clear();
    for (std::size_t block = 0; block < parts_.size(); ++block)
      if (!of(parts_[block]).empty()) turn_.push_back(block);
    Rng order(round);
    order.shuffle(turn_);
    if (!turn_.empty()) blocks_.ask(turn_.front(), of(parts_[turn_.front()]));
    for (std::size_t i = 0; i < turn_.size(); ++i) {
      if (i > 0 && stop_.stop_requested()) return false;
      if (i + 1 < turn_.size()) blocks_.ask(turn_[i + 1], of(parts_[turn_[i + 1]]));
      visit(parts_[turn_[i]]);
      blocks_.release(turn_[i]);
    }
    return true;
  }

  void set_truth(std::span<const PanelLane> lanes, Truth rest) {
    const auto rows = static_cast<std::size_t>(rows_.rows());
    const bool exceptions = std::any_of(lanes.begin(), lanes.end(), [](const PanelLane& lane) { return !lane.exceptions.empty(); });
    present_.assign(rows, 0);
    if (rest == Truth::unknown) unknown_.assign(rows, ~std::uint64_t{0});
    else if (exceptions) unknown_.assign(rows, 0);
    panel_.present_cost.fill(1);
    panel_.absent_cost.fill(1);
    for (std::size_t l = 0; l < labels_; ++l) {
      const std::uint64_t bit = std::uint64_t{1} << l;
      for (const std::int32_t r : lanes[l].present) {
        present_[static_cast<std::size_t>(r)] |= bit;
        if (rest == Truth::unknown) unknown_[static_cast<std::size_t>(r)] &= ~bit;
      }
      for (const std::int32_t r : lanes[l].exceptions) unknown_[static_cast<std::size_t>(r)] ^= bit;
      panel_.present_cost[l] = static_cast<float>(lanes[l].present_cost);
      panel_.absent_cost[l] = static_cast<float>(lanes[l].absent_cost);
    }
  }

  // Also joins the extremes of the rows to those of the pass.
  std::size_t sweep(std::span<std::int32_t> order) {
    solved_.visits += static_cast<std::int64_t>(order.size());
    const auto kept = static_cast<std::size_t>(math::dual_sweep(view_, panel_, order, pass_));
    for (std::size_t l = 0; l < labels_; ++l) {
      most_[l] = std::max(most_[l], pass_.most[l]);
      least_[l] = std::min(least_[l], pass_.least[l]);
    }
    return kept;
  }

  // Runs of neighbouring rows are read as fast as memory streams, single rows at its latency; but a finer order converges
  // in fewer passes, and where panels fit the caches or rows are long there is nothing to gain.
  void shuffle(std::span<std::int32_t> order) {
    constexpr std::size_t run = 16;
    constexpr std::int64_t large = 16 << 20, short_row = 48;
    if (rows_.rows() * solved_.lanes * static_cast<std::int64_t>(sizeof(float)) < large || rows_.stored() > short_row * rows_.rows()) {
      rng_.shuffle(order);
      return;
    }
    std::vector<std::int32_t> runs((order.size() + run - 1) / run);
    for (std::size_t i = 0; i < runs.size(); ++i) runs[i] = static_cast<std::int32_t>(i);
    rng_.shuffle(runs);
    other_.clear();
    for (const std::int32_t i : runs) {
      const std::size_t first = static_cast<std::size_t>(i) * run;
      other_.insert(other_.end(), order.begin() + static_cast<std::ptrdiff_t>(first),
                    order.begin() + static_cast<std::ptrdiff_t>(std::min(order.size(), first + run)));
    }
    std::copy(other_.begin(), other_.end(), order.begin());
  }

  bool look_at_the_active() {
    most_.fill(-infinity);
    least_.fill(infinity);
    const auto round = static_cast<std::uint64_t>(solved_.passes) + 2;
    return each_block(round, [this](const Part& part) { return active(part); }, [this](Part& part) {
      shuffle(active(part));
      part.active = sweep(active(part));
    });
  }

  // The rows that were shrunk, with the extremes of the pass before going on; some are active again afterwards.
  bool look_at_the_rest() {
    const auto round = static_cast<std::uint64_t>(solved_.passes) + 1;  // as the pass before
    return each_block(round, [this](const Part& part) { return rest(part); }, [this](Part& part) { part.active += sweep(rest(part)); });
  }

  std::uint64_t open_lanes() const {
    std::uint64_t open = 0;
    for (std::size_t l = 0; l < labels_; ++l)
      if ((pass_.live >> l & 1) != 0 && most_[l] - least_[l] > static_cast<float>(settings_.tolerance))
        open |= std::uint64_t{1} << l;
    return open;
  }

  static double squared_norm(const std::vector<float>& weights) {
    double norm = 0;
    for (const float weight : weights) norm += static_cast<double>(weight) * static_cast<double>(weight);
    return norm;
  }

  // `value` and the row's part of the objective.
  double with_row(double value, std::int32_t row) {
    const auto r = static_cast<std::size_t>(row), width = static_cast<std::size_t>(solved_.lanes);
    for (std::size_t l = 0; l < labels_; ++l) {
      const auto dual = static_cast<double>(blocks_.duals()[r * width + l]);
      const float cost = (present_[r] >> l & 1) != 0 ? panel_.present_cost[l] : panel_.absent_cost[l];
      value += dual;
      if (settings_.squared) value -= 0.25 * rows_.inverse_weight(row) / static_cast<double>(cost) * dual * dual;
    }
    return value;
  }

  // sum a - sum D a^2 / 2 - (||w||^2 - ||centre||^2) / 2
  double objective() {
    double value = 0;
    auto row = rows_.visited().begin();
    for (std::size_t block = 0; block < blocks_.count(); ++block) {
      if (block + 1 < blocks_.count()) blocks_.ask_duals(block + 1);
      for (; row != rows_.visited().end() && *row < blocks_.last(block); ++row) value = with_row(value, *row);
      blocks_.release(block);
    }
    return value - (squared_norm(solved_.weights) - start_norm_) / 2;
  }

  const PackedRows& rows_;
  math::DualRows view_;
  const DualSettings& settings_;
  Rng rng_;
  const std::stop_token& stop_;
  std::size_t labels_;
  DualBlocks blocks_;
  DualSolved solved_;
  double start_norm_ = 0;
  std::vector<std::uint64_t> present_, unknown_;
  std::vector<std::int32_t> order_, other_;  // block by block
  std::vector<Part> parts_;                  // of each block
  std::vector<std::size_t> turn_;
  std::array<float, math::most_dual_lanes> most_{}, least_{};  // extremes of the pass, over its blocks
  math::DualPanel panel_;
  math::DualPass pass_;
};

}  // namespace

DualSolved solve_dual(const PackedRows& rows, std::span<const PanelLane> lanes, Truth rest, const DualSettings& settings, Rng rng,
                      const std::stop_token& stop, std::vector<float> centre) {
  return DualSolver(rows, lanes, rest, settings, rng, stop, std::move(centre)).work();
}

}  // namespace tagma
