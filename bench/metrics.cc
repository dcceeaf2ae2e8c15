// Metrics of [100,000 x 200] scores (5% present), rank correlation of [10,000 x 1000], intervals of [2,000 x 100], and
// the top of shortlists of [100,000 x 100,000]; two threads. Counters: extra_MB, the peak of memory above what the data
// take; scores_MB, what the scores take. bench/metrics_peer.py runs this beside scikit-learn.
#include <tagma/base/rng.h>
#include <tagma/measure/measure.h>

#include <benchmark/benchmark.h>

#include <cmath>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <tuple>

namespace tagma {
namespace {

struct Data {
  LabelMatrix truth;
  Scores scores;
};

const Data& dense(std::int64_t rows, LabelId labels, bool graded) {
  static std::map<std::tuple<std::int64_t, LabelId, bool>, std::unique_ptr<Data>> made;
  std::unique_ptr<Data>& data = made[{rows, labels, graded}];
  if (data) return *data;
  data = std::make_unique<Data>(Data{LabelMatrix(labels), {.rows = rows, .labels = labels}});
  data->scores.values.reserve(static_cast<std::size_t>(rows * labels));
  Rng rng(1);
  std::vector<LabelId> present;
  std::vector<float> grades;
  for (std::int64_t r = 0; r < rows; ++r) {
    present.clear(), grades.clear();
    for (LabelId label = 0; label < labels; ++label) {
      const bool hit = rng.chance(0.05);
      if (hit) present.push_back(label), grades.push_back(static_cast<float>(1 + rng.below(5)));
      data->scores.values.push_back(static_cast<float>(1 / (1 + std::exp(2.5 - rng.normal() - (hit ? 2 : 0)))));
    }
    data->truth.add(present, graded ? std::span<const float>(grades) : std::span<const float>());
  }
  return *data;
}

const Data& listed() {
  static std::unique_ptr<Data> data;
  if (data) return *data;
  const LabelId labels = 100'000;
  data = std::make_unique<Data>(Data{LabelMatrix(labels), {.rows = 100'000, .labels = labels}});
  data->scores.starts.push_back(0);
  Rng rng(2);
  for (int r = 0; r < 100'000; ++r) {
    std::vector<LabelId> present;
    for (int i = 0; i < 5; ++i) present.push_back(static_cast<LabelId>(i * 20'000) + static_cast<LabelId>(rng.below(20'000)));
    data->truth.add(present);
    for (int i = 0; i < 5; ++i) {
      data->scores.ids.push_back(rng.chance(0.4) ? present[static_cast<std::size_t>(i)] : static_cast<LabelId>(i * 20'000 + 7));
      data->scores.values.push_back(0.9f - 0.1f * static_cast<float>(i));
    }
    data->scores.starts.push_back(static_cast<std::int64_t>(data->scores.ids.size()));
  }
  return *data;
}

double peak_mb() {  // high-water mark of resident memory since the last reset
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return std::stod(line.substr(6)) / 1024;
  return 0;
}
void reset_peak() { std::ofstream("/proc/self/clear_refs") << 5; }

void run(benchmark::State& state, const Data& data, const MeasureOptions& options) {
  const Judged judged{.truth = &data.truth, .scores = &data.scores};
  reset_peak();
  const double before = peak_mb();
  for (auto _ : state) benchmark::DoNotOptimize(evaluate(judged, options, {.threads = 2}));
  state.counters["extra_MB"] = peak_mb() - before;
  state.counters["scores_MB"] = static_cast<double>(data.scores.values.size()) * 4 / (1 << 20);
}

void big(benchmark::State& state, const std::string& name) { run(state, dense(100'000, 200, false), {.names = {name}}); }
void big_all(benchmark::State& state) {
  run(state, dense(100'000, 200, false),
      {.names = {"macro_map", "micro_map", "macro_auc", "micro_auc", "ranking_loss", "lrap", "coverage_error"}});
}
void wide(benchmark::State& state, const std::string& name) { run(state, dense(10'000, 1000, true), {.names = {name}}); }
void everything(benchmark::State& state) { run(state, dense(2'000, 100, true), {}); }
void intervals(benchmark::State& state) { run(state, dense(2'000, 100, true), {.interval = true}); }
void shortlists(benchmark::State& state) { run(state, listed(), {}); }

BENCHMARK_CAPTURE(big, macro_map, std::string("macro_map"))->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(big, micro_map, std::string("micro_map"))->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(big, macro_auc, std::string("macro_auc"))->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(big, micro_auc, std::string("micro_auc"))->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(big, ranking_loss, std::string("ranking_loss"))->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(big, lrap, std::string("lrap"))->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(big, coverage_error, std::string("coverage_error"))->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(big, macro_f1, std::string("macro_f1"))->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(big_all)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(wide, kendall_tau_b, std::string("kendall_tau_b"))->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(wide, spearman_rho, std::string("spearman_rho"))->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(everything)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(intervals)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(shortlists)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace tagma
