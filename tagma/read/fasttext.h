// fastText's text: one example per line, its labels as words that begin with "__label__", the text around them.
//
//   __label__sky __label__plant A text of any length, to the end of the line.
//
// Labels may stand anywhere in a line, as fastText itself reads them; names hold no blanks. A line of nothing at all is no
// row; one of a blank is a row without labels and text. Labels are sorted by name; ReadOptions::labels fixes the labels
// and their order instead.
// Written: labels first; line ends in texts become blanks.
// Errors: as tagma/read/read.h says; Error{usage} for label names and texts that a line cannot hold.
#pragma once

#include <tagma/read/format.h>

namespace tagma {

struct Fasttext {
  static constexpr std::string_view name = "fasttext", says = "one text per line, with its labels as words __label__NAME";
  static constexpr std::string_view prefix = "__label__";
  static constexpr std::array<std::string_view, 2> endings{"ft", "fasttext"};
  static constexpr std::array<std::string_view, 3> options{"labels", "skip-bad-rows", "unlisted-unknown"};
  static Dataset read(const Source& source, const ReadOptions& options, const Run& run);
  static void write(const Dataset& data, const std::string& path, const ReadOptions& options, const Run& run);
  static std::vector<std::string> lost(const Dataset& data);
};

}  // namespace tagma
