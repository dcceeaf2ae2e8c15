#include <tagma/report/number.h>

#include <fmt/core.h>

#include <cmath>

namespace tagma {
namespace {

std::string with_digits(double value, int digits) {
  const std::string text = fmt::format("{:.{}f}", value, digits);
  return text.starts_with('-') && text.find_first_of("123456789") == std::string::npos ? text.substr(1) : text;
}

}  // namespace

std::string number_text(double value) {
  if (std::isnan(value)) return "–";
  if (std::isinf(value)) return value > 0 ? "∞" : "−∞";
  const double size = std::abs(value);
  if (size >= 999.5) return size < 1e15 ? count_text(std::llround(value)) : fmt::format("{:.2e}", value);
  if (size >= 99.95) return with_digits(value, 0);
  if (size >= 9.9995) return with_digits(value, 1);
  if (size >= 0.0005 || size == 0) return with_digits(value, 3);
  return fmt::format("{:.1e}", value);
}

std::string count_text(std::int64_t count) {
  std::string text = std::to_string(count);
  const std::ptrdiff_t first = count < 0 ? 1 : 0;
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > first; at -= 3)
    text.insert(text.begin() + at, ',');
  return text;
}

std::string percent_text(double share) {
  if (std::isnan(share)) return "–";
  const double percent = 100 * share;
  return with_digits(percent, std::abs(percent) < 9.95 && percent != 0 ? 1 : 0) + "%";
}

std::string interval_text(double value, double low, double high) {
  const bool fraction = std::abs(value) < 9.9995 && std::abs(low) < 9.9995 && std::abs(high) < 9.9995;
  if (!fraction) return fmt::format("{} [{}, {}]", number_text(value), number_text(low), number_text(high));
  const int digits = high - low >= 0.04 ? 2 : 3;
  return fmt::format("{} [{}, {}]", number_text(value), with_digits(low, digits), with_digits(high, digits));
}

}  // namespace tagma
