// A hash table of terms and the number of texts that hold each.
//
// Units: hashes are those of tagma/text/hash.h; a piece is stored with its '#' in front.
// Threads: one table per thread.
#pragma once

#include <tagma/text/hash.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tagma {

class TermTable {
 public:
  struct Entry {
    std::uint64_t hash = 0;
    std::size_t at = 0;         // of its bytes
    std::uint32_t size = 0;     // '#' included
    bool piece = false;
    std::int64_t documents = 0;
    std::int64_t last = -1;     // the text that was counted last
  };

  // The number of a term; a new one is size() before the call, and counts no text.
  std::size_t number(std::uint64_t hash, std::string_view term, bool piece);
  Entry& entry(std::uint64_t hash, std::string_view term, bool piece) { return entries_[number(hash, term, piece)]; }
  Entry& entry(std::size_t number) { return entries_[number]; }

  std::int64_t size() const { return static_cast<std::int64_t>(entries_.size()); }
  const std::vector<Entry>& entries() const { return entries_; }
  std::string_view stored(const Entry& entry) const { return std::string_view(bytes_).substr(entry.at, entry.size); }
  std::string_view term(const Entry& entry) const { return stored(entry).substr(entry.piece); }

  // Forgets the terms that at most `documents` texts hold.
  void forget(std::int64_t documents);

 private:
  struct Slot {
    std::uint32_t tag = 0, entry = 0;  // number of the entry and 1; 0 is free
  };
  void grow();

  std::vector<Slot> slots_;
  std::vector<Entry> entries_;
  std::string bytes_;
};

}  // namespace tagma
