// Sorting by a 32-bit key in linear time: three passes of 11 bits, from the lowest digit up; stable.
//
// Keys of floats are made so that ascending keys are descending values, and so that -0 and +0 are equal.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
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

// Sorts items by the 32 bits of each that start at bit `shift`; `spare` is working space, of any size.
template <class Item>
void radix_sort(std::vector<Item>& items, std::vector<Item>& spare, int shift = 0) {
  constexpr int digit = 11, passes = 3;
  constexpr std::uint32_t mask = (1u << digit) - 1;
  const auto key = [&](Item item) { return static_cast<std::uint32_t>(item >> shift); };
  if (items.size() < 1024) {
    std::stable_sort(items.begin(), items.end(), [&](Item a, Item b) { return key(a) < key(b); });
    return;
  }
  std::array<std::vector<std::size_t>, passes> counts;
  for (auto& count : counts) count.assign(mask + 1, 0);
  for (Item item : items)
    for (int pass = 0; pass < passes; ++pass) ++counts[static_cast<std::size_t>(pass)][key(item) >> (pass * digit) & mask];
  spare.resize(items.size());
  for (int pass = 0; pass < passes; ++pass) {
    std::vector<std::size_t>& places = counts[static_cast<std::size_t>(pass)];
    std::size_t place = 0;
    for (std::size_t& count : places) place += std::exchange(count, place);
    for (Item item : items) spare[places[key(item) >> (pass * digit) & mask]++] = item;
    items.swap(spare);
  }
}

}  // namespace tagma
