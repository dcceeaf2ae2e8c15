#include <tagma/make/intercept.h>

#include <tagma/base/portable_math.h>

#include <algorithm>

namespace tagma {

double mean_logistic(double offset, double slope, std::span<const double> shifts) {
  const double step = 0.25 * std::min(1.0, 4 / std::max(slope, 1e-9));  // the logistic's poles lie pi / slope away
  const int half = static_cast<int>(8 / step) + 1;
  double weights = 0, sum = 0;
  for (int i = -half; i <= half; ++i) {
    const double z = i * step, weight = portable_exp(-0.5 * z * z);
    double mean = 0;
    for (double shift : shifts) mean += portable_logistic(offset + shift + slope * z);
    weights += weight;
    sum += weight * mean;
  }
  return sum / (weights * static_cast<double>(shifts.size()));
}

double intercept_for(double target, double slope, std::span<const double> shifts) {
  double widest = 0;
  for (double shift : shifts) widest = std::max(widest, shift < 0 ? -shift : shift);
  double low = -50 - 10 * slope - widest, high = 50 + 10 * slope + widest;
  if (target >= 1) return high;
  for (int i = 0; i < 40; ++i) {
    const double middle = 0.5 * (low + high);
    (mean_logistic(middle, slope, shifts) < target ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace tagma
