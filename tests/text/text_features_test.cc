// Rows of texts: by hand, against scikit-learn, and what must hold for any texts.
#include <tagma/base/rng.h>
#include <tagma/text/text_features.h>
#include <tagma/text/words.h>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <functional>
#include <map>
#include <set>

namespace tagma {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TextSettings text_settings(const Settings& settings) {
  TextSettings made;
  configure(made, settings, "text.");
  return made;
}

// Row by row: term -> value.
std::vector<std::map<std::string, float>> rows_of(const TextFeatures& features, const std::vector<std::string>& texts) {
  const FeatureMatrix matrix = features.transform(texts, {});
  const CsrView& view = matrix.csr_view();
  std::vector<std::map<std::string, float>> rows(texts.size());
  for (std::size_t r = 0; r < texts.size(); ++r)
    for (auto i = static_cast<std::size_t>(view.starts[r]); i < static_cast<std::size_t>(view.starts[r + 1]); ++i) {
      if (i > static_cast<std::size_t>(view.starts[r])) {
        EXPECT_LT(view.columns_of[i - 1], view.columns_of[i]);
      }
      rows[r][std::string(features.terms()[static_cast<std::size_t>(view.columns_of[i])])] = view.values[i];
    }
  return rows;
}

std::string error_of(const std::function<void()>& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

const std::vector<std::string> animals{"dog dog cat", "Dog bird", "fish", ""};

TEST(TextFeatures, TfIdfByHand) {
  const auto features = TextFeatures::fit(animals, text_settings({{"min_count", "1"}, {"weight", "log"}}), {});
  EXPECT_THAT(std::vector<std::string>(features->terms().begin(), features->terms().end()), ElementsAre("dog", "bird", "cat", "fish"));
  EXPECT_THAT(std::vector<std::int64_t>(features->documents().begin(), features->documents().end()), ElementsAre(2, 1, 1, 1));
  const double dog = (1 + std::log(2.0)) * (std::log(5.0 / 3) + 1), cat = std::log(5.0 / 2) + 1, length = std::hypot(dog, cat);
  const auto rows = rows_of(*features, animals);
  EXPECT_NEAR(rows[0].at("dog"), dog / length, 1e-6);
  EXPECT_NEAR(rows[0].at("cat"), cat / length, 1e-6);
  EXPECT_EQ(rows[2].at("fish"), 1);
  EXPECT_TRUE(rows[3].empty());
  TextFacts facts;
  features->transform(std::vector<std::string>{"dog", "unknown words", "\xff dog", ""}, {}, &facts);
  EXPECT_EQ(facts.empty_rows, 2);
  EXPECT_EQ(facts.invalid_bytes, 1);
  EXPECT_EQ(facts.bytes, 21);
}

TEST(TextFeatures, WeightsByHand) {
  const auto value = [&](const Settings& settings, const char* term) {
    Settings all = settings;
    all.set("min_count", "1");
    return rows_of(*TextFeatures::fit(animals, text_settings(all), {}), animals)[0].at(term);
  };
  const Settings plain{{"idf", "false"}, {"normalise", "false"}};
  const auto weighted = [&](const char* weight) {
    Settings settings = plain;
    settings.set("weight", weight);
    return value(settings, "dog");
  };
  EXPECT_EQ(weighted("count"), 2);
  EXPECT_NEAR(weighted("log"), 1 + std::log(2.0), 1e-6);
  EXPECT_EQ(weighted("binary"), 1);
  EXPECT_NEAR(value({{"normalise", "false"}, {"weight", "binary"}}, "cat"), std::log(5.0 / 2) + 1, 1e-6);
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "dog ";  // beyond the counts whose weights are kept
  const auto features = TextFeatures::fit(animals, text_settings({{"idf", "false"}, {"normalise", "false"}, {"min_count", "1"}}), {});
  EXPECT_NEAR(rows_of(*features, {many})[0].at("dog"), 1 + std::log(1000.0), 1e-5);
}

TEST(TextFeatures, EqualsScikitLearn) {
  const auto golden = nlohmann::json::parse(std::ifstream(std::string(TAGMA_TEST_DIR) + "/golden/tfidf.json"));
  const auto texts = golden.at("texts").get<std::vector<std::string>>();
  ASSERT_GE(golden.at("cases").size(), 10u);
  for (const auto& wanted : golden.at("cases")) {
    Settings settings;
    for (const auto& [key, value] : wanted.at("settings").items()) settings.set(key, value.get<std::string>());
    const auto features = TextFeatures::fit(texts, text_settings(settings), {});
    EXPECT_EQ(features->columns(), wanted.at("columns").get<std::int64_t>()) << wanted.at("settings");
    const auto rows = rows_of(*features, texts);
    for (std::size_t r = 0; r < texts.size(); ++r) {
      const auto expected = wanted.at("rows")[r].get<std::map<std::string, double>>();
      EXPECT_EQ(rows[r].size(), expected.size()) << wanted.at("settings") << " row " << r;
      for (const auto& [term, value] : expected) {
        ASSERT_TRUE(rows[r].contains(term)) << term << " " << wanted.at("settings");
        EXPECT_NEAR(rows[r].at(term), value, 2e-6) << term << " " << wanted.at("settings");
      }
    }
  }
}

TEST(TextFeatures, CutsKeepTheTermsOfMostTexts) {
  const std::vector<std::string> texts{"a b c", "a b d", "a e d", "a"};
  const auto terms = [&](const Settings& settings) {
    const auto features = TextFeatures::fit(texts, text_settings(settings), {});
    return std::vector<std::string>(features->terms().begin(), features->terms().end());
  };
  EXPECT_THAT(terms({{"min_count", "2"}}), ElementsAre("a", "b", "d"));
  EXPECT_THAT(terms({{"min_count", "1"}, {"max_share", "0.5"}}), ElementsAre("b", "d", "c", "e"));
  EXPECT_THAT(terms({{"min_count", "1"}, {"most", "2"}}), ElementsAre("a", "b"));
  EXPECT_THAT(error_of([&] { terms({{"min_count", "9"}}); }), HasSubstr("none of the 5 terms of 4 texts is kept: text.min_count is 9"));
}

TEST(TextFeatures, WordsAndPiecesOfTheSameLettersAreTwoTerms) {
  const std::vector<std::string> texts{"dog", "dogs"};
  const auto features = TextFeatures::fit(texts, text_settings({{"pieces", "3"}, {"min_count", "1"}}), {});
  const std::set<std::string> terms(features->terms().begin(), features->terms().end());
  EXPECT_EQ(terms, (std::set<std::string>{"dog", "dogs", "# do", "#dog", "#og ", "#ogs", "#gs "}));
}

TEST(TextFeatures, SettingsAreChecked) {
  EXPECT_THAT(error_of([] { TextFeatures::fit(animals, text_settings({{"words", "none"}}), {}); }), HasSubstr("both none"));
  for (const char* range : {"0", "2..1", "1..17", "-1"})
    EXPECT_THAT(error_of([&] { TextFeatures::fit(animals, text_settings({{"words", range}}), {}); }), HasSubstr("is no range; allowed"));
  EXPECT_THAT(error_of([] { TextFeatures::fit(animals, text_settings({{"words", "a"}}), {}); }), HasSubstr("text.words"));
  EXPECT_THAT(error_of([] { text_settings({{"wodrs", "1"}}); }), HasSubstr("did you mean 'words'"));
}

// Texts of a power law of words, some of them no UTF-8, of several blocks.
std::vector<std::string> many_texts(int count) {
  Rng rng(3);
  std::vector<std::string> texts;
  for (int i = 0; i < count; ++i) {
    std::string text;
    for (std::uint64_t words = rng.below(60); words > 0; --words) {
      const auto rank = static_cast<std::uint64_t>(std::exp(rng.uniform() * 10));
      text += fmt::format("{}{}{}", rank % 7 == 0 ? "Ä" : "w", rank, rng.chance(.01) ? "\xfe " : rng.chance(.1) ? "😀" : " ");
    }
    texts.push_back(text);
  }
  return texts;
}

// Everything a model file keeps, and rows.
std::vector<std::byte> bytes_of(const std::vector<std::string>& texts, const TextSettings& settings, int threads) {
  tagma::Run run;
  run.threads = threads;
  const auto features = TextFeatures::fit(texts, settings, run);
  ModelWriter file;
  features->save(file);
  const FeatureMatrix rows = features->transform(texts, run);
  file.add("rows.starts", rows.csr_view().starts, {rows.rows() + 1});
  file.add("rows.columns", rows.csr_view().columns_of, {rows.stored()});
  file.add("rows.values", rows.csr_view().values, {rows.stored()});
  return file.bytes();
}

TEST(TextFeatures, SameBytesForAnyNumberOfThreads) {
  const std::vector<std::string> texts = many_texts(8000);
  for (const Settings& settings : {Settings{}, Settings{{"words", "1..2"}, {"most", "5000"}}, Settings{{"hash_bits", "12"}},
                                   Settings{{"pieces", "3..4"}, {"table_limit", "20000"}, {"min_count", "1"}}}) {
    const auto alone = bytes_of(texts, text_settings(settings), 1);
    EXPECT_EQ(alone, bytes_of(texts, text_settings(settings), 3));
    EXPECT_EQ(alone, bytes_of(texts, text_settings(settings), 8));
  }
}

TEST(TextFeatures, CountsAreThoseOfASlowCount) {
  const std::vector<std::string> texts = many_texts(5000);
  std::map<std::string, std::int64_t> counts;
  for (const std::string& text : texts) {
    WordReader reader(true, false);
    reader.read(text);
    std::set<std::string> words;
    for (const WordReader::Word& word : reader.words()) words.emplace(reader.run(word, word));
    for (const std::string& word : words) ++counts[word];
  }
  const auto features = TextFeatures::fit(texts, text_settings({{"min_count", "3"}}), {});
  std::erase_if(counts, [](const auto& entry) { return entry.second < 3; });
  ASSERT_EQ(static_cast<std::size_t>(features->columns()), counts.size());
  for (std::size_t t = 0; t < counts.size(); ++t) {
    EXPECT_EQ(features->documents()[t], counts.at(std::string(features->terms()[t])));
    if (t == 0) continue;
    EXPECT_LT(std::pair(-features->documents()[t - 1], features->terms()[t - 1]), std::pair(-features->documents()[t], features->terms()[t]));
  }
}

TEST(TextFeatures, ShortMemoryForgetsRareTermsAndKeepsFrequentOnes) {
  std::vector<std::string> texts;
  for (int i = 0; i < 40; ++i) {  // each is a block of its own, so that there are two rounds
    std::string text = "common words " + std::string(1 << 20, '.');
    for (int j = 0; j < 20000; ++j) text += fmt::format("x{} ", i * 20000 + j);
    texts.push_back(std::move(text));
  }
  tagma::Run run;
  run.threads = 2;
  const auto features = TextFeatures::fit(texts, text_settings({{"table_limit", "5000"}}), run);
  EXPECT_EQ(features->columns(), 2);
  EXPECT_EQ(features->too_low(), 2);  // of two rounds, each of which forgot terms of one text
  EXPECT_EQ(features->documents()[0], 40);
}

TEST(TextFeatures, HashedTermsNeedNoVocabulary) {
  const std::vector<std::string> texts = many_texts(300);
  tagma::Run run;
  run.seed = 5;
  const auto features = TextFeatures::fit(texts, text_settings({{"hash_bits", "10"}, {"normalise", "false"}, {"idf", "false"}, {"weight", "count"}}), run);
  EXPECT_EQ(features->columns(), 1024);
  EXPECT_TRUE(features->terms().empty() && features->documents().empty());
  const FeatureMatrix rows = features->transform(texts, run);
  WordReader reader(true, false);
  for (std::size_t r = 0; r < texts.size(); ++r) {
    std::vector<float> wanted(1024);
    reader.read(texts[r]);
    for (const WordReader::Word& word : reader.words()) ++wanted[term_hash(reader.run(word, word), 5) >> 54];
    const CsrView& view = rows.csr_view();
    for (auto i = static_cast<std::size_t>(view.starts[r]); i < static_cast<std::size_t>(view.starts[r + 1]); ++i)
      EXPECT_EQ(std::exchange(wanted[static_cast<std::size_t>(view.columns_of[i])], 0.f), view.values[i]);
    EXPECT_EQ(std::count(wanted.begin(), wanted.end(), 0.f), 1024);
  }
}

// The hash is part of the format: these numbers never change.
TEST(TextFeatures, TheHashIsFixed) {
  const auto slow = [](std::string_view term, std::uint64_t seed) {
    const auto fold = [](std::uint64_t a, std::uint64_t b) {
      const Wide product = static_cast<Wide>(a) * b;
      return static_cast<std::uint64_t>(product & UINT64_MAX) ^ static_cast<std::uint64_t>(product >> 64);
    };
    std::uint64_t hash = seed ^ 0xd1342543de82ef95u;
    std::size_t i = 0;
    do {  // eight bytes at a time; at the end those that are left, even none
      std::uint64_t word = 0;
      for (std::size_t b = 0; b < 8 && i + b < term.size(); ++b) word |= std::uint64_t{static_cast<unsigned char>(term[i + b])} << (8 * b);
      hash = fold(hash ^ word, 0x9e3779b97f4a7c15u);
      i += 8;
    } while (i <= term.size());
    return fold(hash ^ term.size(), 0xd1342543de82ef95u);
  };
  const std::string text = "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich";
  for (std::size_t size = 0; size < text.size(); ++size)
    EXPECT_EQ(term_hash(std::string_view(text).substr(0, size), 7 * size), slow(std::string_view(text).substr(0, size), 7 * size)) << size;
  EXPECT_EQ(term_hash("dog", 1), 0xf187f14ba634f771u);
  EXPECT_EQ(term_hash("new york", 1), 0x88958dc2cdc3839eu);
  EXPECT_EQ(term_hash("Größe der Straße", piece_seed(1)), 0x24f2addefa4d0b3fu);
}

}  // namespace
}  // namespace tagma
