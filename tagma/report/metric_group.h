// In which part of a table a metric stands, by what it judges.
#pragma once

#include <string_view>

namespace tagma {

enum class MetricGroup {
  ranking,      // how labels are ranked; no threshold
  sets,         // decided label sets
  order,        // order and significance among the labels of a row
  calibration,  // whether probabilities mean what they say
};

MetricGroup metric_group(std::string_view metric);

}  // namespace tagma
