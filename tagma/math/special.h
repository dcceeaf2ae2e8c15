// Special functions for losses and scores: one source for host and device, float and double.
//
// Float versions are polynomials without branches, calls or tables, so that loops over them vectorise at every
// instruction set. Relative error at most 3e-7 for exp, log, log1p, 1e-6 for the normal distribution's functions; limits
// and NaN as in the C library, subnormal results included. Polynomials are summed in halves and quarters, which costs a few
// products and halves the chain of operations that wait for each other: that chain, not their number, held the loops up. Double versions call the C library (error of a few 1e-16;
// normal distribution at most 1e-13) and serve tests, golden numbers and runs in double precision. On a CUDA device float exp is
// the toolkit's, and kernels are compiled with quick division and without subnormal numbers (cmake/cuda.cmake).
// Coefficients: weighted minimax fits of our own, tests/reference/special_fits.py.
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

TAGMA_MATH std::uint32_t bits_of(float x) {
#if defined(__CUDA_ARCH__)
  return __float_as_uint(x);
#else
  return std::bit_cast<std::uint32_t>(x);
#endif
}
TAGMA_MATH float float_of(std::uint32_t bits) {
#if defined(__CUDA_ARCH__)
  return __uint_as_float(bits);
#else
  return std::bit_cast<float>(bits);
#endif
}

namespace detail {

// exp(x + rest), |rest| small beside 1: x = k ln 2 + r, exp = 2^k (1 + r + r^2 P(r)). 2^k is applied in two halves, so
// that results near the ends of the range are right.
TAGMA_MATH float exp_sum(float x, float rest) {
  constexpr float magic = 12582912.f;  // 1.5 * 2^23: adding it rounds to the nearest whole number
  x = x > 89.f ? 89.f : x;
  x = x < -104.f ? -104.f : x;
  const float shifted = x * 1.44269504f + magic;
  const float k = shifted - magic;
  const float r = ((x - k * 0.693359375f) + k * 2.12194440e-4f) + rest;
  const float r2 = r * r, low = 0.166664085f * r + 0.499999846f;
  const float high = 0.00137904704f * r2 + (0.00838041323f * r + 0.0416697075f);
  const float p = (high * r2 + low) * r2 + r + 1.f;
  const auto whole = static_cast<std::int32_t>(bits_of(shifted) - bits_of(magic));
  const std::int32_t half = whole >> 1;
  const float first = float_of(static_cast<std::uint32_t>(half + 127) << 23);
  const float second = float_of(static_cast<std::uint32_t>(whole - half + 127) << 23);
  return p * first * second;
}

// log(1 + m) for m in [-1/4, 1/2].
TAGMA_MATH float log1p_near(float m) {
  const float m2 = m * m, m4 = m2 * m2;
  const float low = (0.199770188f * m - 0.249934348f) * m2 + (0.333335495f * m - 0.500000608f);
  const float high = (0.0541395961f * m - 0.120688076f) * m2 + (0.149846871f * m - 0.168228466f);
  return (high * m4 + low) * m2 + m;
}

// The power of two that brings x into [3/4, 3/2), as the bits to subtract from those of x.
TAGMA_MATH std::uint32_t exponent_bits(float x) { return (bits_of(x) - 0x3f400000u) & 0xff800000u; }
TAGMA_MATH float exponent_log(std::uint32_t exponent, float rest) {
  return static_cast<float>(static_cast<std::int32_t>(exponent)) * (1.1920929e-7f * 0.693147181f) + rest;
}

constexpr float infinity = __builtin_inff();

}  // namespace detail

TAGMA_MATH double exp(double x) { return ::exp(x); }
TAGMA_MATH double log(double x) { return ::log(x); }
TAGMA_MATH double log1p(double x) { return ::log1p(x); }
TAGMA_MATH double abs(double x) { return ::fabs(x); }
TAGMA_MATH float abs(float x) { return ::fabsf(x); }
TAGMA_MATH double sqrt(double x) { return ::sqrt(x); }
TAGMA_MATH float sqrt(float x) { return ::sqrtf(x); }

TAGMA_MATH float exp(float x) {
#if defined(__CUDA_ARCH__)
  return ::expf(x);
#else
  return detail::exp_sum(x, 0.f);
#endif
}

TAGMA_MATH float log(float x) {
  const bool small = x < 1.17549435e-38f;
  const float scaled = small ? x * 8388608.f : x;
  const std::uint32_t exponent = detail::exponent_bits(scaled);
  const float m = float_of(bits_of(scaled) - exponent) - 1.f;
  float result = detail::exponent_log(exponent, detail::log1p_near(m)) - (small ? 15.9423851f : 0.f);
  result = x < detail::infinity ? result : x;                   // +inf, NaN
  result = x == 0 ? -detail::infinity : result;
  return x < 0 ? float_of(0x7fc00000u) : result;
}

TAGMA_MATH float log1p(float x) {
  const std::uint32_t exponent = detail::exponent_bits(x + 1.f);
  // 1 + m = (1 + x) / 2^k, computed as x / 2^k + (1 / 2^k - 1), which loses nothing.
  const float m = float_of(bits_of(x) - exponent) + (0.25f * float_of(0x40800000u - exponent) - 1.f);
  float result = detail::exponent_log(exponent, detail::log1p_near(exponent == 0 ? x : m));
  result = x < detail::infinity ? result : x;
  result = x == -1 ? -detail::infinity : result;
  return x < -1 ? float_of(0x7fc00000u) : result;
}

