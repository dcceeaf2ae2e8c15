// Any bytes as a model file. Sums that do not fit, of the file, of sections and of chunks of weights, are put right first, so that what lies
// behind them is reached too.
#include <tagma/base/error.h>
#include <tagma/model/model.h>
#include <tagma/store/crc32c.h>
#include <tagma/store/layout.h>
#include <tagma/store/model_file.h>
#include <tagma/text/text_features.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstring>
#include <span>
#include <string>
#include <vector>

namespace {

using namespace tagma;

using nlohmann::json;

// The bytes of a section, where they are those of a file.
std::span<std::byte> bytes_of(std::vector<std::byte>& file, const json& section) {
  const auto number = [&](const char* key) { return section.is_object() && section.contains(key) && section[key].is_number_unsigned() ? section[key].get<std::uint64_t>() : UINT64_MAX; };
  const std::uint64_t offset = number("offset"), size = number("size");
  return offset <= file.size() && size <= file.size() - offset ? std::span(file).subspan(offset, size) : std::span<std::byte>{};
}

void put_chunk_sums_right(std::vector<std::byte>& file, const json& sections, const std::string& name) {
  std::span<std::byte> starts, sums, bytes;
  for (const json& section : sections) {
    if (!section.is_object() || !section.contains("name")) continue;
    if (section["name"] == name + ".starts") starts = bytes_of(file, section);
    if (section["name"] == name + ".sums") sums = bytes_of(file, section);
    if (section["name"] == name + ".bytes") bytes = bytes_of(file, section);
  }
  for (std::size_t c = 0; 4 * (c + 1) <= sums.size() && 8 * (c + 2) <= starts.size(); ++c) {
    std::uint64_t ends[2];
    std::memcpy(ends, starts.data() + 8 * c, sizeof(ends));
    if (ends[0] > ends[1] || ends[1] > bytes.size()) continue;
    const std::uint32_t sum = crc32c(bytes.subspan(ends[0], ends[1] - ends[0]));
    std::memcpy(sums.data() + 4 * c, &sum, sizeof(sum));
  }
}

// Writes the manifest anew, behind all else.
void put_sections_right(std::vector<std::byte>& file, std::uint64_t offset, std::uint64_t size) {
  if (offset < layout::header_size || offset > file.size() || size > file.size() - offset) return;
  const char* text = reinterpret_cast<const char*>(file.data() + offset);
  json manifest = json::parse(text, text + size, nullptr, false);
  if (!manifest.is_object() || !manifest.contains("sections") || !manifest["sections"].is_array()) return;
  for (const char* name : {"ovr", "tree", "prototypes"}) put_chunk_sums_right(file, manifest["sections"], name);
  for (json& section : manifest["sections"])
    if (section.is_object()) section["crc32c"] = crc32c(bytes_of(file, section));
  const std::string made = manifest.dump(-1, ' ', false, json::error_handler_t::replace);
  file.resize(offset);
  const auto* first = reinterpret_cast<const std::byte*>(made.data());
  file.insert(file.end(), first, first + made.size());
  const std::uint64_t now = made.size();
  std::memcpy(file.data() + 24, &now, 8);
}

void put_sums_right(std::vector<std::byte>& file) {
  if (file.size() < layout::header_size) return;
  std::uint64_t offset = 0, size = 0;
  std::memcpy(&offset, file.data() + 16, 8);
  std::memcpy(&size, file.data() + 24, 8);
  put_sections_right(file, offset, size);
  std::memcpy(&size, file.data() + 24, 8);
  const std::uint64_t all = file.size();
  std::memcpy(file.data() + 32, &all, 8);
  if (offset <= all && size <= all - offset) {
    const std::uint32_t sum = crc32c(std::span<const std::byte>(file).subspan(offset, size));
    std::memcpy(file.data() + 12, &sum, 4);
  }
  const std::uint32_t sum = crc32c(std::span<const std::byte>(file).first(60));
  std::memcpy(file.data() + 60, &sum, 4);
}

// Damage that is looked for at first use only.
void score_a_row(const Model& model) {
  if (model.labels() > 100000 || model.outputs() > 100000) return;
  const std::int64_t columns = std::min<std::int64_t>(model.features(), 300);
  const FeatureMatrix x(DenseArrays{std::vector<float>(static_cast<std::size_t>(columns), 0.5f)}, 1, columns);
  model.top(x, 0, 1, 5, {});
  model.top_exact(x, 0, 1, 5, {});
  model.score(x, 0, 1, {});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::byte> file(size);
  if (size > 0) std::memcpy(file.data(), data, size);
  put_sums_right(file);
  try {
    const ModelReader reader(file, nullptr, "fuzz");
    for (const auto& section : reader.manifest().at("sections")) {
      try {
        const std::string name = section.at("name").get<std::string>();
        if (section.at("dtype") == "u8") reader.texts(name);
        else if (section.at("dtype") == "i64") reader.longs(name);
      } catch (const Error&) {
      }
    }
    if (TextFeatures::in(reader)) {
      try {
        TextFeatures::load(reader)->transform(std::vector<std::string>{"a text", "Ähre \xff"}, {});
      } catch (const Error&) {
      }
    }
    score_a_row(*load_model(reader));
  } catch (const Error&) {
  }
  return 0;
}
