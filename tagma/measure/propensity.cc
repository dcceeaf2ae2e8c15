#include <tagma/measure/propensity.h>

#include <cmath>

namespace tagma {

std::vector<double> inverse_propensities(const Judged& judged, double a, double b) {
  const bool train = !judged.train_present.empty();
  if (train && judged.train_rows < 1) fail(Code::usage, "training counts of labels need the number of training rows");
  const std::vector<std::int64_t> own = train ? std::vector<std::int64_t>() : judged.truth->present_per_label();
  const std::span<const std::int64_t> present = train ? judged.train_present : std::span<const std::int64_t>(own);
  const auto rows = static_cast<double>(train ? judged.train_rows : judged.truth->rows());
  const double c = (std::log(rows) - 1) * std::pow(b + 1, a);
  std::vector<double> weights;
  for (const std::int64_t n : present) weights.push_back(1 + c * std::pow(static_cast<double>(n) + b, -a));
  return weights;
}

}  // namespace tagma
