// Logarithm, exponential, logistic function, sine and cosine from + - * / alone, so that they are the same bytes on every machine:
// libm's differ between versions in the last bit. For generators of data and random numbers, where bytes must never
// change; losses and models use tagma/math.
#pragma once

#include <bit>
#include <cstdint>

namespace tagma {

// x > 0 and normal; error below 1e-15 relative (absolute near 1).
inline double portable_log(double x) {
  const auto bits = std::bit_cast<std::uint64_t>(x);
  int exponent = static_cast<int>(bits >> 52) - 1023;
  double mantissa = std::bit_cast<double>((bits & 0xfffffffffffffu) | 0x3ff0000000000000u);  // [1, 2)
  if (mantissa > 1.4142135623730951) {
    mantissa *= 0.5;
    ++exponent;
  }
  const double t = (mantissa - 1) / (mantissa + 1), square = t * t;
  constexpr double inverses[] = {1.0,      1.0 / 3,  1.0 / 5,  1.0 / 7,  1.0 / 9,  1.0 / 11,
                                 1.0 / 13, 1.0 / 15, 1.0 / 17, 1.0 / 19, 1.0 / 21, 1.0 / 23};
  double sum = 0;
  for (int k = 11; k >= 0; --k) sum = sum * square + inverses[k];
  return 2 * t * sum + exponent * 0.6931471805599453;
}

// 0 below -708, infinite nowhere: arguments above 709 count as 709. Error a few 1e-16 relative.
inline double portable_exp(double x) {
  if (x < -708) return 0;
  if (x > 709) x = 709;
  // x = n log 2 + r with |r| <= log(2) / 2; log 2 in two parts so that n times the first is exact.
  const auto n = static_cast<std::int64_t>(x * 1.4426950408889634 + (x < 0 ? -0.5 : 0.5));
  const auto whole = static_cast<double>(n);
  const double r = (x - whole * 0.693147180369123816490) - whole * 1.90821492927058770002e-10;
  constexpr double inverse_factorials[] = {1, 1, 1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040, 1.0 / 40320,
                                           1.0 / 362880, 1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800};
  double sum = inverse_factorials[13];
  for (int k = 12; k >= 0; --k) sum = sum * r + inverse_factorials[k];
  return sum * std::bit_cast<double>(static_cast<std::uint64_t>(n + 1023) << 52);
}

// 1 / (1 + exp(-x)), accurate in both tails.
inline double portable_logistic(double x) {
  const double decay = portable_exp(x < 0 ? x : -x);
  return (x < 0 ? decay : 1) / (1 + decay);
}

// |x| <= 1e6; error below 1e-14 absolute near 0 and growing with 1e-16 |x|.
inline double portable_sin(double x) {
  // x = n pi + r with |r| <= pi / 2; pi in two parts so that n times the first is exact.
  const auto n = static_cast<std::int64_t>(x * 0.3183098861837907 + (x < 0 ? -0.5 : 0.5));
  const auto whole = static_cast<double>(n);
  const double r = (x - whole * 3.141592651605606) - whole * 1.984187159361081e-09, square = r * r;
  double series = 1;
  for (int k = 10; k >= 1; --k) series = 1 - series * square / (2 * k * (2 * k + 1));
  return (n % 2 != 0 ? -r : r) * series;
}
inline double portable_cos(double x) { return portable_sin(x + 1.5707963267948966); }

}  // namespace tagma
