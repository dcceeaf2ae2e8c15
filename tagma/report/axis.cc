#include <tagma/report/axis.h>

#include <tagma/report/number.h>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace tagma {
namespace {

std::string tick_text(double value, int decimals) {
  if (decimals == 0 && std::abs(value) >= 10000) return count_text(std::llround(value));
  return fmt::format("{:.{}f}", value, decimals);
}

}  // namespace

std::vector<Tick> linear_ticks(double low, double high, int count) {
  if (!(high > low) || !std::isfinite(low) || !std::isfinite(high)) return {{low, number_text(low)}};
  const double rough = (high - low) / count, power = std::pow(10., std::floor(std::log10(rough)));
  double step = 10 * power;
  for (double factor : {1., 2., 5.})
    if (rough <= factor * power * 1.0001) {
      step = factor * power;
      break;
    }
  const int decimals = std::max(0, static_cast<int>(std::ceil(-std::log10(step) - 1e-9)));
  std::vector<Tick> ticks;
  const double first = std::ceil(low / step - 1e-9), last = std::floor(high / step + 1e-9);
  for (double i = first; i <= last; ++i) {
    const double at = i == 0 ? 0 : i * step;
    ticks.push_back({at, decimals > 6 ? fmt::format("{:.1e}", at) : tick_text(at, decimals)});
  }
  return ticks;
}

std::vector<Tick> logarithmic_ticks(double low, double high) {
  std::vector<Tick> ticks;
  const bool few = std::log10(high / low) < 2;
  for (double power = std::pow(10., std::floor(std::log10(low))); power <= high * 1.0001; power *= 10)
    for (double factor : {1., 2., 5.}) {
      const double at = factor * power;
      if ((factor == 1 || few) && at >= low * 0.9999 && at <= high * 1.0001)
        ticks.push_back({at, at >= 1000 ? count_text(std::llround(at)) : fmt::format("{:g}", at)});
    }
  return ticks;
}

}  // namespace tagma
