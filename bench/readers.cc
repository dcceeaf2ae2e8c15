// How fast the readers are, in bytes of text per second, on generated data in memory.
#include <tagma/base/rng.h>
#include <tagma/read/number.h>
#include <tagma/read/svm.h>

#include <benchmark/benchmark.h>

#include <map>

namespace {

using namespace tagma;

// An extreme set: `per_row` features with five decimals in each row, a few labels, power-law ids.
const std::string& svm_text(int per_row) {
  static std::map<int, std::string> made;
  std::string& rows = made[per_row];
  if (!rows.empty()) return rows;
  Rng rng(5);
  constexpr std::size_t size = std::size_t{64} << 20;
  std::int64_t count = 0;
  for (; rows.size() < size; ++count) {
    for (std::uint64_t i = rng.below(5), label = 0; i > 0; --i) {
      append_number(rows, static_cast<std::int64_t>(label += 1 + rng.below(20000)));
      if (i > 1) rows += ',';
    }
    std::int64_t feature = 0;
    for (int i = 0; i < per_row; ++i) {
      rows += ' ';
      append_number(rows, feature += 1 + static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(80000 / per_row))));
      rows += fmt::format(":{:.5f}", rng.uniform());
    }
    rows += '\n';
  }
  return rows.insert(0, fmt::format("{} 100000 100000\n", count));
}

void read_svm(benchmark::State& state) {
  const Source source("generated.svm", svm_text(static_cast<int>(state.range(0))));
  Run run;
  run.threads = static_cast<int>(state.range(1));
  for (auto _ : state) benchmark::DoNotOptimize(Svm::read(source, {}, run).labels.rows());
  state.SetBytesProcessed(state.iterations() * source.packed_size());
}
BENCHMARK(read_svm)->ArgNames({"features", "threads"})->ArgsProduct({{8, 250}, {1, 2}})->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
