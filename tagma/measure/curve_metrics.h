// Average precision and area under the ROC curve, over labels (macro) or over all cells at once (micro).
//
// Average precision is sum (R_n - R_(n-1)) P_n over the distinct scores (not interpolated); AUC is the share of
// present-absent pairs in the right order, ties half. Support: labels averaged (macro) or present cells (micro).
#pragma once

#include <tagma/measure/rules.h>

#include <string_view>
#include <tuple>

namespace tagma {

struct CurveMetric {
  static constexpr Better better = Better::higher;
  static constexpr Needs needs = Needs::scores;
  static constexpr auto fields() { return std::tuple<>{}; }
};
struct MacroMap : CurveMetric {
  static constexpr std::string_view name = "macro_map", says = "average precision, mean over labels";
  static constexpr bool per_label = true, area = false;
};
struct MicroMap : CurveMetric {
  static constexpr std::string_view name = "micro_map", says = "average precision over all cells";
  static constexpr bool per_label = false, area = false;
};
struct MacroAuc : CurveMetric {
  static constexpr std::string_view name = "macro_auc", says = "area under the ROC curve, mean over labels";
  static constexpr bool per_label = true, area = true;
};
struct MicroAuc : CurveMetric {
  static constexpr std::string_view name = "micro_auc", says = "area under the ROC curve over all cells";
  static constexpr bool per_label = false, area = true;
};

}  // namespace tagma
