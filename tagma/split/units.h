// What a splitter deals out: rows, or whole groups of rows, each with the traits that are to be spread evenly.
//
// Traits are labels, "no label at all", and for second order the pairs of labels that occur in at least two units (a pair
// that occurs once cannot be spread). Unknown labels are no traits.
// Shape: unit u has traits[starts[u] .. starts[u + 1]), ascending; counts tell in how many of its rows each occurs.
#pragma once

#include <tagma/data/dataset.h>

#include <cstdint>
#include <span>
#include <vector>

namespace tagma {

struct Units {
  std::vector<std::int64_t> starts{0};
  std::vector<std::int32_t> traits;
  std::vector<std::int32_t> counts;  // empty: 1 each
  std::vector<std::int64_t> sizes;   // rows of each unit; empty: 1 each
  std::int32_t trait_total = 0;

  std::int64_t count() const { return static_cast<std::int64_t>(starts.size()) - 1; }
  std::int64_t size(std::int64_t unit) const { return sizes.empty() ? 1 : sizes[static_cast<std::size_t>(unit)]; }
  std::span<const std::int32_t> traits_of(std::int64_t unit) const {
    const auto first = static_cast<std::size_t>(starts[static_cast<std::size_t>(unit)]);
    return std::span(traits).subspan(first, static_cast<std::size_t>(starts[static_cast<std::size_t>(unit) + 1]) - first);
  }
  std::int32_t count_at(std::int64_t place) const { return counts.empty() ? 1 : counts[static_cast<std::size_t>(place)]; }
};

// The group of each row, numbered in order of first appearance. Errors: Error{usage} when the data have no groups.
std::vector<std::int32_t> group_numbers(const Dataset& data);

// One unit per row, its traits the present labels (label id) or, when there is none, data.labels.labels().
Units label_units(const LabelMatrix& labels);

// How many pairs of traits the rows hold, repeats counted.
std::int64_t pairs_held(const Units& rows);

// Adds the pairs of labels as further traits. Errors: Error{usage} when the rows hold more than 2 x 10^8 pairs.
Units with_pairs(const Units& rows);

// Merges the rows of each group into one unit.
Units grouped(const Units& rows, std::span<const std::int32_t> group_of);

}  // namespace tagma
