#include <tagma/base/memory.h>

#include <tagma/base/text.h>

#include <cctype>
#include <cmath>

namespace tagma {
namespace {

constexpr std::string_view letters = "KMGT";

}  // namespace

std::int64_t parse_memory(std::string_view text, std::string_view what) {
  constexpr std::int64_t least = std::int64_t{1} << 20;
  constexpr double most = 1e18;
  std::string_view number = text;
  double unit = 1;
  if (!number.empty() && (number.back() == 'B' || number.back() == 'b')) number.remove_suffix(1);
  if (!number.empty()) {
    const auto letter = letters.find(static_cast<char>(std::toupper(static_cast<unsigned char>(number.back()))));
    if (letter != std::string_view::npos) {
      unit = std::pow(1024.0, static_cast<double>(letter + 1));
      number.remove_suffix(1);
    }
  }
  double bytes = -1;
  try {
    if (!number.empty()) bytes = to_double(number, what) * unit;
  } catch (const Error&) {
    bytes = -1;
  }
  if (!(bytes >= 0) || bytes > most)
    fail(Code::usage, "{}: '{}' is no size of memory; allowed: bytes, or a number and K, M, G or T, as in 512M or 4G", what, text);
  if (bytes < static_cast<double>(least)) fail(Code::usage, "{}: {} is less than 1M, the least that is allowed", what, text);
  return static_cast<std::int64_t>(bytes);
}

std::string memory_text(std::int64_t bytes) { return fmt::format("{}M", (bytes + (std::int64_t{1} << 20) - 1) >> 20); }

void fail_out_of_memory(std::string_view doing, std::string_view advice, const Run& run) {
  fail(Code::io, "out of memory while {}{}; {}", doing,
       run.memory > 0 ? fmt::format(" (--memory {})", memory_text(run.memory)) : std::string(), advice);
}

}  // namespace tagma
