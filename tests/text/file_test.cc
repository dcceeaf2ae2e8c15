// Text features in a model file: what is kept comes back, and nothing of a file is believed.
#include <tagma/base/error.h>
#include <tagma/base/rng.h>
#include <tagma/text/text_features.h>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>

namespace tagma {
namespace {

using ::testing::HasSubstr;

const std::vector<std::string> texts{"dog dog cat", "Dog bird", "Ärger fish cat", ""};

TextSettings with(const Settings& settings) {
  TextSettings made;
  configure(made, settings, "text.");
  return made;
}

struct File {
  nlohmann::json text;
  std::vector<std::string> terms{"dog", "cat", "#og "};
  std::vector<std::int64_t> documents{3, 2, 1};
  bool with_terms = true, with_documents = true;

  File() {
    text = {{"columns", 3}, {"texts", 4}, {"seed", "1"}, {"too_low", 0}, {"settings", nlohmann::json::object()}};
  }
  std::vector<std::byte> bytes() const {
    ModelWriter file;
    file.manifest()["text"] = text;
    if (with_terms) file.add("text.terms", terms);
    if (with_documents) file.add("text.documents", std::span<const std::int64_t>(documents), {static_cast<std::int64_t>(documents.size())});
    return file.bytes();
  }
  std::string error() const {
    const std::vector<std::byte> file = bytes();
    try {
      TextFeatures::load(ModelReader(file, nullptr, "bad.tagma"));
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Code::bad_model);
      return error.what();
    }
    return "none";
  }
};

TEST(TextFile, WhatIsSavedComesBack) {
  for (const Settings& settings : {Settings{{"min_count", "1"}}, Settings{{"words", "1..2"}, {"pieces", "2..4"}, {"min_count", "1"}, {"idf", "false"}},
                                   Settings{{"hash_bits", "8"}}, Settings{{"hash_bits", "8"}, {"idf", "false"}}}) {
    tagma::Run run;
    run.seed = UINT64_MAX;
    const auto made = TextFeatures::fit(texts, with(settings), run);
    ModelWriter file;
    made->save(file);
    const std::vector<std::byte> bytes = file.bytes();
    const ModelReader reader(bytes, nullptr, "m.tagma");
    ASSERT_TRUE(TextFeatures::in(reader));
    const auto loaded = TextFeatures::load(reader);
    ModelWriter again;
    loaded->save(again);
    EXPECT_EQ(again.bytes(), bytes);
    EXPECT_EQ(loaded->summary(), made->summary());
    const FeatureMatrix a = made->transform(texts, {}), b = loaded->transform(texts, {});
    EXPECT_TRUE(std::ranges::equal(a.csr_view().values, b.csr_view().values));
    EXPECT_TRUE(std::ranges::equal(a.csr_view().columns_of, b.csr_view().columns_of));
    EXPECT_TRUE(std::ranges::equal(a.csr_view().starts, b.csr_view().starts));
  }
}

TEST(TextFile, TheTermsOutliveTheReader) {
  std::unique_ptr<const TextFeatures> loaded;
  {
    auto bytes = std::make_shared<std::vector<std::byte>>(File().bytes());
    loaded = TextFeatures::load(ModelReader(*bytes, bytes, "m.tagma"));
  }
  EXPECT_EQ(loaded->transform(std::vector<std::string>{"dog cat"}, {}).stored(), 2);
}

TEST(TextFile, AFileWithoutTexts) {
  const std::vector<std::byte> bytes = ModelWriter().bytes();
  const ModelReader reader(bytes, nullptr, "m.tagma");
  EXPECT_FALSE(TextFeatures::in(reader));
}

TEST(TextFile, NothingOfItIsBelieved) {
  EXPECT_EQ(File().error(), "none");
  const auto changed = [](const std::function<void(File&)>& change) {
    File file;
    change(file);
    return file.error();
  };
  EXPECT_THAT(changed([](File& f) { f.text = 3; }), HasSubstr("no object 'text'"));
  for (const char* key : {"columns", "texts", "seed", "too_low", "settings"})
    EXPECT_THAT(changed([&](File& f) { f.text.erase(key); }), HasSubstr(fmt::format("lacks '{}'", key)));
  for (const char* key : {"columns", "texts", "too_low"}) {
    EXPECT_THAT(changed([&](File& f) { f.text[key] = -1; }), HasSubstr("is no count"));
    EXPECT_THAT(changed([&](File& f) { f.text[key] = 1.5; }), HasSubstr("is no count"));
    EXPECT_THAT(changed([&](File& f) { f.text[key] = UINT64_MAX; }), HasSubstr("bad.tagma"));
  }
  for (const char* seed : {"", "x", "-1", "123456789012345678901"})
    EXPECT_THAT(changed([&](File& f) { f.text["seed"] = seed; }), HasSubstr("no number in quotes"));
  EXPECT_THAT(changed([](File& f) { f.text["seed"] = 1; }), HasSubstr("no number in quotes"));
  EXPECT_THAT(changed([](File& f) { f.text["settings"] = "x"; }), HasSubstr("no object"));
  EXPECT_THAT(changed([](File& f) { f.text["settings"]["words"] = 1; }), HasSubstr("is no text"));
  EXPECT_THAT(changed([](File& f) { f.text["settings"]["words"] = "1..99"; }), HasSubstr("is no range"));
  EXPECT_THAT(changed([](File& f) { f.text["settings"]["new"] = "1"; }), HasSubstr("unknown setting"));
  EXPECT_THAT(changed([](File& f) { f.text["columns"] = 4; }), HasSubstr("3 terms for 4 columns"));
  EXPECT_THAT(changed([](File& f) { f.text["settings"]["hash_bits"] = "20"; }), HasSubstr("3 columns of text for hashes of 20 bits"));
  EXPECT_THAT(changed([](File& f) { f.terms[2] = "dog"; }), HasSubstr("'dog' stands in the vocabulary twice"));
  EXPECT_THAT(changed([](File& f) { f.documents[0] = 5; }), HasSubstr("a term in 5 of 4 texts"));
  EXPECT_THAT(changed([](File& f) { f.documents[0] = -1; }), HasSubstr("a term in -1 of 4 texts"));
  EXPECT_THAT(changed([](File& f) { f.documents.pop_back(); }), HasSubstr("counts of 2 terms for 3 columns"));
  EXPECT_THAT(changed([](File& f) { f.with_terms = false; }), HasSubstr("'text.terms' is missing"));
  EXPECT_THAT(changed([](File& f) { f.with_documents = false; }), HasSubstr("'text.documents' is missing"));
  EXPECT_EQ(changed([](File& f) { f.terms = {"", "#", "\xff"}; }), "none");  // odd, but they cannot do harm
}

// Whole files with a byte changed: refused or harmless.
TEST(TextFile, DamagedBytesAreRefusedOrHarmless) {
  const std::vector<std::byte> good = File().bytes();
  Rng rng(8);
  for (int round = 0; round < 3000; ++round) {
    std::vector<std::byte> bad = good;
    bad[rng.below(bad.size())] ^= static_cast<std::byte>(1 + rng.below(255));
    try {
      const auto loaded = TextFeatures::load(ModelReader(bad, nullptr, "bad.tagma"));
      loaded->transform(texts, {});
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Code::bad_model);
    }
  }
}

}  // namespace
}  // namespace tagma
