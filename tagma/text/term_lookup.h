// From terms to their numbers: an open-addressing table over terms that lie elsewhere. A slot holds the beginning of its
// term, so that finding one touches a single cache line, which prefetch() can ask for ahead; only terms longer than that are
// looked up where they lie.
//
// Errors: the constructor throws Error{bad_model} when a term occurs twice.
// Threads: const members may be called from many threads. The terms must outlive the table.
#pragma once

#include <tagma/base/large_pages.h>
#include <tagma/text/hash.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

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
      const Slot& slot = slots_[i];
      if (slot.number < 0) return -1;
      if (slot.tag == tag && same(slot, term, piece)) return slot.number;
    }
  }
  void prefetch(std::uint64_t hash) const { __builtin_prefetch(&slots_[hash & mask_]); }

 private:
  static constexpr std::size_t beginning = 22;
  struct alignas(32) Slot {
    std::int32_t number = -1;  // negative is free
    std::uint32_t tag = 0;
    std::uint8_t size = 0;     // of the term without '#', or 255 for more
    bool piece = false;
    char bytes[beginning] = {};
  };
  static std::uint8_t short_size(std::string_view term) { return static_cast<std::uint8_t>(std::min<std::size_t>(term.size(), 255)); }
  bool same(const Slot& slot, std::string_view term, bool piece) const {
    if (slot.size != short_size(term) || slot.piece != piece) return false;
    if (std::memcmp(slot.bytes, term.data(), std::min(term.size(), beginning)) != 0) return false;
    return term.size() <= beginning || terms_[static_cast<std::size_t>(slot.number)].substr(piece) == term;
  }

  std::span<const std::string_view> terms_;
  Large<Slot> slots_;
  std::size_t mask_ = 0;
};

}  // namespace tagma
