#include <tagma/base/parallel.h>
#include <tagma/learn/newton.h>

#include <algorithm>
#include <thread>

namespace tagma {

Solved solve_newton(const Problem& problem, Point& point, const Run& run) {
  const TruthColumns truth(problem.data.labels);
  const ColumnLoss loss(problem, row_factors(problem, run));
  const std::vector<double> squares = problem.design.squares(loss.factors(), run);
  NewtonQueue queue;
  for (LabelId label = 0; label < problem.labels(); ++label) {
    // A label with nothing to separate keeps its prior bias, and weights 0.
    const bool weightless = !problem.label_weights.empty() && !(problem.label_weights[static_cast<std::size_t>(label)] > 0);
    if (truth.both_known(label) && !weightless) queue.labels.push_back(label);
    else if (problem.warm)
      for (std::int64_t f = 0; f < problem.design.features(); ++f)
        point.weights[static_cast<std::size_t>(f * problem.outputs() + label)] = 0;
  }
  const auto labels = static_cast<std::int64_t>(queue.labels.size());
  const auto caller = std::this_thread::get_id();
  const auto report = [&] {
    if (!run.progress || std::this_thread::get_id() != caller) return;
    const std::string note = fmt::format("{} newton steps", queue.newton_steps.load());
    run.report({"train", static_cast<double>(queue.solved.load()), static_cast<double>(labels), note});
  };
  const std::int64_t panels = (labels + math::panel_lanes - 1) / math::panel_lanes;
  const std::int64_t workers = panels < run.threads ? 1 : std::min<std::int64_t>(run.threads, panels);
  Run crew = run;  // each panel looks at the stop token itself
  crew.stop = {};
  parallel_blocks(crew, workers, [&](std::int64_t) {
    Run own = run;
    own.threads = workers == 1 ? run.threads : 1;
    NewtonPanel(problem, truth, loss, squares, point, queue, problem.warm).work(own, report);
  });
  Solved solved;
  solved.interrupted = run.stop.stop_requested() && queue.solved < labels + queue.unsolved;
  solved.facts = {{"newton_steps", static_cast<double>(queue.newton_steps.load())},
                  {"products", static_cast<double>(queue.products.load())}};
  if (labels < problem.labels())
    solved.notes.push_back(fmt::format("{} of {} labels have no present or no absent row; they got their prior only",
                                       problem.labels() - labels, problem.labels()));
  if (queue.unsolved > 0 && !solved.interrupted)
    solved.notes.push_back(fmt::format("{} labels did not reach the tolerance in {} newton steps", queue.unsolved.load(),
                                       problem.options.iterations));
  return solved;
}

}  // namespace tagma
