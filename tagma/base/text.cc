#include <tagma/base/text.h>

#include <tagma/base/error.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <numeric>

namespace tagma {
namespace {

// Insertions, deletions, substitutions and swaps of neighbours that turn a into b.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  std::iota(above.begin(), above.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above[b.size()];
}

template <class Number>
Number parsed(std::string_view text, std::string_view what, std::string_view kind) {
  Number value{};
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc{} || end != text.data() + text.size())
    fail(Code::usage, "{}: '{}' is not {}", what, text, kind);
  return value;
}

}  // namespace

std::string nearest(std::string_view word, std::span<const std::string_view> candidates) {
  std::string_view best;
  std::size_t distance = std::max<std::size_t>(word.size() / 3, 1) + 1;
  for (std::string_view candidate : candidates) {
    const std::size_t d = edit_distance(word, candidate);
    if (d < distance) {
      distance = d;
      best = candidate;
    }
  }
  return std::string(best);
}

std::string joined(std::span<const std::string_view> words, std::string_view between) {
  std::string text;
  for (std::string_view word : words) {
    if (!text.empty()) text += between;
    text += word;
  }
  return text;
}

std::string unknown_name(std::string_view kind, std::string_view word, std::span<const std::string_view> accepted) {
  const std::string near = nearest(word, accepted);
  const std::string hint = near.empty() ? std::string() : fmt::format("did you mean '{}'? ", near);
  const std::string list = accepted.empty() ? std::string("none is accepted here") : "accepted: " + joined(accepted);
  return fmt::format("unknown {} '{}'; {}{}", kind, word, hint, list);
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

bool ends_with_any(std::string_view text, std::span<const std::string_view> endings) {
  return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) { return text.ends_with(ending); });
}

double to_double(std::string_view text, std::string_view what) { return parsed<double>(text, what, "a number"); }

std::int64_t to_integer(std::string_view text, std::string_view what) {
  return parsed<std::int64_t>(text, what, "a whole number");
}

bool to_bool(std::string_view text, std::string_view what) {
  for (std::string_view yes : {"true", "1", "yes", "on"})
    if (text == yes) return true;
  for (std::string_view no : {"false", "0", "no", "off"})
    if (text == no) return false;
  fail(Code::usage, "{}: '{}' is neither true nor false", what, text);
}

}  // namespace tagma
