#include <tagma/read/npy_header.h>

#include <tagma/read/place.h>

#include <tagma/base/error.h>

#include <charconv>

namespace tagma {
namespace {

constexpr std::string_view magic = "\x93NUMPY";

// Reads the few Python literals that a header is made of.
class Literals {
 public:
  Literals(std::string_view text, std::string_view name) : text_(text), whole_(text), name_(name) {}

  bool take(char c) {
    skip_blanks();
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }
  void expect(char c) {
    if (!take(c)) fail_here(fmt::format("'{}'", c));
  }
  std::string quoted() {
    skip_blanks();
    const char mark = text_.empty() ? ' ' : text_.front();
    const std::size_t end = text_.find(mark, 1);
    if ((mark != '\'' && mark != '"') || end == std::string_view::npos) fail_here("a quoted text");
    const std::string found(text_.substr(1, end - 1));
    text_.remove_prefix(end + 1);
    return found;
  }
  bool boolean() {
    skip_blanks();
    const bool yes = text_.starts_with("True");
    if (!yes && !text_.starts_with("False")) fail_here("True or False");
    text_.remove_prefix(yes ? 4 : 5);
    return yes;
  }
  std::vector<std::int64_t> tuple() {
    std::vector<std::int64_t> numbers;
    expect('(');
    while (!take(')')) {
      skip_blanks();
      std::int64_t number = 0;
      const auto [end, fault] = std::from_chars(text_.data(), text_.data() + text_.size(), number);
      if (fault != std::errc{} || number < 0) fail_here("a whole number, not negative");
      text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
      numbers.push_back(number);
      take('L');
      if (!take(',')) {
        expect(')');
        break;
      }
    }
    return numbers;
  }
  [[noreturn]] void fail_here(std::string_view allowed) const {
    fail(Code::bad_data, "{}: .npy header, column {}: found {}, allowed {}", name_, whole_.size() - text_.size() + 1,
         excerpt(text_), allowed);
  }

 private:
  void skip_blanks() {
    while (!text_.empty() && (text_.front() == ' ' || text_.front() == '\n')) text_.remove_prefix(1);
  }
  std::string_view text_, whole_, name_;
};

std::uint32_t little_endian(std::string_view bytes) {
  std::uint32_t number = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) number = number << 8 | static_cast<unsigned char>(bytes[i]);
  return number;
}

}  // namespace

NpyHeader parse_npy_header(std::string_view text, std::string_view name) {
  if (!text.starts_with(magic) || text.size() < 10)
    fail(Code::bad_data, "{}: not a .npy file (it does not begin with \\x93NUMPY)", name);
  const int version = static_cast<unsigned char>(text[6]);
  if (version < 1 || version > 3) fail(Code::bad_data, "{}: .npy version {}, allowed 1 to 3", name, version);
  const std::size_t begin = version == 1 ? 10 : 12;
  const std::size_t size = begin <= text.size() ? little_endian(text.substr(8, begin - 8)) : SIZE_MAX;
  if (begin > text.size() || size > text.size() - begin)
    fail(Code::bad_data, "{}: the .npy header ends early; the file is truncated", name);

  NpyHeader header;
  header.size = begin + size;
  bool has_type = false, has_order = false, has_shape = false;
  Literals literals(text.substr(begin, size), name);
  literals.expect('{');
  while (!literals.take('}')) {
    const std::string key = literals.quoted();
    literals.expect(':');
    if (key == "descr") {
      if (literals.take('[')) fail(Code::bad_data, "{}: an array of records; allowed: an array of numbers", name);
      header.type = literals.quoted();
      has_type = true;
    } else if (key == "fortran_order") {
      header.column_major = literals.boolean();
      has_order = true;
    } else if (key == "shape") {
      header.shape = literals.tuple();
      has_shape = true;
    } else {
      literals.fail_here("the keys descr, fortran_order and shape");
    }
    if (!literals.take(',')) {
      literals.expect('}');
      break;
    }
  }
  if (!has_type || !has_order || !has_shape)
    fail(Code::bad_data, "{}: the .npy header lacks {}", name,
         !has_type    ? "descr"
         : !has_order ? "fortran_order"
                      : "shape");
  return header;
}

std::string make_npy_header(std::string_view type, const std::vector<std::int64_t>& shape) {
  std::string numbers;
  for (std::int64_t extent : shape) numbers += fmt::format("{}, ", extent);
  if (shape.size() > 1) numbers.resize(numbers.size() - 2);
  std::string dict = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}", type,
                                 shape.size() == 1 ? numbers.substr(0, numbers.size() - 1) : numbers);
  dict.append((64 - (10 + dict.size() + 1) % 64) % 64, ' ');
  dict += '\n';
  std::string header(magic);
  header += {'\x01', '\x00', static_cast<char>(dict.size() & 0xff), static_cast<char>(dict.size() >> 8)};
  return header + dict;
}

}  // namespace tagma
