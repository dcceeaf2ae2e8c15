// Every rule that `tagma tune` knows, in alphabetical order of names. A new rule is one header (and its .cc) and one entry here: a type
// with name, says, fields(), fit(scores, truth, run) -> Decider, and static load(file) -> Decider.
#pragma once

#include <tagma/base/catalog.h>
#include <tagma/decide/expected_f.h>
#include <tagma/decide/global_threshold.h>
#include <tagma/decide/half.h>
#include <tagma/decide/label_thresholds.h>
#include <tagma/decide/platt.h>
#include <tagma/decide/top_k.h>

namespace tagma {

using Rules = Catalog<ExpectedF, GlobalThreshold, Half, LabelThresholds, TopK>;

// Rules that make probabilities of scores instead of deciding: fit(scores, truth, run) -> Calibration.
using Calibrations = Catalog<Platt>;

}  // namespace tagma
