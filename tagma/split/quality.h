// How evenly a split spread the labels.
//
// label_error (LD): the mean over labels and parts of |odds of the label in the part - odds in the whole|, where the odds
// are present / not present; pair_error (LDP): the same over the pairs of labels that occur twice or more.
// empty: (label, part) without a present row. Labels present in no row at all are left out of all three.
// Source: Sechidis, Tsoumakas, Vlahavas, "On the stratification of multi-label data" (2011), section 5; LDP: Szymanski,
// Kajdanowicz, "A network perspective on stratification of multi-label data" (2017).
#pragma once

#include <tagma/data/labels.h>

#include <cstdint>
#include <span>
#include <vector>

namespace tagma {

struct SplitQuality {
  double label_error = 0, pair_error = 0;
  bool pairs_counted = true;  // false when the rows hold more than 5 x 10^7 pairs; pair_error is then 0
  std::int64_t empty = 0;
};

SplitQuality split_quality(const LabelMatrix& labels, std::span<const std::vector<std::int64_t>> parts);

}  // namespace tagma
