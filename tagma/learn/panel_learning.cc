#include <tagma/learn/panel_learning.h>

#include <tagma/comm/comm.h>
#include <tagma/learn/kept_panels.h>
#include <tagma/measure/measure.h>
#include <tagma/score/score.h>

#include <algorithm>
#include <cmath>

namespace tagma {
namespace {

constexpr LabelId shortlist_length = 100;
constexpr std::int64_t cells_per_block = std::int64_t{1} << 24;

// Outputs that read as these scores.
void unread(Scores& scores) {
  if (scores.scale != Scale::probability) return;
  for (float& value : scores.values) {
    const double p = std::clamp(static_cast<double>(value), 1e-38, 1 - 1e-8);
    value = static_cast<float>(std::log(p / (1 - p)));
  }
}

double held_out_loss(const Model& model, const Dataset& data, const LossFunction& loss, const Run& run) {
  Settings settings = loss.settings();
  settings.set("reduction", "sum");
  const auto summed = make_loss(loss.name(), settings);
  const std::int64_t rows = std::max<std::int64_t>(1, cells_per_block / std::max<LabelId>(1, model.labels()));
  double sum = 0;
  for (std::int64_t first = 0; first < data.rows(); first += rows) {
    const std::int64_t last = std::min(data.rows(), first + rows);
    Scores scores = model.score(data.features, first, last, run);
    unread(scores);
    Batch<float> batch;
    batch.rows = last - first;
    batch.labels = model.labels();
    batch.outputs = scores.values.data();
    batch.matrix = &data.labels;
    batch.first = first;
    if (!data.weights.empty()) batch.row_weights = data.weights.data() + first;
    sum += summed->run(batch, run);
  }
  return sum / static_cast<double>(data.rows());
}

}  // namespace

void check_training_rows(std::string_view learner, const Dataset& train) {
  if (train.rows() == 0) fail(Code::usage, "learner {}: there are no rows to learn from", learner);
  if (train.labels.labels() == 0) fail(Code::usage, "learner {}: there are no labels to learn", learner);
  if (!train.has_features()) fail(Code::usage, "learner {}: the rows have no features", learner);
  if (train.features.rows() != train.rows())
    fail(Code::usage, "learner {}: {} rows of features, {} of labels", learner, train.features.rows(), train.rows());
  if (!train.weights.empty() && static_cast<std::int64_t>(train.weights.size()) != train.rows())
    fail(Code::usage, "learner {}: {} weights for {} rows", learner, train.weights.size(), train.rows());
}

void check_panel_learning(std::string_view learner, const Dataset& train, const LossFunction& loss) {
  check_training_rows(learner, train);
  if (!panel_solves(loss))
    fail(Code::usage, "learner {}: loss {}{} is not for it; allowed: {}", learner, loss.name(),
         loss.options().balance != Balance::none ? " with class balance" : "", panel_losses);
}

std::uint32_t begin_panel_learning(std::string_view learner, const Dataset& train, const LossFunction& loss, const Run& run) {
  check_panel_learning(learner, train, loss);
  run.check_stop();
  return ranks_of(run) || !run.part.empty() ? data_sum(train) : 0;
}

bool stop_agreed(const Run& run) {
  const bool raised = run.stop.stop_requested();
  Comm* comm = ranks_of(run);
  return comm ? comm->agree(nullptr, raised) : raised;
}

std::string job_words(std::string_view learner, const Settings& settings, const LossFunction& loss, const Run& run) {
  std::string words = fmt::format("learner {} seed {}", learner, run.seed);
  for (const auto& [key, value] : settings) words += fmt::format(" {}={}", key, value);
  words += fmt::format(" loss {}", loss.name());
  for (const auto& [key, value] : loss.settings()) words += fmt::format(" {}={}", key, value);
  return words;
}

PanelOptions panel_options(const PanelLearning& learning, const MemoryPlan& plan, const Run& run) {
  return {learning.c,
          learning.bias,
          learning.tolerance,
          learning.unit_rows,
          learning.passes,
          learning.prune,
          learning.most,
          learning.block_bytes,
          plan.packed_in_file ? run.scratch : std::string(),
          plan.duals_in_file ? run.scratch : std::string()};
}

void finish_panel_learning(Learned& learned, const Model& model, const Dataset* held_out, const PanelLearning& learning,
                           const LossFunction& loss, const Run& run) {
  if (!held_out || held_out->rows() == 0) return;
  Run last = run;  // the model is there: what follows is short and not to be stopped
  last.stop = {};
  last.progress = nullptr;
  learned.facts.emplace_back("held_out_" + learning.metric, held_out_figure(model, *held_out, loss, learning.metric, last));
}

double held_out_figure(const Model& model, const Dataset& held_out, const LossFunction& loss, std::string_view metric, const Run& run) {
  if (metric == "loss") return held_out_loss(model, held_out, loss, run);
  const Scores scores = model.extreme() ? score_top(model, held_out.features, std::min(shortlist_length, model.labels()), run)
                                        : score_all(model, held_out.features, run);
  Judged judged;
  judged.truth = &held_out.labels;
  judged.scores = &scores;
  judged.row_weights = held_out.weights;
  return measure_one(metric, judged, run);
}

float constant_output(const LossFunction& loss, std::int64_t present, std::int64_t rows) {
  if (loss.reading().scale != Scale::probability) return -1;
  const double share = (static_cast<double>(present) + 0.5) / (static_cast<double>(rows) + 1);
  return static_cast<float>(std::log(share / (1 - share)));
}

void PanelTotals::add(const PanelWeights& panel) {
  ++panels;
  passes += panel.passes;
  visits += panel.visits;
  unsolved += panel.unsolved;
  objective += panel.objective;
  weights += static_cast<std::int64_t>(panel.weights.size()) - std::count(panel.weights.begin(), panel.weights.end(), 0.f);
}

void PanelTotals::tell(Learned& learned, std::int64_t most_passes) const {
  learned.facts = {{"objective", objective},
                   {"panels", static_cast<double>(panels)},
                   {"passes", panels > 0 ? static_cast<double>(passes) / static_cast<double>(panels) : 0.0},
                   {"row_visits", static_cast<double>(visits)},
                   {"weights", static_cast<double>(weights)}};
  if (unsolved > 0)
    learned.notes.push_back(fmt::format("{} labels did not reach the tolerance in {} passes; rows far from unit length converge slowly",
                                        unsolved, most_passes));
}

}  // namespace tagma
