// What became of the pieces of a word, kept for its next occurrence: most words of a text have occurred before, and a word
// has more pieces than letters.
//
// Memory: some 100 MiB; tidy() forgets all of it when it holds more.
// Threads: belongs to one thread.
#pragma once

#include <tagma/text/term_table.h>

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace tagma {

class PieceMemo {
 public:
  // The numbers that find(word, numbers) has added for this word when it came up first.
  template <class Find>
  std::span<const std::int32_t> numbers(std::string_view word, Find&& find) {
    const std::size_t at = words_.number(term_hash(word, 0), word, false);
    if (at + 1 == starts_.size()) {
      find(word, numbers_);
      starts_.push_back(numbers_.size());
    }
    return std::span<const std::int32_t>(numbers_).subspan(starts_[at], starts_[at + 1] - starts_[at]);
  }

  void tidy() {
    if (numbers_.size() + numbers_a_word * starts_.size() <= most_numbers) return;
    words_ = {};
    starts_.assign(1, 0);
    numbers_.clear();
  }

 private:
  static constexpr std::size_t most_numbers = std::size_t{1} << 24, numbers_a_word = 32;  // what a word itself takes
  TermTable words_;
  std::vector<std::size_t> starts_{0};
  std::vector<std::int32_t> numbers_;
};

}  // namespace tagma
