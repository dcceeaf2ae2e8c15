#include <tagma/math/dual_sweep.h>

#include <tagma/math/levels.h>
#include <tagma/math/panel_tile.h>

#include <bit>
#include <limits>
#include <utility>

namespace tagma::math {
namespace {

using namespace detail;

template <int width>
struct Vectors {
  typedef float Floats __attribute__((vector_size(width * 4)));
  typedef std::int32_t Ints __attribute__((vector_size(width * 4)));
};

struct Sweep {
  const DualRows& rows;
  const DualPanel& panel;
  std::span<std::int32_t> order;
  DualPass& pass;
};

template <class Ints>
TAGMA_INLINE bool any(const Ints& mask) {
  constexpr std::size_t words = sizeof(Ints) / 8;
  std::uint64_t parts[words], all = 0;
  std::memcpy(parts, &mask, sizeof(Ints));
  for (std::size_t i = 0; i < words; ++i) all |= parts[i];
  return all != 0;
}

// Lane masks, -1 where the bit is set: `one` holds 1, 2, 4, .. of a vector.
template <class Ints>
TAGMA_INLINE void spread(Ints& mask, std::uint64_t bits, int lane, const Ints& one) {
  mask = ((Ints{} + static_cast<std::int32_t>(bits >> lane)) & one) != 0;
}

// What stays the same through a pass: `count` vectors of `width` lanes.
template <int width, int count>
struct Lanes {
  typename Vectors<width>::Floats present_cost[count], absent_cost[count];  // squared hinge: 1 / (2 C); hinge: C
  typename Vectors<width>::Floats above[count], below[count], most[count], least[count];
  typename Vectors<width>::Ints live[count], one;
};

template <int width, int count, bool squared>
TAGMA_INLINE void load_lanes(Lanes<width, count>& lanes, const Sweep& s) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  for (int i = 0; i < width; ++i) lanes.one[i] = 1 << i;
#pragma GCC unroll 16
  for (int m = 0; m < count; ++m) {
    load(lanes.present_cost[m], s.panel.present_cost.data() + m * width);
    load(lanes.absent_cost[m], s.panel.absent_cost.data() + m * width);
    if (squared) {
      lanes.present_cost[m] = 0.5f / lanes.present_cost[m];
      lanes.absent_cost[m] = 0.5f / lanes.absent_cost[m];
    }
    load(lanes.above[m], s.pass.above.data() + m * width);
    load(lanes.below[m], s.pass.below.data() + m * width);
    spread(lanes.live[m], s.pass.live, m * width, lanes.one);
    lanes.most[m] = typename Vectors<width>::Floats{} - infinity;
    lanes.least[m] = typename Vectors<width>::Floats{} + infinity;
  }
}

// sum = w . x of row r, lane by lane. Up to 32 lanes, values of even and of odd place are summed apart: enough sums on the
// way at a time to hide the latency of an addition.
template <int width, int count>
TAGMA_INLINE void multiply(const Sweep& s, std::int64_t r, typename Vectors<width>::Floats (&sum)[count]) {
  using Floats = typename Vectors<width>::Floats;
  constexpr int lanes = width * count;
  const SparseRows& x = s.rows.x;
  const float* weights = s.panel.weights;
  std::int64_t k = x.starts[r];
  const std::int64_t end = x.starts[r + 1];
  Floats odd[count] = {};
  if constexpr (lanes <= 32)
    for (; k + 1 < end; k += 2) {
      const float* first = weights + static_cast<std::int64_t>(x.columns[k]) * lanes;
      const float* second = weights + static_cast<std::int64_t>(x.columns[k + 1]) * lanes;
#pragma GCC unroll 16
      for (int m = 0; m < count; ++m) {
        Floats a, b;
        load(a, first + m * width);
        load(b, second + m * width);
        sum[m] += x.values[k] * a;
        odd[m] += x.values[k + 1] * b;
      }
    }
  for (; k < end; ++k) {
    const float* last = weights + static_cast<std::int64_t>(x.columns[k]) * lanes;
#pragma GCC unroll 16
    for (int m = 0; m < count; ++m) {
      Floats a;
      load(a, last + m * width);
      sum[m] += x.values[k] * a;
    }
  }
  if constexpr (lanes <= 32)
#pragma GCC unroll 16
    for (int m = 0; m < count; ++m) sum[m] += odd[m];
}

// weights += step * row r. Where few vectors moved (bits of `moved`) they go one by one: most lanes hold most rows at a bound.
template <int width, int count>
TAGMA_INLINE void add_row(const Sweep& s, std::int64_t r, const typename Vectors<width>::Floats (&step)[count], unsigned moved) {
  using Floats = typename Vectors<width>::Floats;
  const SparseRows& x = s.rows.x;
  const std::int64_t first = x.starts[r], last = x.starts[r + 1];
  if (2 * std::popcount(moved) > count) {
    for (std::int64_t k = first; k < last; ++k) {
      float* weights = s.panel.weights + static_cast<std::int64_t>(x.columns[k]) * (width * count);
#pragma GCC unroll 16
      for (int m = 0; m < count; ++m) {
        Floats w;
        load(w, weights + m * width);
        w += x.values[k] * step[m];
        store(weights + m * width, w);
      }
    }
    return;
  }
  for (; moved != 0; moved &= moved - 1) {
    const int m = std::countr_zero(moved);
    float* panel = s.panel.weights + m * width;
    const Floats change = step[m];
    for (std::int64_t k = first; k < last; ++k) {
      float* weights = panel + static_cast<std::int64_t>(x.columns[k]) * (width * count);
      Floats w;
      load(w, weights);
      w += x.values[k] * change;
      store(weights, w);
    }
  }
}

// One row. False: all live lanes hold it at a bound. The duals move here, the weights in add_row.
template <int width, int count, bool squared>
TAGMA_INLINE bool visit(const Sweep& s, std::int64_t r, Lanes<width, count>& lanes) {
  using Floats = typename Vectors<width>::Floats;
  using Ints = typename Vectors<width>::Ints;
  Floats step[count] = {};
  multiply<width, count>(s, r, step);
  const std::uint64_t present = s.panel.present[r], known = s.panel.unknown ? ~s.panel.unknown[r] : ~std::uint64_t{0};
  const float square = s.rows.squares[r], inverse_cost = s.rows.inverse_costs ? s.rows.inverse_costs[r] : 1.f;
  float* duals = s.panel.duals + r * (width * count);
  Ints free = {};
  unsigned moved = 0;
#pragma GCC unroll 16
  for (int m = 0; m < count; ++m) {
    Ints yes, live;
    spread(yes, present, m * width, lanes.one);
    spread(live, known, m * width, lanes.one);
    live &= lanes.live[m];
    const Floats cost = yes ? lanes.present_cost[m] : lanes.absent_cost[m];
    const Floats diagonal = squared ? inverse_cost * cost : Floats{};
    const Floats most = squared ? Floats{} + std::numeric_limits<float>::infinity() : cost / inverse_cost;
    Floats dual;
    load(dual, duals + m * width);
    const Floats gradient = (yes ? step[m] : -step[m]) - 1.f + diagonal * dual;
    const Ints low = dual <= 0.f, high = squared ? Ints{} : Ints(dual >= most);
    const Ints held = ((low & (gradient > lanes.above[m])) | (high & (gradient < lanes.below[m]))) | ~live;
    Floats projected = (low & (gradient > 0.f)) ? Floats{} : gradient;
    if (!squared) projected = (high & (gradient < 0.f)) ? Floats{} : projected;
    lanes.most[m] = (held | (projected <= lanes.most[m])) ? lanes.most[m] : projected;
    lanes.least[m] = (held | (projected >= lanes.least[m])) ? lanes.least[m] : projected;
    Floats next = dual - gradient / (square + diagonal);
    next = next > 0.f ? next : Floats{};
    if (!squared) next = next < most ? next : most;
    next = live ? next : dual;
    store(duals + m * width, next);
    const Floats change = next - dual;
    step[m] = yes ? change : -change;
    free |= ~held;
    moved |= any(Ints(change != 0.f)) ? 1u << m : 0u;
  }
  if (moved != 0) add_row<width, count>(s, r, step, moved);
  return any(free);
}

// Asks for what a row of the near future will touch: random places in panels that are larger than the caches.
constexpr std::size_t rows_ahead = 4;
constexpr std::int64_t most_fetched = 24;  // stored values of a row; a longer row fetches the rest itself as it goes
template <int lanes>
TAGMA_INLINE void fetch_row(const Sweep& s, std::int64_t r) {
  const std::int64_t k = s.rows.x.starts[r];
  __builtin_prefetch(s.rows.x.columns + k);
  __builtin_prefetch(s.rows.x.values + k);
  for (int l = 0; l < lanes; l += 16) __builtin_prefetch(s.panel.duals + r * lanes + l, 1);
}
template <int lanes>
TAGMA_INLINE void fetch_weights(const Sweep& s, std::int64_t r) {
  const SparseRows& x = s.rows.x;
  const std::int64_t end = std::min(x.starts[r + 1], x.starts[r] + most_fetched);
  for (std::int64_t k = x.starts[r]; k < end; ++k) {
    const float* weights = s.panel.weights + static_cast<std::int64_t>(x.columns[k]) * lanes;
    for (int l = 0; l < lanes; l += 16) __builtin_prefetch(weights + l, 1);
  }
}

template <int width, int count, bool squared>
TAGMA_INLINE std::int64_t sweep(const Sweep& s) {
  Lanes<width, count> lanes;
  load_lanes<width, count, squared>(lanes, s);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < s.order.size(); ++i) {
    if (i + rows_ahead < s.order.size()) fetch_row<width * count>(s, s.order[i + rows_ahead]);
    if (i + 1 < s.order.size()) fetch_weights<width * count>(s, s.order[i + 1]);
    const std::int32_t r = s.order[i];
    if (visit<width, count, squared>(s, r, lanes)) std::swap(s.order[kept++], s.order[i]);
  }
#pragma GCC unroll 16
  for (int m = 0; m < count; ++m) {
    store(s.pass.most.data() + m * width, lanes.most[m]);
    store(s.pass.least.data() + m * width, lanes.least[m]);
  }
  return static_cast<std::int64_t>(kept);
}

