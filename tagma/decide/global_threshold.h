// One threshold for all labels, the one that is best on held-out scores, found exactly: every cut between two distinct
// scores is weighed in one pass from the strictest down, and the strictest of the best wins.
//
// target    micro_f      F-beta over all known cells together
//           macro_f      mean over labels of the label's F-beta; labels with no present cell count as zero_division
//                        until one is decided, then as 0
//           samples_f    the same over rows
//           cardinality  as many cells decided as are present ("proportional cut", Read et al. 2011)
// Where nothing decides between the cuts (no known cell, no present cell), the cut of the scale is kept.
// Cost: O(cells); 8 bytes of working space per known cell for micro_f and cardinality, 16 for the others.
#pragma once

#include <tagma/base/fields.h>
#include <tagma/decide/rule.h>

namespace tagma {

struct GlobalThreshold {
  enum class Target { micro_f, macro_f, samples_f, cardinality };

  static constexpr std::string_view name = "global-threshold",
                                    says = "one threshold for all labels, best on held-out data";
  Target target = Target::micro_f;
  double beta = 1, zero_division = 0;
  static constexpr auto fields() {
    return std::tuple{
        Choice{"target", &GlobalThreshold::target,
               std::array<std::string_view, 4>{"micro_f", "macro_f", "samples_f", "cardinality"}, "what is to be best"},
        Field{"beta", &GlobalThreshold::beta, 0.01, 100., "recall counts beta times as much as precision"},
        Field{"zero_division", &GlobalThreshold::zero_division, 0., 1.,
              "F of a label or row with nothing present nor decided"}};
  }

  float threshold(const Scores& scores, const LabelMatrix& truth, const Run& run) const;

  std::unique_ptr<const Decider> fit(const Scores& scores, const LabelMatrix& truth, const Run& run) const;
  static std::unique_ptr<const Decider> load(const ModelReader& file);
};

}  // namespace tagma
