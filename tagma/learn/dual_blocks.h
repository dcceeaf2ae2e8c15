// The rows of a panel cut into blocks, and its dual variables, which are asked for and let go of with their rows.
//
// Shape: duals [rows x lanes]. A block: as many neighbouring rows as fit its bytes, at least one.
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

  std::size_t count() const { return ends_.size(); }
  std::int64_t first(std::size_t block) const { return block == 0 ? 0 : ends_[block - 1]; }
  std::int64_t last(std::size_t block) const { return ends_[block]; }
  float* duals() { return duals_.data(); }

  // Has the given rows of a block read soon: one by one where they are few, else with all that lies between them.
  void ask(std::size_t block, std::span<const std::int32_t> rows) const;
  void ask_duals(std::size_t block) const;
  void release(std::size_t block) const;

 private:
  void ask(std::int64_t first, std::int64_t last) const;

  const PackedRows& rows_;
  std::int64_t lanes_;
  std::vector<std::int64_t> ends_;
  WorkingZeros<float> duals_;
};

}  // namespace tagma
