// What the fuzz targets of the readers share. The first byte of an input chooses options, the rest is the file.
#pragma once

#include <tagma/base/error.h>
#include <tagma/data/dataset.h>
#include <tagma/read/source.h>
#include <tagma/read/options.h>

#include <cstdint>
#include <cstdlib>
#include <string>

namespace tagma {

struct FuzzInput {
  FuzzInput(const std::uint8_t* data, std::size_t size)
      : choice(size > 0 ? data[0] : 0),
        file(reinterpret_cast<const char*>(data) + (size > 0), size > 0 ? size - 1 : 0) {
    options.impute = static_cast<Impute>(choice % 3);
    options.skip_bad_rows = (choice >> 2) & 1;
  }
  bool bit(int i) const { return (choice >> i) & 1; }

  std::uint8_t choice;
  std::string file;
  ReadOptions options;
};

// A reader may refuse any input with an Error; what it accepts must be a sound data set, whatever the number of
// threads.
template <class Format>
bool accepts(const std::string& name, const FuzzInput& input) {
  try {
    const Dataset data = Format::read(Source(name, input.file), input.options, {});
    data.check();
    for (std::int64_t row = 0; row < data.rows(); ++row) static_cast<void>(data.labels[row]);
    return true;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace tagma
