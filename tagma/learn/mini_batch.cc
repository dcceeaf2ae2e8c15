#include <tagma/learn/mini_batch.h>

#include <tagma/base/parallel.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace tagma {
namespace {

constexpr float mean_decay = 0.9f, floor_of_square_root = 1e-8f;
constexpr double memory_share = 0.1, shortest_memory = 20, longest_memory = 1000;  // of squared slopes, in steps
constexpr double rising_share = 0.1;
constexpr double most_growth = 2, length_decay = 0.95;
constexpr std::int64_t touched_grain = 32, wanted_steps = 1500, fewest_rounds = 20;
constexpr std::int64_t shared_batch = std::int64_t{1} << 22;  // products of weights and values from which threads pay

std::int64_t products_of_step(const Problem& problem, std::int64_t rows) {
  const Design& design = problem.design;
  return rows * design.stored() / std::max<std::int64_t>(design.rows(), 1) * problem.outputs();
}

}  // namespace

MiniBatch::MiniBatch(const Problem& problem, Point& point, const Run& run)
    : problem_(problem), point_(point), run_(run), batch_(problem.design), adam_(problem.options.solver != Solver::adagrad),
      outputs_(problem.outputs()) {
  run_.stop = {};
  run_.progress = nullptr;
  const std::int64_t rows = problem.design.rows();
  batch_size_ = std::min(problem.options.batch, rows);
  const std::int64_t steps_of_round = (rows + batch_size_ - 1) / batch_size_;
  rounds_ = problem.options.rounds > 0 ? problem.options.rounds
                                       : std::max((wanted_steps - 1) / steps_of_round + 1, fewest_rounds);
  total_steps_ = rounds_ * steps_of_round;
  // Threads that wait for the next of many small loops spin: a step in 30 us becomes milliseconds where others want the processor.
  if (products_of_step(problem, batch_size_) < shared_batch) run_.threads = 1;
  most_rate_ = problem.options.rate > 0 ? problem.options.rate : (adam_ ? 0.05 : 0.2);
  square_decay_ = 1 - 1 / std::clamp(memory_share * static_cast<double>(total_steps_), shortest_memory, longest_memory);
  order_.resize(static_cast<std::size_t>(rows));
  std::iota(order_.begin(), order_.end(), std::int64_t{0});
  const auto features = static_cast<std::size_t>(problem.design.features());
  last_.assign(features, 0);
  times_.assign(features, 0);
  if (adam_) mean_.assign(point.weights.size(), 0.f);
  square_.assign(point.weights.size(), 0.f);
  mean_bias_.assign(point.bias.size(), 0.f);
  square_bias_.assign(point.bias.size(), 0.f);
}

double MiniBatch::rate() const {
  const double steps = static_cast<double>(total_steps_), share = static_cast<double>(step_ - 1) / steps;
  const double rise = adam_ ? std::min(1.0, static_cast<double>(step_) / (rising_share * steps)) : 1;
  return most_rate_ * rise * 0.5 * (1 + std::cos(std::numbers::pi * share));
}

// `age`: steps since these weights were last updated; `times`: updates so far, this one included.
void MiniBatch::update(float* weight, float* mean, float* square, const float* slope, std::int64_t count, std::int64_t age,
                       std::int64_t times, bool penalised) const {
  const auto l2 = penalised ? static_cast<float>(problem_.l2 * static_cast<double>(age)) : 0.f;
  const auto l1 = penalised ? static_cast<float>(problem_.options.l1 * static_cast<double>(age)) : 0.f;
  const auto step = static_cast<float>(rate());
  const auto mean_free = static_cast<float>(1 / (1 - std::pow(static_cast<double>(mean_decay), times)));
  const auto square_free = static_cast<float>(1 / (1 - std::pow(square_decay_, times)));
  const auto square_decay = static_cast<float>(square_decay_);
  for (std::int64_t i = 0; i < count; ++i) {
    const float g = slope[i] + l2 * weight[i];
    float size, towards;
    if (adam_) {
      mean[i] = mean_decay * mean[i] + (1 - mean_decay) * g;
      square[i] = square_decay * square[i] + (1 - square_decay) * g * g;
      size = step / (std::sqrt(square[i] * square_free) + floor_of_square_root);
      towards = mean[i] * mean_free;
    } else {
      square[i] += g * g;
      size = step / (std::sqrt(square[i]) + floor_of_square_root);
      towards = g;
    }
    const float moved = weight[i] - size * towards;
    const float rest = std::abs(moved) - size * l1;
    weight[i] = l1 > 0 ? (rest > 0 ? std::copysign(rest, moved) : 0.f) : moved;
  }
}

