// Sizes that come from a file or the network are multiplied here, so that a hostile header cannot ask for 2^60 bytes.
//
// Errors: Error{bad_data} naming `what` when the product overflows or exceeds `most`.
#pragma once

#include <tagma/base/error.h>

#include <cstdint>
#include <string_view>

namespace tagma {

inline std::int64_t checked_product(std::int64_t a, std::int64_t b, std::string_view what,
                                    std::int64_t most = INT64_MAX) {
  std::int64_t product = 0;
  if (a < 0 || b < 0 || __builtin_mul_overflow(a, b, &product) || product > most)
    fail(Code::bad_data, "{}: {} x {} is out of range (at most {})", what, a, b, most);
  return product;
}

inline std::int64_t checked_sum(std::int64_t a, std::int64_t b, std::string_view what) {
  std::int64_t sum = 0;
  if (a < 0 || b < 0 || __builtin_add_overflow(a, b, &sum)) fail(Code::bad_data, "{}: {} + {} is out of range", what, a, b);
  return sum;
}

}  // namespace tagma
