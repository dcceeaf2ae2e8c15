// Truncated Newton for separable convex losses: every label is a problem of its own,
//
//   minimise  f(w, b) = sum_i c_i l(x_i w + b, y_i) + l2 / 2 ||w||^2
//
// solved by Newton steps whose linear systems H s = -g are solved roughly by preconditioned conjugate gradients, with a
// backtracking line search. 16 labels go side by side as the lanes of a panel: one pass over X multiplies 16 directions,
// and what would be a random access per stored value is a full vector. Each lane is at its own stage: in a pass, some
// lanes take a step of conjugate gradients and others the gradient of their next Newton step; a lane whose label is solved
// takes the next label. Lanes never touch each other's numbers, so a label's weights are the same bytes whatever its
// neighbours and threads are.
//
// Outputs of the current point and of the step are kept, so the line search costs no pass over X.
// Preconditioner: the diagonal l2 + 0.03 x mean curve x sum_i c_i x_if^2 (the curves' mean in place of each row's own: free).
// Stop: a label is solved when the Newton decrement, which estimates f - least f before the step, is at most
// tolerance x f; the step is still taken, so what remains is smaller by far.
//
// Source: Lin, Weng, Keerthi, "Trust region Newton method for large-scale logistic regression" (JMLR 2008) for truncated
// Newton on this objective; line search as in Galli & Lin (2021). Ours: the panel, the staggered lanes, the preconditioner.
#pragma once

#include <tagma/learn/label_column.h>
#include <tagma/math/panel_steps.h>

#include <array>
#include <atomic>
#include <functional>
#include <vector>

namespace tagma {

// Labels to be solved, handed out one by one; solutions are written to distinct places.
struct NewtonQueue {
  std::vector<LabelId> labels;
  std::atomic<std::size_t> next{0};
  std::atomic<std::int64_t> newton_steps{0}, unsolved{0};
  std::atomic<std::int64_t> products{0};  // of X with a direction of one label, there and back: the same however labels share panels
  std::atomic<std::int64_t> solved{0};
};

class NewtonPanel {
 public:
  // `squares`: Design::squares of the row factors. `first_guess`: the weights of the point are not 0.
  NewtonPanel(const Problem& problem, const TruthColumns& truth, const ColumnLoss& loss, const std::vector<double>& squares,
              Point& point, NewtonQueue& queue, bool first_guess);

  // Works until the queue is empty or the run is stopped; run.threads threads share the passes over X.
  void work(const Run& run, const std::function<void()>& after_pass);

 private:
  static constexpr int lanes = math::panel_lanes;
  enum class Stage : std::uint8_t { idle, place, slope, solve };
  struct Lane {
    Stage stage = Stage::idle;
    LabelId label = 0;
    double weight = 1;                 // of the label
    double value = 0, least_scale = 0; // f, and what tolerance is relative to at least
    double bias = 0, step_bias = 0, direction_bias = 0, residual_bias = 0, inverse_bias = 0;
    double mean_curve = 0;
    double rho = 0, rho_start = 0, decrease = 0, norm = 0;
    std::int64_t newton_steps = 0, solve_steps = 0;
    std::vector<Truth> truth;
  };

  bool fill_lanes();
  void start(Lane& lane, int l);
  void pass(const Run& run);
  void place(Lane& lane, int l);
  double value_at(const Lane& lane, int l, double step, double penalty);
  void adopt(Lane& lane, int l);
  void take_slopes(const math::LaneSwitches& on, const math::LaneSums& back_sums, const Run& run);
  void take_solve_step(const math::LaneSums& dots, const math::LaneSums& back_sums, const Run& run);
  bool search_line(Lane& lane, int l);
  void finish_solve(Lane& lane, int l);
  void finish_label(Lane& lane, int l, bool solved);
  math::LaneSwitches lanes_at(Stage stage) const;
  bool any_at(Stage stage) const;

  const Problem& problem_;
  const TruthColumns& truth_;
  const ColumnLoss& loss_;
  const std::vector<double>& squares_;
  Point& point_;
  NewtonQueue& queue_;
  bool first_guess_;
  std::int64_t rows_, features_;
  double total_factor_ = 0;
  std::array<Lane, lanes> lane_;
  std::vector<float> weights_, step_, direction_, residual_, inverse_, product_;  // [features x lanes]
  std::vector<float> outputs_, step_outputs_, passed_, curves_, back_;            // [rows x lanes]
  std::vector<float> column_, column_slopes_, column_curves_;                     // [rows]
};

}  // namespace tagma
