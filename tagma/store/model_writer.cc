#include <tagma/base/checked.h>
#include <tagma/base/file.h>
#include <tagma/store/crc32c.h>
#include <tagma/store/layout.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace tagma {

struct ModelWriter::Parts {
  struct Section {
    layout::SectionEntry entry;
    std::vector<std::byte> bytes;
    std::span<const std::byte> view;  // of a section that is not copied; then bytes is empty
    std::shared_ptr<const void> owner;
    std::shared_ptr<const MappedFile> mapped;

    // f(piece) from the front to the end.
    template <class F>
    void each_piece(F&& f) const {
      constexpr std::size_t step = std::size_t{4} << 20;
      const std::span<const std::byte> all = owner ? view : std::span(bytes);
      for (std::size_t first = 0; first < all.size(); first += step) {
        const std::span<const std::byte> piece = all.subspan(first, std::min(step, all.size() - first));
        f(piece);
        if (mapped) mapped->release(piece);
      }
    }
  };
  nlohmann::json manifest = nlohmann::json::object();
  std::vector<Section> sections;

  template <class Number>
  void add(std::string_view name, Dtype dtype, std::span<const Number> values, std::vector<std::int64_t> shape) {
    check(name, static_cast<std::int64_t>(values.size()), shape);
    const std::span<const std::byte> bytes = std::as_bytes(values);
    layout::SectionEntry entry{std::string(name), dtype, std::move(shape), 0, bytes.size(), crc32c(bytes)};
    sections.push_back({std::move(entry), {bytes.begin(), bytes.end()}, {}, {}, {}});
  }

  void check(std::string_view name, std::int64_t values, const std::vector<std::int64_t>& shape) const {
    std::int64_t count = 1;
    for (const std::int64_t extent : shape) count = checked_product(count, extent, name);
    if (count != values) fail(Code::bad_model, "section '{}': {} values, its shape asks for {}", name, values, count);
    for (const Section& other : sections)
      if (other.entry.name == name) fail(Code::bad_model, "section '{}' is added twice", name);
  }
};

ModelWriter::ModelWriter() : parts_(std::make_unique<Parts>()) {}
ModelWriter::~ModelWriter() = default;

nlohmann::json& ModelWriter::manifest() { return parts_->manifest; }

void ModelWriter::add(std::string_view name, std::span<const float> values, std::vector<std::int64_t> shape) {
  parts_->add(name, Dtype::f32, values, std::move(shape));
}
void ModelWriter::add(std::string_view name, std::span<const double> values, std::vector<std::int64_t> shape) {
  parts_->add(name, Dtype::f64, values, std::move(shape));
}
void ModelWriter::add(std::string_view name, std::span<const std::int32_t> values, std::vector<std::int64_t> shape) {
  parts_->add(name, Dtype::i32, values, std::move(shape));
}
void ModelWriter::add(std::string_view name, std::span<const std::int64_t> values, std::vector<std::int64_t> shape) {
  parts_->add(name, Dtype::i64, values, std::move(shape));
}

void ModelWriter::add(std::string_view name, std::span<const std::byte> bytes, std::vector<std::int64_t> shape) {
  parts_->add(name, Dtype::u8, bytes, std::move(shape));
}

void ModelWriter::add(std::string_view name, const std::vector<std::string>& texts) {
  std::vector<std::int64_t> ends{0};
  std::string joined;
  for (const std::string& text : texts) {
    joined += text;
    ends.push_back(static_cast<std::int64_t>(joined.size()));
  }
  parts_->add(name, Dtype::u8, std::span<const char>(joined), {static_cast<std::int64_t>(joined.size())});
  add(std::string(name) + ".starts", std::span<const std::int64_t>(ends), {static_cast<std::int64_t>(ends.size())});
}

void ModelWriter::add_view(std::string_view name, std::span<const std::byte> bytes, std::vector<std::int64_t> shape,
                           std::shared_ptr<const void> owner, std::shared_ptr<const MappedFile> mapped) {
  if (!owner) return add(name, bytes, std::move(shape));
  parts_->check(name, static_cast<std::int64_t>(bytes.size()), shape);
  layout::SectionEntry entry{std::string(name), Dtype::u8, std::move(shape), 0, bytes.size(), 0};
  Parts::Section section{std::move(entry), {}, bytes, std::move(owner), std::move(mapped)};
  section.each_piece([&](std::span<const std::byte> piece) { section.entry.crc = crc32c(piece, section.entry.crc); });
  parts_->sections.push_back(std::move(section));
}

void ModelWriter::emit(FunctionRef<void(std::span<const std::byte>)> out) const {
  std::uint64_t at = layout::header_size;
  nlohmann::json manifest = parts_->manifest;
  manifest["sections"] = nlohmann::json::array();
  for (const Parts::Section& section : parts_->sections) {
    layout::SectionEntry entry = section.entry;
    entry.offset = at;
    at = layout::aligned(at + entry.size);
    manifest["sections"].push_back(layout::to_json(entry));
  }
  const std::string text = manifest.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  const auto text_bytes = std::as_bytes(std::span(text));
  layout::Header header;
  header.manifest_crc = crc32c(text_bytes);
  header.manifest_offset = at;
  header.manifest_size = text.size();
  header.file_size = at + text.size();

  constexpr std::array<std::byte, layout::alignment> zeros{};
  out(layout::pack(header));
  for (const Parts::Section& section : parts_->sections) {
    section.each_piece(out);
    out(std::span(zeros).first(layout::aligned(section.entry.size) - section.entry.size));
  }
  out(text_bytes);
}

void ModelWriter::write(const std::string& path) const {
  OutputFile file(path);
  emit([&](std::span<const std::byte> bytes) { file.write(bytes); });
  file.commit();
}

std::vector<std::byte> ModelWriter::bytes() const {
  std::vector<std::byte> all;
  emit([&](std::span<const std::byte> bytes) { all.insert(all.end(), bytes.begin(), bytes.end()); });
  return all;
}

}  // namespace tagma
