#include <tagma/learn/lbfgs.h>

#include <tagma/base/parallel.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace tagma {
namespace {

constexpr std::int64_t grain = 1 << 15;
constexpr std::size_t most_pairs = 8;
constexpr double armijo = 1e-4, wolfe = 0.9;
constexpr int most_trials = 40;

}  // namespace

Lbfgs::Lbfgs(const Problem& problem, Point& point, const Run& run)
    : problem_(problem), point_(point), run_(run), l1_(problem.options.l1 > 0), weights_(point.weights.size()) {
  run_.stop = {};
  run_.progress = nullptr;
  x_ = packed(point);
  value_ = evaluate(x_, slope_);
}

double Lbfgs::dot(const Vector& a, const Vector& b) const {
  return parallel_reduce(
      run_, static_cast<std::int64_t>(a.size()), grain, 0.0,
      [&](std::int64_t first, std::int64_t last) {
        double sum = 0;
        for (auto i = static_cast<std::size_t>(first); i < static_cast<std::size_t>(last); ++i)
          sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
        return sum;
      },
      [](double& all, double part) { all += part; });
}

void Lbfgs::combine(Vector& to, double factor, const Vector& from) const {
  const auto f = static_cast<float>(factor);
  parallel_for(run_, static_cast<std::int64_t>(to.size()), grain, [&](std::int64_t first, std::int64_t last) {
    for (auto i = static_cast<std::size_t>(first); i < static_cast<std::size_t>(last); ++i) to[i] += f * from[i];
  });
}

Lbfgs::Vector Lbfgs::packed(const Point& point) const {
  Vector x = point.weights;
  x.insert(x.end(), point.bias.begin(), point.bias.end());
  return x;
}

Point Lbfgs::unpacked(const Vector& x) const {
  const auto middle = x.begin() + static_cast<std::ptrdiff_t>(weights_);
  return {{x.begin(), middle}, {middle, x.end()}};
}

double Lbfgs::evaluate(const Vector& x, Vector& slope) const {
  Point at_slope;
  const double value = objective(problem_, unpacked(x), &at_slope, run_);
  slope = packed(at_slope);
  return value;
}

Lbfgs::Vector Lbfgs::orthant_slope(const Vector& x, const Vector& slope) const {
  if (!l1_) return slope;
  const auto l1 = static_cast<float>(problem_.options.l1);
  Vector pseudo = slope;
  for (std::size_t i = 0; i < weights_; ++i) {
    if (x[i] > 0) pseudo[i] += l1;
    else if (x[i] < 0) pseudo[i] -= l1;
    else if (slope[i] + l1 < 0) pseudo[i] += l1;
    else if (slope[i] - l1 > 0) pseudo[i] -= l1;
    else pseudo[i] = 0;
  }
  return pseudo;
}

Lbfgs::Vector Lbfgs::direction(const Vector& slope) const {
  Vector q = slope;
  std::vector<double> alpha(pairs_.size());
  for (std::size_t i = pairs_.size(); i-- > 0;) {
    alpha[i] = dot(pairs_[i].move, q) / pairs_[i].product;
    combine(q, -alpha[i], pairs_[i].change);
  }
  const double unit = pairs_.empty() ? 1 : pairs_.back().product / dot(pairs_.back().change, pairs_.back().change);
  for (float& value : q) value *= static_cast<float>(unit);
  for (std::size_t i = 0; i < pairs_.size(); ++i)
    combine(q, alpha[i] - dot(pairs_[i].change, q) / pairs_[i].product, pairs_[i].move);
  for (float& value : q) value = -value;
  if (l1_)
    for (std::size_t i = 0; i < weights_; ++i)
      if (q[i] * slope[i] >= 0) q[i] = 0;  // only where it still goes down
  return q;
}

Lbfgs::Vector Lbfgs::moved(const Vector& direction, double t, const Vector& orthant) const {
  Vector x = x_;
  combine(x, t, direction);
  if (!l1_) return x;
  for (std::size_t i = 0; i < weights_; ++i) {
    const float side = x_[i] != 0 ? x_[i] : -orthant[i];
    if (x[i] * side <= 0) x[i] = 0;  // stops at the wall
  }
  return x;
}

void Lbfgs::remember(const Vector& x, const Vector& slope) {
  Pair pair{x, slope, 0};
  combine(pair.move, -1, x_);
  combine(pair.change, -1, slope_);
  pair.product = dot(pair.move, pair.change);
  if (!(pair.product > 1e-10 * std::sqrt(dot(pair.move, pair.move) * dot(pair.change, pair.change)))) return;
  pairs_.push_back(std::move(pair));
  if (pairs_.size() > most_pairs) pairs_.pop_front();
}

