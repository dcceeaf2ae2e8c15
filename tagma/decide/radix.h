// Sorting by a 32-bit key in linear time: three passes of 11 bits, from the lowest digit up; stable.
//
// Keys of floats are made so that ascending keys are descending values, and so that -0 and +0 are equal.
#pragma once

#include <tagma/base/parallel.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace tagma {

// Not for NaN.
inline std::uint32_t descending_key(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value + 0.f);
  return (bits >> 31) != 0 ? bits : ~bits & 0x7fffffffu;
}
inline float value_of_key(std::uint32_t key) {
  return std::bit_cast<float>((key >> 31) != 0 ? key : ~key & 0x7fffffffu);
}

// Sorts items by the 32 bits of each that start at bit `shift`; `spare` is working space, of any size. Blocks count and
// move their items side by side; the order that results is the only stable one, whatever run.threads is.
template <class Item>
void radix_sort(std::vector<Item>& items, std::vector<Item>& spare, int shift = 0, const Run& run = {}) {
  constexpr int digit = 11, passes = 3;
  constexpr std::size_t digits = std::size_t{1} << digit, grain = std::size_t{1} << 18;
  if (items.size() < 1024) {
    const auto key = [&](Item item) { return static_cast<std::uint32_t>(item >> shift); };
    std::stable_sort(items.begin(), items.end(), [&](Item a, Item b) { return key(a) < key(b); });
    return;
  }
  const std::size_t blocks = (items.size() - 1) / grain + 1;
  std::vector<std::size_t> places(blocks * digits);
  spare.resize(items.size());
  for (int pass = 0; pass < passes; ++pass) {
    const auto digit_of = [low = shift + pass * digit](Item item) {
      return static_cast<std::size_t>(static_cast<std::uint32_t>(item >> low) & (digits - 1));
    };
    const auto block_of = [&](std::int64_t block) {
      const std::size_t first = static_cast<std::size_t>(block) * grain;
      return std::span(items).subspan(first, std::min(grain, items.size() - first));
    };
    std::fill(places.begin(), places.end(), std::size_t{0});
    parallel_blocks(run, static_cast<std::int64_t>(blocks), [&](std::int64_t block) {
      std::size_t* counts = places.data() + static_cast<std::size_t>(block) * digits;
      for (const Item item : block_of(block)) ++counts[digit_of(item)];
    });
    std::size_t place = 0;
    for (std::size_t value = 0; value < digits; ++value)
      for (std::size_t block = 0; block < blocks; ++block)
        place += std::exchange(places[block * digits + value], place);
    parallel_blocks(run, static_cast<std::int64_t>(blocks), [&](std::int64_t block) {
      std::size_t* to = places.data() + static_cast<std::size_t>(block) * digits;
      for (const Item item : block_of(block)) spare[to[digit_of(item)]++] = item;
    });
    items.swap(spare);
  }
}

}  // namespace tagma
