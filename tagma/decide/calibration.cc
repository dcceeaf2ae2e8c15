#include <tagma/decide/calibration.h>

#include <tagma/base/parallel.h>
#include <tagma/decide/place.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

namespace tagma {
namespace {

constexpr std::int64_t rows_per_block = 64;

bool keeps_values(const Scores& scores) {
  return scores.scale == Scale::margin && !scores.is_shortlist() && (scores.order != Order::none || !scores.presence.empty());
}

// Ids and values of a row by falling value, ties by ascending id.
void sort_row(std::span<LabelId> ids, std::span<float> values) {
  std::vector<std::pair<float, LabelId>> row(ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) row[i] = {values[i], ids[i]};
  std::sort(row.begin(), row.end(), [](const auto& a, const auto& b) { return a.first != b.first ? a.first > b.first : a.second < b.second; });
  for (std::size_t i = 0; i < ids.size(); ++i) std::tie(values[i], ids[i]) = row[i];
}

}  // namespace

std::span<const float> mapped_scores(const Scores& scores) {
  return keeps_values(scores) && !scores.presence.empty() ? std::span<const float>(scores.presence) : scores.values;
}

Scale mapped_scale(const Scores& scores) {
  return keeps_values(scores) && !scores.presence.empty() ? Scale::probability : scores.scale;
}

Calibration::Calibration(std::string rule, Settings settings, std::vector<float> slopes, std::vector<float> offsets, std::string summary,
                         double order_slope)
    : rule_(std::move(rule)), settings_(std::move(settings)), slopes_(std::move(slopes)), offsets_(std::move(offsets)),
      summary_(std::move(summary)), order_slope_(order_slope) {}

void Calibration::save(ModelWriter& file) const {
  nlohmann::json settings = nlohmann::json::object();
  for (const auto& [key, value] : settings_) settings[key] = value;
  file.manifest()["calibration"] = {{"name", rule_}, {"settings", settings}, {"summary", summary_}};
  if (order_slope_ != 1) file.manifest()["calibration"]["order_slope"] = order_slope_;
  file.add("calibration.slopes", std::span<const float>(slopes_), {static_cast<std::int64_t>(slopes_.size())});
  file.add("calibration.offsets", std::span<const float>(offsets_), {static_cast<std::int64_t>(offsets_.size())});
}

std::unique_ptr<const Calibration> Calibration::load(const ModelReader& file) {
  if (!file.manifest().contains("calibration")) return nullptr;
  try {
    const nlohmann::json& entry = file.manifest().at("calibration");
    Settings settings;
    for (const auto& [key, value] : entry.at("settings").items()) settings.set(key, value.get<std::string>());
    const auto slopes = file.floats("calibration.slopes"), offsets = file.floats("calibration.offsets");
    if (slopes.size() != offsets.size())
      fail(Code::bad_model, "{}: the calibration has {} slopes and {} offsets", file.path(), slopes.size(), offsets.size());
    const auto sound = [](float slope, float offset) { return std::isfinite(slope) && slope >= 0 && std::isfinite(offset); };
    for (std::size_t j = 0; j < slopes.size(); ++j)
      if (!sound(slopes[j], offsets[j]))
        fail(Code::bad_model, "{}: the calibration of label {} is {} and {}; allowed: a finite slope of at least 0, a finite offset",
             file.path(), j, slopes[j], offsets[j]);
    const double order_slope = entry.value("order_slope", 1.0);
    if (!std::isfinite(order_slope) || order_slope < 0)
      fail(Code::bad_model, "{}: the calibration's order_slope is {}; allowed: a finite number of at least 0", file.path(), order_slope);
    return std::make_unique<const Calibration>(entry.at("name").get<std::string>(), std::move(settings),
                                               std::vector<float>(slopes.begin(), slopes.end()),
                                               std::vector<float>(offsets.begin(), offsets.end()), entry.at("summary").get<std::string>(),
                                               order_slope);
  } catch (const nlohmann::json::exception& fault) {
    fail(Code::bad_model, "{}: the manifest's entry 'calibration' is damaged: {}", file.path(), fault.what());
  }
}

void Calibration::apply(Scores& scores, const Run& run) const {
  if (scores.labels != labels()) fail(Code::usage, "a calibration of {} labels for scores of {}", labels(), scores.labels);
  const bool beside = keeps_values(scores);
  const Scale scale = mapped_scale(scores);
  const auto calibrated = [&](LabelId label, float score) {
    const auto j = static_cast<std::size_t>(label);
    const double z = static_cast<double>(slopes_[j]) * place_of(static_cast<double>(score), scale) + static_cast<double>(offsets_[j]);
    return score_at(z, Scale::probability);
  };
  if (beside && scores.presence.empty()) scores.presence = scores.values;
  std::vector<float>& written = beside ? scores.presence : scores.values;
  parallel_for(run, scores.rows, rows_per_block, [&](std::int64_t first, std::int64_t last) {
    if (!scores.is_shortlist()) {
      for (auto cell = first * scores.labels; cell < last * scores.labels; ++cell)
        written[static_cast<std::size_t>(cell)] = calibrated(static_cast<LabelId>(cell % scores.labels), written[static_cast<std::size_t>(cell)]);
      return;
    }
    for (std::int64_t r = first; r < last; ++r) {
      const auto from = static_cast<std::size_t>(scores.starts[static_cast<std::size_t>(r)]);
      const auto count = static_cast<std::size_t>(scores.starts[static_cast<std::size_t>(r) + 1]) - from;
      for (std::size_t i = from; i < from + count; ++i) written[i] = calibrated(scores.ids[i], written[i]);
      sort_row(std::span(scores.ids).subspan(from, count), std::span(written).subspan(from, count));
    }
  });
  if (!beside) scores.scale = Scale::probability;
  scores.order_slope = order_slope_;
}

}  // namespace tagma
