// Words numbered 0, 1, 2 .. in the order they first turn up. A column of words asks for the number of every cell, so
// this is made for speed: one hash and one look at a flat table.
// Threads: one table per thread while words turn up; find() is const.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tagma {

class WordNumbers {
 public:
  std::int32_t find(std::string_view word) const;  // -1 when it has not turned up
  std::int32_t number_of(std::string_view word);   // numbers it when it is new
  const std::vector<std::string>& all() const { return words_; }
  std::size_t size() const { return words_.size(); }
  void shrink(std::size_t count);  // forgets the words from `count` on

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::int32_t number = -1;  // -1: empty
  };
  // The slot that holds the word, or the empty one where it belongs.
  std::size_t slot_of(std::uint32_t hash, std::string_view word) const;
  void make_slots(std::size_t count);  // a power of two

  std::vector<std::string> words_;
  std::vector<Slot> slots_;
};

}  // namespace tagma
