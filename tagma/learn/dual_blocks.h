// The rows of a panel cut into pieces, and its dual variables, which are asked for and let go of with their rows.
//
// Shape: duals [rows x lanes]. Pieces: where rows and duals are more than a block, neighbouring rows of 1/16 of a block, at least one
// row; else a single piece.
// Errors: Error{io} where the duals are to lie in a file that cannot be made.
// Threads: a panel belongs to one thread; what it lets go of others may be looking at, and have it back.
#pragma once

#include <tagma/base/working_array.h>
#include <tagma/learn/dual.h>

#include <cstdint>
#include <span>
#include <vector>

namespace tagma {

class DualBlocks {
 public:
  DualBlocks(const PackedRows& rows, int lanes, const DualSettings& settings);

  std::size_t pieces() const { return ends_.size(); }
  std::int64_t first(std::size_t piece) const { return piece == 0 ? 0 : ends_[piece - 1]; }
  std::int64_t last(std::size_t piece) const { return ends_[piece]; }
  std::int64_t bytes(std::size_t piece) const;
  float* duals() { return duals_.data(); }

  // Has the given rows of a piece read soon: one by one where they are few, else with all that lies between them.
  void ask(std::size_t piece, std::span<const std::int32_t> rows) const;
  void ask_duals(std::size_t piece) const;
  void release(std::size_t piece) const;

 private:
  void ask(std::int64_t first, std::int64_t last) const;

  const PackedRows& rows_;
  std::int64_t lanes_;
  std::vector<std::int64_t> ends_;
  WorkingZeros<float> duals_;
};

}  // namespace tagma
