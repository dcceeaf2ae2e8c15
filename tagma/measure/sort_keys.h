// Scores as 32-bit keys that sort best score first, and their sorting: least-significant-digit radix passes of 11 bits,
// skipping digits that all keys share. Equal scores have equal keys (-0 and 0 too).
//
// Cost: three passes over the keys; `spare` is a buffer of the same length. Stable.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace tagma {

inline std::uint32_t sort_key(float score) {
  const auto bits = std::bit_cast<std::uint32_t>(score + 0.f);
  const auto negative = static_cast<std::uint32_t>(static_cast<std::int32_t>(bits) >> 31);
  return bits ^ (0x7fffffffu & ~negative);
}

// One judged cell: where its score sorts, its row, whether its label is present.
struct Cell {
  std::uint32_t key, row_and_truth;
  std::uint32_t row() const { return row_and_truth >> 1; }
  bool present() const { return (row_and_truth & 1) != 0; }
};

inline std::uint32_t key_of(std::uint32_t key) { return key; }
inline std::uint32_t key_of(const Cell& cell) { return cell.key; }

template <class Item>
void sort_by_key(std::span<Item> items, std::vector<Item>& spare) {
  constexpr int digits = 3, bits = 11;
  constexpr std::uint32_t mask = (1u << bits) - 1;
  if (items.size() < 256) {
    std::stable_sort(items.begin(), items.end(), [](const Item& a, const Item& b) { return key_of(a) < key_of(b); });
    return;
  }
  std::array<std::array<std::uint32_t, 1 << bits>, digits> counts{};
  for (const Item& item : items)
    for (int d = 0; d < digits; ++d) ++counts[static_cast<std::size_t>(d)][(key_of(item) >> (d * bits)) & mask];
  if (spare.size() < items.size()) spare.resize(items.size());
  Item* from = items.data();
  Item* to = spare.data();
  for (int d = 0; d < digits; ++d) {
    auto& count = counts[static_cast<std::size_t>(d)];
    if (count[(key_of(from[0]) >> (d * bits)) & mask] == items.size()) continue;
    std::uint32_t start = 0;
    for (std::uint32_t& c : count) start += std::exchange(c, start);
    for (std::size_t i = 0; i < items.size(); ++i) to[count[(key_of(from[i]) >> (d * bits)) & mask]++] = from[i];
    std::swap(from, to);
  }
  if (from != items.data()) std::copy(from, from + items.size(), items.data());
}

}  // namespace tagma
