#include <tagma/decide/saved_rule.h>

#include <tagma/base/error.h>

#include <nlohmann/json.hpp>

namespace tagma {

std::string_view scale_name(Scale scale) { return scale == Scale::probability ? "probability" : "margin"; }

void save_rule(ModelWriter& file, const SavedRule& saved) {
  nlohmann::json settings = nlohmann::json::object();
  for (const auto& [key, value] : saved.settings) settings[key] = value;
  file.manifest()["rule"] = {{"name", saved.rule}, {"settings", settings}, {"scale", scale_name(saved.scale)}};
}

SavedRule saved_rule(const ModelReader& file) {
  try {
    const nlohmann::json& entry = file.manifest().at("rule");
    SavedRule saved{.rule = entry.at("name").get<std::string>(), .settings = {}, .scale = Scale::probability};
    for (const auto& [key, value] : entry.at("settings").items()) saved.settings.set(key, value.get<std::string>());
    const auto scale = entry.at("scale").get<std::string>();
    if (scale == scale_name(Scale::margin))
      saved.scale = Scale::margin;
    else if (scale != scale_name(Scale::probability))
      fail(Code::bad_model, "{}: the rule is for scores of scale '{}'; known are probability and margin", file.path(),
           scale);
    return saved;
  } catch (const nlohmann::json::exception& fault) {
    fail(Code::bad_model, "{}: the manifest's entry 'rule' is damaged: {}", file.path(), fault.what());
  }
}

}  // namespace tagma
