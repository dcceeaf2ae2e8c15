// One pass of dual coordinate descent over rows, for up to 64 linear classifiers side by side. Lane l is the problem
//
//   minimise  1/2 ||w||^2 + sum_i C_i loss(s_i w.x_i),   s_i = +1 present, -1 absent, loss = max(0, 1 - m) or its square
//
// in its dual: a_i in [0, U_i], w = sum_i a_i s_i x_i, gradient g_i = s_i w.x_i - 1 + D_i a_i, with U = C, D = 0 for the hinge
// and U = infinity, D = 1 / (2 C) for the squared hinge. A row is multiplied with the panel of weights once for all lanes,
// every lane takes its own exact step in a_i, and where some lane moved the row is added back once for all lanes.
//
// Shape: weights [features x lanes], duals [rows x lanes], row-major; lanes 16, 32 or 64.
// Shrinking is that of LIBLINEAR, row by row: a row is dropped from `order` when every live lane holds it at a bound with a
// gradient beyond the extremes of the pass before. A lane that is not live, or that does not know the row, never moves.
// Units: rows must have squares > 0 or cost > 0 (squared hinge); rows of cost 0 are for the caller to leave out.
// Sums over a row go by its stored values, up to 32 lanes those of even and of odd place apart; no fused multiply-add: the
// same bytes at every instruction set. Threads: a panel belongs to one thread; rows are shared.
// Source: Hsieh, Chang, Lin, Keerthi & Sundararajan, "A dual coordinate descent method for large-scale linear SVM" (ICML
// 2008), algorithm 3 with shrinking. Ours: the panel.
#pragma once

#include <tagma/math/panel.h>

#include <array>
#include <cstdint>
#include <span>

namespace tagma::math {

inline constexpr int most_dual_lanes = 64;

struct DualRows {
  SparseRows x;
  const float* squares;        // ||x_i||^2
  const float* inverse_costs;  // 1 / weight of the row; may be null: 1
};

struct DualPanel {
  int lanes = 16;
  bool squared = true;                     // squared hinge; else hinge
  float* weights = nullptr;
  float* duals = nullptr;
  const std::uint64_t* present = nullptr;  // [rows], bit l: the label of lane l is present
  const std::uint64_t* unknown = nullptr;  // [rows] likewise; may be null: none
  std::array<float, most_dual_lanes> present_cost{}, absent_cost{};  // C of a present and of an absent row, > 0
};

struct DualPass {
  std::uint64_t live = 0;                                     // lanes that move
  std::array<float, most_dual_lanes> above{}, below{};        // in: gradients beyond which a bound holds
  std::array<float, most_dual_lanes> most{}, least{};         // out: extremes of the projected gradient
};

// Visits the rows of `order` and moves those kept to its front, the dropped ones behind them; returns how many are kept.
std::int64_t dual_sweep(const DualRows& rows, const DualPanel& panel, std::span<std::int32_t> order, DualPass& pass);

namespace detail {
// For tests: the same at a level that this machine has (panel_levels()).
std::int64_t dual_sweep(int level, const DualRows& rows, const DualPanel& panel, std::span<std::int32_t> order, DualPass& pass);
}  // namespace detail

}  // namespace tagma::math
