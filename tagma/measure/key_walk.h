// One walk over sorted keys: what a run of cells, best first, adds to a label's curve.
#pragma once

#include <cstdint>
#include <span>

namespace tagma {

struct CurvePart {
  double precision_sum = 0, wrong_pairs = 0;
};

// all: keys of the known cells, ascending (best score first); present: those of the present ones, ascending too.
// known_before, present_before: cells of better scores that came in earlier runs.
inline CurvePart walk(std::span<const std::uint32_t> all, std::span<const std::uint32_t> present, std::int64_t known_before,
                      std::int64_t present_before) {
  CurvePart part;
  std::size_t at = 0;
  for (std::size_t i = 0; i < present.size();) {
    const std::uint32_t key = present[i];
    std::size_t end = i + 1;
    while (end < present.size() && present[end] == key) ++end;
    while (all[at] < key) ++at;
    const auto above = known_before + static_cast<std::int64_t>(at);
    while (at < all.size() && all[at] == key) ++at;
    const auto so_far = known_before + static_cast<std::int64_t>(at);
    const auto here = static_cast<std::int64_t>(end - i), hits = present_before + static_cast<std::int64_t>(end);
    part.precision_sum += static_cast<double>(here) * static_cast<double>(hits) / static_cast<double>(so_far);
    const std::int64_t absent_above = above - (hits - here), absent_tied = so_far - above - here;
    part.wrong_pairs += static_cast<double>(here) * (static_cast<double>(absent_above) + 0.5 * static_cast<double>(absent_tied));
    i = end;
  }
  return part;
}

}  // namespace tagma
