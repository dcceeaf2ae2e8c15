#include <tagma/drive/balance.h>

#include <cmath>

namespace tagma {

ClassCounts count_classes(const LabelMatrix& truth) {
  ClassCounts counts;
  counts.present = truth.present_per_label();
  for (std::int64_t row = 0; row < truth.rows(); ++row) {
    const LabelRow listed = truth[row];
    const auto exceptions = static_cast<LabelId>(listed.exceptions.size());
    const LabelId absent = truth.rest() == Truth::absent ? truth.labels() - exceptions : exceptions;
    counts.negative_rows += listed.present.empty() && absent > 0;
  }
  return counts;
}

ClassWeights class_weights(const ClassCounts& counts, double beta) {
  const auto weight = [beta](std::int64_t count) {
    if (count < 0) fail(Code::usage, "class balancing: a class is counted {} times", count);
    if (beta == 0) return 1.0;
    return (1 - beta) / -std::expm1(static_cast<double>(count > 0 ? count : 1) * std::log(beta));
  };
  ClassWeights weights;
  double sum = 0, classes = 0;
  const auto add = [&](std::int64_t count) {
    const double w = weight(count);
    if (count > 0) {
      sum += w;
      classes += 1;
    }
    return w;
  };
  for (const std::int64_t count : counts.present) weights.label.push_back(add(count));
  weights.negative = add(counts.negative_rows);
  const double scale = sum > 0 ? classes / sum : 1;
  for (double& w : weights.label) w *= scale;
  weights.negative *= scale;
  return weights;
}

}  // namespace tagma
