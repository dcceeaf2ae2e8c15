// Numbers out of text, fast: ids and the short decimals that data files are full of in a few nanoseconds, anything else
// by fast_float. Every result is the float nearest to the decimal.
//
// The text must end in a byte that is no part of a number (a line end, or the terminating zero of a std::string): the
// loops below stop there and do not look at a length.
#pragma once

#include <cstdint>
#include <string>

namespace tagma {

inline bool is_digit(char c) { return static_cast<unsigned char>(c - '0') < 10; }

// Reads decimal digits at `at` into `value`; returns where they end (at itself when there is none). Past 18 digits the
// value stays at 10^18, which no id reaches.
inline const char* scan_id(const char* at, std::int64_t& value) {
  const char* begin = at;
  std::int64_t sum = 0;
  for (; is_digit(*at); ++at) sum = sum < 100000000000000000 ? sum * 10 + (*at - '0') : 1000000000000000000;
  value = sum;
  return begin == at ? begin : at;
}

namespace detail {
const char* scan_float_slow(const char* at, const char* end, float& value);
}  // namespace detail

// Reads a number at `at`, which ends before `end`. Returns where it ends, or null when there is none, it is not finite,
// or it is larger than a float can be.
inline const char* scan_float(const char* at, const char* end, float& value) {
  static constexpr float powers[] = {1e0f, 1e1f, 1e2f, 1e3f, 1e4f, 1e5f, 1e6f, 1e7f, 1e8f, 1e9f, 1e10f};
  const char* p = at;
  const bool negative = *p == '-';
  p += negative;
  const char* first = p;
  std::uint64_t digits = 0;
  while (is_digit(*p)) digits = digits * 10 + static_cast<std::uint64_t>(*p++ - '0');
  std::int64_t count = p - first, places = 0;
  if (*p == '.') {
    const char* point = ++p;
    while (is_digit(*p)) digits = digits * 10 + static_cast<std::uint64_t>(*p++ - '0');
    places = p - point;
    count += places;
  }
  // Both numbers are exact floats here, so the one rounding of the division is the right one.
  if (count == 0 || count > 18 || digits >= (1u << 24) || places > 10 || *p == 'e' || *p == 'E')
    return detail::scan_float_slow(at, end, value);
  const float size = static_cast<float>(digits) / powers[places];
  value = negative ? -size : size;
  return p;
}

// Appends the shortest text that reads back as the same float.
void append_number(std::string& text, float value);
void append_number(std::string& text, std::int64_t value);

}  // namespace tagma
