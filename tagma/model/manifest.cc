#include <tagma/model/manifest.h>

#include <tagma/base/error.h>

#include <nlohmann/json.hpp>

namespace tagma {

const nlohmann::json& part_of(const ModelReader& file, const char* key) { return object_of(file, file.manifest(), key); }

const nlohmann::json& object_of(const ModelReader& file, const nlohmann::json& part, const char* key) {
  const auto found = part.find(key);
  if (found == part.end() || !found->is_object())
    fail(Code::bad_model, "{}: the manifest has no object '{}'", file.path(), key);
  return *found;
}

std::string text_of(const ModelReader& file, const nlohmann::json& part, const char* key) {
  const auto found = part.find(key);
  if (found == part.end() || !found->is_string()) fail(Code::bad_model, "{}: the manifest has no text '{}'", file.path(), key);
  return found->get<std::string>();
}

std::int64_t count_of(const ModelReader& file, const nlohmann::json& part, const char* key, std::int64_t most) {
  const auto found = part.find(key);
  if (found == part.end() || !found->is_number_unsigned() || found->get<std::uint64_t>() > static_cast<std::uint64_t>(most))
    fail(Code::bad_model, "{}: the manifest has no count '{}' (a whole number up to {})", file.path(), key, most);
  return found->get<std::int64_t>();
}

}  // namespace tagma
