// How fast data are generated and split: rows per second, on generated data.
#include <tagma/make/make.h>
#include <tagma/split/split.h>

#include <benchmark/benchmark.h>

#include <map>

namespace {

using namespace tagma;

Run run_on(std::int64_t threads) {
  Run run;
  run.threads = static_cast<int>(threads);
  return run;
}

void generate_rows(benchmark::State& state, const char* name, Settings settings, std::int64_t rows) {
  for (auto _ : state) benchmark::DoNotOptimize(generate(name, settings, rows, run_on(state.range(0))).train.rows());
  state.SetItemsProcessed(state.iterations() * rows);
}
#define TAGMA_BENCH_GENERATE(label, name, settings, rows)                                                        \
  BENCHMARK_CAPTURE(generate_rows, label, name, Settings settings, rows)                                         \
      ->ArgName("threads")->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime()
TAGMA_BENCH_GENERATE(graded, "graded", {}, 100000);
TAGMA_BENCH_GENERATE(negatives, "negatives", {}, 100000);
TAGMA_BENCH_GENERATE(xmc_10k_labels, "xmc", {}, 100000);
TAGMA_BENCH_GENERATE(xmc_million_labels, "xmc", ({{"labels", "1000000"}, {"features", "1000000"}, {"topics", "1000"}}), 1000000);

// Labels like those of bibtex (small) or of a web shop (large), ten parts.
const Dataset& sample(std::int64_t rows, const std::string& labels) {
  static std::map<std::int64_t, Dataset> made;
  if (!made.contains(rows))
    made[rows] = generate("xmc", {{"labels", labels}, {"valid", "0"}, {"test", "0"}, {"features_per_row", "1"}}, rows, run_on(2)).train;
  return made[rows];
}

void split_ten(benchmark::State& state, std::int64_t rows, const char* labels) {
  const Dataset& data = sample(rows, labels);
  std::vector<Part> parts;
  for (int i = 0; i < 10; ++i) parts.push_back({std::to_string(i), 0.1});
  const SplitOptions options{static_cast<Stratify>(state.range(0)), false};
  for (auto _ : state) benchmark::DoNotOptimize(split_rows(data, parts, options, run_on(1)).rows.size());
  state.SetItemsProcessed(state.iterations() * rows);
}
BENCHMARK_CAPTURE(split_ten, small, 7395, "159")->ArgName("order")->DenseRange(0, 2)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(split_ten, large, 1000000, "10000")->ArgName("order")->DenseRange(0, 2)->Unit(benchmark::kMillisecond);

}  // namespace
