// Reads one line of JSON from left to right, value by value, for a caller that knows what may come next.
//
// Not a general parser: it never recurses and builds no tree, and a fault of meaning (a label that is no string) is
// placed at its column just like a fault of grammar, which a tree of values no longer can.
// Source: RFC 8259. Numbers become the nearest float; those larger than a float can be are refused.
// Errors: RowFault.
// Threads: one per thread.
#pragma once

#include <tagma/read/table.h>

#include <string>
#include <string_view>

namespace tagma {

class JsonCursor {
 public:
  // The byte behind `line` is a line end.
  explicit JsonCursor(std::string_view line) : at_(line.data()), end_(at_ + line.size()) {}

  // The next byte that is no blank; 0 at the end.
  char peek() {
    while (at_ < end_ && (*at_ == ' ' || *at_ == '\t' || *at_ == '\r')) ++at_;
    return at_ < end_ ? *at_ : '\0';
  }
  const char* place() {  // where that byte is
    peek();
    return at_;
  }
  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  void expect(char c, std::string_view allowed) {
    if (!take(c)) fault(allowed);
  }

  // The text of a string; valid until the next call. `what` names it in messages: "a label".
  std::string_view string(std::string_view what);
  float number(std::string_view what);
  bool take_null();

  // Between the items of a list or an object: true when another one follows, false behind `close`.
  bool more(bool& first, char close, std::string_view allowed);

  [[noreturn]] void fault(std::string_view allowed) { fault(place(), allowed); }
  [[noreturn]] void fault(const char* at, std::string_view allowed) const;

 private:
  void escape();
  unsigned hex4();
  void append_utf8(unsigned code);

  const char* at_;
  const char* end_;
  std::string copy_;
};

// The first byte that does not belong to well-formed UTF-8, or null.
const char* not_utf8(std::string_view text);

// `text` as a JSON string, with its quotes.
void append_json(std::string& out, std::string_view text);

}  // namespace tagma
