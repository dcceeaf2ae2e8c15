#include <tagma/read/arrays.h>

#include <tagma/base/checked.h>
#include <tagma/read/npy_header.h>
#include <tagma/read/sink.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>
#include <utility>

namespace tagma {
namespace {

struct TypeRow {
  NumberType type;
  std::string_view code, name;
};
constexpr std::array<TypeRow, 11> types{{{NumberType::boolean, "b1", "bool"},
                                         {NumberType::int8, "i1", "int8"},
                                         {NumberType::uint8, "u1", "uint8"},
                                         {NumberType::int16, "i2", "int16"},
                                         {NumberType::uint16, "u2", "uint16"},
                                         {NumberType::int32, "i4", "int32"},
                                         {NumberType::uint32, "u4", "uint32"},
                                         {NumberType::int64, "i8", "int64"},
                                         {NumberType::uint64, "u8", "uint64"},
                                         {NumberType::float32, "f4", "float32"},
                                         {NumberType::float64, "f8", "float64"}}};

const TypeRow& row_of(NumberType type) { return types[static_cast<std::size_t>(type)]; }

template <class T>
constexpr NumberType type_of() {
  if constexpr (std::is_same_v<T, float>) return NumberType::float32;
  if constexpr (std::is_same_v<T, double>) return NumberType::float64;
  if constexpr (std::is_same_v<T, std::int8_t>) return NumberType::int8;
  if constexpr (std::is_same_v<T, std::int32_t>) return NumberType::int32;
  return NumberType::int64;
}

// f(T{}) for the C++ type of the items; bool comes as uint8.
template <class F>
auto with_type(NumberType type, F&& f) {
  switch (type) {
    case NumberType::int8: return f(std::int8_t{});
    case NumberType::int16: return f(std::int16_t{});
    case NumberType::uint16: return f(std::uint16_t{});
    case NumberType::int32: return f(std::int32_t{});
    case NumberType::uint32: return f(std::uint32_t{});
    case NumberType::int64: return f(std::int64_t{});
    case NumberType::uint64: return f(std::uint64_t{});
    case NumberType::float32: return f(float{});
    case NumberType::float64: return f(double{});
    case NumberType::boolean:
    case NumberType::uint8: break;
  }
  return f(std::uint8_t{});
}

template <class From>
From load(const std::byte* at, bool swapped) {
  std::array<std::byte, sizeof(From)> raw;
  std::memcpy(raw.data(), at, sizeof(From));
  if (swapped) std::reverse(raw.begin(), raw.end());
  return std::bit_cast<From>(raw);
}

template <class To, class From>
To converted(From value, const Array& array, std::int64_t item) {
  if constexpr (std::is_floating_point_v<To>) {
    return static_cast<To>(value);
  } else if constexpr (std::is_floating_point_v<From>) {
    const bool fits = value >= static_cast<From>(std::numeric_limits<To>::min()) &&
                      value < -static_cast<From>(std::numeric_limits<To>::min());
    if (fits && std::trunc(value) == value) return static_cast<To>(value);
  } else {
    if (std::in_range<To>(value)) return static_cast<To>(value);
  }
  fail(Code::bad_data, "{}: item {} is {}, which is no {}", array.name, item, value, name_of(type_of<To>()));
}

}  // namespace

std::int64_t size_of(NumberType type) { return row_of(type).code[1] - '0'; }
std::string_view name_of(NumberType type) { return row_of(type).name; }
bool is_float(NumberType type) { return row_of(type).code[0] == 'f'; }
bool is_signed_integer(NumberType type) { return row_of(type).code[0] == 'i'; }

std::int64_t Array::size() const { return static_cast<std::int64_t>(bytes.size()) / size_of(type); }

template <class T>
const T* Array::in_place() const {
  const bool aligned = reinterpret_cast<std::uintptr_t>(bytes.data()) % alignof(T) == 0;
  const bool flat = !column_major || shape.size() < 2;
  return type == type_of<T>() && flat && aligned && !swapped ? reinterpret_cast<const T*>(bytes.data()) : nullptr;
}

Array parse_npy(Text text, std::string name) {
  const NpyHeader header = parse_npy_header(text.view, name);
  Array array;
  const char order = header.type.empty() ? ' ' : header.type.front();
  const std::string_view code = std::string_view(header.type).substr(header.type.empty() ? 0 : 1);
  const auto row = std::find_if(types.begin(), types.end(), [&](const TypeRow& type) { return type.code == code; });
  if (row == types.end() || std::string_view("<>|=").find(order) == std::string_view::npos) {
    std::vector<std::string_view> names;
    for (const TypeRow& type : types) names.push_back(type.name);
    std::string allowed;
    for (std::string_view one : names) allowed += fmt::format("{}{}", allowed.empty() ? "" : ", ", one);
    fail(Code::bad_data, "{}: items of type '{}'{}; allowed: {}", name, header.type,
         code.starts_with('O') ? " (pickled Python objects, which are never opened)" : "", allowed);
  }
  array.type = row->type;
  array.shape = header.shape;
  array.column_major = header.column_major;
  array.swapped = size_of(array.type) > 1 && order == (std::endian::native == std::endian::little ? '>' : '<');
  const auto held = static_cast<std::int64_t>(text.view.size() - header.size);
  std::int64_t items = 1;
  const bool none = std::find(header.shape.begin(), header.shape.end(), 0) != header.shape.end();
  if (none) items = 0;
  for (std::int64_t extent : header.shape) {
    if (none) break;
    items = checked_product(items, extent,
                            fmt::format("{}: the shape {} of {} bytes", name, shape_text(header.shape), held),
                            held / size_of(array.type));
  }
  if (items * size_of(array.type) != held)
    fail(Code::bad_data, "{}: the shape {} of {} needs {} bytes, found {}", name, shape_text(header.shape),
         name_of(array.type), items * size_of(array.type), held);
  array.name = std::move(name);
  array.bytes = std::as_bytes(std::span(text.view.substr(header.size)));
  array.owner = std::move(text.owner);
  return array;
}

Array read_npy(const std::string& path) { return parse_npy(Source(path).whole(), path); }

template <class T>
std::vector<T> values_of(const Array& array) {
  std::vector<T> values(static_cast<std::size_t>(array.size()));
  if (const T* items = array.in_place<T>()) {
    std::copy_n(items, values.size(), values.begin());
    return values;
  }
  with_type(array.type, [&]<class From>(From) {
    const auto item = [&](std::int64_t i) {
      return converted<T>(load<From>(array.bytes.data() + i * static_cast<std::int64_t>(sizeof(From)), array.swapped),
                          array, i);
    };
    if (!array.column_major || array.shape.size() < 2) {
      for (std::int64_t i = 0; i < array.size(); ++i) values[static_cast<std::size_t>(i)] = item(i);
      return;
    }
    if (array.shape.size() > 2)
      fail(Code::bad_data, "{}: a column-major array of {} dimensions; allowed: up to 2", array.name,
           array.shape.size());
    constexpr std::int64_t tile = 64;  // small squares, so that reads and writes both stay in the cache
    const std::int64_t rows = array.shape[0], columns = array.shape[1];
    for (std::int64_t r0 = 0; r0 < rows; r0 += tile)
      for (std::int64_t c0 = 0; c0 < columns; c0 += tile)
        for (std::int64_t r = r0; r < std::min(rows, r0 + tile); ++r)
          for (std::int64_t c = c0; c < std::min(columns, c0 + tile); ++c)
            values[static_cast<std::size_t>(r * columns + c)] = item(c * rows + r);
  });
  return values;
}

std::string shape_text(std::span<const std::int64_t> shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) text += fmt::format("{}{}", i ? " x " : "", shape[i]);
  return text + "]";
}

