// Any bytes as a model file. Sums that do not fit are put right first, so that what lies behind them is reached too.
#include <tagma/base/error.h>
#include <tagma/model/model.h>
#include <tagma/store/crc32c.h>
#include <tagma/store/layout.h>
#include <tagma/store/model_file.h>
#include <tagma/text/text_features.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstring>
#include <vector>

namespace {

using namespace tagma;

void put_sums_right(std::vector<std::byte>& file) {
  if (file.size() < layout::header_size) return;
  std::uint64_t offset = 0, size = 0;
  std::memcpy(&offset, file.data() + 16, 8);
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
