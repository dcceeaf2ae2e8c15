#include <tagma/read/number.h>

#include <fast_float/fast_float.h>

#include <charconv>
#include <cmath>

namespace tagma {

const char* detail::scan_float_slow(const char* at, const char* end, float& value) {
  if (at < end && *at == '+') ++at;
  const auto [stop, fault] = fast_float::from_chars(at, end, value);
  if (fault != std::errc{} || !std::isfinite(value)) return nullptr;
  return stop;
}

void append_number(std::string& text, float value) {
  char buffer[32];
  text.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
}

void append_number(std::string& text, std::int64_t value) {
  char buffer[24];
  text.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
}

}  // namespace tagma
