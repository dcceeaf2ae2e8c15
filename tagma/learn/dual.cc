#include <tagma/learn/dual.h>

#include <tagma/learn/dual_blocks.h>

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <numeric>
#include <utility>

namespace tagma {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

class DualSolver {
 public:
  DualSolver(const PackedRows& rows, std::span<const PanelLane> lanes, Truth rest, const DualSettings& settings, Rng rng,
             const std::stop_token& stop, Large<float> centre)
      : rows_(rows), view_(rows.view()), settings_(settings), rng_(rng), stop_(stop), labels_(lanes.size()),
        blocks_(rows, lanes_for(std::ssize(lanes)), settings), state_(blocks_.pieces() > 1 ? static_cast<std::size_t>(rows.rows()) : 0) {
    solved_.lanes = lanes_for(std::ssize(lanes));
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
    begin([&](std::int32_t row) { return present_[static_cast<std::size_t>(row)] != 0; });
    for (std::uint64_t round = 0; round < 2; ++round)
      visit_rows(round, State::active, [this](std::span<std::int32_t> order) {
        rng_.shuffle(order);
        sweep(order);
        return order.size();
      });
    begin([](std::int32_t) { return true; });
    while (pass_.live != 0 && solved_.passes < settings_.most_passes && !stop_.stop_requested()) {
      if (!look_at_the_active()) break;
      ++solved_.passes;
      const std::size_t shrunk = rows_.visited().size() - active_;
      const std::uint64_t open = open_lanes();
      // A label that seems done is looked at on all rows once that is cheap, or all labels of the panel wait for it: rows that
      // are held by the labels left can then be shrunk, and nothing moves for those that are done.
      if (open != pass_.live && (open == 0 || 8 * shrunk <= active_)) {
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
  enum class State : std::uint8_t { left_out, active, shrunk };
  // Some pieces that make a block, and rows of theirs.
  struct Group {
    std::vector<std::size_t> pieces;
    std::vector<std::int32_t> rows;
  };

  // All rows that want(row) names become active, and no others.
  template <class Want>
  void begin(Want&& want) {
    order_.clear();
    active_ = 0;
    for (const std::int32_t row : rows_.visited()) {
      const bool wanted = want(row);
      active_ += wanted ? 1 : 0;
      if (!state_.empty()) state_[static_cast<std::size_t>(row)] = wanted ? State::active : State::shrunk;
      else if (wanted) order_.push_back(row);
    }
  }

  // visit(order) of the rows in a state, which moves those that are to be active to the front and returns how many they are. All at
  // once, or block by block: pieces are drawn in an order that is the same for all panels, so that those that are learned side by
  // side read the same pieces as far as they keep pace. False: stopped on the way.
  template <class Visit>
  bool visit_rows(std::uint64_t round, State state, Visit&& visit) {
    if (state_.empty()) {
      const std::span<std::int32_t> all = order_;
      const std::span<std::int32_t> some = state == State::active ? all.first(active_) : all.subspan(active_);
      active_ = (state == State::active ? 0 : active_) + visit(some);
      return true;
    }
    turn_.resize(blocks_.pieces());
    std::iota(turn_.begin(), turn_.end(), std::size_t{0});
    Rng draw(round);
    draw.shuffle(turn_);
    std::size_t at = 0;
    for (Group now = next_group(at, state); !now.rows.empty();) {
      Group next = next_group(at, state);
      const std::size_t kept = visit(std::span(now.rows));
      for (std::size_t i = 0; i < now.rows.size(); ++i) state_[static_cast<std::size_t>(now.rows[i])] = i < kept ? State::active : State::shrunk;
      active_ = active_ + kept - (state == State::active ? now.rows.size() : 0);
      for (const std::size_t piece : now.pieces) blocks_.release(piece);
      now = std::move(next);
      if (!now.rows.empty() && stop_.stop_requested()) return false;
    }
    return true;
  }

  // The next pieces in turn that have rows in the state, as many as make a block; they are asked for.
  Group next_group(std::size_t& at, State state) {
    Group group;
    std::int64_t bytes = 0;
    for (; at < turn_.size(); ++at) {
      const std::size_t piece = turn_[at], before = group.rows.size();
      if (before > 0 && bytes + blocks_.bytes(piece) > settings_.block_bytes) break;
      for (std::int64_t row = blocks_.first(piece); row < blocks_.last(piece); ++row)
        if (state_[static_cast<std::size_t>(row)] == state) group.rows.push_back(static_cast<std::int32_t>(row));
      if (group.rows.size() == before) continue;
      bytes += blocks_.bytes(piece);
      group.pieces.push_back(piece);
      blocks_.ask(piece, std::span(group.rows).subspan(before));
    }
    return group;
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
    return visit_rows(static_cast<std::uint64_t>(solved_.passes) + 2, State::active, [this](std::span<std::int32_t> order) {
      shuffle(order);
      return sweep(order);
    });
  }

  // The rows that were shrunk, with the extremes of the pass before going on; some are active again afterwards.
  bool look_at_the_rest() {
    return visit_rows(static_cast<std::uint64_t>(solved_.passes) + 1, State::shrunk,
                      [this](std::span<std::int32_t> order) { return sweep(order); });
  }

  std::uint64_t open_lanes() const {
    std::uint64_t open = 0;
    for (std::size_t l = 0; l < labels_; ++l)
      if ((pass_.live >> l & 1) != 0 && most_[l] - least_[l] > static_cast<float>(settings_.tolerance))
        open |= std::uint64_t{1} << l;
    return open;
  }

  static double squared_norm(std::span<const float> weights) {
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
    for (std::size_t piece = 0; piece < blocks_.pieces(); ++piece) {
      if (piece + 1 < blocks_.pieces()) blocks_.ask_duals(piece + 1);
      for (; row != rows_.visited().end() && *row < blocks_.last(piece); ++row) value = with_row(value, *row);
      blocks_.release(piece);
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
  std::vector<std::int32_t> order_, other_;  // of a single piece: first the active rows, then those that were shrunk
  std::vector<State> state_;                 // of each row, where there are pieces
  std::vector<std::size_t> turn_;            // of the pieces
  std::size_t active_ = 0;
  std::array<float, math::most_dual_lanes> most_{}, least_{};  // extremes of the pass, over its blocks
  math::DualPanel panel_;
  math::DualPass pass_;
};

}  // namespace

DualSolved solve_dual(const PackedRows& rows, std::span<const PanelLane> lanes, Truth rest, const DualSettings& settings, Rng rng,
                      const std::stop_token& stop, Large<float> centre) {
  return DualSolver(rows, lanes, rest, settings, rng, stop, std::move(centre)).work();
}

}  // namespace tagma
