// What learning one against the rest from scratch and going on from a model share.
#pragma once

#include <tagma/learn/ovr.h>

#include <span>
#include <vector>

namespace tagma {

// The cost of a present row of each label, or nothing where it is 1. Errors: Error{usage} for a loss that has none.
std::vector<double> present_costs(const Ovr& options, const Dataset& train, const LossFunction& loss);

// Chunks for labels without weights, so that every label has an output; present: rows of each label, of `rows`.
void add_constants(ChunkBuilder& chunks, std::span<const LabelId> labels, const std::vector<std::int64_t>& present, std::int64_t rows,
                   const LossFunction& loss);

std::vector<std::int32_t> all_rows(std::int64_t rows);

}  // namespace tagma
