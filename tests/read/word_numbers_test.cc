#include <tagma/base/rng.h>
#include <tagma/read/word_numbers.h>

#include <gmock/gmock.h>

#include <map>

namespace tagma {
namespace {

TEST(WordNumbers, AreThoseOfAMap) {
  Rng rng(3);
  WordNumbers words;
  std::map<std::string, std::int32_t> reference;
  for (int i = 0; i < 20000; ++i) {
    std::string word;  // all lengths around the strides of the hash, few letters, zeros among them
    for (std::uint64_t size = rng.below(20); size > 0; --size) word += static_cast<char>(rng.below(3));
    const auto found = reference.find(word);
    EXPECT_EQ(words.find(word), found == reference.end() ? -1 : found->second);
    const auto number = reference.emplace(word, static_cast<std::int32_t>(reference.size())).first->second;
    ASSERT_EQ(words.number_of(word), number);
    ASSERT_EQ(words.all()[static_cast<std::size_t>(number)], word);
  }
  EXPECT_EQ(words.size(), reference.size());
}

TEST(WordNumbers, ForgetTheLast) {
  WordNumbers words;
  EXPECT_EQ(words.find("a"), -1);
  for (const char* word : {"a", "b", "c"}) words.number_of(word);
  words.shrink(5);
  EXPECT_EQ(words.size(), 3u);
  words.shrink(1);
  EXPECT_THAT(words.all(), testing::ElementsAre("a"));
  EXPECT_EQ(words.find("b"), -1);
  EXPECT_EQ(words.number_of("c"), 1);
  EXPECT_EQ(words.find("a"), 0);
}

}  // namespace
}  // namespace tagma
