#include <tagma/store/layout.h>

#include <tagma/base/error.h>
#include <tagma/store/crc32c.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstring>

namespace tagma::layout {
namespace {

constexpr std::array<std::string_view, 5> words{"f32", "f64", "i32", "i64", "u8"};
constexpr std::array<std::size_t, 5> widths{4, 8, 4, 8, 1};
constexpr std::size_t crc_at = header_size - 4;

template <class Number>
void put(std::array<std::byte, header_size>& header, std::size_t at, Number number) {
  std::memcpy(header.data() + at, &number, sizeof(Number));
}

template <class Number>
Number get(std::span<const std::byte> file, std::size_t at) {
  Number number;
  std::memcpy(&number, file.data() + at, sizeof(Number));
  return number;
}

std::uint64_t whole_number(const nlohmann::json& entry, const char* key, const std::string& path) {
  const auto found = entry.find(key);
  if (found == entry.end() || !found->is_number_unsigned())
    fail(Code::bad_model, "{}: a section of the manifest has no whole number '{}'", path, key);
  return found->get<std::uint64_t>();
}

std::string text(const nlohmann::json& entry, const char* key, const std::string& path) {
  const auto found = entry.find(key);
  if (found == entry.end() || !found->is_string())
    fail(Code::bad_model, "{}: a section of the manifest has no text '{}'", path, key);
  return found->get<std::string>();
}

// The number of bytes that the shape asks for; fails when that overflows.
std::uint64_t bytes_of(const SectionEntry& entry, const std::string& path) {
  std::uint64_t bytes = width(entry.dtype);
  for (const std::int64_t extent : entry.shape)
    if (extent < 0 || __builtin_mul_overflow(bytes, static_cast<std::uint64_t>(extent), &bytes))
      fail(Code::bad_model, "{}: section '{}' has an impossible shape", path, entry.name);
  return bytes;
}

SectionEntry read_entry(const nlohmann::json& json, std::uint64_t file_size, const std::string& path) {
  SectionEntry entry;
  entry.name = text(json, "name", path);
  const std::string dtype = text(json, "dtype", path);
  std::size_t type = 0;
  while (type < words.size() && words[type] != dtype) ++type;
  if (type == words.size())
    fail(Code::bad_model, "{}: section '{}' has the unknown type '{}'; allowed: f32, f64, i32, i64, u8", path, entry.name, dtype);
  entry.dtype = static_cast<Dtype>(type);
  const auto shape = json.find("shape");
  if (shape == json.end() || !shape->is_array()) fail(Code::bad_model, "{}: section '{}' has no shape", path, entry.name);
  for (const nlohmann::json& extent : *shape) {
    if (!extent.is_number_unsigned() || extent.get<std::uint64_t>() > INT64_MAX)
      fail(Code::bad_model, "{}: section '{}' has an impossible shape", path, entry.name);
    entry.shape.push_back(extent.get<std::int64_t>());
  }
  entry.offset = whole_number(json, "offset", path);
  entry.size = whole_number(json, "size", path);
  const std::uint64_t crc = whole_number(json, "crc32c", path);
  entry.crc = static_cast<std::uint32_t>(crc);
  if (entry.offset % alignment != 0 || entry.offset < header_size || entry.offset > file_size ||
      entry.size > file_size - entry.offset || crc > UINT32_MAX)
    fail(Code::bad_model, "{}: section '{}' lies at {} + {} bytes, the file has {}", path, entry.name, entry.offset, entry.size,
         file_size);
  if (bytes_of(entry, path) != entry.size)
    fail(Code::bad_model, "{}: section '{}' has {} bytes, its shape asks for {}", path, entry.name, entry.size,
         bytes_of(entry, path));
  return entry;
}

}  // namespace

std::size_t width(Dtype dtype) { return widths[static_cast<std::size_t>(dtype)]; }
std::string_view word(Dtype dtype) { return words[static_cast<std::size_t>(dtype)]; }

std::array<std::byte, header_size> pack(const Header& header) {
  std::array<std::byte, header_size> bytes{};
  std::memcpy(bytes.data(), magic.data(), magic.size());
  put(bytes, 8, header.major);
  put(bytes, 10, header.minor);
  put(bytes, 12, header.manifest_crc);
  put(bytes, 16, header.manifest_offset);
  put(bytes, 24, header.manifest_size);
  put(bytes, 32, header.file_size);
  put(bytes, crc_at, crc32c(std::span(bytes).first(crc_at)));
  return bytes;
}

Header unpack(std::span<const std::byte> file, const std::string& path) {
  const std::size_t shown = std::min(file.size(), magic.size());
  if (shown == 0 || std::memcmp(file.data(), magic.data(), shown) != 0)
    fail(Code::bad_model, "{}: not a tagma model file (its first bytes are others)", path);
  if (file.size() < header_size)
    fail(Code::bad_model, "{}: cut off: {} bytes, the header alone has {}", path, file.size(), header_size);
  Header header;
  header.major = get<std::uint16_t>(file, 8);
  header.minor = get<std::uint16_t>(file, 10);
  if (get<std::uint32_t>(file, crc_at) != crc32c(file.first(crc_at)))
    fail(Code::bad_model, "{}: the header is damaged (its checksum does not fit)", path);
  if (header.major != major_version)
    fail(Code::bad_model, "{}: written in format {}.{}; this program reads format {}", path, header.major, header.minor,
         major_version);
  header.manifest_crc = get<std::uint32_t>(file, 12);
  header.manifest_offset = get<std::uint64_t>(file, 16);
  header.manifest_size = get<std::uint64_t>(file, 24);
  header.file_size = get<std::uint64_t>(file, 32);
  if (header.file_size != file.size())
    fail(Code::bad_model, "{}: {} bytes, its header says {}; the file was cut off or added to", path, file.size(), header.file_size);
  if (header.manifest_offset < header_size || header.manifest_offset > file.size() ||
      header.manifest_size > file.size() - header.manifest_offset)
    fail(Code::bad_model, "{}: the manifest lies at {} + {} bytes, the file has {}", path, header.manifest_offset,
         header.manifest_size, file.size());
  return header;
}

nlohmann::json to_json(const SectionEntry& entry) {
  return {{"name", entry.name},     {"dtype", word(entry.dtype)}, {"shape", entry.shape},
          {"offset", entry.offset}, {"size", entry.size},         {"crc32c", entry.crc}};
}

std::vector<SectionEntry> read_entries(const nlohmann::json& manifest, std::uint64_t file_size, const std::string& path) {
  const auto sections = manifest.find("sections");
  if (sections == manifest.end() || !sections->is_array()) fail(Code::bad_model, "{}: the manifest lists no sections", path);
  std::vector<SectionEntry> entries;
  for (const nlohmann::json& section : *sections) {
    if (!section.is_object()) fail(Code::bad_model, "{}: a section of the manifest is no object", path);
    entries.push_back(read_entry(section, file_size, path));
    for (std::size_t i = 0; i + 1 < entries.size(); ++i)
      if (entries[i].name == entries.back().name)
        fail(Code::bad_model, "{}: section '{}' appears twice", path, entries.back().name);
  }
  return entries;
}

}  // namespace tagma::layout
