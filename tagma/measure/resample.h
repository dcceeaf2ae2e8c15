// Bootstrap: rows (or whole groups of rows) drawn with replacement, as counts per row; percentile intervals.
//
// Resample s draws from stream s of the run's seed, so that it is the same for any number of threads. As many groups are
// drawn as there are. Source: Efron & Tibshirani, An introduction to the bootstrap (1993), chapter 13.
#pragma once

#include <tagma/measure/curves.h>

namespace tagma {

// counts: [replicates x rows], saturating at 255.
WeightSets resample(const Judged& judged, int replicates, const Run& run);

// The interval that holds `level` of the values, by linear interpolation between them; NaN values (resamples on which
// the metric is undefined) are left out. Nothing when fewer than two are left.
std::optional<Interval> percentile_interval(std::vector<double> values, double level);

}  // namespace tagma
