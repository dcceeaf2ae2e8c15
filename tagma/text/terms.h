// The terms of one text: runs of consecutive words, and pieces of words.
//
// Pieces are taken from each word with a blank before and behind it, so that beginnings and ends of words differ from
// their insides: "dog" has the pieces " do", "dog", "og " of three characters. A word that has, with its blanks, fewer
// characters than the pieces are long is one piece, once.
// In files and lists a piece bears '#' in front, which no word holds: "#og ".
// Threads: pure but for the buffer, which belongs to one thread.
#pragma once

#include <tagma/text/words.h>

#include <string_view>
#include <vector>

namespace tagma {

class TermReader {
 public:
  explicit TermReader(const TextSettings& settings)
      : words_(settings.lower, settings.strip_accents), runs_(settings.word_grams()), pieces_(settings.piece_grams()) {}

  // Reads a text and calls sink(run) for every run of words that is a term, repeats included. What sinks are given is valid
  // until the next text is read.
  template <class Sink>
  void each_run(std::string_view text, Sink&& sink) {
    words_.read(text);
    const auto words = words_.words();
    for (auto n = static_cast<std::size_t>(runs_.from); n > 0 && n <= static_cast<std::size_t>(runs_.to); ++n)
      for (std::size_t i = 0; i + n <= words.size(); ++i) sink(words_.run(words[i], words[i + n - 1]));
  }

  // Calls sink(word) for every word of the text that each_run() has read, when pieces are terms: padded, for pieces_of().
  template <class Sink>
  void each_word(Sink&& sink) const {
    if (pieces_.any())
      for (const WordReader::Word& word : words_.words()) sink(words_.padded(word));
  }

  const WordReader& words() const { return words_; }

  template <class Sink>
  void pieces_of(std::string_view word, Sink&& sink) {
    starts_.clear();
    for (std::size_t i = 0; i < word.size(); ++i)
      if ((static_cast<unsigned char>(word[i]) & 0xc0) != 0x80) starts_.push_back(i);
    const std::size_t size = starts_.size();
    starts_.push_back(word.size());
    for (auto n = static_cast<std::size_t>(pieces_.from); n <= static_cast<std::size_t>(pieces_.to); ++n) {
      if (n >= size) {
        sink(word);
        break;
      }
      for (std::size_t i = 0; i + n <= size; ++i) sink(word.substr(starts_[i], starts_[i + n] - starts_[i]));
    }
  }

 private:
  WordReader words_;
  GramRange runs_, pieces_;
  std::vector<std::size_t> starts_;
};

}  // namespace tagma
