// The named parts a set of examples is cut into, and how many rows each gets.
//
// Shares are greater than 0 and sum to 1 (within 1e-6). Names are unique and fit for a file name: letters, digits, _ - .
// Errors: Error{usage} saying which part is wrong and what is allowed.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tagma {

struct Part {
  std::string name;
  double share = 0;
};

// "train=0.8,test=0.2"
std::vector<Part> parse_parts(std::string_view text);

void check_parts(std::span<const Part> parts);

// Whole sizes that sum to `rows`, by largest remainder; of equal remainders the earlier part gets the row.
std::vector<std::int64_t> part_sizes(std::int64_t rows, std::span<const Part> parts);

}  // namespace tagma
