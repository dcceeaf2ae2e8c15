// The idx files of MNIST: pictures and their labels, plain or packed (.gz, .zst, .bz2 by the file's name).
//
// An idx file is big-endian: 0 0 TYPE RANK, RANK sizes of 4 bytes, then the values. Taken here: bytes (type 8) of rank 3,
// [pictures x height x width], and of rank 1, [labels].
// Errors: Error{io}, or Error{bad_data} naming the file: another type or rank, a size out of range, too few bytes, too many.
#pragma once

#include <tagma/data/images.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tagma {

std::vector<Image> idx_images(const std::string& path);  // grey
std::vector<std::uint8_t> idx_labels(const std::string& path);

// The same of bytes in memory, unpacked as `name` says.
std::vector<Image> idx_images(const std::string& name, std::string_view bytes);
std::vector<std::uint8_t> idx_labels(const std::string& name, std::string_view bytes);

}  // namespace tagma
