// Iterative stratification: deals units (rows or groups) to parts so that every trait is spread as the shares ask.
//
// The trait with the fewest units left is taken first; each of its units goes to the part that most wants the trait.
// Source: Sechidis, Tsoumakas, Vlahavas, "On the stratification of multi-label data" (2011), algorithm 1; with pairs among
// the traits it is the second order of Szymanski & Kajdanowicz (2017). What we changed: a full part takes no more, so
// that sizes are exact; of parts that want the trait equally the one that wants the unit's other traits most gets it,
// then the emptier one, then chance; "no label" is a trait too; traits that the units hold several times count so often.
// Afterwards equal-sized units change places where that evens the traits out further (refine.h).
// Shape: returns the part of every unit. `sizes` are rows per part; exact when every unit is one row.
#pragma once

#include <tagma/base/rng.h>
#include <tagma/base/run.h>
#include <tagma/split/units.h>

#include <cstdint>
#include <span>
#include <vector>

namespace tagma {

std::vector<std::int32_t> stratify(const Units& units, std::span<const double> shares,
                                   std::span<const std::int64_t> sizes, Rng rng, const Run& run);

}  // namespace tagma
