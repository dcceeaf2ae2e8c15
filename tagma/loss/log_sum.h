// Logarithms of sums of exponentials, taken less their largest exponent.
#pragma once

#include <tagma/loss/row.h>
#include <tagma/math/special.h>

namespace tagma {

// log(1 + S), where sum = S exp(-top) and top = max(0, largest exponent). Small S keep their relative precision.
template <class Real>
TAGMA_HD Real shifted_log(Real top, Real sum) {
  return top > 0 ? top + math::log(math::exp(-top) + sum) : math::log1p(sum);
}

}  // namespace tagma
