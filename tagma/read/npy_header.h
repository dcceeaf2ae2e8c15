// The header of a .npy file: magic, version, a Python dict {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4)}.
//
// Source: numpy.lib.format, versions 1.0 to 3.0.
// Errors: Error{bad_data} naming the file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tagma {

struct NpyHeader {
  std::string type;  // "<f4"
  bool column_major = false;
  std::vector<std::int64_t> shape;
  std::size_t size = 0;  // bytes before the first item
};

NpyHeader parse_npy_header(std::string_view text, std::string_view name);

// Version 1.0, padded so that the items begin at a multiple of 64 bytes.
std::string make_npy_header(std::string_view type, const std::vector<std::int64_t>& shape);

}  // namespace tagma
