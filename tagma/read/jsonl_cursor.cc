#include <tagma/read/jsonl_cursor.h>

#include <tagma/read/number.h>

#include <cstring>

namespace tagma {

void JsonCursor::fault(const char* at, std::string_view allowed) const {
  throw RowFault{at, at >= end_ ? "the end of the line" : excerpt({at, static_cast<std::size_t>(end_ - at)}),
                 std::string(allowed)};
}

std::string_view JsonCursor::string(std::string_view what) {
  const char* begin = place();
  if (!take('"')) fault(begin, fmt::format("{} in double quotes", what));
  const char* first = at_;
  while (at_ < end_ && *at_ != '"' && *at_ != '\\' && static_cast<unsigned char>(*at_) >= 0x20) ++at_;
  if (at_ < end_ && *at_ == '"') return {first, static_cast<std::size_t>(at_++ - first)};
  copy_.assign(first, at_);
  while (at_ < end_ && *at_ != '"') {
    if (static_cast<unsigned char>(*at_) < 0x20)
      fault(at_, "no control characters in a string; write \\n, \\t, \\u00XX");
    if (*at_ == '\\') escape();
    else copy_ += *at_++;
  }
  if (at_ == end_) fault(begin, "a closing quote in the same line");
  ++at_;
  return copy_;
}

void JsonCursor::escape() {
  constexpr std::string_view letters = "\"\\/bfnrt", meant = "\"\\/\b\f\n\r\t";
  const char* begin = at_++;
  const char letter = at_ < end_ ? *at_ : '\0';
  if (letter == 'u') {
    ++at_;
    unsigned code = hex4();
    if (code >= 0xd800 && code < 0xdc00) {
      if (end_ - at_ < 2 || at_[0] != '\\' || at_[1] != 'u')
        fault(begin, "the second half of a surrogate pair behind the first");
      at_ += 2;
      const unsigned low = hex4();
      if (low < 0xdc00 || low >= 0xe000) fault(begin, "the second half of a surrogate pair behind the first");
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    } else if (code >= 0xdc00 && code < 0xe000) {
      fault(begin, "the first half of a surrogate pair before the second");
    }
    append_utf8(code);
    return;
  }
  const std::size_t which = letters.find(letter);
  if (letter == '\0' || which == std::string_view::npos)
    fault(begin, "one of the escapes \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX");
  copy_ += meant[which];
  ++at_;
}

unsigned JsonCursor::hex4() {
  unsigned code = 0;
  for (int i = 0; i < 4; ++i, ++at_) {
    const char c = at_ < end_ ? *at_ : '\0';
    const char lower = static_cast<char>(c | 0x20);
    if (is_digit(c)) code = code * 16 + static_cast<unsigned>(c - '0');
    else if (lower >= 'a' && lower <= 'f') code = code * 16 + static_cast<unsigned>(lower - 'a' + 10);
    else fault(at_, "four hexadecimal digits");
  }
  return code;
}

void JsonCursor::append_utf8(unsigned code) {
  const auto tail = [&](int shift) { copy_ += static_cast<char>(0x80 | ((code >> shift) & 0x3f)); };
  if (code < 0x80) {
    copy_ += static_cast<char>(code);
  } else if (code < 0x800) {
    copy_ += static_cast<char>(0xc0 | (code >> 6));
    tail(0);
  } else if (code < 0x10000) {
    copy_ += static_cast<char>(0xe0 | (code >> 12));
    tail(6), tail(0);
  } else {
    copy_ += static_cast<char>(0xf0 | (code >> 18));
    tail(12), tail(6), tail(0);
  }
}

float JsonCursor::number(std::string_view what) {
  const char* begin = place();
  const char* p = begin;
  const auto digits = [&] {
    const char* first = p;
    while (is_digit(*p)) ++p;
    return p > first;
  };
  p += *p == '-';
  bool good = is_digit(*p);
  if (good && *p == '0') ++p;
  else good = digits();
  if (good && *p == '.') ++p, good = digits();
  if (good && (*p == 'e' || *p == 'E')) {
    ++p;
    p += *p == '+' || *p == '-';
    good = digits();
  }
  float value = 0;
  if (!good || p > end_ || scan_float(begin, end_, value) != p)
    fault(begin, fmt::format("{} as a finite number", what));
  at_ = p;
  return value;
}

bool JsonCursor::take_null() {
  if (peek() != 'n' || end_ - at_ < 4 || std::memcmp(at_, "null", 4) != 0) return false;
  at_ += 4;
  return true;
}

bool JsonCursor::more(bool& first, char close, std::string_view allowed) {
  if (take(close)) return false;
  if (!std::exchange(first, false)) {
    expect(',', allowed);
    if (peek() == close) fault("another item behind ','");
  }
  return true;
}

const char* not_utf8(std::string_view text) {
  const auto* at = reinterpret_cast<const unsigned char*>(text.data());
  const auto* end = at + text.size();
  while (at < end) {
    if (*at < 0x80) {
      ++at;
      continue;
    }
    const int more = *at >= 0xf0 ? 3 : *at >= 0xe0 ? 2 : 1;
    unsigned code = *at & (0x3f >> more);
    bool good = *at >= 0xc2 && *at <= 0xf4 && end - at > more;
    for (int i = 1; good && i <= more; ++i) {
      good = (at[i] & 0xc0) == 0x80;
      code = (code << 6) | (at[i] & 0x3f);
    }
    if (more == 2) good = good && code >= 0x800 && (code < 0xd800 || code > 0xdfff);
    if (more == 3) good = good && code >= 0x10000 && code <= 0x10ffff;
    if (!good) return reinterpret_cast<const char*>(at);
    at += more + 1;
  }
  return nullptr;
}

void append_json(std::string& out, std::string_view text) {
  out += '"';
  for (char c : text) {
    if (c == '"' || c == '\\') (out += '\\') += c;
    else if (c == '\n') out += "\\n";
    else if (c == '\t') out += "\\t";
    else if (c == '\r') out += "\\r";
    else if (static_cast<unsigned char>(c) < 0x20) out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    else out += c;
  }
  out += '"';
}

}  // namespace tagma
