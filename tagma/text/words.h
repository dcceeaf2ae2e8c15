// Text into words. A word is a run of letters, combining marks and digits; everything else stands between words. Han
// characters, kana and symbols such as emoji are words of their own, each with the marks behind it; format characters
// and variation selectors are skipped as if they were not there.
//
// Words are in Unicode's normal form C, so that composed and decomposed accents are the same; on request case is folded
// (full folding: "Straße" and "STRASSE" meet) and combining marks are left out. Bytes that are no UTF-8 stand between
// words, and are counted.
// Shape: the words of one text stand in one buffer, a blank before and behind each: " new york ", so that runs of words
// and padded words are parts of it.
// Threads: a WordReader belongs to one thread.
#pragma once

#include <tagma/text/settings.h>

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace tagma {

class WordReader {
 public:
  struct Word {
    std::size_t begin, end;  // in the buffer
  };

  WordReader(bool lower, bool strip_accents);

  // Replaces what was read before.
  void read(std::string_view text);

  std::span<const Word> words() const { return words_; }
  // From the first byte of `first` to the last of `last`; valid until the next read().
  std::string_view run(const Word& first, const Word& last) const {
    return {buffer_.data() + first.begin, last.end - first.begin};
  }
  // A word with the blanks around it.
  std::string_view padded(const Word& word) const { return {buffer_.data() + word.begin - 1, word.end - word.begin + 2}; }
  std::int64_t invalid_bytes() const { return invalid_bytes_; }  // of all texts so far

 private:
  const char* any_word(const char* at, const char* end);
  void add_point(std::int32_t point);
  void keep_points(std::size_t room_behind);
  void make_room(std::size_t count);

  std::array<unsigned char, 256> kept_;  // an ASCII letter or digit, folded; 0 between words; 1 not ASCII
  int options_ = 0;                      // of utf8proc
  std::vector<char> buffer_;
  std::size_t used_ = 0;
  std::vector<Word> words_;
  std::vector<std::int32_t> points_;     // of a word that is not all ASCII
  std::int64_t invalid_bytes_ = 0;
};

}  // namespace tagma
