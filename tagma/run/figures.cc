#include <tagma/run/figures.h>

#include <tagma/report/number.h>
#include <tagma/report/table.h>

#include <algorithm>
#include <array>
#include <utility>

namespace tagma {
namespace {

constexpr std::array<std::pair<MetricGroup, const char*>, 4> groups{
    std::pair{MetricGroup::ranking, "Ranking of labels (no threshold)"}, std::pair{MetricGroup::sets, "Decided label sets"},
    std::pair{MetricGroup::order, "Order and significance"}, std::pair{MetricGroup::calibration, "Calibration"}};

void add_rows(TextTable& table, const std::vector<Figures>& models, MetricGroup group, bool tuned) {
  for (const std::string& metric : metrics_of(group, models)) {
    std::vector<std::string> cells{metric};
    for (const Figures& model : models) cells.push_back(value_text((tuned ? model.tuned : model.standard).find(metric)));
    table.add(std::move(cells));
  }
}

}  // namespace

std::vector<std::string> metrics_of(MetricGroup group, const std::vector<Figures>& models) {
  std::vector<std::string> names;
  for (const Figures& model : models)
    for (const Measure& measure : model.tuned.measures)
      if (metric_group(measure.name) == group && std::find(names.begin(), names.end(), measure.name) == names.end())
        names.push_back(measure.name);
  return names;
}

std::string value_text(const Measure* measure) {
  if (!measure) return "-";
  return measure->interval ? interval_text(measure->value, measure->interval->low, measure->interval->high)
                           : number_text(measure->value);
}

std::string figures_text(const std::vector<Figures>& models) {
  const bool any_rule = std::any_of(models.begin(), models.end(), [](const Figures& model) { return model.has_rule; });
  std::vector<std::string> header{"metric"};
  for (const Figures& model : models) header.push_back(model.title);
  TextTable table(std::move(header));
  for (const auto& [group, title] : groups) {
    if (metrics_of(group, models).empty()) continue;
    if (group == MetricGroup::sets && any_rule) {
      table.section("Decided label sets, at the standard cut");
      add_rows(table, models, group, false);
      table.section("Decided label sets, at tuned thresholds");
    } else {
      table.section(title);
    }
    add_rows(table, models, group, true);
  }
  return table.text();
}

}  // namespace tagma
