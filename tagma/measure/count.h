// Counting in a row of floats: plain loops, compiled for several instruction sets and chosen at run time.
#pragma once

#include <cstdint>
#include <span>

namespace tagma {

std::int64_t count_at_least(std::span<const float> values, float bound);
std::int64_t count_above(std::span<const float> values, float bound);
// Index of the first NaN, or -1.
std::int64_t first_nan(std::span<const float> values);

}  // namespace tagma
