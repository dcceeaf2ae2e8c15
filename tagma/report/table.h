// A table for the terminal: columns aligned by what the eye sees (UTF-8; wide East Asian characters and emoji count two,
// combining marks none), no blanks at line ends.
//
//   metric     bce                 any-class
//   macro_map  0.612 [0.58, 0.64]  0.633 [0.61, 0.66]
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tagma {

// Columns that `text` takes in a terminal.
std::size_t display_width(std::string_view text);

// At most `width` columns of it; what is cut off is shown by an ellipsis.
std::string clipped(std::string_view text, std::size_t width);

class TextTable {
 public:
  enum class Align { left, right };

  // The first column is aligned left, the others as said.
  explicit TextTable(std::vector<std::string> header = {}, Align others = Align::left);

  void add(std::vector<std::string> cells);  // short rows end early
  void section(std::string title);           // a line of its own, after an empty line
  std::string text() const;                  // complete lines

 private:
  struct Line {
    std::vector<std::string> cells;
    bool is_section = false;
  };
  std::vector<Line> lines_;
  Align others_;
  bool has_header_;
};

}  // namespace tagma
