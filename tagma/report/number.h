// Numbers for people: as many digits as mean something.
#pragma once

#include <cstdint>
#include <string>

namespace tagma {

// 0.6123 -> "0.612", 45.678 -> "45.7", 12345.6 -> "12,346", 0.00001234 -> "1.2e-05"; not a number -> "–".
std::string number_text(double value);

// 1234567 -> "1,234,567"
std::string count_text(std::int64_t count);

// 0.41 -> "41%", 0.0234 -> "2.3%"
std::string percent_text(double share);

// "0.612 [0.58, 0.64]": the ends with one digit less, unless they then fall together.
std::string interval_text(double value, double low, double high);

}  // namespace tagma
