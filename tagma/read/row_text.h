// Text of many rows: made by blocks of rows on run.threads threads and written in order.
#pragma once

#include <tagma/base/parallel.h>
#include <tagma/read/sink.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace tagma {

// append(row, text) adds the text of one row, with its line end.
template <class Append>
void write_rows(Sink& sink, std::int64_t rows, const Run& run, Append&& append) {
  constexpr std::int64_t grain = 256, blocks_at_once = 64;
  std::vector<std::string> texts(blocks_at_once);
  for (std::int64_t first = 0; first < rows; first += grain * blocks_at_once) {
    const std::int64_t count = std::min(rows - first, grain * blocks_at_once);
    parallel_for(run, count, grain, [&](std::int64_t begin, std::int64_t end) {
      std::string& text = texts[static_cast<std::size_t>(begin / grain)];
      text.clear();
      for (std::int64_t row = begin; row < end; ++row) append(first + row, text);
    });
    for (std::int64_t block = 0; block * grain < count; ++block) sink.write(texts[static_cast<std::size_t>(block)]);
  }
}

}  // namespace tagma
