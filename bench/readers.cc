// How fast the readers are, in bytes of text per second, on generated data in memory.
#include <tagma/base/rng.h>
#include <tagma/read/arff.h>
#include <tagma/read/csv.h>
#include <tagma/read/jsonl.h>
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
      append_number(rows,
                    feature += 1 + static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(80000 / per_row))));
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
BENCHMARK(read_svm)
    ->ArgNames({"features", "threads"})
    ->ArgsProduct({{8, 250}, {1, 2}})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

constexpr int columns = 100;

// Rows of 100 numbers with six decimals and two labels, as CSV and dense ARFF have them.
const std::string& number_rows() {
  static std::string rows;
  if (!rows.empty()) return rows;
  Rng rng(6);
  while (rows.size() < std::size_t{32} << 20) {
    for (int i = 0; i < columns; ++i) rows += fmt::format("{:.6f},", rng.uniform(-1, 1));
    rows += rng.chance(.5) ? "0,1\n" : "1,0\n";
  }
  return rows;
}

std::string csv_text() {
  std::string head;
  for (int i = 0; i < columns; ++i) head += fmt::format("x{},", i);
  return head + "a,b\n" + number_rows();
}

std::string arff_text() {
  std::string head = "@relation 'dense: -C -2'\n";
  for (int i = 0; i < columns; ++i) head += fmt::format("@attribute x{} numeric\n", i);
  return head + "@attribute a {0,1}\n@attribute b {0,1}\n@data\n" + number_rows();
}

std::string sparse_arff_text() {
  std::string text = "@relation 'sparse: -C 10'\n";
  for (int i = 0; i < 1000; ++i) text += fmt::format("@attribute x{} {}\n", i, i < 10 ? "{0,1}" : "numeric");
  text += "@data\n";
  Rng rng(7);
  while (text.size() < std::size_t{32} << 20) {
    text += fmt::format("{{{} 1", rng.below(10));
    for (std::uint64_t i = 10 + rng.below(20); i < 1000; i += 1 + rng.below(40))
      text += fmt::format(",{} {:.5f}", i, rng.uniform());
    text += "}\n";
  }
  return text;
}

// Words and numbers: two nominal columns of four.
std::string words_text() {
  std::string text = "color,x,shape,y,label\n";
  Rng rng(8);
  while (text.size() < std::size_t{16} << 20)
    text += fmt::format("color{},{:.4f},shape{},{:.4f},{}\n", rng.below(20), rng.uniform(), rng.below(5), rng.uniform(),
                        rng.below(2));
  return text;
}

std::string jsonl_text() {
  std::string text;
  Rng rng(9);
  while (text.size() < std::size_t{16} << 20)
    text += fmt::format(
        "{{\"text\":\"a comment of some length, number {}, as people write them\","
        "\"labels\":[\"label{}\",\"other{}\"]}}\n",
        rng.below(100000), rng.below(30), rng.below(20));
  return text;
}

template <class Format>
void read_generated(benchmark::State& state, std::string (*make)(), int label_count) {
  const Source source("generated." + std::string(Format::endings[0]), make());
  ReadOptions options;
  options.label_count = label_count;
  Run run;
  run.threads = static_cast<int>(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(Format::read(source, options, run).labels.rows());
  state.SetBytesProcessed(state.iterations() * source.packed_size());
}
void both(benchmark::internal::Benchmark* bench) {
  bench->ArgName("threads")->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();
}
void read_arff_dense(benchmark::State& state) { read_generated<Arff>(state, arff_text, 0); }
void read_arff_sparse(benchmark::State& state) { read_generated<Arff>(state, sparse_arff_text, 0); }
void read_csv_numbers(benchmark::State& state) { read_generated<Csv>(state, csv_text, 2); }
void read_csv_words(benchmark::State& state) { read_generated<Csv>(state, words_text, 1); }
void read_jsonl(benchmark::State& state) { read_generated<Jsonl>(state, jsonl_text, 0); }
BENCHMARK(read_arff_dense)->Apply(both);
BENCHMARK(read_arff_sparse)->Apply(both);
BENCHMARK(read_csv_numbers)->Apply(both);
BENCHMARK(read_csv_words)->Apply(both);
BENCHMARK(read_jsonl)->Apply(both);

}  // namespace
