#include <tagma/decide/order_slope.h>

#include <tagma/base/parallel.h>
#include <tagma/measure/order.h>

namespace tagma {
namespace {

constexpr std::int64_t order_rows_per_block = 256;
constexpr double most_slope = 1e6;
constexpr int most_slope_steps = 60;

// Slope and curvature of the objective in a.
struct Fall {
  double slope = 0, curve = 0;
  std::int64_t pairs = 0;
};

// First and second derivative of -log F at z.
struct Jet {
  double slope, curve;
};
Jet jet(double z, bool probit) {
  if (probit) {
    const double mills = math::mills(z);
    return {-mills, mills * (z + mills)};
  }
  const double wrong = 1 / (1 + std::exp(z));
  return {-wrong, wrong * (1 - wrong)};
}

Fall fall_at(double a, double mistaken, const Scores& scores, const LabelMatrix& truth, const Run& run) {
  const bool probit = probit_order(scores);
  return parallel_reduce(
      run, scores.rows, order_rows_per_block, Fall{},
      [&](std::int64_t first, std::int64_t last) {
        Fall part;
        for (std::int64_t r = first; r < last; ++r) {
          const LabelRow row = truth[r];
          part.pairs += each_ordered_pair(row.present, row.grades, [&](LabelId above, LabelId below) {
            const double x = order_argument(scores, r, above, below);
            if (!std::isfinite(x)) return;  // its probability is 0 or 1 whatever the slope
            const Jet right = jet(a * x, probit), wrong = jet(-a * x, probit);
            part.slope += x * ((1 - mistaken) * right.slope - mistaken * wrong.slope);
            part.curve += x * x * ((1 - mistaken) * right.curve + mistaken * wrong.curve);
          });
        }
        return part;
      },
      [](Fall& whole, const Fall& part) { whole.slope += part.slope, whole.curve += part.curve, whole.pairs += part.pairs; });
}

}  // namespace

std::optional<OrderSlope> fit_order_slope(const Scores& scores, const LabelMatrix& truth, const Run& run) {
  const bool arguments = scores.order == Order::pairs ? !scores.pairs.empty() : !probit_order(scores) || !scores.spread.empty();
  if (scores.order == Order::factor && scores.shared.empty()) return {};
  if (scores.is_shortlist() || scores.order == Order::none || !arguments || !truth.graded()) return {};
  OrderSlope found;
  found.pairs = fall_at(0, 0, scores, truth, run).pairs;
  if (found.pairs == 0) return {};
  const double mistaken = 1 / (static_cast<double>(found.pairs) + 2);
  double low = 0, high = most_slope, a = 1;  // the objective falls at low and rises at high
  if (fall_at(0, mistaken, scores, truth, run).slope >= 0) return OrderSlope{0, found.pairs};
  for (int step = 0; step < most_slope_steps; ++step) {
    const Fall fall = fall_at(a, mistaken, scores, truth, run);
    (fall.slope < 0 ? low : high) = a;
    double next = fall.curve > 0 ? a - fall.slope / fall.curve : high;
    if (!(next > low && next < high)) next = low > 0 ? std::sqrt(low * high) : high / 2;
    const bool still = std::abs(next - a) <= 1e-9 * a;
    a = next;
    if (still) break;
  }
  found.slope = a;
  return found;
}

}  // namespace tagma
