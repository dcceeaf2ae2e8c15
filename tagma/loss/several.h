// A few numbers that are summed in one visit of the labels (a value together with the slopes of a present label).
#pragma once

#include <tagma/loss/row.h>

namespace tagma {

// A number known when compiling, on host and device.
template <int c>
struct Part {
  TAGMA_HD constexpr operator int() const { return c; }
};

// f(Part<c>{}) for c = 0 .. n - 1, written out: a loop in a loop would keep the outer one from being vectorised.
template <int n, int c = 0, class F>
TAGMA_HD void each_part(F f) {
  if constexpr (c < n) {
    f(Part<c>{});
    each_part<n, c + 1>(f);
  }
}

template <class Real, int n>
struct Several {
  Real parts[n];

  Several() = default;
  TAGMA_HD Several(Real fill) {
    each_part<n>([&](auto c) { parts[c] = fill; });
  }
  TAGMA_HD Real& operator[](int c) { return parts[c]; }
  TAGMA_HD Real operator[](int c) const { return parts[c]; }
  TAGMA_HD Several& operator+=(const Several& other) {
    each_part<n>([&](auto c) { parts[c] += other.parts[c]; });
    return *this;
  }
};

}  // namespace tagma
