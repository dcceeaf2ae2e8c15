// The k best labels of every row, ties by ascending id; on request only those whose score reaches a floor.
// Nothing is fitted. A shortlist that holds fewer than k labels of a row gives those.
#pragma once

#include <tagma/base/fields.h>
#include <tagma/decide/rule.h>

#include <limits>

namespace tagma {

struct TopK {
  static constexpr std::string_view name = "top-k", says = "the k best labels of every row";
  std::int32_t k = 1;
  float at_least = -std::numeric_limits<float>::infinity();
  static constexpr auto fields() {
    constexpr float infinity = std::numeric_limits<float>::infinity();
    return std::tuple{
        Field{"k", &TopK::k, 1, std::numeric_limits<std::int32_t>::max(), "labels per row"},
        Field{"at_least", &TopK::at_least, -infinity, infinity, "leave out labels scored lower than this"}};
  }

  std::unique_ptr<const Decider> fit(const Scores& scores, const LabelMatrix& truth, const Run& run) const;
  static std::unique_ptr<const Decider> load(const ModelReader& file);
};

}  // namespace tagma
