#include <tagma/split/split.h>

#include <tagma/base/rng.h>
#include <tagma/split/stratify.h>
#include <tagma/split/units.h>

#include <algorithm>
#include <numeric>

namespace tagma {
namespace {

// Chance alone. Each unit, in shuffled order, goes to a part that has room for it, with odds as the room that is left;
// for single rows that is the same as cutting a shuffled list.
std::vector<std::int32_t> deal_at_random(const Units& units, std::span<const std::int64_t> sizes, Rng rng) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(units.count()));
  std::iota(order.begin(), order.end(), std::int64_t{0});
  rng.shuffle(order);
  std::vector<std::int64_t> room(sizes.begin(), sizes.end());
  std::vector<std::int32_t> part_of(order.size());
  for (std::int64_t unit : order) {
    const std::int64_t size = units.size(unit);
    std::int64_t open = 0;
    for (std::int64_t left : room) open += left >= size ? left : 0;
    std::size_t part = 0;
    if (open == 0) {
      part = static_cast<std::size_t>(std::max_element(room.begin(), room.end()) - room.begin());
    } else {
      auto at = static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(open)));
      for (;; ++part) {
        const std::int64_t left = room[part] >= size ? room[part] : 0;
        if (at < left) break;
        at -= left;
      }
    }
    room[part] -= size;
    part_of[static_cast<std::size_t>(unit)] = static_cast<std::int32_t>(part);
  }
  return part_of;
}

std::string note_on_sizes(const Split& split, std::span<const Part> parts, std::span<const std::int64_t> wanted) {
  std::string note;
  const auto say = [&](const std::string& text) { note += (note.empty() ? "" : "; ") + text; };
  for (std::size_t part = 0; part < parts.size(); ++part) {
    const auto got = static_cast<std::int64_t>(split.rows[part].size());
    if (got != wanted[part])
      say(fmt::format("part '{}' has {} rows instead of {}, because groups stay together", parts[part].name, got, wanted[part]));
    if (got == 0) say(fmt::format("part '{}' is empty", parts[part].name));
  }
  return note;
}

}  // namespace

Split split_rows(const Dataset& data, std::span<const Part> parts, const SplitOptions& options, const Run& run) {
  check_parts(parts);
  const std::vector<std::int64_t> sizes = part_sizes(data.rows(), parts);
  std::vector<double> shares;
  for (const Part& part : parts) shares.push_back(part.share);

  Units units = label_units(data.labels);
  if (options.stratify == Stratify::pairs) units = with_pairs(units);
  std::vector<std::int32_t> group_of;
  if (options.by_group) {
    group_of = group_numbers(data);
    units = grouped(units, group_of);
  }
  const Rng rng(run.seed);
  const std::vector<std::int32_t> part_of = options.stratify == Stratify::none ? deal_at_random(units, sizes, rng)
                                                                               : stratify(units, shares, sizes, rng, run);
  Split split;
  split.rows.resize(parts.size());
  for (std::int64_t row = 0; row < data.rows(); ++row) {
    const auto unit = options.by_group ? group_of[static_cast<std::size_t>(row)] : row;
    split.rows[static_cast<std::size_t>(part_of[static_cast<std::size_t>(unit)])].push_back(row);
  }
  split.note = note_on_sizes(split, parts, sizes);
  return split;
}

}  // namespace tagma
