// Columns of a row in ascending order. Rows of pieces of words hold hundreds of them: those go by one byte of the number at a
// time, in a fraction of the time that comparing takes.
//
// Threads: belongs to one thread.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace tagma {

class ColumnSorter {
 public:
  // Columns are at least 0 and below `all`.
  explicit ColumnSorter(std::int64_t all) {
    while ((all - 1) >> (8 * bytes_) > 0) ++bytes_;
  }

  void sort(std::vector<std::int32_t>& columns) {
    constexpr std::size_t few = 64;
    if (columns.size() < few) return std::sort(columns.begin(), columns.end());
    other_.resize(columns.size());
    for (int byte = 0; byte < bytes_; ++byte) {
      const auto digit = [byte](std::int32_t column) { return static_cast<std::size_t>(column) >> (8 * byte) & 255; };
      std::array<std::size_t, 257> starts{};
      for (const std::int32_t column : columns) ++starts[digit(column) + 1];
      for (std::size_t d = 0; d < 256; ++d) starts[d + 1] += starts[d];
      for (const std::int32_t column : columns) other_[starts[digit(column)]++] = column;
      std::swap(columns, other_);
    }
  }

 private:
  int bytes_ = 1;
  std::vector<std::int32_t> other_;
};

}  // namespace tagma
