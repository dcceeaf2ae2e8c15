// The generators of synthetic data. A generator has name, says, fields() and `Generated make(rows, run) const`.
#pragma once

#include <tagma/base/catalog.h>
#include <tagma/make/graded.h>
#include <tagma/make/negatives.h>
#include <tagma/make/ranked_digits.h>
#include <tagma/make/xmc.h>

namespace tagma {

using Generators = Catalog<Graded, Negatives, RankedDigits, Xmc>;

}  // namespace tagma
