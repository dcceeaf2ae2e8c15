// One against the rest, going on from a model (growth.h): the panels are made of touched labels alone, first those of the model
// in the order of its outputs, then the new ones by falling frequency. Chunks of the model without a touched label keep
// their bytes; in the others the touched lanes are replaced; new labels have chunks of their own behind them.
// Costs by propensity are those of all rows, so they need the known ones.
// Stop: Error{interrupted}; the model to start from is what there is. What is solved is kept in Run::part.
#pragma once

#include <tagma/learn/ovr.h>

namespace tagma {

Learned grow_ovr(const Ovr& options, const Dataset& train, const Dataset* held_out, const LossFunction& loss, const Model& warm, const Run& run);

}  // namespace tagma
