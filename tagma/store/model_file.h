// The one model file: a JSON manifest and named, aligned, checksummed sections of numbers. docs/formats/model.md is the
// specification. Everything that a model needs (weights, names, loss, decision rule) is a section or a manifest entry.
//
// Writing: fill a ModelWriter, then write(path): the file is written aside and renamed, so it appears whole or not at all.
// Reading: a ModelReader maps the file (or looks at bytes in memory); sections are views into it, kept alive by owner().
// Checksums are verified on first use of a section (those of the header and the manifest on opening), except that of
// bytes(): who takes such a section piece by piece verifies it piece by piece.
// Errors: Error{bad_model} naming file, section and what is wrong (foreign magic, newer version, truncated, checksum, shape).
// Threads: a ModelReader may be shared by threads.
#pragma once

#include <tagma/base/function_ref.h>

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tagma {

class MappedFile;

enum class Dtype : std::uint8_t { f32, f64, i32, i64, u8 };

class ModelWriter {
 public:
  ModelWriter();
  ~ModelWriter();

  nlohmann::json& manifest();  // free entries under keys of the components ("model", "loss", "rule", "labels", ..)

  void add(std::string_view name, std::span<const float> values, std::vector<std::int64_t> shape);
  void add(std::string_view name, std::span<const double> values, std::vector<std::int64_t> shape);
  void add(std::string_view name, std::span<const std::int32_t> values, std::vector<std::int64_t> shape);
  void add(std::string_view name, std::span<const std::int64_t> values, std::vector<std::int64_t> shape);
  void add(std::string_view name, std::span<const std::byte> bytes, std::vector<std::int64_t> shape);
  void add(std::string_view name, const std::vector<std::string>& texts);
  // Bytes that are not copied but looked at again when the file is written; `owner` keeps them alive. Where they are those of
  // a mapped file, its memory is let go piece by piece.
  void add_view(std::string_view name, std::span<const std::byte> bytes, std::vector<std::int64_t> shape,
                std::shared_ptr<const void> owner, std::shared_ptr<const MappedFile> mapped = {});

  void write(const std::string& path) const;
  std::vector<std::byte> bytes() const;  // what write() writes

 private:
  struct Parts;
  void emit(FunctionRef<void(std::span<const std::byte>)> out) const;
  std::unique_ptr<Parts> parts_;
};

class ModelReader {
 public:
  explicit ModelReader(const std::string& path);
  // A file in memory; `name` stands for the path in messages. Bytes without an owner, or not aligned to 64, are copied.
  ModelReader(std::span<const std::byte> bytes, std::shared_ptr<const void> owner, const std::string& name);
  ~ModelReader();

  const nlohmann::json& manifest() const;
  const std::string& path() const;
  std::int64_t file_size() const;
  bool has(std::string_view name) const;
  std::vector<std::int64_t> shape(std::string_view name) const;

  // Views into the file. Errors: Error{bad_model} when the section is missing, of another type or damaged.
  std::span<const float> floats(std::string_view name) const;
  std::span<const double> doubles(std::string_view name) const;
  std::span<const std::int32_t> ints(std::string_view name) const;
  std::span<const std::int64_t> longs(std::string_view name) const;
  std::span<const std::byte> bytes(std::string_view name) const;  // not verified and not touched
  void verify() const;  // all sections
  std::vector<std::string_view> text_views(std::string_view name) const;  // of a list of texts
  std::vector<std::string> texts(std::string_view name) const;            // copies

  std::shared_ptr<const void> owner() const;  // keeps the map alive

 private:
  struct Parts;
  std::shared_ptr<const Parts> parts_;
};

}  // namespace tagma
