// Which words a text has: Unicode, accents, symbols, text without blanks, bytes that are no UTF-8.
#include <tagma/text/words.h>

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace tagma {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> words_of(std::string_view text, bool lower = true, bool strip = false) {
  WordReader reader(lower, strip);
  reader.read("something else, überlang, before");  // what was read before leaves no trace
  reader.read(text);
  std::vector<std::string> words;
  for (const WordReader::Word& word : reader.words()) {
    words.emplace_back(reader.run(word, word));
    EXPECT_EQ(reader.padded(word), " " + words.back() + " ");
  }
  return words;
}

std::int64_t invalid_bytes(std::string_view text) {
  WordReader reader(true, false);
  reader.read(text);
  return reader.invalid_bytes();
}

TEST(Words, AsciiRunsOfLettersAndDigits) {
  EXPECT_THAT(words_of("The quick, brown fox-trot: it's 3.14 snake_case!"),
              ElementsAre("the", "quick", "brown", "fox", "trot", "it", "s", "3", "14", "snake", "case"));
  EXPECT_THAT(words_of("The END", false), ElementsAre("The", "END"));
  EXPECT_THAT(words_of(""), IsEmpty());
  EXPECT_THAT(words_of(" \t\r\n.,"), IsEmpty());
  EXPECT_THAT(words_of(std::string_view("a\0b", 3)), ElementsAre("a", "b"));
}

TEST(Words, CaseIsFoldedInEveryScript) {
  EXPECT_THAT(words_of("STRASSE Straße"), ElementsAre("strasse", "strasse"));
  EXPECT_THAT(words_of("ΚΑΛΗΜΈΡΑ Привет ÅNGSTRÖM"), ElementsAre("καλημέρα", "привет", "ångström"));
  EXPECT_THAT(words_of("ΣΊΣΥΦΟΣ σίσυφος"), ElementsAre("σίσυφοσ", "σίσυφοσ"));
  EXPECT_THAT(words_of("Straße Éclair", false), ElementsAre("Straße", "Éclair"));
  EXPECT_THAT(words_of("\u212A"), ElementsAre("k"));  // the Kelvin sign
}

TEST(Words, ComposedAndDecomposedAccentsAreTheSame) {
  EXPECT_THAT(words_of("caf\u00e9 cafe\u0301"), ElementsAre("caf\u00e9", "caf\u00e9"));
  EXPECT_THAT(words_of("a\u0323\u0301 a\u0301\u0323"), ElementsAre("\u1ea1\u0301", "\u1ea1\u0301"));  // marks in either order
  EXPECT_THAT(words_of("\u1112\u1161\u11ab"), ElementsAre("\ud55c"));                                  // Hangul
  EXPECT_THAT(words_of("\u0301 \u0301a"), ElementsAre("a"));                                           // marks without a letter
}

TEST(Words, AccentsAreLeftOutOnRequest) {
  EXPECT_THAT(words_of("Café ångström naïve Żółć", true, true), ElementsAre("cafe", "angstrom", "naive", "zołc"));
  EXPECT_THAT(words_of("Café", false, true), ElementsAre("Cafe"));
}

TEST(Words, HanKanaAndSymbolsAreWordsOfTheirOwn) {
  EXPECT_THAT(words_of("東京tower"), ElementsAre("東", "京", "tower"));
  EXPECT_THAT(words_of("abcカメラ"), ElementsAre("abc", "カ", "メ", "ラ"));
  EXPECT_THAT(words_of("か\u3099"), ElementsAre("が"));  // a mark stays with its character
  EXPECT_THAT(words_of("한국어 텍스트"), ElementsAre("한국어", "텍스트"));
  EXPECT_THAT(words_of("great😀😀 ok"), ElementsAre("great", "😀", "😀", "ok"));
  EXPECT_THAT(words_of("I ❤\uFE0F you"), ElementsAre("i", "❤", "you"));
  EXPECT_THAT(words_of("👍\U0001F3FD 👨\u200D👩"), ElementsAre("👍", "👨", "👩"));
}

TEST(Words, FormatCharactersAreSkipped) {
  EXPECT_THAT(words_of("co\u00ADop"), ElementsAre("coop"));
  EXPECT_THAT(words_of("\uFEFFfirst می\u200Cخواهم"), ElementsAre("first", "میخواهم"));
  EXPECT_THAT(words_of("don\u2019t \u201Cquoted\u201D a\u00A0b"), ElementsAre("don", "t", "quoted", "a", "b"));
}

TEST(Words, BytesThatAreNoUtf8StandBetweenWordsAndAreCounted) {
  EXPECT_THAT(words_of("ab\xffgh"), ElementsAre("ab", "gh"));
  EXPECT_EQ(invalid_bytes("ab\xffgh"), 1);
  EXPECT_THAT(words_of("caf\xe9"), ElementsAre("caf"));  // Latin-1
  EXPECT_EQ(invalid_bytes("caf\xe9"), 1);
  EXPECT_EQ(invalid_bytes("\xc0\x80"), 2);                    // overlong
  EXPECT_EQ(invalid_bytes("\xed\xa0\x80"), 3);                // a surrogate
  EXPECT_EQ(invalid_bytes("a\xe2\x82"), 2);                   // cut off
  EXPECT_EQ(invalid_bytes("caf\u00e9 \u20ac \U0001F600"), 0);
  std::string all;
  for (int c = 255; c >= 0; --c) all += static_cast<char>(c);
  EXPECT_EQ(invalid_bytes(all), 128);
}

TEST(Words, LongWordsGrowTheBuffer) {
  std::string text, wanted;
  for (int i = 0; i < 3000; ++i) text += "\u0390", wanted += "\u0390";  // folds to three characters, which compose again
  EXPECT_THAT(words_of(text + " x"), ElementsAre(wanted, "x"));
  std::string kana, tail(5000, 'z');
  for (int i = 0; i < 3000; ++i) kana += "あ";
  const auto words = words_of(kana + tail);
  ASSERT_EQ(words.size(), 3001u);
  EXPECT_EQ(words.back(), tail);
  std::string marks = "a";
  for (int i = 0; i < 20000; ++i) marks += i % 2 ? "\u0301" : "\u0323";
  EXPECT_EQ(words_of(marks).size(), 1u);
}

}  // namespace
}  // namespace tagma
