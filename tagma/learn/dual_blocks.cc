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
  duals_.read_apart();
  constexpr std::int64_t pieces_of_block = 16;
  const std::int64_t all = rows.bytes(0, rows.rows()) + dual_bytes * lanes * rows.rows();
  const std::int64_t most = settings.block_bytes / pieces_of_block;
  std::int64_t bytes = 0;
  for (std::int64_t row = 0; row < rows.rows() && all > settings.block_bytes; ++row) {
    const std::int64_t own = rows.bytes(row, row + 1) + dual_bytes * lanes;
    if (row > first(ends_.size()) && bytes + own > most) {
      ends_.push_back(row);
      bytes = 0;
    }
    bytes += own;
  }
  ends_.push_back(rows.rows());
}

std::int64_t DualBlocks::bytes(std::size_t piece) const {
  return rows_.bytes(first(piece), last(piece)) + dual_bytes * lanes_ * (last(piece) - first(piece));
}

void DualBlocks::ask(std::int64_t first, std::int64_t last) const {
  rows_.ask(first, last);
  duals_.ask(static_cast<std::size_t>(first * lanes_), static_cast<std::size_t>((last - first) * lanes_));
}

void DualBlocks::ask(std::size_t piece, std::span<const std::int32_t> rows) const {
  if (!rows_.in_file() && !duals_.in_file()) return;
  if (static_cast<std::int64_t>(rows.size()) * row_reads >= bytes(piece)) ask(first(piece), last(piece));
  else
    for (const std::int32_t row : rows) ask(row, std::int64_t{row} + 1);
}

void DualBlocks::ask_duals(std::size_t piece) const {
  duals_.ask(static_cast<std::size_t>(first(piece) * lanes_), static_cast<std::size_t>((last(piece) - first(piece)) * lanes_));
}

void DualBlocks::release(std::size_t piece) const {
  rows_.release(first(piece), last(piece));
  duals_.release(static_cast<std::size_t>(first(piece) * lanes_), static_cast<std::size_t>((last(piece) - first(piece)) * lanes_));
}

}  // namespace tagma
