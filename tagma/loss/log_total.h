// Value, slope and curve of a label; and sums of many softplus terms, linear + log(1 + x) with x in [0, 1], that take one
// logarithm for some thirty terms instead of one each.
//
// What is carried is growth = (1 + x_1) (1 + x_2) .. - 1, from term to term growth (1 + x) + x: all parts are positive, so
// small sums keep their relative precision, which the product itself would lose.
#pragma once

#include <tagma/math/special.h>

#if defined(__CUDACC__)
#define TAGMA_HD __host__ __device__ __forceinline__
#elif defined(__GNUC__)
#define TAGMA_HD [[gnu::always_inline]] inline  // no out-of-line copy may leak between instruction sets
#else
#define TAGMA_HD inline
#endif

// Before a loop of few turns: on a device, what it indexes stays in registers.
#if defined(__CUDA_ARCH__)
#define TAGMA_UNROLLED _Pragma("unroll")
#else
#define TAGMA_UNROLLED
#endif

namespace tagma {

template <class Real>
struct Jet {
  Real value, slope, curve;
};

// A jet of value linear + log(1 + excess), excess in [0, 1].
template <class Real>
struct SplitJet {
  Real linear, excess, slope, curve;

  TAGMA_HD Real value() const { return linear + math::log1p_unit(excess); }
};

template <class Real>
TAGMA_HD Jet<Real> jet_of(const Jet<Real>& jet) {
  return jet;
}
template <class Real>
TAGMA_HD Jet<Real> jet_of(const SplitJet<Real>& jet) {
  return {jet.value(), jet.slope, jet.curve};
}

template <class Real>
TAGMA_HD Real grown(Real growth, Real excess) {
  return growth * (1 + excess) + excess;
}

template <class Real>
struct LogTotal {
  Real linear, growth;

  TAGMA_HD LogTotal(Real linear_part, Real excess = 0) : linear(linear_part), growth(excess) {}
  TAGMA_HD LogTotal& operator+=(const LogTotal& other) {
    linear += other.linear;
    growth = grown(growth, other.growth);
    if (growth > Real(4294967296)) *this = settled(*this);  // two such still multiply to a finite number
    return *this;
  }
};

// The same total without growth, so that totals of lanes add up in any order.
template <class Sum>
TAGMA_HD Sum settled(const Sum& sum) {
  return sum;
}
template <class Real>
TAGMA_HD LogTotal<Real> settled(const LogTotal<Real>& sum) {
  return {sum.linear + math::log1p(sum.growth)};
}

template <class Sum>
TAGMA_HD Sum in_all(const Sum& sum) {
  return sum;
}
template <class Real>
TAGMA_HD Real in_all(const LogTotal<Real>& sum) {
  return settled(sum).linear;
}

// What a label adds to the value of its row: a LogTotal of a SplitJet where all weights are 1, else a number.
template <class Row, class Real>
TAGMA_HD Real term_of(const Jet<Real>& jet, Real weight, bool counts) {
  return counts ? weight * jet.value : Real(0);
}
template <class Row, class Real>
TAGMA_HD auto term_of(const SplitJet<Real>& jet, Real weight, bool counts) {
  if constexpr (requires { requires Row::unweighted; })
    return LogTotal<Real>(counts ? jet.linear : Real(0), counts ? jet.excess : Real(0));
  else return counts ? weight * jet.value() : Real(0);
}

}  // namespace tagma
