#include <tagma/learn/dual_blocks.h>

namespace tagma {
namespace {

constexpr auto dual_bytes = static_cast<std::int64_t>(sizeof(float));
constexpr std::int64_t row_reads = 3 * 4096;  // what a single row takes to be read: a page each of its features, values and duals

std::string place_of_duals(const PackedRows& rows, int lanes, const DualSettings& settings) {
  return dual_bytes * lanes * rows.rows() > settings.block_bytes ? settings.duals_beside : std::string();
}

}  // namespace

DualBlocks::DualBlocks(const PackedRows& rows, int lanes, const DualSettings& settings)
    : rows_(rows), lanes_(lanes), duals_(static_cast<std::size_t>(rows.rows() * lanes), place_of_duals(rows, lanes, settings)) {
  std::int64_t bytes = 0;
  for (std::int64_t row = 0; row < rows.rows(); ++row) {
    const std::int64_t own = rows.bytes(row, row + 1) + dual_bytes * lanes;
    if (row > first(ends_.size()) && bytes + own > settings.block_bytes) {
      ends_.push_back(row);
      bytes = 0;
    }
    bytes += own;
  }
  ends_.push_back(rows.rows());
}

void DualBlocks::ask(std::int64_t first, std::int64_t last) const {
  rows_.ask(first, last);
  duals_.ask(static_cast<std::size_t>(first * lanes_), static_cast<std::size_t>((last - first) * lanes_));
}

void DualBlocks::ask(std::size_t block, std::span<const std::int32_t> rows) const {
  if (!rows_.in_file() && !duals_.in_file()) return;
  const std::int64_t bytes = rows_.bytes(first(block), last(block)) + dual_bytes * lanes_ * (last(block) - first(block));
  if (static_cast<std::int64_t>(rows.size()) * row_reads >= bytes) ask(first(block), last(block));
  else
    for (const std::int32_t row : rows) ask(row, std::int64_t{row} + 1);
}

void DualBlocks::ask_duals(std::size_t block) const {
  duals_.ask(static_cast<std::size_t>(first(block) * lanes_), static_cast<std::size_t>((last(block) - first(block)) * lanes_));
}

void DualBlocks::release(std::size_t block) const {
  rows_.release(first(block), last(block));
  duals_.release(static_cast<std::size_t>(first(block) * lanes_), static_cast<std::size_t>((last(block) - first(block)) * lanes_));
}

}  // namespace tagma
