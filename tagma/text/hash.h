// The hash of a term: 64 bits from the bytes in steps of eight, each folded by a multiplication. Part of the format of
// models that hash (docs/formats/model.md), so it never changes.
// Threads: pure.
#pragma once

#include <tagma/base/rng.h>

#include <cstdint>
#include <cstring>
#include <string_view>

namespace tagma {

namespace detail {

inline std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

template <class Word>
std::uint64_t load(const char* at) {
  Word word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

// Fewer than eight bytes, little-endian, zeros behind them.
inline std::uint64_t load_rest(const char* at, std::size_t size) {
  if (size >= 4) return load<std::uint32_t>(at) | load<std::uint32_t>(at + size - 4) << (8 * (size - 4));
  if (size == 0) return 0;
  const auto byte = [&](std::size_t i) { return std::uint64_t{static_cast<unsigned char>(at[i])} << (8 * i); };
  return byte(0) | byte(size / 2) | byte(size - 1);
}

}  // namespace detail

// The seed of pieces of words, so that they do not meet words of the same letters.
inline std::uint64_t piece_seed(std::uint64_t seed) { return ~seed; }

inline std::uint64_t term_hash(std::string_view term, std::uint64_t seed) {
  constexpr std::uint64_t step = 0x9e3779b97f4a7c15u, last = 0xd1342543de82ef95u;
  const char* at = term.data();
  std::size_t left = term.size();
  std::uint64_t hash = seed ^ last;
  for (; left >= 8; left -= 8, at += 8) hash = detail::fold(hash ^ detail::load<std::uint64_t>(at), step);
  hash = detail::fold(hash ^ detail::load_rest(at, left), step);
  return detail::fold(hash ^ term.size(), last);
}

}  // namespace tagma
