// Arrays of numbers in NumPy's .npy files: read where they lie (memory-mapped), written whole.
//
//   const Array logits = read_npy("z.npy");                  // any number type, row- or column-major, any byte order
//   const std::vector<double> z = values_of<double>(logits); // row-major copy as one type
//   write_npy("slopes.npy", z, {rows, labels});
//
// Shape: as in the file, one entry per dimension. `.gz`, `.zst` and `.bz2` behind the name are unpacked and packed.
// Errors: Error{bad_data} for what is no .npy file of numbers (pickled objects, texts and records are refused), for a
// shape that does not fit the size of the file, and by values_of() for a number the wanted type cannot hold.
// Threads: an Array is a value.
#pragma once

#include <tagma/read/source.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace tagma {

enum class NumberType { boolean, int8, uint8, int16, uint16, int32, uint32, int64, uint64, float32, float64 };

std::int64_t size_of(NumberType type);          // in bytes
std::string_view name_of(NumberType type);      // "float32"
bool is_float(NumberType type);
bool is_signed_integer(NumberType type);

struct Array {
  std::string name;  // of the file, for messages
  NumberType type = NumberType::float32;
  std::vector<std::int64_t> shape;
  bool column_major = false, swapped = false;  // swapped: bytes in the other order than this machine's
  std::span<const std::byte> bytes;            // of all items, in the order of the file
  std::shared_ptr<const void> owner;           // keeps `bytes` alive

  std::int64_t size() const;  // number of items
  // The items where they lie, when they are row-major numbers of type T in this machine's byte order and alignment.
  template <class T>
  const T* in_place() const;
};

Array read_npy(const std::string& path);
Array parse_npy(Text text, std::string name);

// All items as type T (float, double, int8, int32, int64), row-major. Numbers are converted when the result is exact;
// to float and double also by rounding.
template <class T>
std::vector<T> values_of(const Array& array);

// "[3 x 4]"
std::string shape_text(std::span<const std::int64_t> shape);

// The header that stands before row-major items: T is float, double, int8, int32 or int64.
template <class T>
std::string npy_header(std::span<const std::int64_t> shape);

template <class T>
void write_npy(const std::string& path, std::span<const T> values, std::span<const std::int64_t> shape);
template <class T>
void write_npy(const std::string& path, const std::vector<T>& values, const std::vector<std::int64_t>& shape) {
  write_npy<T>(path, std::span<const T>(values), std::span<const std::int64_t>(shape));
}

}  // namespace tagma
