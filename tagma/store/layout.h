// Where things stand in a model file: the 64-byte header, and the checks of what a header or a section entry claims.
// docs/formats/model.md says the same in words.
//
// Errors: Error{bad_model} naming the file and what is wrong.
#pragma once

#include <tagma/store/model_file.h>

#include <nlohmann/json_fwd.hpp>

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tagma::layout {

inline constexpr std::array<unsigned char, 8> magic{0x89, 'T', 'A', 'G', 'M', 'A', '\r', '\n'};
inline constexpr std::uint16_t major_version = 1, minor_version = 0;
inline constexpr std::size_t header_size = 64, alignment = 64;

struct Header {
  std::uint16_t major = major_version, minor = minor_version;
  std::uint32_t manifest_crc = 0;
  std::uint64_t manifest_offset = 0, manifest_size = 0, file_size = 0;
};

struct SectionEntry {
  std::string name;
  Dtype dtype = Dtype::u8;
  std::vector<std::int64_t> shape;
  std::uint64_t offset = 0, size = 0;
  std::uint32_t crc = 0;
};

constexpr std::uint64_t aligned(std::uint64_t offset) { return (offset + alignment - 1) / alignment * alignment; }
std::size_t width(Dtype dtype);
std::string_view word(Dtype dtype);

std::array<std::byte, header_size> pack(const Header& header);
Header unpack(std::span<const std::byte> file, const std::string& path);

nlohmann::json to_json(const SectionEntry& entry);
// The entries of the manifest's "sections", each checked against the size of the file.
std::vector<SectionEntry> read_entries(const nlohmann::json& manifest, std::uint64_t file_size, const std::string& path);

}  // namespace tagma::layout