bool Lbfgs::step(std::int64_t iteration) {
  const Vector downhill = orthant_slope(x_, slope_);
  const double size = std::sqrt(dot(downhill, downhill));
  if (!(size > 0)) return false;
  Vector along = direction(downhill);
  double incline = dot(along, downhill);
  if (!(incline < 0)) {  // the pairs mislead: start over
    pairs_.clear();
    along = direction(downhill);
    incline = dot(along, downhill);
  }
  const double noise = 1e-7 * std::abs(value_);
  double low = 0, high = std::numeric_limits<double>::infinity(), t = pairs_.empty() ? std::min(1.0, 1 / size) : 1;
  Vector slope;
  for (int trial = 0; trial < most_trials; ++trial) {
    Vector x = moved(along, t, downhill);
    const double value = evaluate(x, slope);
    double reach = t * incline;
    if (l1_) {
      Vector way = x;
      combine(way, -1, x_);
      reach = dot(way, downhill);
    }
    if (!(value <= value_ + armijo * reach)) {
      // At the floor of the number type a step that does not raise the objective measurably is the last one.
      if (trial > 8 && std::isfinite(value) && value <= value_ + noise) return false;
      high = t;
    } else if (!l1_ && dot(along, slope) < wolfe * incline) {
      low = t;
    } else {
      if (!std::isfinite(value)) fail_not_finite(problem_, fmt::format("iteration {} of lbfgs", iteration));
      remember(x, slope);
      x_ = std::move(x);
      slope_ = std::move(slope);
      value_ = value;
      point_ = unpacked(x_);
      return true;
    }
    t = std::isinf(high) ? 2 * t : (low + high) / 2;
  }
  return false;
}

std::vector<float> constant_bias(const Problem& problem, const Run& run) {
  constexpr std::int64_t most_iterations = 30;
  constexpr double least_gain = 1e-5;  // of the objective, in an iteration
  const Design no_features(FeatureMatrix(DenseArrays{}, problem.data.rows(), 0), Scaling::none, true, run);
  const Problem constant{problem.options, no_features, problem.data, problem.loss, problem.l2, problem.label_weights, false};
  Point point{{}, std::vector<float>(static_cast<std::size_t>(problem.outputs()))};
  Lbfgs lbfgs(constant, point, run);
  double before = lbfgs.value();
  for (std::int64_t iteration = 1; std::isfinite(before) && iteration <= most_iterations && lbfgs.step(iteration); ++iteration) {
    if (before - lbfgs.value() <= least_gain * std::abs(lbfgs.value())) break;
    before = lbfgs.value();
  }
  return point.bias;
}

Solved solve_lbfgs(const Problem& problem, Point& point, Watch& watch, const Run& run) {
  Solved solved;
  Lbfgs lbfgs(problem, point, run);
  std::vector<double> values{lbfgs.value()};
  if (!std::isfinite(values.front())) fail_not_finite(problem, "the start of lbfgs");
  if (watch.sees()) watch.look(point, run);
  std::int64_t iteration = 0;
  bool converged = false;
  while (iteration < problem.options.iterations && !converged && !watch.should_stop()) {
    if ((solved.interrupted = run.stop.stop_requested())) break;
    if (!lbfgs.step(++iteration)) converged = true;
    values.push_back(lbfgs.value());
    std::string note = fmt::format("objective {:.6g}", lbfgs.value());
    if (watch.sees()) note += fmt::format("  held-out {} {:.5g}", watch.metric(), watch.look(point, run));
    run.report({"train", static_cast<double>(iteration), static_cast<double>(problem.options.iterations), note});
    constexpr std::size_t back = 5;
    if (values.size() > back) {
      const double gain = values[values.size() - 1 - back] - values.back();
      converged = converged || gain <= problem.options.tolerance * std::abs(values.back());
    }
  }
  solved.facts = {{"iterations", static_cast<double>(iteration)}};
  if (watch.should_stop())
    solved.notes.push_back(fmt::format("stopped after {} iterations without gain in held-out {}", problem.options.patience, watch.metric()));
  else if (!converged && !solved.interrupted)
    solved.notes.push_back(fmt::format("did not reach the tolerance in {} iterations", problem.options.iterations));
  return solved;
}

}  // namespace tagma
