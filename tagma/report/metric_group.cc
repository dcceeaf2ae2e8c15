#include <tagma/report/metric_group.h>

#include <algorithm>
#include <initializer_list>

namespace tagma {

MetricGroup metric_group(std::string_view metric) {
  const auto starts = [&](std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return metric.starts_with(word); });
  };
  if (starts({"presence_", "order_"})) return MetricGroup::calibration;
  if (starts({"kendall", "spearman", "goodman", "positive_tau", "significance"})) return MetricGroup::order;
  const bool ranks =
      metric.find("_at_") != std::string_view::npos || metric.ends_with("_map") || metric.ends_with("_auc");
  return ranks || starts({"ranking_loss", "coverage", "one_error", "lrap"}) ? MetricGroup::ranking : MetricGroup::sets;
}

}  // namespace tagma
