// Evens out a split that is already good: units of two parts change places as long as that brings the traits nearer to
// their shares. A local search of ours; sizes stay as they are (for groups they never get worse).
//
// It lowers the sum over traits t and parts j of (given - wanted)^2 / sqrt(total of t), so that rare traits count more
// than their numbers, though not as much as common ones.
// Cost: a few passes of (traits held) x (parts).
#pragma once

#include <tagma/base/run.h>
#include <tagma/split/units.h>

#include <cstdint>
#include <span>
#include <vector>

namespace tagma {

void refine(const Units& units, std::span<const double> shares, std::span<const std::int64_t> sizes,
            std::vector<std::int32_t>& part_of, const Run& run);

}  // namespace tagma
