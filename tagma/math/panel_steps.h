// The vector work between two products with a panel (panel.h): steps of conjugate gradients for 16 lanes side by side, each
// lane with coefficients of its own, fused so that every panel is read once.
//
// Shape: panels [n x 16]; `first`, `last` rows of them; coefficients and sums [16]. A lane that is off keeps its numbers.
// Sums are taken in float over 256 rows and in double over those, lane by lane, without fused multiply-add: the same bytes
// at every instruction set.
// Threads: pure functions; callers cut the rows among threads and add the sums in order.
#pragma once

#include <array>
#include <cstdint>

namespace tagma::math {

inline constexpr int panel_lanes = 16;
using LaneFloats = std::array<float, panel_lanes>;
using LaneSums = std::array<double, panel_lanes>;
using LaneSwitches = std::array<std::int32_t, panel_lanes>;  // -1 on, 0 off

// back = curves * passed in lanes that are on. dots += passed * back there; sums += back in all lanes.
void curve_back(std::int64_t first, std::int64_t last, const LaneSwitches& on, const float* curves, const float* passed,
                float* back, LaneSums& dots, LaneSums& sums);

// The start of a linear solve, in lanes that are on:
//   residual = -(product + l2 weights), inverse = 1 / (l2 + mean_curve * squares[row]), direction = inverse * residual,
//   step = 0; rho += residual * direction, norms += direction^2 (all lanes)
struct SolveStart {
  const float* product;
  const float* weights;
  const double* squares;
  float* residual;
  float* inverse;
  float* direction;
  float* step;
};
void start_solve(std::int64_t first, std::int64_t last, const LaneSwitches& on, float l2, const LaneFloats& mean_curve,
                 const SolveStart& panels, LaneSums& rho, LaneSums& norms);

// step += alpha direction, residual -= alpha (product + l2 direction); rho += inverse * residual^2. alpha 0 = off.
void advance_solve(std::int64_t first, std::int64_t last, const LaneFloats& alpha, float l2, const float* direction,
                   const float* product, const float* inverse, float* step, float* residual, LaneSums& rho);

// direction = inverse * residual + beta * direction in lanes that are on; norms += direction^2.
void turn_direction(std::int64_t first, std::int64_t last, const LaneSwitches& on, const LaneFloats& beta, const float* inverse,
                    const float* residual, float* direction, LaneSums& norms);

// to += alpha * from
void add_scaled(std::int64_t first, std::int64_t last, const LaneFloats& alpha, const float* from, float* to);

}  // namespace tagma::math
