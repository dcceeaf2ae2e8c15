#include <tagma/learn/linear.h>

#include <tagma/learn/problem.h>

#include <algorithm>
#include <cmath>

namespace tagma {
namespace {

std::shared_ptr<const LossFunction> counted(const LossFunction& loss, const LabelMatrix& truth) {
  auto copy = make_loss(loss.name(), loss.settings());
  copy->set_counts(count_classes(truth));
  return copy;
}

bool newton_solves(const LossFunction& loss) {
  const Traits traits = loss.traits();
  return loss.separable() && traits.convex && traits.curve && loss.outputs() == Outputs::one;
}

Solver chosen(const Linear& options, const LossFunction& loss) {
  const bool newton = newton_solves(loss) && options.l1 == 0;
  if (options.solver == Solver::newton && !newton)
    fail(Code::usage, "learner.solver newton: loss {}{} is not solvable label by label; allowed: auto, {}adam, adagrad", loss.name(),
         options.l1 > 0 ? " with l1" : "", loss.traits().smooth ? "lbfgs, " : "");
  if (options.solver == Solver::lbfgs && !loss.traits().smooth)
    fail(Code::usage, "learner.solver lbfgs: loss {} is not smooth; allowed: auto, adam, adagrad", loss.name());
  if (options.solver != Solver::automatic) return options.solver;
  if (newton) return Solver::newton;
  return loss.traits().convex && loss.traits().smooth ? Solver::lbfgs : Solver::adam;
}

void check(const Dataset& train, const Linear& options) {
  if (train.rows() == 0) fail(Code::usage, "learner linear: there are no rows to learn from");
  if (train.labels.labels() == 0) fail(Code::usage, "learner linear: there are no labels to learn");
  if (!train.has_features()) fail(Code::usage, "learner linear: the rows have no features");
  if (train.features.rows() != train.rows())
    fail(Code::usage, "learner linear: {} rows of features, {} of labels", train.features.rows(), train.rows());
  if (!train.weights.empty() && static_cast<std::int64_t>(train.weights.size()) != train.rows())
    fail(Code::usage, "learner linear: {} weights for {} rows", train.weights.size(), train.rows());
  for (const double value : {options.l2, options.l1, options.tolerance, options.rate})
    if (!std::isfinite(value)) fail(Code::usage, "learner linear: a setting is not finite");
}

// 1 / divisor of the reduction over all rows.
double unit_penalty(const LossFunction& loss, const Dataset& train, const Run& run) {
  if (loss.options().reduction == Reduction::sum) return 1;
  if (loss.options().reduction == Reduction::mean_rows) return 1 / static_cast<double>(train.rows());
  // The source's divisor grows with the rows: that of some of them tells it.
  const std::int64_t rows = std::min<std::int64_t>(train.rows(), 4096);
  Settings settings = loss.settings();
  settings.set("balance", "none");
  const auto paper = make_loss(loss.name(), settings);
  settings.set("reduction", "sum");
  const auto summed = make_loss(loss.name(), settings);
  const std::vector<float> outputs(static_cast<std::size_t>(rows * loss.outputs(train.labels.labels())));
  Batch<float> batch;
  batch.rows = rows;
  batch.labels = train.labels.labels();
  batch.outputs = outputs.data();
  batch.matrix = &train.labels;
  const double sum = summed->run(batch, run), value = paper->run(batch, run);
  const double divisor = value > 0 ? sum / value * static_cast<double>(train.rows()) / static_cast<double>(rows) : 0;
  return divisor > 0 ? 1 / divisor : 1 / static_cast<double>(train.rows());
}

std::vector<float> balanced_weights(const LabelMatrix& truth) {
  const std::vector<std::int64_t> present = truth.present_per_label();
  std::vector<float> weights;
  double sum = 0;
  for (const std::int64_t count : present) {
    weights.push_back(1 / static_cast<float>(std::max<std::int64_t>(count, 1)));
    sum += static_cast<double>(weights.back());
  }
  for (float& weight : weights) weight *= static_cast<float>(static_cast<double>(weights.size()) / sum);
  return weights;
}

Point first_point(const Problem& problem, const Model* warm, const Run& run) {
  const std::int64_t outputs = problem.outputs();
  if (!warm) {
    Point point;
    point.weights.assign(static_cast<std::size_t>(problem.design.features() * outputs), 0.f);
    point.bias.assign(static_cast<std::size_t>(outputs), 0.f);
    if (!problem.options.bias) return point;
    const Traits traits = problem.loss.traits();
    const bool one = problem.loss.outputs() == Outputs::one;
    if (problem.loss.separable() && one) point.bias = prior_bias(problem, run);
    else if (traits.smooth) point.bias = constant_bias(problem, run);
    return point;
  }
  const auto* linear = dynamic_cast<const LinearModel*>(warm);
  if (!linear || linear->labels() != problem.labels() || linear->features() != problem.design.all_features() ||
      linear->outputs() != outputs)
    fail(Code::usage,
         "warm start: a {} model of {} labels and {} features with loss {} does not fit a linear one of {} labels and {} features "
         "with loss {}",
         warm->kind(), warm->labels(), warm->features(), warm->loss(), problem.labels(), problem.design.all_features(),
         problem.loss.name());
  return problem.design.scaled({linear->dense_weights(), {linear->bias().begin(), linear->bias().end()}}, outputs);
}

}  // namespace

Learned Linear::learn(const Dataset& train, const Dataset* held_out, const LossFunction& given, const Model* warm,
                      const Run& run) const {
  check(train, *this);
  run.check_stop();
  const std::shared_ptr<const LossFunction> loss = counted(given, train.labels);
  Linear options = *this;
  options.solver = chosen(*this, *loss);
  const bool columns = options.solver == Solver::newton || options.solver == Solver::lbfgs;
  const Design design(train.features, scale, columns, run);
  Problem problem{options, design, train, *loss, l2 >= 0 ? l2 : unit_penalty(*loss, train, run), {}, warm != nullptr};
  if (label_weights == LabelWeights::balanced) problem.label_weights = balanced_weights(train.labels);
  Watch watch(options, held_out, design, loss, train.labels.labels());
  Point point = first_point(problem, warm, run);
  const bool small_steps = options.solver != Solver::newton && options.solver != Solver::lbfgs;
  const Point start = warm && small_steps ? point : Point{};

  Solved solved;
  switch (options.solver) {
    case Solver::newton: solved = solve_newton(problem, point, run); break;
    case Solver::lbfgs: solved = solve_lbfgs(problem, point, watch, run); break;
    default: solved = solve_mini_batch(problem, point, watch, run);
  }
  Learned learned;
  learned.interrupted = solved.interrupted;
  Run last = run;  // the model is there: what follows is short and not to be stopped
  last.stop = {};
  last.progress = nullptr;
  if (watch.sees() && options.solver == Solver::newton) watch.look(point, last);
  double value = objective(problem, point, nullptr, last);
  if (warm && small_steps && !watch.best()) {  // steps of small batches may leave a good start for a worse end
    const double before = objective(problem, start, nullptr, last);
    if (before < value) {
      point = start;
      value = before;
      solved.notes.emplace_back("no step led below the objective of the model it started from, which is kept");
    }
  }
  learned.facts = {{"objective", value}, {"l2", problem.l2}};
  learned.facts.insert(learned.facts.end(), solved.facts.begin(), solved.facts.end());
  if (watch.best()) learned.facts.emplace_back("held_out_" + watch.metric(), watch.best_value());
  learned.notes = std::move(solved.notes);
  learned.model = std::make_unique<const LinearModel>(watch.best() ? *watch.best() : *watch.model(point));
  return learned;
}

}  // namespace tagma
