#include <tagma/report/json.h>

#include <nlohmann/json.hpp>

#include <cmath>

namespace tagma {
namespace {

using Json = nlohmann::ordered_json;

Json metric_json(const Measure& measure) {
  Json entry = {{"value", measure.value},
                {"better", measure.better == Better::higher ? "higher" : "lower"},
                {"support", measure.support},
                {"undefined", measure.undefined}};
  if (measure.interval && std::isfinite(measure.interval->low) && std::isfinite(measure.interval->high)) {
    entry["low"] = measure.interval->low;
    entry["high"] = measure.interval->high;
  }
  if (!measure.note.empty()) entry["note"] = measure.note;
  return entry;
}

Json conventions(const MeasureOptions& options) {
  const Settings settings = settings_of(options);
  Json entry = {
      {"zero_division", *settings.find("zero_division")},
      {"preset", *settings.find("preset")},
      {"ties",
       "average precision and AUC take equal scores as one group; ranking_loss counts a tied pair as wrong; lrap and "
       "coverage_error give a group its last rank; at k and one_error break ties by ascending label"},
      {"unknown", "unknown cells are left out everywhere"}};
  if (options.interval)
    entry["interval"] = {
        {"method", "percentile bootstrap"}, {"level", options.level}, {"replicates", options.replicates}};
  return entry;
}

Json label_json(const Evaluation& evaluation, std::span<const std::string> names) {
  Json by_label = Json::object();
  for (const Measure& measure : evaluation.measures) {
    if (measure.by_label.empty()) continue;
    if (by_label.empty())
      for (std::size_t label = 0; label < measure.by_label.size(); ++label)
        by_label["names"].push_back(label < names.size() ? names[label] : std::to_string(label));
    Json& values = by_label[measure.name] = Json::array();
    for (double value : measure.by_label) values.push_back(std::isfinite(value) ? Json(value) : Json(nullptr));
  }
  return by_label;
}

}  // namespace

Json evaluation_json(const Evaluation& evaluation, const MeasureOptions& options, std::span<const std::string> names) {
  Json out = {{"rows", evaluation.rows}, {"labels", evaluation.labels}, {"metrics", Json::object()}};
  Json left_out = Json::object();
  for (const Measure& measure : evaluation.measures) {
    if (std::isfinite(measure.value))
      out["metrics"][measure.name] = metric_json(measure);
    else
      left_out[measure.name] = measure.note.empty() ? "has no finite value here" : measure.note;
  }
  for (const auto& [name, reason] : evaluation.left_out) left_out[name] = reason;
  out["conventions"] = conventions(options);
  if (Json by_label = label_json(evaluation, names); !by_label.empty()) out["by_label"] = std::move(by_label);
  if (!left_out.empty()) out["left_out"] = std::move(left_out);
  return out;
}

}  // namespace tagma
