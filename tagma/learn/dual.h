// Panel dual coordinate descent: up to 64 labels, each a linear support vector machine of its own on the same rows, solved
// side by side (math/dual_sweep.h), so that what is a random access per stored value becomes a row of lanes.
//
// First passes: the rows with a present label alone (few, and what the weights are made of), twice; then all rows in random
// order. Where rows are short and panels large, runs of 16 neighbouring rows stay together in that order.
// Blocks: rows and dual variables of more bytes than a block are cut into pieces of neighbouring rows, 16 of which make a block. A pass
// draws the pieces in random order, and goes through the rows of each 16 of them in random order. So where rows or duals lie in
// working files, a block of them is in memory at a time, and the next is read meanwhile. Pieces depend on the rows, the lanes
// and the size of a block, never on what lies where: the weights are the same bytes.
// Stop, per label, as in LIBLINEAR: within a pass over the rows not shrunk, and then one over the rows shrunk, the extremes of
// the projected gradient lie within `tolerance` of each other. A label that is done stands still while the others go on.
// Shape: weights out [features of the rows x lanes], lanes the least of 16, 32, 64 that holds the labels.
// Errors: Error{io} where duals are to lie in a file that cannot be made.
// Threads: pure function; rows may be shared. The same bytes at every instruction set.
// Source: blocks after Yu, Hsieh, Chang & Lin, "Large linear classification when data cannot fit in memory" (KDD 2010), with one
// visit of each row while its block is there. Ours: panels, duals in a file too, and blocks drawn anew for every pass: fixed ones
// took more than ten times the passes where neighbouring rows are alike.
#pragma once

#include <tagma/base/large_pages.h>
#include <tagma/base/rng.h>
#include <tagma/base/words.h>
#include <tagma/learn/packed_rows.h>

#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace tagma {

// Large enough to be read as fast as the disk can, and for nearly all that random single rows gain; a panel holds one or two.
inline constexpr std::int64_t dual_block_bytes = std::int64_t{64} << 20;

// The lanes of a panel of so many labels.
constexpr int lanes_for(std::int64_t labels) { return labels > 32 ? 64 : labels > 16 ? 32 : 16; }

struct DualSettings {
  bool squared = true;
  double tolerance = 0.1;
  std::int64_t most_passes = 1000;
  std::int64_t block_bytes = dual_block_bytes;  // stored values and duals of the rows of a block
  std::string duals_beside;                     // path beside which duals of more than a block lie in a file; empty: held
};

// One label of a panel: its rows, as local numbers of the packed rows.
struct PanelLane {
  std::span<const std::int32_t> present;
  std::span<const std::int32_t> exceptions;        // of the other truth than the rest
  double present_cost = 1, absent_cost = 1;        // C of a present and of an absent row
};

struct DualSolved {
  Large<float> weights;
  int lanes = 16;
  std::int64_t passes = 0, visits = 0;  // of all rows at hand; of rows
  int unsolved = 0;                     // labels that ran into most_passes or the stop token
  double objective = 0;                 // of the dual, summed over the labels: at most the primal's
};

// `rest`: the truth of a row that a lane does not list; its exceptions are unknown where it is absent, and absent where it is
// unknown. lanes.size() <= 64.
// centre: weights [features of the rows x lanes], or none for 0: ||w||^2 is ||w - centre||^2 then, which takes no more than to
// begin there (w = centre + sum of duals times rows).
DualSolved solve_dual(const PackedRows& rows, std::span<const PanelLane> lanes, Truth rest, const DualSettings& settings, Rng rng,
                      const std::stop_token& stop, Large<float> centre = {});

}  // namespace tagma