template <class T>
std::string npy_header(std::span<const std::int64_t> shape) {
  static_assert(std::endian::native == std::endian::little);
  const std::string_view code = row_of(type_of<T>()).code;
  return make_npy_header(fmt::format("{}{}", sizeof(T) == 1 ? '|' : '<', code), {shape.begin(), shape.end()});
}

template <class T>
void write_npy(const std::string& path, std::span<const T> values, std::span<const std::int64_t> shape) {
  std::int64_t items = 1;
  for (std::int64_t extent : shape) items = checked_product(items, extent, path);
  if (items != static_cast<std::int64_t>(values.size()))
    fail(Code::bad_data, "{}: {} values for the shape {}", path, values.size(), shape_text(shape));
  Sink sink(path);
  sink.write(npy_header<T>(shape));
  sink.write(std::string_view(reinterpret_cast<const char*>(values.data()), values.size_bytes()));
  sink.commit();
}

#define TAGMA_ARRAY_OF(T)                                     \
  template const T* Array::in_place<T>() const;               \
  template std::vector<T> values_of<T>(const Array&);         \
  template std::string npy_header<T>(std::span<const std::int64_t>); \
  template void write_npy<T>(const std::string&, std::span<const T>, std::span<const std::int64_t>);
TAGMA_ARRAY_OF(float)
TAGMA_ARRAY_OF(double)
TAGMA_ARRAY_OF(std::int8_t)
TAGMA_ARRAY_OF(std::int32_t)
TAGMA_ARRAY_OF(std::int64_t)
#undef TAGMA_ARRAY_OF

}  // namespace tagma