// log(x) for x from 1e-30 to 2, given x - 1 as well, which says more of x where it is near 1.
TAGMA_MATH double log_given(double x, double less_one) { return x > 0.5 && x < 1.5 ? ::log1p(less_one) : ::log(x); }
TAGMA_MATH float log_given(float x, float less_one) {
  const std::uint32_t exponent = detail::exponent_bits(x);
  const float m = float_of(bits_of(x) - exponent) - 1.f;
  return detail::exponent_log(exponent, detail::log1p_near(exponent == 0 ? less_one : m));
}

// exp(x) for x <= 0 only; results below the normal numbers are 0.
TAGMA_MATH double exp_down(double x) { return ::exp(x); }
TAGMA_MATH float exp_down(float x) {
#if defined(__CUDA_ARCH__)
  return ::expf(x);
#else
  constexpr float magic = 12582912.f + 127.f;  // leaves the exponent bits of 2^k at the low end
  x = x < -88.f ? -88.f : x;
  const float shifted = x * 1.44269504f + magic;
  const float k = shifted - magic;
  const float r = (x - k * 0.693359375f) + k * 2.12194440e-4f;
  const float r2 = r * r, low = 0.999999707f * r + 1.f, middle = 0.166676376f * r + 0.499991483f;
  const float p = ((0.00829028345f * r + 0.0418980974f) * r2 + middle) * r2 + low;
  return p * float_of(bits_of(shifted) << 23);
#endif
}

// log(1 + x) for x in [0, 1] only, which is all that softplus needs.
TAGMA_MATH double log1p_unit(double x) { return ::log1p(x); }
TAGMA_MATH float log1p_unit(float x) {
  const float x2 = x * x, x4 = x2 * x2;
  const float low = (-0.248429818f * x + 0.333190968f) * x2 + (-0.499994931f * x + 0.99999997f);
  const float high = (0.00523268784f * x2 + (-0.029505213f * x + 0.07822591f)) * x2 + (-0.136632422f * x + 0.191060051f);
  return (high * x4 + low) * x;
}

// The standard normal distribution. For x < 0 everything follows from the tail ratio R(a) = (1 - Phi(a)) / phi(a), which
// is smooth and falls like 1 / a; for x >= 0 from Phi(x) = 1 - phi(x) R(x).

namespace detail {

constexpr double half_log_two_pi = 0.91893853320467274178;
constexpr double inverse_root_two_pi = 0.39894228040143267794;

struct Tail {
  float ratio, density, below;  // R(a), phi(a), Phi(-a)
};

TAGMA_MATH Tail tail(float a) {
  const float b = a > 1e18f ? 1e18f : a;
  const float inverse = 1.f / ((b + 2.5f) * (b + 1.f));
  const float u = (b - 2.5f) * (b + 1.f) * inverse;  // (R (a + 1)) is a polynomial in u = (a - 2.5) / (a + 2.5)
  const float u2 = u * u, u4 = u2 * u2;
  const float low = (0.115442675f * u - 0.094536246f) * u2 + (-0.229574732f * u + 1.2399278f);
  const float middle = (0.00296958359f * u + 0.00340114619f) * u2 + (-0.0150564124f * u - 0.0218590796f);
  const float p = ((-0.000438196329f * u - 0.000276430034f) * u4 + middle) * u4 + low;
  const float ratio = p * (b + 2.5f) * inverse;
  const float c = a > 16.f ? 16.f : a;                         // phi underflows before 16
  const float high = float_of(bits_of(c) & 0xfffff000u);       // high^2 is exact
  const float density = 0.398942280f * exp_sum(-0.5f * high * high, -0.5f * (c - high) * (c + high));
  return {ratio, density, density * ratio};
}

// R(a) for a >= 6 by its continued fraction 1 / (a + 1 / (a + 2 / (a + 3 / ..))).
TAGMA_MATH double tail_fraction(double a) {
  double t = a;
  for (int k = 60; k >= 1; --k) t = a + k / t;
  return 1 / t;
}

}  // namespace detail

// log Phi(x): finite for every finite x of magnitude up to 1e18; log Phi(-1e4) = -5e7.
TAGMA_MATH double log_phi(double x) {
  if (x >= 0) return ::log1p(-0.5 * ::erfc(x * 0.70710678118654752440));
  if (x > -6) return ::log(0.5 * ::erfc(-x * 0.70710678118654752440));
  return -0.5 * x * x - detail::half_log_two_pi + ::log(detail::tail_fraction(-x));
}
TAGMA_MATH float log_phi(float x) {
  const float a = x < 0 ? -x : x;
  const detail::Tail t = detail::tail(a);
  const float part = log_given(x < 0 ? t.ratio : 1.f - t.below, x < 0 ? t.ratio - 1.f : -t.below);
  return x >= 0 ? part : part - static_cast<float>(detail::half_log_two_pi) - 0.5f * a * a;  // NaN: as below 0
}

// phi(x) / Phi(x), the slope of log Phi; near -x for large negative x.
TAGMA_MATH double mills(double x) {
  if (x <= -6) return 1 / detail::tail_fraction(-x);
  return detail::inverse_root_two_pi * ::exp(-0.5 * x * x) / (0.5 * ::erfc(-x * 0.70710678118654752440));
}
TAGMA_MATH float mills(float x) {
  const detail::Tail t = detail::tail(x < 0 ? -x : x);
  return (x < 0 ? 1.f : t.density) / (x < 0 ? t.ratio : 1.f - t.below);
}

TAGMA_MATH double phi_cdf(double x) { return 0.5 * ::erfc(-x * 0.70710678118654752440); }
TAGMA_MATH float phi_cdf(float x) {
  const detail::Tail t = detail::tail(x < 0 ? -x : x);
  return x < 0 ? t.below : 1.f - t.below;
}

}  // namespace tagma::math
