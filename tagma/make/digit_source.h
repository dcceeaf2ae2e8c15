// Where the digits of a generator come from: the idx files of MNIST, or the program's own pen (glyphs.h).
//
// Errors: files_in() throws Error{io} or Error{bad_data} naming the file that is missing or does not fit: the numbers of pictures and
// labels differ, a label above 9, a digit that never occurs, pictures that are not square.
// Threads: draw() may be called from many threads.
#pragma once

#include <tagma/base/rng.h>
#include <tagma/data/images.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace tagma {

class DigitSource {
 public:
  DigitSource() = default;  // drawn

  // FOLDER/PART-images-idx3-ubyte and FOLDER/PART-labels-idx1-ubyte, plain or with .gz, .zst or .bz2; part: train or t10k.
  static DigitSource files_in(const std::string& folder, std::string_view part);

  Image draw(int digit, Rng& rng) const;

 private:
  std::array<std::vector<Image>, 10> digits_;  // empty: drawn
};

}  // namespace tagma
