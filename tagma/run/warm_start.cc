#include <tagma/run/warm_start.h>

#include <algorithm>
#include <unordered_set>

namespace tagma {
namespace {

// The settings that the history tells of its part ("learner", "loss") where that has the name, with those given over them.
Settings settings_over(const Bundle& warm, const char* part, std::string_view name, const Settings& given) {
  Settings settings;
  try {
    const nlohmann::ordered_json& told = warm.history.at(part);
    if (told.at("name") == name)
      for (const auto& [key, value] : told.at("settings").items()) settings.set(key, value.get<std::string>());
  } catch (const nlohmann::json::exception&) {
    settings = {};  // a model that does not tell how it came about: the standard settings
  }
  for (const auto& [key, value] : given) settings.set(key, value);
  return settings;
}

}  // namespace

bool grows(const Bundle& warm, std::string_view learner) {
  const auto one = [](std::string_view name) { return name == "ovr" || name == "tree"; };
  return one(warm.model->kind()) && (learner.empty() || one(learner));
}

std::unique_ptr<Learner> learner_of(const Bundle& warm, std::string_view name, const Settings& given) {
  if (name.empty()) name = warm.model->kind();
  return make_learner(name, name == warm.model->kind() ? settings_over(warm, "learner", name, given) : given);
}

std::unique_ptr<LossFunction> loss_of(const Bundle& warm, std::string_view name, const Settings& given) {
  if (name.empty()) name = warm.model->loss();
  return make_loss(name, settings_over(warm, "loss", name, given));
}

Numbering grown_numbering(const Bundle& warm, const Dataset& data, const std::string& path) {
  Numbering numbering = warm.numbering;
  if (data.label_names.empty() != numbering.label_names.empty() && data.labels.labels() > numbering.labels)
    fail(Code::usage, "{}: {} labels {}, those of the model to start from {}, so that new ones cannot be told; name them alike", path,
         data.labels.labels(), data.label_names.empty() ? "without names" : "with names", numbering.label_names.empty() ? "have none" : "have some");
  if (data.label_names.empty() || numbering.label_names.empty()) {
    numbering.labels = std::max(numbering.labels, data.labels.labels());
    return numbering;
  }
  const std::unordered_set<std::string> known(numbering.label_names.begin(), numbering.label_names.end());
  for (const std::string& name : data.label_names)
    if (!known.contains(name)) numbering.label_names.push_back(name);
  numbering.labels = static_cast<LabelId>(numbering.label_names.size());
  return numbering;
}

void warn_of_names(const Bundle& warm, const Numbering& numbering, const std::string& path, const Run& run) {
  const auto differ = [](const std::vector<std::string>& a, const std::vector<std::string>& b) { return !a.empty() && !b.empty() && a != b; };
  const bool labels = differ(warm.numbering.label_names, numbering.label_names);
  if (labels || differ(warm.numbering.feature_names, numbering.feature_names))
    run.warn(fmt::format("{}: its {} have other names or another order than those of the rows; each starts where the one of its number was", path,
                         labels ? "labels" : "features"));
}

void warn_of_rules(const Bundle& warm, const std::string& path, const Run& run) {
  if (!warm.calibration && !warm.decider) return;
  const char* what = !warm.decider ? "calibration" : warm.calibration ? "calibration and decision rule" : "decision rule";
  run.warn(fmt::format("{}: its {} was fitted to its weights and labels and is left behind; tune the new model", path, what));
}

}  // namespace tagma
