// A few numbers that are summed in one visit of the labels (a value together with the slopes of a present label).
#pragma once

#include <tagma/loss/row.h>

namespace tagma {

template <class Real, int n>
struct Several {
  Real parts[n];

  Several() = default;
  TAGMA_HD Several(Real fill) {
    for (int c = 0; c < n; ++c) parts[c] = fill;
  }
  TAGMA_HD Real& operator[](int c) { return parts[c]; }
  TAGMA_HD Real operator[](int c) const { return parts[c]; }
  TAGMA_HD Several& operator+=(const Several& other) {
    for (int c = 0; c < n; ++c) parts[c] += other.parts[c];
    return *this;
  }
};

}  // namespace tagma
