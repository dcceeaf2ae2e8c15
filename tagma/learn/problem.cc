#include <tagma/learn/problem.h>

#include <tagma/base/parallel.h>
#include <tagma/drive/balance.h>

#include <algorithm>
#include <cmath>

namespace tagma {
namespace {

constexpr std::int64_t weight_grain = 1 << 15;

// Column sums of [rows x outputs] in double precision.
std::vector<double> column_sums(const std::vector<float>& values, std::int64_t rows, std::int64_t outputs, const Run& run) {
  const auto width = static_cast<std::size_t>(outputs);
  return parallel_reduce(
      run, rows, 512, std::vector<double>(width),
      [&](std::int64_t first, std::int64_t last) {
        std::vector<double> part(width);
        for (std::int64_t r = first; r < last; ++r)
          for (std::size_t o = 0; o < width; ++o) part[o] += static_cast<double>(values[static_cast<std::size_t>(r) * width + o]);
        return part;
      },
      [](std::vector<double>& all, const std::vector<double>& part) {
        for (std::size_t o = 0; o < all.size(); ++o) all[o] += part[o];
      });
}

struct Masses {
  std::vector<double> present, absent;
};

// Summed weights of every label's present and absent rows: row weight times class balance.
Masses label_masses(const Problem& problem) {
  const LabelMatrix& truth = problem.data.labels;
  const auto labels = static_cast<std::size_t>(truth.labels());
  std::vector<double> listed(labels), excepted(labels);
  const LossOptions& options = problem.loss.options();
  const bool balanced = options.balance != Balance::none;
  const ClassWeights classes = balanced ? class_weights(count_classes(truth), options.beta) : ClassWeights{};
  double all = 0;
  for (std::int64_t r = 0; r < truth.rows(); ++r) {
    const LabelRow row = truth[r];
    double weight = problem.row_weights() ? static_cast<double>(problem.row_weights()[r]) : 1;
    if (balanced) {
      double balance = row.present.empty() ? classes.negative : 0;
      for (const LabelId label : row.present) balance += classes.label[static_cast<std::size_t>(label)];
      weight *= balance;
    }
    all += weight;
    for (const LabelId label : row.present) listed[static_cast<std::size_t>(label)] += weight;
    for (const LabelId label : row.exceptions) excepted[static_cast<std::size_t>(label)] += weight;
  }
  Masses masses{listed, excepted};
  if (truth.rest() == Truth::absent)
    for (std::size_t j = 0; j < labels; ++j) masses.absent[j] = std::max(all - listed[j] - excepted[j], 0.0);
  return masses;
}

}  // namespace

void fail_not_finite(const Problem& problem, std::string_view step) {
  fail(Code::bad_data,
       "the objective is no longer a number (loss {}, {}); features may be too large: try learner.scale deviation, a larger "
       "learner.l2 or a smaller learner.rate",
       problem.loss.name(), step);
}

double penalty(const Problem& problem, const Point& point, const Run& run) {
  const double l2 = problem.l2, l1 = problem.options.l1;
  if (l2 == 0 && l1 == 0) return 0;
  return parallel_reduce(
      run, static_cast<std::int64_t>(point.weights.size()), weight_grain, 0.0,
      [&](std::int64_t first, std::int64_t last) {
        double squares = 0, sizes = 0;
        for (std::int64_t i = first; i < last; ++i) {
          const auto weight = static_cast<double>(point.weights[static_cast<std::size_t>(i)]);
          squares += weight * weight;
          sizes += std::abs(weight);
        }
        return l2 / 2 * squares + l1 * sizes;
      },
      [](double& all, double part) { all += part; });
}

double objective(const Problem& problem, const Point& point, Point* slope, const Run& run) {
  const std::int64_t rows = problem.design.rows(), outputs = problem.outputs();
  const auto cells = static_cast<std::size_t>(rows * outputs);
  std::vector<float> values(cells), slopes(slope ? cells : 0);
  problem.design.forward(point.weights.data(), point.bias.data(), values.data(), outputs, outputs, run);
  Batch<float> batch;
  batch.rows = rows;
  batch.labels = problem.labels();
  batch.outputs = values.data();
  batch.matrix = &problem.data.labels;
  batch.row_weights = problem.row_weights();
  batch.label_weights = problem.label_weights_or_null();
  batch.slopes = slope ? slopes.data() : nullptr;
  const double value = problem.loss.run(batch, run) + penalty(problem, point, run);
  if (!slope) return value;

  slope->weights.resize(point.weights.size());
  problem.design.backward(slopes.data(), slope->weights.data(), outputs, outputs, run);
  if (problem.l2 > 0) {
    const auto l2 = static_cast<float>(problem.l2);
    parallel_for(run, static_cast<std::int64_t>(point.weights.size()), weight_grain, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t i = first; i < last; ++i)
        slope->weights[static_cast<std::size_t>(i)] += l2 * point.weights[static_cast<std::size_t>(i)];
    });
  }
  slope->bias.assign(static_cast<std::size_t>(outputs), 0.f);
  if (problem.options.bias) {
    const std::vector<double> sums = column_sums(slopes, rows, outputs, run);
    slope->bias.assign(sums.begin(), sums.end());
  }
  return value;
}

std::vector<float> prior_bias(const Problem& problem, const Run& run) {
  Masses masses = label_masses(problem);
  const std::size_t labels = masses.present.size();
  double present = 0, known = 0;
  for (std::size_t j = 0; j < labels; ++j) {
    present += masses.present[j];
    known += masses.present[j] + masses.absent[j];
  }
  const double share = (present + 0.5) / (known + 1);
  std::vector<Truth> truth(2 * labels);
  std::vector<float> weights(2 * labels), middle(2 * labels), slopes(2 * labels);
  for (std::size_t j = 0; j < labels; ++j) {
    double& yes = masses.present[j];
    double& no = masses.absent[j];
    if (yes == 0 && no == 0) yes = share, no = 1 - share;
    else if (yes == 0) yes = 0.5;
    else if (no == 0) no = 0.5;
    truth[2 * j] = Truth::present;
    truth[2 * j + 1] = Truth::absent;
    weights[2 * j] = static_cast<float>(yes / (yes + no));
    weights[2 * j + 1] = static_cast<float>(no / (yes + no));
  }
  const auto loss = make_loss(problem.loss.name(), [&] {
    Settings settings = problem.loss.settings();
    settings.set("reduction", "sum");
    settings.set("balance", "none");
    return settings;
  }());
  Batch<float> batch;
  batch.rows = 1;
  batch.labels = static_cast<LabelId>(2 * labels);
  batch.outputs = middle.data();
  batch.truth = truth.data();
  batch.label_weights = weights.data();
  batch.slopes = slopes.data();
  std::vector<float> low(labels, -16.f), high(labels, 16.f);
  for (int step = 0; step < 40; ++step) {  // bisection on the slope, all labels at once
    for (std::size_t j = 0; j < labels; ++j) middle[2 * j] = middle[2 * j + 1] = (low[j] + high[j]) / 2;
    loss->run(batch, run);
    for (std::size_t j = 0; j < labels; ++j) {
      const float slope = slopes[2 * j] + slopes[2 * j + 1];
      (slope > 0 ? high[j] : low[j]) = middle[2 * j];
    }
  }
  std::vector<float> bias(labels);
  for (std::size_t j = 0; j < labels; ++j) bias[j] = (low[j] + high[j]) / 2;
  return bias;
}

}  // namespace tagma
