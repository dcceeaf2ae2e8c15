#include <tagma/deep/safetensors.h>

#include <tagma/base/error.h>
#include <tagma/base/file.h>

#include <nlohmann/json.hpp>

#include <cstring>
#include <optional>

namespace tagma::deep {
namespace {

constexpr std::uint64_t longest_header = 100'000'000;  // as the format says
constexpr std::size_t most_dimensions = 16;

std::optional<at::ScalarType> type_of(const std::string& name) {
  if (name == "F64") return at::kDouble;
  if (name == "F32") return at::kFloat;
  if (name == "F16") return at::kHalf;
  if (name == "BF16") return at::kBFloat16;
  if (name == "I64") return at::kLong;
  if (name == "I32") return at::kInt;
  if (name == "U8") return at::kByte;
  return std::nullopt;
}

Tensor tensor_of(const std::string& path, const std::string& name, const nlohmann::json& entry, std::span<const std::byte> data) {
  const auto type = type_of(entry.at("dtype").get<std::string>());
  if (!type) fail(Code::bad_data, "{}: tensor '{}' has numbers of type {}; read are F64, F32, F16, BF16, I64, I32, U8", path, name,
                  entry.at("dtype").get<std::string>());
  const auto shape = entry.at("shape").get<std::vector<std::int64_t>>();
  const auto ends = entry.at("data_offsets").get<std::vector<std::uint64_t>>();
  std::uint64_t bytes = at::elementSize(*type);
  bool good = ends.size() == 2 && ends[0] <= ends[1] && ends[1] <= data.size() && shape.size() <= most_dimensions;
  for (const std::int64_t side : shape) {
    good = good && side >= 0 && !__builtin_mul_overflow(bytes, static_cast<std::uint64_t>(side), &bytes);
  }
  if (!good || bytes != ends[1] - ends[0])
    fail(Code::bad_data, "{}: tensor '{}': its shape, its offsets and the file's {} bytes of numbers do not fit together", path, name, data.size());
  Tensor tensor = at::empty(shape, *type);
  if (bytes > 0) std::memcpy(tensor.data_ptr(), data.data() + ends[0], bytes);
  return at::isFloatingType(*type) ? tensor.to(at::kFloat) : tensor;
}

}  // namespace

std::vector<Named> read_safetensors(const std::string& path) {
  const MappedFile file(path);
  const std::span<const std::byte> bytes = file.bytes();
  std::uint64_t length = 0;
  if (bytes.size() >= sizeof length) std::memcpy(&length, bytes.data(), sizeof length);
  if (bytes.size() < sizeof length || length > longest_header || length > bytes.size() - sizeof length)
    fail(Code::bad_data, "{}: a header of {} bytes in a file of {}; not a safetensors file, or one that is cut off", path, length, bytes.size());
  const auto* text = reinterpret_cast<const char*>(bytes.data()) + sizeof length;
  std::vector<Named> tensors;
  try {
    const nlohmann::json header = nlohmann::json::parse(text, text + length);
    for (const auto& [name, entry] : header.items())
      if (name != "__metadata__") tensors.push_back({name, tensor_of(path, name, entry, bytes.subspan(sizeof length + length)), false});
  } catch (const nlohmann::json::exception& fault) {
    fail(Code::bad_data, "{}: the header is no safetensors header: {}", path, fault.what());
  }
  return tensors;
}

}  // namespace tagma::deep
