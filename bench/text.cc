// How fast texts become features, in bytes of text per CPU second of one thread: counting a vocabulary, and making rows.
// Texts: $TAGMA_DATA/{yso_finna_en,goemotions,reuters21578,tib_core} where they are (default ../shared/data), else none.
#include <tagma/read/source.h>
#include <tagma/text/text_features.h>

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <map>

namespace {

using namespace tagma;

// Lines of a file, or the bodies of Reuters' SGML files.
std::vector<std::string> texts_of(const std::string& name) {
  const char* const given = std::getenv("TAGMA_DATA");
  const std::string folder = given ? given : "../shared/data";
  std::vector<std::string> texts;
  const auto lines = [&](const std::string& path) {
    if (!std::filesystem::exists(path)) return;
    each_line(Source(path).whole().view, [&](std::string_view line, std::int64_t) { texts.emplace_back(line.substr(0, line.find('\t'))); });
  };
  if (name == "yso") lines(folder + "/yso_finna_en/train.tsv.gz");
  if (name == "goemotions") lines(folder + "/goemotions/train.tsv.gz");
  if (name == "tib_en") lines(folder + "/tib_core/dev_en.tsv.gz");
  if (name == "tib_german") lines(folder + "/tib_core/dev_orig.tsv.gz");
  if (name == "reuters")
    for (int i = 0; i < 22; ++i) {
      const std::string path = fmt::format("{}/reuters21578/reut2-{:03}.sgm.gz", folder, i);
      if (!std::filesystem::exists(path)) continue;
      const Text whole = Source(path).whole();
      for (std::size_t at = 0; (at = whole.view.find("<BODY>", at)) != std::string_view::npos;) {
        const std::size_t end = whole.view.find("</BODY>", at);
        texts.emplace_back(whole.view.substr(at + 6, end - at - 6));
        at = end;
      }
    }
  return texts;
}

const std::vector<std::string>& cached(const std::string& name) {
  static std::map<std::string, std::vector<std::string>> all;
  const auto [found, fresh] = all.try_emplace(name);
  if (fresh) found->second = texts_of(name);
  return found->second;
}

std::int64_t bytes_of(const std::vector<std::string>& texts) {
  std::int64_t bytes = 0;
  for (const std::string& text : texts) bytes += static_cast<std::int64_t>(text.size());
  return bytes;
}

TextSettings settings_of_case(int which) {
  TextSettings settings;
  if (which == 1) settings.words = "1..2";
  if (which == 2) settings.words = "none", settings.pieces = "3..5";
  if (which == 3) settings.words = "1..2", settings.hash_bits = 20;
  return settings;
}

void fit(benchmark::State& state, const std::string& name, int which) {
  const std::vector<std::string>& texts = cached(name);
  if (texts.empty()) return state.SkipWithError("no such data here");
  for (auto _ : state) benchmark::DoNotOptimize(TextFeatures::fit(texts, settings_of_case(which), {})->columns());
  state.SetBytesProcessed(state.iterations() * bytes_of(texts));
}

void transform(benchmark::State& state, const std::string& name, int which) {
  const std::vector<std::string>& texts = cached(name);
  if (texts.empty()) return state.SkipWithError("no such data here");
  const auto features = TextFeatures::fit(texts, settings_of_case(which), {});
  for (auto _ : state) benchmark::DoNotOptimize(features->transform(texts, {}).stored());
  state.SetBytesProcessed(state.iterations() * bytes_of(texts));
}

const int registered = [] {
  constexpr const char* cases[] = {"words", "words1..2", "pieces3..5", "words1..2_hashed20"};
  for (const char* name : {"yso", "goemotions", "reuters", "tib_en", "tib_german"})
    for (int which = 0; which < 4; ++which) {
      const std::string end = fmt::format("/{}/{}", name, cases[which]);
      benchmark::RegisterBenchmark(("fit" + end).c_str(), [=](benchmark::State& state) { fit(state, name, which); })->Unit(benchmark::kMillisecond);
      benchmark::RegisterBenchmark(("transform" + end).c_str(), [=](benchmark::State& state) { transform(state, name, which); })->Unit(benchmark::kMillisecond);
    }
  return 0;
}();

}  // namespace
