// An evaluation as JSON, in the form of `tagma evaluate --json`:
//
//   {"rows":N,"labels":K,
//    "metrics":{"micro_f1":{"value":0.61,"better":"higher","support":1200,"undefined":0,"low":..,"high":..},..},
//    "conventions":{"zero_division":"0","preset":"none","ties":"..","interval":{..}},
//    "by_label":{"names":[..],"macro_f1":[..]},
//    "left_out":{"kendall_tau_b":"needs grades"}}
//
// low and high stand where there is an interval; by_label where it was asked for. A value that does not exist is null in
// by_label and absent elsewhere: NaN never appears.
#pragma once

#include <tagma/measure/measure.h>

#include <nlohmann/json_fwd.hpp>

#include <span>
#include <string>

namespace tagma {

// `names`: one per label, or empty (labels are then called by their number).
nlohmann::ordered_json evaluation_json(const Evaluation& evaluation, const MeasureOptions& options,
                                       std::span<const std::string> names = {});

}  // namespace tagma
