#include <tagma/learn/newton.h>

#include <tagma/base/parallel.h>

#include <algorithm>
#include <cmath>

namespace tagma {
namespace {

constexpr std::int64_t newton_grain = 4096;
constexpr std::int64_t most_solve_steps = 60;
// A linear system counts as solved when r' M r, M the preconditioner, has fallen to this share. Closer solutions cost more
// passes than the Newton steps they save.
constexpr double forcing = 0.03;
// Share of the diagonal in the preconditioner: the mean curve overstates the Hessian of most features, and a full diagonal
// takes three times the passes.
constexpr double diagonal_share = 0.03;

std::size_t place_of(std::int64_t row, int lane) { return static_cast<std::size_t>(row * math::panel_lanes + lane); }

// Runs f(first, last, sums...) over blocks of [0, count) and adds the sums in order.
template <class F>
std::pair<math::LaneSums, math::LaneSums> sum_blocks(const Run& run, std::int64_t count, F&& f) {
  using Pair = std::pair<math::LaneSums, math::LaneSums>;
  return parallel_reduce(
      run, count, newton_grain, Pair{},
      [&](std::int64_t first, std::int64_t last) {
        Pair part{};
        f(first, last, part.first, part.second);
        return part;
      },
      [](Pair& all, const Pair& part) {
        for (std::size_t l = 0; l < math::panel_lanes; ++l) {
          all.first[l] += part.first[l];
          all.second[l] += part.second[l];
        }
      });
}

}  // namespace

NewtonPanel::NewtonPanel(const Problem& problem, const TruthColumns& truth, const ColumnLoss& loss,
                         const std::vector<double>& squares, Point& point, NewtonQueue& queue, bool first_guess)
    : problem_(problem), truth_(truth), loss_(loss), squares_(squares), point_(point), queue_(queue), first_guess_(first_guess),
      rows_(problem.design.rows()), features_(problem.design.features()) {
  for (const float factor : loss.factors()) total_factor_ += static_cast<double>(factor);
  for (auto* panel : {&weights_, &step_, &direction_, &residual_, &inverse_, &product_})
    panel->assign(static_cast<std::size_t>(features_ * lanes), 0.f);
  for (auto* panel : {&outputs_, &step_outputs_, &passed_, &curves_, &back_})
    panel->assign(static_cast<std::size_t>(rows_ * lanes), 0.f);
  for (auto* column : {&column_, &column_slopes_, &column_curves_}) column->resize(static_cast<std::size_t>(rows_));
}

math::LaneSwitches NewtonPanel::lanes_at(Stage stage) const {
  math::LaneSwitches on{};
  for (std::size_t l = 0; l < lanes; ++l) on[l] = lane_[l].stage == stage ? -1 : 0;
  return on;
}

bool NewtonPanel::any_at(Stage stage) const {
  return std::any_of(lane_.begin(), lane_.end(), [&](const Lane& lane) { return lane.stage == stage; });
}

void NewtonPanel::work(const Run& run, const std::function<void()>& after_pass) {
  Run steady = run;  // a stop is looked at between passes only, where every lane has a point worth keeping
  steady.stop = {};
  while (fill_lanes()) {
    if (run.stop.stop_requested()) {
      for (int l = 0; l < lanes; ++l)
        if (lane_[static_cast<std::size_t>(l)].stage > Stage::place) finish_label(lane_[static_cast<std::size_t>(l)], l, false);
      return;
    }
    pass(steady);
    after_pass();
  }
}

bool NewtonPanel::fill_lanes() {
  bool busy = false;
  for (int l = 0; l < lanes; ++l) {
    Lane& lane = lane_[static_cast<std::size_t>(l)];
    if (lane.stage == Stage::idle) {
      const std::size_t next = queue_.next.fetch_add(1, std::memory_order_relaxed);
      if (next >= queue_.labels.size()) continue;
      lane.label = queue_.labels[next];
      start(lane, l);
    }
    busy = true;
  }
  return busy;
}

void NewtonPanel::start(Lane& lane, int l) {
  const auto label = static_cast<std::size_t>(lane.label);
  const auto outputs = static_cast<std::size_t>(problem_.outputs());
  std::vector<Truth> truth = std::move(lane.truth);
  const LabelId id = lane.label;
  lane = Lane{};
  lane.label = id;
  lane.truth = std::move(truth);
  lane.truth.resize(static_cast<std::size_t>(rows_));
  truth_.fill(lane.label, lane.truth);
  lane.weight = problem_.label_weights.empty() ? 1.0 : static_cast<double>(problem_.label_weights[label]);
  lane.bias = static_cast<double>(point_.bias[label]);
  for (std::int64_t f = 0; f < features_; ++f) {
    const float weight = first_guess_ ? point_.weights[static_cast<std::size_t>(f) * outputs + label] : 0.f;
    weights_[place_of(f, l)] = weight;
    direction_[place_of(f, l)] = weight;
    step_[place_of(f, l)] = 0;
  }
  if (first_guess_) {
    lane.direction_bias = lane.bias;
    lane.stage = Stage::place;
    return;
  }
  for (std::int64_t r = 0; r < rows_; ++r) {
    outputs_[place_of(r, l)] = static_cast<float>(lane.bias);
    step_outputs_[place_of(r, l)] = 0;
  }
  lane.value = value_at(lane, l, 0, 0);
  adopt(lane, l);
}

// The outputs of the first point have just been passed in the place of a direction's.
void NewtonPanel::place(Lane& lane, int l) {
  double squares = 0;
  for (std::int64_t f = 0; f < features_; ++f) {
    const auto weight = static_cast<double>(weights_[place_of(f, l)]);
    squares += weight * weight;
  }
  for (std::int64_t r = 0; r < rows_; ++r) {
    outputs_[place_of(r, l)] = passed_[place_of(r, l)];
    step_outputs_[place_of(r, l)] = 0;
  }
  lane.direction_bias = 0;
  lane.value = value_at(lane, l, 0, problem_.l2 / 2 * squares);
  adopt(lane, l);
}

// f at outputs + step x step_outputs; leaves slopes and curves of that point in the columns.
double NewtonPanel::value_at(const Lane& lane, int l, double step, double penalty) {
  const auto t = static_cast<float>(step);
  for (std::int64_t r = 0; r < rows_; ++r)
    column_[static_cast<std::size_t>(r)] = outputs_[place_of(r, l)] + t * step_outputs_[place_of(r, l)];
  return loss_.run(column_, lane.truth, lane.weight, column_slopes_, column_curves_) + penalty;
}

// Makes the point whose slopes and curves stand in the columns the current one.
void NewtonPanel::adopt(Lane& lane, int l) {
  if (!std::isfinite(lane.value)) fail_not_finite(problem_, fmt::format("newton step {} of label {}", lane.newton_steps, lane.label));
  if (lane.newton_steps == 0) lane.least_scale = 1e-3 * std::abs(lane.value);
  double curve = 0;
  for (std::int64_t r = 0; r < rows_; ++r) {
    const auto row = static_cast<std::size_t>(r);
    back_[place_of(r, l)] = column_slopes_[row];
    curves_[place_of(r, l)] = column_curves_[row];
    curve += static_cast<double>(column_curves_[row]);
  }
  lane.mean_curve = total_factor_ > 0 ? std::max(curve / total_factor_, 1e-9) : 1;
  lane.stage = Stage::slope;
}

void NewtonPanel::pass(const Run& run) {
  if (any_at(Stage::place) || any_at(Stage::solve)) {
    math::LaneFloats start{};
    for (std::size_t l = 0; l < lanes; ++l) start[l] = static_cast<float>(lane_[l].direction_bias);
    problem_.design.forward(direction_.data(), start.data(), passed_.data(), lanes, lanes, run);
  }
  for (int l = 0; l < lanes; ++l)
    if (lane_[static_cast<std::size_t>(l)].stage == Stage::place) place(lane_[static_cast<std::size_t>(l)], l);
  const math::LaneSwitches solving = lanes_at(Stage::solve);
  const auto [dots, sums] = sum_blocks(run, rows_, [&](std::int64_t first, std::int64_t last, auto& dot, auto& sum) {
    math::curve_back(first, last, solving, curves_.data(), passed_.data(), back_.data(), dot, sum);
  });
  problem_.design.backward(back_.data(), product_.data(), lanes, lanes, run);
  const auto busy = std::count_if(lane_.begin(), lane_.end(), [](const Lane& lane) { return lane.stage != Stage::idle; });
  queue_.products.fetch_add(busy, std::memory_order_relaxed);
  const math::LaneSwitches at_slope = lanes_at(Stage::slope);  // before lanes that end their solve join them
  const bool slopes = any_at(Stage::slope);
  if (any_at(Stage::solve)) take_solve_step(dots, sums, run);
  if (slopes) take_slopes(at_slope, sums, run);
}

void NewtonPanel::take_solve_step(const math::LaneSums& dots, const math::LaneSums& back_sums, const Run& run) {
  math::LaneFloats alpha{}, beta{};
  for (std::size_t l = 0; l < lanes; ++l) {
    Lane& lane = lane_[l];
    if (lane.stage != Stage::solve) continue;
    const double bend = dots[l] + problem_.l2 * lane.norm;
    if (!(bend > 0)) continue;  // flat along the direction: alpha stays 0 and the solve ends below
    alpha[l] = static_cast<float>(lane.rho / bend);
    const auto a = static_cast<double>(alpha[l]);
    lane.decrease += a * lane.rho;
    if (!problem_.options.bias) continue;
    lane.step_bias += a * lane.direction_bias;
    lane.residual_bias -= a * back_sums[l];
  }
  const auto l2 = static_cast<float>(problem_.l2);
  const auto rho = sum_blocks(run, features_, [&](std::int64_t first, std::int64_t last, auto& sum, auto&) {
    math::advance_solve(first, last, alpha, l2, direction_.data(), product_.data(), inverse_.data(), step_.data(), residual_.data(),
                        sum);
  }).first;
  parallel_for(run, rows_, newton_grain, [&](std::int64_t first, std::int64_t last) {
    math::add_scaled(first, last, alpha, passed_.data(), step_outputs_.data());
  });
  math::LaneSwitches going{};
  for (std::size_t l = 0; l < lanes; ++l) {
    Lane& lane = lane_[l];
    if (lane.stage != Stage::solve) continue;
    const double after = rho[l] + lane.inverse_bias * lane.residual_bias * lane.residual_bias;
    if (alpha[l] == 0 || after <= forcing * lane.rho_start || ++lane.solve_steps >= most_solve_steps) {
      finish_solve(lane, static_cast<int>(l));
      continue;
    }
    beta[l] = static_cast<float>(after / lane.rho);
    lane.direction_bias = lane.inverse_bias * lane.residual_bias + static_cast<double>(beta[l]) * lane.direction_bias;
    lane.rho = after;
    going[l] = -1;
  }
  const auto norms = sum_blocks(run, features_, [&](std::int64_t first, std::int64_t last, auto& sum, auto&) {
    math::turn_direction(first, last, going, beta, inverse_.data(), residual_.data(), direction_.data(), sum);
  }).first;
  for (std::size_t l = 0; l < lanes; ++l)
    if (going[l]) lane_[l].norm = norms[l];
}

void NewtonPanel::take_slopes(const math::LaneSwitches& on, const math::LaneSums& back_sums, const Run& run) {
  math::LaneFloats mean_curve{};
  for (std::size_t l = 0; l < lanes; ++l) {
    Lane& lane = lane_[l];
    if (!on[l]) continue;
    mean_curve[l] = static_cast<float>(diagonal_share * lane.mean_curve);
    const bool bias = problem_.options.bias;
    lane.step_bias = 0;
    lane.residual_bias = bias ? -back_sums[l] : 0;
    lane.inverse_bias = bias ? 1 / (lane.mean_curve * total_factor_) : 0;
    lane.direction_bias = lane.inverse_bias * lane.residual_bias;
  }
  const auto [rho, norms] = sum_blocks(run, features_, [&](std::int64_t first, std::int64_t last, auto& rho_part, auto& norm) {
    math::start_solve(first, last, on, static_cast<float>(problem_.l2), mean_curve,
                      {product_.data(), weights_.data(), squares_.data(), residual_.data(), inverse_.data(), direction_.data(),
                       step_.data()},
                      rho_part, norm);
  });
  for (int l = 0; l < lanes; ++l) {
    Lane& lane = lane_[static_cast<std::size_t>(l)];
    if (!on[static_cast<std::size_t>(l)]) continue;
    for (std::int64_t r = 0; r < rows_; ++r) step_outputs_[place_of(r, l)] = 0;
    lane.rho = rho[static_cast<std::size_t>(l)] + lane.residual_bias * lane.direction_bias;
    lane.rho_start = lane.rho;
    lane.norm = norms[static_cast<std::size_t>(l)];
    lane.decrease = 0;
    lane.solve_steps = 0;
    lane.stage = Stage::solve;
    const double scale = std::max(std::abs(lane.value), lane.least_scale);
    if (!(lane.rho > 1e-14 * scale)) finish_label(lane, l, true);  // no slope left
  }
}

// Goes along the step as far as f falls enough; false when it does not fall at all (the floor of the number type).
bool NewtonPanel::search_line(Lane& lane, int l) {
  double squares = 0, mixed = 0, step_squares = 0;
  for (std::int64_t f = 0; f < features_; ++f) {
    const auto w = static_cast<double>(weights_[place_of(f, l)]), s = static_cast<double>(step_[place_of(f, l)]);
    squares += w * w;
    mixed += w * s;
    step_squares += s * s;
  }
  const double noise = 2e-7 * std::max(std::abs(lane.value), lane.least_scale);
  double t = 1;
  for (int trial = 0; trial < 30; ++trial, t /= 2) {
    const double penalty = problem_.l2 / 2 * (squares + 2 * t * mixed + t * t * step_squares);
    const double value = value_at(lane, l, t, penalty);
    if (!(value <= lane.value - 1e-4 * t * lane.decrease + noise)) continue;
    const auto factor = static_cast<float>(t);
    for (std::int64_t f = 0; f < features_; ++f) weights_[place_of(f, l)] += factor * step_[place_of(f, l)];
    for (std::int64_t r = 0; r < rows_; ++r) outputs_[place_of(r, l)] = column_[static_cast<std::size_t>(r)];
    lane.bias += t * lane.step_bias;
    lane.value = value;
    return true;
  }
  return false;
}

void NewtonPanel::finish_solve(Lane& lane, int l) {
  ++lane.newton_steps;
  queue_.newton_steps.fetch_add(1, std::memory_order_relaxed);
  const double decrement = lane.decrease / 2, before = lane.value;
  if (!(lane.decrease > 0) || !search_line(lane, l)) return finish_label(lane, l, true);
  if (decrement <= problem_.options.tolerance * std::max(std::abs(before), lane.least_scale)) return finish_label(lane, l, true);
  if (lane.newton_steps >= problem_.options.iterations) return finish_label(lane, l, false);
  adopt(lane, l);
}

void NewtonPanel::finish_label(Lane& lane, int l, bool solved) {
  const auto outputs = static_cast<std::size_t>(problem_.outputs());
  const auto label = static_cast<std::size_t>(lane.label);
  for (std::int64_t f = 0; f < features_; ++f) {
    point_.weights[static_cast<std::size_t>(f) * outputs + label] = weights_[place_of(f, l)];
    direction_[place_of(f, l)] = 0;
  }
  point_.bias[label] = static_cast<float>(lane.bias);
  lane.direction_bias = 0;
  lane.stage = Stage::idle;
  queue_.solved.fetch_add(1, std::memory_order_relaxed);
  if (!solved) queue_.unsolved.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace tagma