template <int width>
TAGMA_INLINE std::int64_t sweep_at(const Sweep& s) {
  const bool squared = s.panel.squared;
  if (s.panel.lanes == 16) return squared ? sweep<width, 16 / width, true>(s) : sweep<width, 16 / width, false>(s);
  if (s.panel.lanes == 32) return squared ? sweep<width, 32 / width, true>(s) : sweep<width, 32 / width, false>(s);
  return squared ? sweep<width, 64 / width, true>(s) : sweep<width, 64 / width, false>(s);
}

std::int64_t sweep_baseline(const Sweep& s) { return sweep_at<4>(s); }
#if defined(__x86_64__)
TAGMA_AVX2 std::int64_t sweep_avx2(const Sweep& s) { return sweep_at<8>(s); }
TAGMA_AVX512 std::int64_t sweep_avx512(const Sweep& s) { return sweep_at<16>(s); }
constexpr std::int64_t (*sweeps[])(const Sweep&) = {sweep_baseline, sweep_avx2, sweep_avx512};
#else
constexpr std::int64_t (*sweeps[])(const Sweep&) = {sweep_baseline};
#endif

}  // namespace

std::int64_t dual_sweep(const DualRows& rows, const DualPanel& panel, std::span<std::int32_t> order, DualPass& pass) {
  return sweeps[detail::machine_level()]({rows, panel, order, pass});
}

namespace detail {
std::int64_t dual_sweep(int level, const DualRows& rows, const DualPanel& panel, std::span<std::int32_t> order, DualPass& pass) {
  return sweeps[level]({rows, panel, order, pass});
}
}  // namespace detail

}  // namespace tagma::math
