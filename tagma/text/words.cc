#include <tagma/text/words.h>

#include <utf8proc.h>

#include <algorithm>

namespace tagma {
namespace {

constexpr unsigned char between = 0, not_ascii = 1;

enum class Kind : std::uint8_t { letter, mark, alone, skipped, other };

bool in(std::int32_t point, std::int32_t first, std::int32_t last) { return point >= first && point <= last; }

// Han characters and kana: written without blanks between words.
bool stands_alone(std::int32_t point) {
  return in(point, 0x3041, 0x30ff) || in(point, 0x31f0, 0x31ff) || in(point, 0x3400, 0x4dbf) || in(point, 0x4e00, 0x9fff) ||
         in(point, 0xf900, 0xfaff) || in(point, 0x20000, 0x3ffff);
}

Kind kind_of(std::int32_t point) {
  if (in(point, 0xfe00, 0xfe0f) || in(point, 0xe0100, 0xe01ef)) return Kind::skipped;  // variation selectors
  switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO: return stands_alone(point) ? Kind::alone : Kind::letter;
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO: return Kind::letter;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME: return Kind::mark;
    case UTF8PROC_CATEGORY_SO: return Kind::alone;
    case UTF8PROC_CATEGORY_SK: return in(point, 0x1f3fb, 0x1f3ff) ? Kind::skipped : Kind::other;  // skin tones
    case UTF8PROC_CATEGORY_CF: return Kind::skipped;
    case UTF8PROC_CATEGORY_CN: return in(point, 0x1f000, 0x1faff) ? Kind::alone : Kind::other;  // emoji to come
    default: return Kind::other;
  }
}

int combining_class(std::int32_t point) { return utf8proc_get_property(point)->combining_class; }

// Marks behind a letter in the order that normal forms ask for.
void order_marks(std::vector<std::int32_t>& points) {
  const auto is_mark = [](std::int32_t point) { return combining_class(point) != 0; };
  for (auto first = points.begin(); (first = std::find_if(first, points.end(), is_mark)) != points.end();) {
    const auto last = std::find_if_not(first, points.end(), is_mark);
    std::stable_sort(first, last, [](std::int32_t a, std::int32_t b) { return combining_class(a) < combining_class(b); });
    first = last;
  }
}

}  // namespace

WordReader::WordReader(bool lower, bool strip_accents) {
  options_ = UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | (lower ? UTF8PROC_CASEFOLD : 0) | (strip_accents ? UTF8PROC_STRIPMARK : 0);
  for (std::size_t c = 0; c < kept_.size(); ++c) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool word = upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    kept_[c] = c >= 0x80 ? not_ascii : !word ? between : static_cast<unsigned char>(upper && lower ? c + 32 : c);
  }
}

void WordReader::make_room(std::size_t count) {
  if (count > buffer_.size() - used_) buffer_.resize(std::max(used_ + count, buffer_.size() + buffer_.size() / 2));
}

void WordReader::read(std::string_view text) {
  words_.clear();
  used_ = 0;
  make_room(text.size() + 2);
  buffer_[used_++] = ' ';
  const char *at = text.data(), *end = at + text.size();
  const unsigned char* const kept = kept_.data();
  char* out = buffer_.data() + used_;  // in a register: a store to the buffer might change used_ for all the compiler knows
  while (at < end) {
    const char* first = at;
    char* const begin = out;
    unsigned char c = 0;
    for (; at < end && (c = kept[static_cast<unsigned char>(*at)]) > not_ascii; ++at) *out++ = static_cast<char>(c);
    if (at < end && c == not_ascii) {
      used_ = static_cast<std::size_t>(begin - buffer_.data());
      at = any_word(first, end);
      out = buffer_.data() + used_;
      continue;
    }
    if (out > begin) {
      words_.push_back({static_cast<std::size_t>(begin - buffer_.data()), static_cast<std::size_t>(out - buffer_.data())});
      *out++ = ' ';
    }
    ++at;  // what stands between words
  }
  used_ = static_cast<std::size_t>(out - buffer_.data());
}

// Reads one word (or what stands between words) that may hold any characters; returns where reading goes on.
const char* WordReader::any_word(const char* at, const char* end) {
  points_.clear();
  bool alone = false;
  while (at < end) {
    std::int32_t point = 0;
    const auto size = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(at), end - at, &point);
    if (size < 1) {
      ++invalid_bytes_;
      ++at;
      break;
    }
    const Kind kind = point < 0x80 ? (kept_[static_cast<std::size_t>(point)] > not_ascii ? Kind::letter : Kind::other) : kind_of(point);
    const bool begun = !points_.empty() || alone;
    if ((kind == Kind::alone && begun) || (kind == Kind::letter && alone)) break;
    at += size;
    if (kind == Kind::other) break;
    if (kind == Kind::skipped || (kind == Kind::mark && !begun)) continue;
    alone = alone || kind == Kind::alone;
    add_point(point);
  }
  keep_points(static_cast<std::size_t>(end - at) + 2);
  return at;
}

void WordReader::add_point(std::int32_t point) {
  constexpr std::size_t most = 32;  // a character decomposes to at most 18
  const std::size_t before = points_.size();
  points_.resize(before + most);
  int bound_class = 0;
  const auto count = utf8proc_decompose_char(point, points_.data() + before, most, static_cast<utf8proc_option_t>(options_), &bound_class);
  points_.resize(before + static_cast<std::size_t>(std::clamp<utf8proc_ssize_t>(count, 0, most)));
}

// Puts the collected characters into the buffer as a word, with `room_behind` bytes left behind it.
void WordReader::keep_points(std::size_t room_behind) {
  if (points_.empty()) return;
  order_marks(points_);
  const auto count = utf8proc_normalize_utf32(points_.data(), static_cast<utf8proc_ssize_t>(points_.size()),
                                              static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  points_.resize(static_cast<std::size_t>(std::max<utf8proc_ssize_t>(count, 0)));
  make_room(4 * points_.size() + room_behind);
  const std::size_t begin = used_;
  for (std::int32_t point : points_)
    used_ += static_cast<std::size_t>(utf8proc_encode_char(point, reinterpret_cast<utf8proc_uint8_t*>(buffer_.data() + used_)));
  words_.push_back({begin, used_});
  buffer_[used_++] = ' ';
}

}  // namespace tagma
