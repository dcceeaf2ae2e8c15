// The team of a device: the lanes of one warp, or of all warps of a block, stride over the labels of a row and put their
// results together. Every lane takes part in every call and has the same result, added in the same order each time.
//
// How lanes hear of each other is the business of Wires, so that the same team runs on a device (cuda_rows.cu) and, with
// threads for lanes, in tests on the host:
//   int lane(), lanes()          this lane, and how many share the row: 32, or a multiple of it
//   T across(T, int distance)    what the lane (lane ^ distance) of this warp called it with, distance < 32
//   uint32 votes(bool)           one bit for each lane of this warp
//   void post(T)                 what this warp shows to others, from its first lane; read by T shown<T>(warp) after sync()
//   void sync()                  waits for all lanes; what they wrote to memory before is seen after
//   void add(int64*, int64)      adds to a number that other teams add to as well
#pragma once

#include <tagma/loss/log_total.h>
#include <tagma/loss/several.h>

#include <cstdint>

namespace tagma {

inline constexpr int warp_size = 32;

TAGMA_HD int count_bits(std::uint32_t bits) {
#if defined(__CUDA_ARCH__)
  return __popc(bits);
#else
  return __builtin_popcount(bits);
#endif
}

// How many lanes before this one raised their flag, and how many in all.
struct Raised {
  int before, all;
};

template <class Wires>
struct DeviceTeam {
  static constexpr int pair_tile = 1;  // loss/pairs.h
  Wires wires;

  template <class F>
  TAGMA_HD auto sum(int n, F f) const {
    decltype(f(0)) total = 0;
    for (int i = wires.lane(); i < n; i += wires.lanes()) total += f(i);
    return added(total);
  }
  template <class Real, class F>
  TAGMA_HD Real max(int n, Real floor, F f) const {
    for (int i = wires.lane(); i < n; i += wires.lanes()) floor = larger(f(i), floor);
    return joined(floor, [](Real a, Real b) { return larger(a, b); });
  }
  template <class F>
  TAGMA_HD void each(int n, F f) const {
    for (int i = wires.lane(); i < n; i += wires.lanes()) f(i);
  }

  // The sum of what the lanes hold.
  template <class Sum>
  TAGMA_HD Sum added(const Sum& mine) const {
    return joined(settled(mine), [](Sum a, const Sum& b) {
      a += b;
      return a;
    });
  }

  // join(a, b) must be the same as join(b, a): the two lanes of a pair call it with either.
  template <class T, class Join>
  TAGMA_HD T joined(T mine, Join join) const {
    for (int distance = warp_size / 2; distance > 0; distance /= 2) mine = join(mine, wires.across(mine, distance));
    const int warps = wires.lanes() / warp_size;
    if (warps == 1) return mine;
    wires.post(mine);
    wires.sync();
    T all = wires.template shown<T>(0);
    for (int warp = 1; warp < warps; ++warp) all = join(all, wires.template shown<T>(warp));
    wires.sync();  // before the next post
    return all;
  }

  TAGMA_HD Raised raised(bool flag) const {
    const int lane = wires.lane() % warp_size, mine = wires.lane() / warp_size, warps = wires.lanes() / warp_size;
    const std::uint32_t votes = wires.votes(flag);
    Raised result{count_bits(votes & ((1u << lane) - 1u)), count_bits(votes)};
    if (warps == 1) return result;
    wires.post(result.all);
    wires.sync();
    result.all = 0;
    for (int warp = 0; warp < warps; ++warp) {
      const int count = wires.template shown<int>(warp);
      result.before += warp < mine ? count : 0;
      result.all += count;
    }
    wires.sync();
    return result;
  }

 private:
  template <class Real>
  TAGMA_HD static Real larger(Real a, Real b) {
    return a > b ? a : b;
  }
};

}  // namespace tagma
