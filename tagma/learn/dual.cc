#include <tagma/learn/dual.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

namespace tagma {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

class DualSolver {
 public:
  DualSolver(const PackedRows& rows, std::span<const PanelLane> lanes, Truth rest, const DualSettings& settings, Rng rng,
             std::vector<float> centre)
      : rows_(rows), view_(rows.view()), settings_(settings), rng_(rng), labels_(lanes.size()) {
    solved_.lanes = labels_ > 32 ? 64 : labels_ > 16 ? 32 : 16;
    solved_.weights = std::move(centre);
    solved_.weights.resize(static_cast<std::size_t>(rows.features() * solved_.lanes), 0.f);
    start_norm_ = squared_norm(solved_.weights);
    duals_.assign(static_cast<std::size_t>(rows.rows() * solved_.lanes), 0.f);
    set_truth(lanes, rest);
    panel_.lanes = solved_.lanes;
    panel_.squared = settings.squared;
    panel_.weights = solved_.weights.data();
    panel_.duals = duals_.data();
    panel_.present = present_.data();
    panel_.unknown = unknown_.empty() ? nullptr : unknown_.data();
    pass_.live = labels_ == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << labels_) - 1;
    pass_.above.fill(infinity);
    pass_.below.fill(-infinity);
  }

  DualSolved work(const std::stop_token& stop) {
    for (const std::int32_t r : rows_.visited())
      if (present_[static_cast<std::size_t>(r)] != 0) order_.push_back(r);
    for (int i = 0; i < 2; ++i) {
      rng_.shuffle(order_);
      sweep(order_);
    }
    order_ = rows_.visited();
    std::size_t active = order_.size();
    while (pass_.live != 0 && solved_.passes < settings_.most_passes && !stop.stop_requested()) {
      shuffle(active);
      active = sweep(std::span(order_).first(active));
      ++solved_.passes;
      const std::size_t shrunk = order_.size() - active;
      const std::uint64_t open = open_lanes();
      // A label that seems done is looked at on all rows once that is cheap, or all labels of the panel wait for it: rows that
      // are held by the labels left can then be shrunk, and nothing moves for those that are done.
      if (open != pass_.live && (open == 0 || 8 * shrunk <= active)) {
        if (shrunk > 0) active += look_at_the_rest(active);
        pass_.live = open_lanes();
      }
      for (std::size_t l = 0; l < labels_; ++l) {
        pass_.above[l] = pass_.most[l] > 0 ? pass_.most[l] : infinity;
        pass_.below[l] = pass_.least[l] < 0 ? pass_.least[l] : -infinity;
      }
    }
    solved_.unsolved = std::popcount(pass_.live);
    solved_.objective = objective();
    return std::move(solved_);
  }

 private:
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

  std::size_t sweep(std::span<std::int32_t> order) {
    solved_.visits += static_cast<std::int64_t>(order.size());
    return static_cast<std::size_t>(math::dual_sweep(view_, panel_, order, pass_));
  }

  // Runs of neighbouring rows are read as fast as memory streams, single rows at its latency; but a finer order converges
  // in fewer passes, and where panels fit the caches or rows are long there is nothing to gain.
  void shuffle(std::size_t active) {
    constexpr std::size_t run = 16;
    constexpr std::int64_t large = 16 << 20, short_row = 48;
    if (static_cast<std::int64_t>(duals_.size() * sizeof(float)) < large || rows_.stored() > short_row * rows_.rows()) {
      std::span<std::int32_t> all = std::span(order_).first(active);
      rng_.shuffle(all);
      return;
    }
    std::vector<std::int32_t> runs((active + run - 1) / run);
    for (std::size_t i = 0; i < runs.size(); ++i) runs[i] = static_cast<std::int32_t>(i);
    rng_.shuffle(runs);
    other_.clear();
    for (const std::int32_t i : runs) {
      const std::size_t first = static_cast<std::size_t>(i) * run;
      other_.insert(other_.end(), order_.begin() + static_cast<std::ptrdiff_t>(first),
                    order_.begin() + static_cast<std::ptrdiff_t>(std::min(active, first + run)));
    }
    std::copy(other_.begin(), other_.end(), order_.begin());
  }

  // The rows that were shrunk, with the extremes of the pass before going on; returns how many of them are active again.
  std::size_t look_at_the_rest(std::size_t active) {
    const auto most = pass_.most, least = pass_.least;
    const std::size_t back = sweep(std::span(order_).subspan(active));
    for (std::size_t l = 0; l < labels_; ++l) {
      pass_.most[l] = std::max(pass_.most[l], most[l]);
      pass_.least[l] = std::min(pass_.least[l], least[l]);
    }
    return back;
  }

  std::uint64_t open_lanes() const {
    std::uint64_t open = 0;
    for (std::size_t l = 0; l < labels_; ++l)
      if ((pass_.live >> l & 1) != 0 && pass_.most[l] - pass_.least[l] > static_cast<float>(settings_.tolerance))
        open |= std::uint64_t{1} << l;
    return open;
  }

  static double squared_norm(const std::vector<float>& weights) {
    double norm = 0;
    for (const float weight : weights) norm += static_cast<double>(weight) * static_cast<double>(weight);
    return norm;
  }

  // sum a - sum D a^2 / 2 - (||w||^2 - ||centre||^2) / 2
  double objective() const {
    const auto width = static_cast<std::size_t>(solved_.lanes);
    double value = 0;
    for (const std::int32_t row : rows_.visited()) {
      const auto r = static_cast<std::size_t>(row);
      for (std::size_t l = 0; l < labels_; ++l) {
        const auto dual = static_cast<double>(duals_[r * width + l]);
        const float cost = (present_[r] >> l & 1) != 0 ? panel_.present_cost[l] : panel_.absent_cost[l];
        value += dual;
        if (settings_.squared) value -= 0.25 * rows_.inverse_weight(row) / static_cast<double>(cost) * dual * dual;
      }
    }
    return value - (squared_norm(solved_.weights) - start_norm_) / 2;
  }

  const PackedRows& rows_;
  math::DualRows view_;
  const DualSettings& settings_;
  Rng rng_;
  std::size_t labels_;
  DualSolved solved_;
  double start_norm_ = 0;
  std::vector<float> duals_;
  std::vector<std::uint64_t> present_, unknown_;
  std::vector<std::int32_t> order_, other_;  // first the active rows, then those that were shrunk
  math::DualPanel panel_;
  math::DualPass pass_;
};

}  // namespace

DualSolved solve_dual(const PackedRows& rows, std::span<const PanelLane> lanes, Truth rest, const DualSettings& settings, Rng rng,
                      const std::stop_token& stop, std::vector<float> centre) {
  return DualSolver(rows, lanes, rest, settings, rng, std::move(centre)).work(stop);
}

}  // namespace tagma
