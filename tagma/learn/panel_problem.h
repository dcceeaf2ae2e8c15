// Labels, panel after panel, on one set of rows: what one against the rest is for all rows, and a node of a label tree for
// the rows below it. Each label is a linear classifier of its own,
//
//   minimise  1/2 ||w||^2 + sum_i C_i loss(w.x_i + b, y_i)      C_i: C of the label times the weight of the row
//
// squared-hinge and hinge are solved in the dual (dual.h), with the bias as the weight of a constant feature; losses with a
// curve (bce) by truncated Newton (newton.h), with a free bias and no costs of single labels. Weights come out pruned.
// unit_rows: rows are brought to length 1, and the model has to do so too. As they come, rows of length 10 take hundreds of
// passes where unit rows take ten.
// A centre makes it  1/2 ||w - centre||^2  instead: weights that stay near those they had, where the rows say nothing else.
// Errors: Error{usage} for a loss of another kind, or a centre for one that is solved by Newton; Error{io} for working files that cannot
// be written. Threads: const, one panel per thread.
#pragma once

#include <tagma/base/rng.h>
#include <tagma/data/dataset.h>
#include <tagma/drive/loss_function.h>
#include <tagma/learn/dual.h>
#include <tagma/learn/lane_weights.h>
#include <tagma/learn/packed_rows.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace tagma {

struct PanelOptions {
  double c = 1, bias = 1, tolerance = 0.1;
  bool unit_rows = true;
  std::int64_t passes = 1000;
  double prune = 0.01;      // weights of at most this size are dropped
  std::int64_t most = 0;    // most weights kept of a label; 0: all
  std::int64_t block_bytes = dual_block_bytes;  // dual.h
  std::string rows_beside, duals_beside;        // paths beside which rows and duals of more than a block lie in files; empty: held
};

// Whether panels can be solved for the loss; `allowed` for messages.
bool panel_solves(const LossFunction& loss);
bool panel_has_centre(const LossFunction& loss);  // whether panels of it may have a centre
inline constexpr std::string_view panel_losses = "bce, hinge, squared-hinge, and other separable convex losses with a curve";

class PanelProblem {
 public:
  // `rows`: ids of x; `weights`: of all rows of x, or empty.
  PanelProblem(const FeatureMatrix& x, std::vector<std::int32_t> rows, std::span<const float> weights, Truth rest,
               const LossFunction& loss, const PanelOptions& options);
  ~PanelProblem();

  // Lanes list local rows, the places in `rows`; at most 64.
  // centre: none, or of each lane.
  PanelWeights solve(std::span<const PanelLane> lanes, const Rng& rng, const std::stop_token& stop,
                     std::span<const LaneWeights> centre = {}) const;
  // Any number of lanes, side_by_side() at a time, as one chunk.
  PanelWeights solve_chunk(std::span<const PanelLane> lanes, const Rng& rng, const std::stop_token& stop,
                           std::span<const LaneWeights> centre = {}) const;

  // How many labels are best solved side by side: what is done once a row is shared by 64; Newton, with several panels on the way, takes 32.
  std::size_t side_by_side() const;

 private:
  struct Newton;
  PanelWeights solve_by_dual(std::span<const PanelLane> lanes, const Rng& rng, const std::stop_token& stop,
                             std::span<const LaneWeights> centre) const;
  PanelWeights solve_by_newton(std::span<const PanelLane> lanes, const std::stop_token& stop) const;

  Truth rest_;
  PanelOptions options_;
  bool squared_ = false;
  std::optional<PackedRows> packed_;
  std::unique_ptr<const Newton> newton_;
};

}  // namespace tagma
