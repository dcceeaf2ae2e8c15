#include <tagma/base/file.h>
#include <tagma/store/crc32c.h>
#include <tagma/store/layout.h>

#include <nlohmann/json.hpp>

#include <atomic>
#include <cstring>
#include <new>
#include <utility>

namespace tagma {

struct ModelReader::Parts {
  std::string path;
  std::shared_ptr<const void> owner;
  std::span<const std::byte> file;
  nlohmann::json manifest;
  std::vector<layout::SectionEntry> sections;
  std::unique_ptr<std::atomic<bool>[]> verified;

  Parts(std::string path_in, std::shared_ptr<const void> owner_in, std::span<const std::byte> bytes)
      : path(std::move(path_in)), owner(std::move(owner_in)), file(bytes) {
    const layout::Header header = layout::unpack(file, path);
    const auto text = file.subspan(header.manifest_offset, header.manifest_size);
    if (crc32c(text) != header.manifest_crc)
      fail(Code::bad_model, "{}: the manifest is damaged (its checksum does not fit)", path);
    const auto* first = reinterpret_cast<const char*>(text.data());
    manifest = nlohmann::json::parse(first, first + text.size(), nullptr, false);
    if (!manifest.is_object()) fail(Code::bad_model, "{}: the manifest is no JSON object", path);
    sections = layout::read_entries(manifest, file.size(), path);
    verified = std::make_unique<std::atomic<bool>[]>(sections.size());
  }

  const layout::SectionEntry* find(std::string_view name) const {
    for (const layout::SectionEntry& section : sections)
      if (section.name == name) return &section;
    return nullptr;
  }

  const layout::SectionEntry& need(std::string_view name) const {
    const layout::SectionEntry* section = find(name);
    if (!section) fail(Code::bad_model, "{}: section '{}' is missing", path, name);
    return *section;
  }

  const layout::SectionEntry& need(std::string_view name, Dtype dtype) const {
    const layout::SectionEntry& section = need(name);
    if (section.dtype != dtype)
      fail(Code::bad_model, "{}: section '{}' holds {}, expected {}", path, name, layout::word(section.dtype), layout::word(dtype));
    return section;
  }

  std::span<const std::byte> verify(const layout::SectionEntry& section) const {
    const auto bytes = file.subspan(section.offset, section.size);
    std::atomic<bool>& good = verified[static_cast<std::size_t>(&section - sections.data())];
    if (!good.load(std::memory_order_relaxed)) {
      if (crc32c(bytes) != section.crc)
        fail(Code::bad_model, "{}: section '{}' is damaged (its checksum does not fit)", path, section.name);
      good.store(true, std::memory_order_relaxed);
    }
    return bytes;
  }

  template <class Number>
  std::span<const Number> view(std::string_view name, Dtype dtype) const {
    const std::span<const std::byte> bytes = verify(need(name, dtype));
    return {reinterpret_cast<const Number*>(bytes.data()), bytes.size() / sizeof(Number)};
  }
};

namespace {

// Memory that starts at a multiple of 64, as sections must.
std::shared_ptr<std::byte> aligned_copy(std::span<const std::byte> bytes) {
  constexpr std::align_val_t alignment{layout::alignment};
  auto* memory = static_cast<std::byte*>(::operator new(bytes.size() + 1, alignment));
  if (!bytes.empty()) std::memcpy(memory, bytes.data(), bytes.size());
  return {memory, [](std::byte* old) { ::operator delete(old, alignment); }};
}

}  // namespace

ModelReader::ModelReader(const std::string& path) {
  auto mapped = std::make_shared<const MappedFile>(path);
  const std::span<const std::byte> bytes = mapped->bytes();
  parts_ = std::make_shared<const Parts>(path, std::move(mapped), bytes);
}

ModelReader::ModelReader(std::span<const std::byte> bytes, std::shared_ptr<const void> owner, const std::string& name) {
  if (!owner || reinterpret_cast<std::uintptr_t>(bytes.data()) % layout::alignment != 0) {
    const std::shared_ptr<std::byte> copy = aligned_copy(bytes);
    bytes = {copy.get(), bytes.size()};
    owner = copy;
  }
  parts_ = std::make_shared<const Parts>(name, std::move(owner), bytes);
}

ModelReader::~ModelReader() = default;

const nlohmann::json& ModelReader::manifest() const { return parts_->manifest; }
const std::string& ModelReader::path() const { return parts_->path; }
std::int64_t ModelReader::file_size() const { return static_cast<std::int64_t>(parts_->file.size()); }
bool ModelReader::has(std::string_view name) const { return parts_->find(name) != nullptr; }
std::vector<std::int64_t> ModelReader::shape(std::string_view name) const { return parts_->need(name).shape; }

void ModelReader::verify() const {
  for (const layout::SectionEntry& section : parts_->sections) parts_->verify(section);
}

std::span<const float> ModelReader::floats(std::string_view name) const { return parts_->view<float>(name, Dtype::f32); }
std::span<const double> ModelReader::doubles(std::string_view name) const { return parts_->view<double>(name, Dtype::f64); }
std::span<const std::int32_t> ModelReader::ints(std::string_view name) const {
  return parts_->view<std::int32_t>(name, Dtype::i32);
}
std::span<const std::int64_t> ModelReader::longs(std::string_view name) const {
  return parts_->view<std::int64_t>(name, Dtype::i64);
}

std::span<const std::byte> ModelReader::bytes(std::string_view name) const {
  const layout::SectionEntry& section = parts_->need(name, Dtype::u8);
  return parts_->file.subspan(section.offset, section.size);
}

std::vector<std::string_view> ModelReader::text_views(std::string_view name) const {
  const std::span<const char> joined = parts_->view<char>(name, Dtype::u8);
  const std::string starts_name = std::string(name) + ".starts";
  const std::span<const std::int64_t> starts = longs(starts_name);
  const auto size = static_cast<std::int64_t>(joined.size());
  if (starts.empty() || starts.front() != 0 || starts.back() != size)
    fail(Code::bad_model, "{}: section '{}' does not fit the {} bytes of '{}'", path(), starts_name, size, name);
  std::vector<std::string_view> texts;
  texts.reserve(starts.size() - 1);
  for (std::size_t i = 0; i + 1 < starts.size(); ++i) {
    if (starts[i] > starts[i + 1] || starts[i + 1] > size)
      fail(Code::bad_model, "{}: section '{}' descends at entry {}", path(), starts_name, i);
    texts.emplace_back(joined.data() + starts[i], static_cast<std::size_t>(starts[i + 1] - starts[i]));
  }
  return texts;
}

std::vector<std::string> ModelReader::texts(std::string_view name) const {
  const std::vector<std::string_view> views = text_views(name);
  return {views.begin(), views.end()};
}

std::shared_ptr<const void> ModelReader::owner() const { return parts_; }

}  // namespace tagma
