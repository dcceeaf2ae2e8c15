#include <tagma/read/arff_header.h>

#include <tagma/base/text.h>
#include <tagma/read/names.h>
#include <tagma/read/place.h>

#include <algorithm>

namespace tagma {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }

bool same_word(std::string_view word, std::string_view lower) {
  return word.size() == lower.size() && std::equal(word.begin(), word.end(), lower.begin(), [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b;
         });
}

// One header line, read from left to right.
class HeadLine {
 public:
  HeadLine(std::string_view text, std::string_view file, std::int64_t line) : text_(text), file_(file), line_(line) {}

  std::string_view rest() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    return text_.substr(at_);
  }
  char peek() { return rest().empty() ? '\0' : text_[at_]; }
  void skip(std::size_t bytes) { at_ += bytes; }

  // Up to the next blank (or one of `ends`), or a quoted text.
  std::string word(std::string_view ends, std::string_view what) {
    const std::string_view left = rest();
    if (left.empty()) fault("the end of the line", what);
    if (left[0] == '\'' || left[0] == '"') return quoted();
    std::size_t size = 0;
    while (size < left.size() && !is_space(left[size]) && ends.find(left[size]) == std::string_view::npos) ++size;
    at_ += size;
    return std::string(left.substr(0, size));
  }

  std::string quoted() {
    std::string out;
    const std::size_t taken = unquote_arff(rest(), out);
    if (taken == std::string_view::npos) fault("a quote that is never closed", "a closing quote in the same line");
    at_ += taken;
    return out;
  }

  [[noreturn]] void fault(std::string_view found, std::string_view allowed) const {
    fail_at({file_, line_, static_cast<std::int64_t>(at_) + 1}, found, allowed);
  }

 private:
  std::string_view text_, file_;
  std::int64_t line_;
  std::size_t at_ = 0;
};

// {a, b, 'c d'}
std::vector<std::string> nominal_values(HeadLine& line) {
  std::vector<std::string> values;
  line.skip(1);
  while (line.peek() != '}') {
    const std::string_view left = line.rest();
    if (left.empty()) line.fault("the end of the line", "a value or '}'");
    if (left[0] == '\'' || left[0] == '"') {
      values.push_back(line.quoted());
    } else {
      const std::size_t size = left.find_first_of(",}");
      if (size == std::string_view::npos) line.fault("no '}' after the values", "'}' in the same line");
      values.emplace_back(trimmed(left.substr(0, size)));
      line.skip(size);
    }
    if (line.peek() == ',') line.skip(1);
    else if (line.peek() != '}') line.fault(excerpt(line.rest()), "',' or '}'");
  }
  line.skip(1);
  if (values.empty()) line.fault("no values between { and }", "at least one value");
  return values;
}

void read_type(HeadLine& line, ArffAttribute& attribute) {
  constexpr std::string_view allowed = "numeric, real, integer, string, date, hierarchical or {value, ..}";
  if (line.peek() == '{') {
    attribute.type = ArffType::nominal;
    attribute.values = nominal_values(line);
    if (!line.rest().empty()) line.fault(excerpt(line.rest()), "the end of the line");
    return;
  }
  HeadLine start = line;
  const std::string type = line.word("", allowed);
  if (same_word(type, "numeric") || same_word(type, "real") || same_word(type, "integer")) {
    attribute.type = ArffType::number;
  } else if (same_word(type, "string")) {
    attribute.type = ArffType::text;
  } else if (same_word(type, "date")) {
    attribute.type = ArffType::date;
    line.skip(line.rest().size());
  } else if (same_word(type, "hierarchical")) {
    attribute.type = ArffType::hierarchy;
    for (std::string_view item : split(trimmed(line.rest()), ',')) attribute.values.emplace_back(trimmed(item));
    line.skip(line.rest().size());
  } else {
    start.fault("the type " + excerpt(type), allowed);
  }
  if (!line.rest().empty() && line.peek() != '%') line.fault(excerpt(line.rest()), "the end of the line");
}

}  // namespace

ArffHeader parse_arff_header(std::string_view text, std::string_view file) {
  ArffHeader header;
  UniqueNames names;
  std::size_t at = text.starts_with("\xef\xbb\xbf") ? 3 : 0;
  for (std::int64_t number = 1; at < text.size(); ++number) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    HeadLine line(text.substr(at, end - at), file, number);
    at = std::min(end + 1, text.size());
    if (line.peek() == '\0' || line.peek() == '%') continue;
    HeadLine start = line;
    const std::string keyword = line.word("", "a keyword");
    if (same_word(keyword, "@relation")) {
      if (!line.rest().empty()) {
        const bool quoted = line.peek() == '\'' || line.peek() == '"';
        header.relation = quoted ? line.quoted() : std::string(trimmed(line.rest()));
      }
    } else if (same_word(keyword, "@attribute")) {
      ArffAttribute attribute;
      attribute.name = line.word("{", "the name of an attribute");
      attribute.line = number;
      read_type(line, attribute);
      attribute.name = names.add(attribute.name);
      header.attributes.push_back(std::move(attribute));
    } else if (same_word(keyword, "@data")) {
      if (header.attributes.empty()) start.fault("@data", "at least one @attribute before it");
      header.data = text.substr(at);
      header.data_line = number + 1;
      return header;
    } else {
      start.fault(excerpt(keyword), "@relation, @attribute, @data, or a comment that starts with %");
    }
  }
  const auto lines = static_cast<std::int64_t>(std::count(text.begin(), text.end(), '\n'));
  fail_at({file, lines + 1, 1}, "the end of the file", "a line @data before it");
}

std::size_t unquote_arff(std::string_view text, std::string& out) {
  out.clear();
  for (std::size_t i = 1; i < text.size(); ++i) {
    char c = text[i];
    if (c == text[0]) return i + 1;
    if (c == '\\' && i + 1 < text.size()) {
      c = text[++i];
      if (c == 'n') c = '\n';
      if (c == 't') c = '\t';
      if (c == 'r') c = '\r';
    }
    out += c;
  }
  return std::string_view::npos;
}

std::string quote_arff(std::string_view text) {
  const bool plain = !text.empty() && text != "?" && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.' || c == '+' || c == ':' || c == '/' || c == '=' || static_cast<unsigned char>(c) >= 0x80;
  });
  if (plain) return std::string(text);
  std::string quoted = "'";
  for (char c : text) {
    if (c == '\n') quoted += "\\n";
    else if (c == '\r') quoted += "\\r";
    else if (c == '\t') quoted += "\\t";
    else if (c == '\'' || c == '\\') (quoted += '\\') += c;
    else quoted += c;
  }
  return quoted + "'";
}

}  // namespace tagma
