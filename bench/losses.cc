// Value and slopes of every loss on [4096 x 1000], beside the floor of the machine: a copy that reads a logit and writes a
// slope per cell. Two threads. The part of unimlr that is not about pairs is its mode weak with pairs present, which has
// none. The counter `value` is the value of the batch.
// Run: bench_losses [--benchmark_filter=...]
//      bench_losses --dump PREFIX     writes the data, for losses_peer.py: PREFIX.<outputs per label>.outputs and .truth
#include <tagma/base/parallel.h>
#include <tagma/base/rng.h>
#include <tagma/drive/level.h>
#include <tagma/drive/loss_function.h>
#include <tagma/math/special.h>

#include <benchmark/benchmark.h>

#include <cstring>
#include <fstream>
#include <string>
#include <vector>

namespace {

using namespace tagma;

constexpr std::int64_t rows = 4096;
constexpr LabelId labels = 1000;

struct Data {
  std::vector<float> outputs, slopes;
  std::vector<Truth> truth;
  explicit Data(std::int64_t width, LabelId wide = labels) : outputs(rows * width), slopes(rows * width), truth(rows * wide) {
    Rng rng(1);
    for (float& z : outputs) z = static_cast<float>(rng.normal(-1, 2));
    for (Truth& y : truth) y = rng.chance(0.01) ? Truth::present : Truth::absent;
  }
};

Run two_threads() {
  Run run;
  run.threads = 2;
  return run;
}

void loss_on_rows(benchmark::State& state, std::string_view name, const Settings& settings, CpuLevel level, LabelId width) {
  const auto loss = make_loss(name, settings, level);
  Data data(loss->outputs(width), width);
  Batch<float> batch;
  batch.rows = rows;
  batch.labels = width;
  batch.outputs = data.outputs.data();
  batch.truth = data.truth.data();
  batch.slopes = data.slopes.data();
  const Run run = two_threads();
  double value = 0;
  for (auto _ : state) benchmark::DoNotOptimize(value = loss->run(batch, run));
  state.counters["value"] = value;
  state.counters["ns_per_label"] =
      benchmark::Counter(static_cast<double>(rows * width) * 1e-9, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void copy_floor(benchmark::State& state) {
  Data data(labels);
  const Run run = two_threads();
  for (auto _ : state)
    parallel_for(run, rows, 32, [&](std::int64_t first, std::int64_t last) {
      std::memcpy(data.slopes.data() + first * labels, data.outputs.data() + first * labels,
                  static_cast<std::size_t>((last - first) * labels) * sizeof(float));
    });
}

void dump(const std::string& prefix) {
  for (const int width : {1, 2}) {
    const Data data(width * labels);
    const auto write = [&](const char* part, const auto& values) {
      std::ofstream file(prefix + "." + std::to_string(width) + part, std::ios::binary);
      file.write(reinterpret_cast<const char*>(values.data()), static_cast<std::streamsize>(values.size() * sizeof(values[0])));
    };
    write(".outputs", data.outputs);
    write(".truth", data.truth);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && std::string_view(argv[1]) == "--dump") {
    dump(argv[2]);
    return 0;
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RegisterBenchmark("copy", copy_floor)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();
  const auto add = [](std::string title, std::string name, Settings settings, CpuLevel level, LabelId width) {
    benchmark::RegisterBenchmark(title.c_str(), [=](benchmark::State& state) {
      loss_on_rows(state, name, settings, level, width);
    })->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();
  };
  const std::pair<const char*, CpuLevel> levels[] = {
      {"baseline", CpuLevel::baseline}, {"avx2", CpuLevel::avx2}, {"avx512", CpuLevel::avx512}};
  for (const auto& [said, level] : levels)
    if (runs_here(level))
      for (const Entry& entry : loss_entries()) {
        const bool pairs = make_loss(entry.name, {})->outputs() == Outputs::pairs;
        const LabelId width = pairs ? 44 : labels;  // 44 labels: 990 outputs per row
        add(entry.name + "/" + said, entry.name, {}, level, width);
        if (entry.name == "unimlr")
          add("unimlr classification/" + std::string(said), entry.name, {{"mode", "weak"}, {"pairs", "present"}}, level, width);
        if (entry.name == "any-class") add("any-class over focal/" + std::string(said), entry.name, {{"base", "focal"}}, level, width);
      }
  benchmark::RunSpecifiedBenchmarks();
}
