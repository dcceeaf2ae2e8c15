#include <tagma/math/panel_steps.h>

#include <tagma/math/levels.h>

#include <algorithm>
#include <cstring>

namespace tagma::math {
namespace {

typedef float Floats __attribute__((vector_size(64)));
typedef std::int32_t Switches __attribute__((vector_size(64)));

constexpr std::int64_t chunk = 256;

template <class Vector>
TAGMA_INLINE void load(Vector& vector, const void* from) {
  std::memcpy(&vector, from, sizeof(Vector));
}
TAGMA_INLINE void store(float* to, const Floats& vector) { std::memcpy(to, &vector, sizeof(Floats)); }

TAGMA_INLINE void add_up(LaneSums& sums, const Floats& part) {
  for (int l = 0; l < panel_lanes; ++l) sums[static_cast<std::size_t>(l)] += static_cast<double>(part[l]);
}

TAGMA_INLINE void curve_back_body(std::int64_t first, std::int64_t last, const LaneSwitches& on, const float* curves,
                                  const float* passed, float* back, LaneSums& dots, LaneSums& sums) {
  Switches mask;
  load(mask, on.data());
  for (std::int64_t from = first; from < last; from += chunk) {
    const std::int64_t to = std::min(from + chunk, last);
    Floats dot = {}, sum = {};
    for (std::int64_t r = from; r < to; ++r) {
      Floats c, p, b;
      load(c, curves + r * panel_lanes);
      load(p, passed + r * panel_lanes);
      load(b, back + r * panel_lanes);
      b = mask ? c * p : b;
      dot += p * b;
      sum += b;
      store(back + r * panel_lanes, b);
    }
    add_up(dots, dot);
    add_up(sums, sum);
  }
}

TAGMA_INLINE void start_solve_body(std::int64_t first, std::int64_t last, const LaneSwitches& on, float l2,
                                   const LaneFloats& mean_curve, const SolveStart& panels, LaneSums& rho, LaneSums& norms) {
  Switches mask;
  Floats curve;
  load(mask, on.data());
  load(curve, mean_curve.data());
  for (std::int64_t from = first; from < last; from += chunk) {
    const std::int64_t to = std::min(from + chunk, last);
    Floats rho_part = {}, norm = {};
    for (std::int64_t r = from; r < to; ++r) {
      const std::int64_t at = r * panel_lanes;
      Floats product, weight, residual, inverse, direction, step;
      load(product, panels.product + at);
      load(weight, panels.weights + at);
      load(residual, panels.residual + at);
      load(inverse, panels.inverse + at);
      load(direction, panels.direction + at);
      load(step, panels.step + at);
      const Floats diagonal = curve * static_cast<float>(panels.squares[r]) + l2 + 1e-30f;  // never 0
      residual = mask ? -(product + l2 * weight) : residual;
      inverse = mask ? 1.f / diagonal : inverse;
      direction = mask ? inverse * residual : direction;
      step = mask ? Floats{} : step;
      rho_part += residual * direction;
      norm += direction * direction;
      store(panels.residual + at, residual);
      store(panels.inverse + at, inverse);
      store(panels.direction + at, direction);
      store(panels.step + at, step);
    }
    add_up(rho, rho_part);
    add_up(norms, norm);
  }
}

TAGMA_INLINE void advance_solve_body(std::int64_t first, std::int64_t last, const LaneFloats& alpha, float l2,
                                     const float* direction, const float* product, const float* inverse, float* step,
                                     float* residual, LaneSums& rho) {
  Floats a;
  load(a, alpha.data());
  for (std::int64_t from = first; from < last; from += chunk) {
    const std::int64_t to = std::min(from + chunk, last);
    Floats part = {};
    for (std::int64_t r = from; r < to; ++r) {
      const std::int64_t at = r * panel_lanes;
      Floats d, h, i, s, q;
      load(d, direction + at);
      load(h, product + at);
      load(i, inverse + at);
      load(s, step + at);
      load(q, residual + at);
      s += a * d;
      q -= a * (h + l2 * d);
      part += i * q * q;
      store(step + at, s);
      store(residual + at, q);
    }
    add_up(rho, part);
  }
}

TAGMA_INLINE void turn_direction_body(std::int64_t first, std::int64_t last, const LaneSwitches& on, const LaneFloats& beta,
                                      const float* inverse, const float* residual, float* direction, LaneSums& norms) {
  Switches mask;
  Floats b;
  load(mask, on.data());
  load(b, beta.data());
  for (std::int64_t from = first; from < last; from += chunk) {
    const std::int64_t to = std::min(from + chunk, last);
    Floats norm = {};
    for (std::int64_t r = from; r < to; ++r) {
      const std::int64_t at = r * panel_lanes;
      Floats i, q, d;
      load(i, inverse + at);
      load(q, residual + at);
      load(d, direction + at);
      d = mask ? i * q + b * d : d;
      norm += d * d;
      store(direction + at, d);
    }
    add_up(norms, norm);
  }
}

TAGMA_INLINE void add_scaled_body(std::int64_t first, std::int64_t last, const LaneFloats& alpha, const float* from, float* to) {
  Floats a;
  load(a, alpha.data());
  for (std::int64_t r = first; r < last; ++r) {
    Floats x, y;
    load(x, from + r * panel_lanes);
    load(y, to + r * panel_lanes);
    y += a * x;
    store(to + r * panel_lanes, y);
  }
}

}  // namespace

TAGMA_AT_EACH_LEVEL(curve_back,
                    (std::int64_t first, std::int64_t last, const LaneSwitches& on, const float* curves, const float* passed,
                     float* back, LaneSums& dots, LaneSums& sums),
                    (first, last, on, curves, passed, back, dots, sums))
TAGMA_AT_EACH_LEVEL(start_solve,
                    (std::int64_t first, std::int64_t last, const LaneSwitches& on, float l2, const LaneFloats& mean_curve,
                     const SolveStart& panels, LaneSums& rho, LaneSums& norms),
                    (first, last, on, l2, mean_curve, panels, rho, norms))
TAGMA_AT_EACH_LEVEL(advance_solve,
                    (std::int64_t first, std::int64_t last, const LaneFloats& alpha, float l2, const float* direction,
                     const float* product, const float* inverse, float* step, float* residual, LaneSums& rho),
                    (first, last, alpha, l2, direction, product, inverse, step, residual, rho))
TAGMA_AT_EACH_LEVEL(turn_direction,
                    (std::int64_t first, std::int64_t last, const LaneSwitches& on, const LaneFloats& beta, const float* inverse,
                     const float* residual, float* direction, LaneSums& norms),
                    (first, last, on, beta, inverse, residual, direction, norms))
TAGMA_AT_EACH_LEVEL(add_scaled,
                    (std::int64_t first, std::int64_t last, const LaneFloats& alpha, const float* from, float* to),
                    (first, last, alpha, from, to))

}  // namespace tagma::math
