#include <tagma/split/parts.h>

#include <tagma/base/error.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tagma {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string fault_of(std::string_view text) {
  try {
    parse_parts(text);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::usage);
    return error.what();
  }
  return "";
}

TEST(Parts, ParsesNamesAndShares) {
  const auto parts = parse_parts("train=0.6, valid=0.2 ,test=0.2");
  ASSERT_EQ(parts.size(), 3u);
  EXPECT_EQ(parts[1].name, "valid");
  EXPECT_EQ(parts[2].share, 0.2);
}

TEST(Parts, RefusesWhatDoesNotFit) {
  EXPECT_THAT(fault_of("train=0.8,test=0.3"), HasSubstr("sum to 1.1"));
  EXPECT_THAT(fault_of("train=0.8,test=rest"), HasSubstr("'rest' is not a number"));
  EXPECT_THAT(fault_of("train=0.8,test"), HasSubstr("'test' has no share"));
  EXPECT_THAT(fault_of("a=0.5,a=0.5"), HasSubstr("named twice"));
  EXPECT_THAT(fault_of("a=1.5,b=-0.5"), HasSubstr("out of range"));
  EXPECT_THAT(fault_of("a=nan"), HasSubstr("out of range"));
  EXPECT_THAT(fault_of("../a=1"), HasSubstr("no fit name"));
  EXPECT_THAT(fault_of("a/b=1"), HasSubstr("no fit name"));
  EXPECT_THAT(fault_of("=1"), HasSubstr("no fit name"));
  EXPECT_THAT(fault_of(""), HasSubstr("has no share"));
  EXPECT_EQ(fault_of("a=0.3333333,b=0.3333333,c=0.3333333"), "");
}

TEST(Parts, SizesByLargestRemainder) {
  const auto sizes = [](std::int64_t rows, std::string_view text) { return part_sizes(rows, parse_parts(text)); };
  EXPECT_THAT(sizes(10, "a=0.7,b=0.3"), ElementsAre(7, 3));
  EXPECT_THAT(sizes(11, "a=0.75,b=0.25"), ElementsAre(8, 3));
  EXPECT_THAT(sizes(10, "a=0.3333333,b=0.3333333,c=0.3333333"), ElementsAre(4, 3, 3));
  EXPECT_THAT(sizes(1, "a=0.4,b=0.6"), ElementsAre(0, 1));
  EXPECT_THAT(sizes(0, "a=0.4,b=0.6"), ElementsAre(0, 0));
  EXPECT_THAT(sizes(100'000'000'000, "a=0.1,b=0.9"), ElementsAre(10'000'000'000, 90'000'000'000));
}

}  // namespace
}  // namespace tagma
