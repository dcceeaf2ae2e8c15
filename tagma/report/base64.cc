#include <tagma/report/base64.h>

#include <string_view>

namespace tagma {

std::string base64(std::span<const std::byte> bytes) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto at = [&](std::size_t j) { return j < bytes.size() ? std::to_integer<unsigned>(bytes[j]) : 0u; };
    const unsigned word = at(i) << 16 | at(i + 1) << 8 | at(i + 2);
    text += letters[word >> 18 & 63];
    text += letters[word >> 12 & 63];
    text += i + 1 < bytes.size() ? letters[word >> 6 & 63] : '=';
    text += i + 2 < bytes.size() ? letters[word & 63] : '=';
  }
  return text;
}

}  // namespace tagma
