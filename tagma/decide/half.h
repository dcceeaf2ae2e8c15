// The cut of the scale: a label is decided where its presence probability is at least 0.5, or its margin at least 0.
// Nothing is fitted; what is used without a rule.
#pragma once

#include <tagma/decide/rule.h>

#include <tuple>

namespace tagma {

struct Half {
  static constexpr std::string_view name = "half", says = "presence probability at least 0.5, or margin at least 0";
  static constexpr auto fields() { return std::tuple{}; }

  std::unique_ptr<const Decider> fit(const Scores& scores, const LabelMatrix& truth, const Run& run) const;
  static std::unique_ptr<const Decider> load(const ModelReader& file);
};

}  // namespace tagma
