#include <tagma/model/saved_loss.h>

#include <tagma/base/error.h>
#include <tagma/model/manifest.h>

#include <nlohmann/json.hpp>

namespace tagma {

void save_loss(ModelWriter& file, const LossFunction& loss) {
  nlohmann::json settings = nlohmann::json::object();
  for (const auto& [key, value] : loss.settings()) settings[key] = value;
  file.manifest()["loss"] = {{"name", loss.name()}, {"settings", settings}};
}

std::shared_ptr<const LossFunction> load_loss(const ModelReader& file) {
  const nlohmann::json& json = part_of(file, "loss");
  const nlohmann::json& settings_json = object_of(file, json, "settings");
  Settings settings;
  for (const auto& [key, value] : settings_json.items()) {
    if (!value.is_string()) fail(Code::bad_model, "{}: the manifest's loss setting '{}' is no text", file.path(), key);
    settings.set(key, value.get<std::string>());
  }
  try {
    return make_loss(text_of(file, json, "name"), settings);
  } catch (const Error& error) {
    fail(Code::bad_model, "{}: {}", file.path(), error.what());
  }
}

}  // namespace tagma
