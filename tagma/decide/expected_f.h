// For every example, the label set of largest expected F-beta under its presence probabilities (best_set.h), which may be
// the empty set: F(empty, empty) = 1, so an example that probably has no label is decided so.
// Nothing is fitted; it is as good as the probabilities are calibrated.
// Of a shortlist the labels that are listed are decided upon, as if all others were absent.
// Errors: Error{usage} to be fitted to a shortlist, and for scores without presence probabilities.
#pragma once

#include <tagma/base/fields.h>
#include <tagma/decide/rule.h>

namespace tagma {

struct ExpectedF {
  static constexpr std::string_view name = "expected-f",
                                    says =
                                        "per example, the set of largest expected F under the presence probabilities";
  double beta = 1;
  static constexpr auto fields() {
    return std::tuple{Field{"beta", &ExpectedF::beta, 0.01, 100., "recall counts beta times as much as precision"}};
  }

  std::unique_ptr<const Decider> fit(const Scores& scores, const LabelMatrix& truth, const Run& run) const;
  static std::unique_ptr<const Decider> load(const ModelReader& file);
};

}  // namespace tagma
