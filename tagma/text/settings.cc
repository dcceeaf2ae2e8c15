#include <tagma/text/settings.h>

namespace tagma {
namespace {

constexpr std::int64_t longest = 16;

// "none", "2" or "1..3".
GramRange range_of(const std::string& text, std::string_view key) {
  const std::string_view all = trimmed(text);
  if (all.empty() || all == "none") return {};
  const std::size_t dots = all.find("..");
  const std::string name = fmt::format("text.{}", key);
  const std::int64_t from = to_integer(all.substr(0, dots), name);
  const std::int64_t to = dots == std::string_view::npos ? from : to_integer(all.substr(dots + 2), name);
  if (from < 1 || to < from || to > longest)
    fail(Code::usage, "{}: '{}' is no range; allowed: none, N or N..M with 1 <= N <= M <= {}", name, text, longest);
  return {static_cast<int>(from), static_cast<int>(to)};
}

}  // namespace

GramRange TextSettings::word_grams() const { return range_of(words, "words"); }
GramRange TextSettings::piece_grams() const { return range_of(pieces, "pieces"); }

void TextSettings::check() const {
  if (!word_grams().any() && !piece_grams().any())
    fail(Code::usage, "text.words and text.pieces are both none: there is nothing to make features of");
}

}  // namespace tagma
