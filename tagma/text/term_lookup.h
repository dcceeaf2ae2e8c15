// From terms to their numbers: an open-addressing table over terms that lie elsewhere.
//
// Errors: the constructor throws Error{bad_model} when a term occurs twice.
// Threads: const members may be called from many threads. The terms must outlive the table.
#pragma once

#include <tagma/text/hash.h>

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace tagma {

class TermLookup {
 public:
  TermLookup() = default;
  // `terms` as stored: pieces with '#' in front.
  TermLookup(std::span<const std::string_view> terms, std::uint64_t seed);

  // The number of a term, or -1. `hash` with the seed of the constructor, or the seed of pieces.
  std::int32_t find(std::uint64_t hash, std::string_view term, bool piece) const {
    const auto tag = static_cast<std::uint32_t>(hash >> 32);
    for (std::size_t i = hash & mask_;; i = (i + 1) & mask_) {
      const Slot slot = slots_[i];
      if (slot.number < 0) return -1;
      if (slot.tag == tag && same(terms_[static_cast<std::size_t>(slot.number)], term, piece)) return slot.number;
    }
  }
  void prefetch(std::uint64_t hash) const { __builtin_prefetch(&slots_[hash & mask_]); }

 private:
  struct Slot {
    std::uint32_t tag = 0;
    std::int32_t number = -1;  // negative is free
  };
  static bool same(std::string_view stored, std::string_view term, bool piece) {
    if (stored.size() != term.size() + piece) return false;
    return (!piece || stored[0] == '#') && stored.substr(piece) == term;
  }

  std::span<const std::string_view> terms_;
  std::vector<Slot> slots_;
  std::size_t mask_ = 0;
};

}  // namespace tagma
