// Words that every folder shares, from the loss kernels (which may run on a device) to the reports.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tagma {

using LabelId = std::int32_t;

enum class Truth : std::int8_t { unknown = -1, absent = 0, present = 1 };

// The first of some ids that is out of [0, labels) or not above the one before it; ids.size() where all are ascending, each once.
template <class Ids>
std::size_t first_out_of_order(const Ids& ids, LabelId labels) {
  for (std::size_t i = 0; i < ids.size(); ++i)
    if (ids[i] < 0 || ids[i] >= labels || (i > 0 && ids[i] <= ids[i - 1])) return i;
  return ids.size();
}

// What a score means:
//   probability  the presence probability; without a rule a label is decided where it is at least 0.5
//   margin       a number that ranks labels and whose zero point separates present from absent: decided where >= 0
enum class Scale : std::uint8_t { probability, margin };
constexpr float cut_of(Scale scale) { return scale == Scale::probability ? 0.5f : 0.f; }

// How the probability that label a is more significant than label b follows from their scores.
enum class Order : std::uint8_t {
  none,      // the model says nothing of order
  logistic,  // P(a > b) = sigmoid(score_a - score_b); on the probability scale the scores are first taken to log-odds
  probit,    // P(a > b) = Phi((score_a - score_b) / sqrt(spread_a^2 + spread_b^2))
  factor,    // the same with what labels share: sqrt(spread_a^2 + spread_b^2 - 2 shared_a . shared_b)
  pairs,     // given pair by pair: [rows x labels (labels - 1) / 2], in the order (0,1) (0,2) .. (1,2) ..
};

}  // namespace tagma
