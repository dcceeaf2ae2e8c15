// Cuts a data set into named parts: at random, with every label spread evenly, or with every pair of labels spread evenly;
// on request rows of one group are never separated.
//
// Shape: rows[part] are row numbers, ascending; every row is in exactly one part. Sizes are exact (largest remainder)
// unless groups forbid it; `note` then says by how much they differ, and names parts that got no row.
// The same data, parts, options and seed give the same split on every machine, for any number of threads.
// Errors: Error{usage}: parts that do not fit (parts.h), groups asked of data that have none.
#pragma once

#include <tagma/base/fields.h>
#include <tagma/base/run.h>
#include <tagma/data/dataset.h>
#include <tagma/split/parts.h>

#include <span>
#include <string>
#include <vector>

namespace tagma {

enum class Stratify : std::uint8_t { none, labels, pairs };

struct SplitOptions {
  static constexpr std::string_view name = "split", says = "how to cut data into parts";
  Stratify stratify = Stratify::labels;
  bool by_group = false;

  static constexpr auto fields() {
    using Self = SplitOptions;
    return std::tuple{
        Choice{"stratify", &Self::stratify, std::array<std::string_view, 3>{"none", "labels", "pairs"},
               "what every part gets its share of: nothing but rows, each label, or each pair of labels"},
        Switch<Self>{"by_group", &Self::by_group, "rows of one group stay together"}};
  }
};

struct Split {
  std::vector<std::vector<std::int64_t>> rows;  // per part
  std::string note;                             // empty when there is nothing to say
};

Split split_rows(const Dataset& data, std::span<const Part> parts, const SplitOptions& options, const Run& run);

}  // namespace tagma
