#include <tagma/run/figures.h>

#include <tagma/report/number.h>
#include <tagma/report/table.h>

#include <algorithm>

namespace tagma {
namespace {

constexpr std::size_t ranking = 0, sets = 1, significance = 2, calibration = 3;

void add_rows(TextTable& table, const std::vector<Figures>& models, std::size_t group, bool tuned) {
  for (const std::string& metric : metrics_of(group, models)) {
    std::vector<std::string> cells{metric};
    for (const Figures& model : models) cells.push_back(value_text((tuned ? model.tuned : model.standard).find(metric)));
    table.add(std::move(cells));
  }
}

}  // namespace

std::size_t group_of(std::string_view metric) {
  const auto starts = [&](std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return metric.starts_with(word); });
  };
  if (starts({"presence_", "order_"})) return calibration;
  if (starts({"kendall", "spearman", "goodman", "positive_tau", "significance"})) return significance;
  if (metric.find("_at_") != std::string_view::npos || metric.ends_with("_map") || metric.ends_with("_auc") ||
      starts({"ranking_loss", "coverage", "one_error", "lrap"}))
    return ranking;
  return sets;
}

std::vector<std::string> metrics_of(std::size_t group, const std::vector<Figures>& models) {
  std::vector<std::string> names;
  for (const Figures& model : models)
    for (const Measure& measure : model.tuned.measures)
      if (group_of(measure.name) == group && std::find(names.begin(), names.end(), measure.name) == names.end())
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
  for (std::size_t group = 0; group < figure_groups.size(); ++group) {
    if (metrics_of(group, models).empty()) continue;
    if (group == sets && any_rule) {
      table.section("Decided label sets, at the standard cut");
      add_rows(table, models, group, false);
      table.section("Decided label sets, at tuned thresholds");
      add_rows(table, models, group, true);
    } else {
      table.section(std::string(figure_groups[group]));
      add_rows(table, models, group, true);
    }
  }
  return table.text();
}

}  // namespace tagma
