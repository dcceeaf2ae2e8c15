#include <tagma/learn/ovr_parts.h>

#include <tagma/measure/propensity.h>

#include <algorithm>
#include <numeric>

namespace tagma {

std::vector<double> present_costs(const Ovr& options, const Dataset& train, const LossFunction& loss) {
  if (options.present_weights == PresentWeights::none) return {};
  if (loss.reading().scale == Scale::probability)
    fail(Code::usage, "learner.present_weights propensity: not with loss {}; allowed: hinge, squared-hinge", loss.name());
  Judged judged;
  judged.truth = &train.labels;
  std::vector<double> costs = inverse_propensities(judged, options.propensity_a, options.propensity_b);
  for (double& cost : costs) cost = 2 * std::max(cost, 1.0) - 1;
  return costs;
}

void add_constants(ChunkBuilder& chunks, std::span<const LabelId> labels, const std::vector<std::int64_t>& present,
                   std::int64_t rows, const LossFunction& loss) {
  for (std::size_t first = 0; first < labels.size(); first += 64) {
    const std::span<const LabelId> some = labels.subspan(first, std::min<std::size_t>(64, labels.size() - first));
    std::vector<float> bias;
    for (const LabelId label : some) bias.push_back(constant_output(loss, present[static_cast<std::size_t>(label)], rows));
    chunks.add(static_cast<std::int32_t>(some.size()), {}, {}, bias);
  }
}

std::vector<std::int32_t> all_rows(std::int64_t rows) {
  std::vector<std::int32_t> ids(static_cast<std::size_t>(rows));
  std::iota(ids.begin(), ids.end(), 0);
  return ids;
}

}  // namespace tagma