void MiniBatch::update_features() {
  const std::vector<std::int32_t>* touched = batch_.touched();
  parallel_for(run_, batch_.touched_count(), touched_grain, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t t = first; t < last; ++t) {
      const auto feature = touched ? static_cast<std::size_t>((*touched)[static_cast<std::size_t>(t)]) : static_cast<std::size_t>(t);
      const std::int64_t at = static_cast<std::int64_t>(feature) * outputs_;
      const std::int64_t age = step_ - last_[feature];
      last_[feature] = static_cast<std::int32_t>(step_);
      update(point_.weights.data() + at, adam_ ? mean_.data() + at : nullptr, square_.data() + at, gathered_.data() + t * outputs_,
             outputs_, age, ++times_[feature], true);
    }
  });
}

void MiniBatch::update_bias() {
  if (!problem_.options.bias) return;
  std::vector<double> sums(static_cast<std::size_t>(outputs_));
  for (std::int64_t r = 0; r < batch_.rows(); ++r)
    for (std::size_t o = 0; o < sums.size(); ++o)
      sums[o] += static_cast<double>(slopes_[static_cast<std::size_t>(r * outputs_) + o]);
  const std::vector<float> slope(sums.begin(), sums.end());
  update(point_.bias.data(), mean_bias_.data(), square_bias_.data(), slope.data(), outputs_, 1, step_, false);
}

// Shrinks the slopes of the batch to `most_growth` times their usual length.
void MiniBatch::tame_slopes() {
  const double squares = parallel_reduce(
      run_, static_cast<std::int64_t>(gathered_.size()), 1 << 15, 0.0,
      [&](std::int64_t first, std::int64_t last) {
        double sum = 0;
        for (auto i = static_cast<std::size_t>(first); i < static_cast<std::size_t>(last); ++i)
          sum += static_cast<double>(gathered_[i]) * static_cast<double>(gathered_[i]);
        return sum;
      },
      [](double& all, double part) { all += part; });
  const double length = std::sqrt(squares), most = step_ == 1 ? length : most_growth * usual_length_;
  if (length > most) {
    const auto factor = static_cast<float>(most / length);
    for (float& slope : gathered_) slope *= factor;
    for (float& slope : slopes_) slope *= factor;
  }
  usual_length_ = step_ == 1 ? length : length_decay * usual_length_ + (1 - length_decay) * std::min(length, most);
}

double MiniBatch::take_step(std::span<const std::int64_t> rows) {
  ++step_;
  batch_.take(rows);
  const auto cells = rows.size() * static_cast<std::size_t>(outputs_);
  values_.resize(cells);
  slopes_.resize(cells);
  batch_.forward(point_.weights.data(), point_.bias.data(), values_.data(), outputs_, run_);
  Batch<float> batch;
  batch.rows = batch_.rows();
  batch.labels = problem_.labels();
  batch.outputs = values_.data();
  batch.matrix = &problem_.data.labels;
  batch.row_ids = rows.data();
  if (problem_.row_weights()) {
    batch_weights_.resize(rows.size());
    for (std::size_t r = 0; r < rows.size(); ++r) batch_weights_[r] = problem_.row_weights()[rows[r]];
    batch.row_weights = batch_weights_.data();
  }
  batch.label_weights = problem_.label_weights_or_null();
  batch.slopes = slopes_.data();
  const double value = problem_.loss.run(batch, run_);
  if (!std::isfinite(value)) fail_not_finite(problem_, fmt::format("step {}", step_));
  gathered_.resize(static_cast<std::size_t>(batch_.touched_count() * outputs_));
  batch_.backward(slopes_.data(), gathered_.data(), outputs_, run_);
  tame_slopes();
  update_features();
  update_bias();
  return value;
}

double MiniBatch::round(std::int64_t number) {
  Rng rng = Rng(run_.seed).fork(static_cast<std::uint64_t>(number));
  rng.shuffle(order_);
  double sum = 0;
  std::int64_t steps = 0;
  const auto rows = static_cast<std::int64_t>(order_.size());
  for (std::int64_t first = 0; first < rows; first += batch_size_, ++steps)
    sum += take_step(std::span(order_).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(std::min(batch_size_, rows - first))));
  return steps > 0 ? sum / static_cast<double>(steps) : 0;
}

Solved solve_mini_batch(const Problem& problem, Point& point, Watch& watch, const Run& run) {
  Solved solved;
  MiniBatch descent(problem, point, run);
  std::int64_t round = 0;
  while (round < descent.rounds() && !watch.should_stop()) {
    if ((solved.interrupted = run.stop.stop_requested())) break;
    const double loss = descent.round(++round);
    std::string note = fmt::format("loss {:.6g}", loss);
    if (watch.sees()) note += fmt::format("  held-out {} {:.5g}", watch.metric(), watch.look(point, run));
    run.report({"train", static_cast<double>(round), static_cast<double>(descent.rounds()), note});
  }
  solved.facts = {{"rounds", static_cast<double>(round)}, {"steps", static_cast<double>(descent.steps())}};
  if (watch.should_stop())
    solved.notes.push_back(fmt::format("stopped after {} rounds without gain in held-out {}", problem.options.patience, watch.metric()));
  return solved;
}

}  // namespace tagma
