#include <tagma/image/idx.h>

#include "tests/image/pictures.h"

#include <gmock/gmock.h>

#include <filesystem>

namespace tagma {
namespace {

using ::testing::HasSubstr;
using namespace test;
using namespace std::string_literals;

const std::string two = "\0\0\x08\x03\0\0\0\x02\0\0\0\x01\0\0\0\x03"s + "abcdef";

TEST(Idx, ImagesAndLabels) {
  const std::vector<Image> images = idx_images("x", two);
  ASSERT_EQ(images.size(), 2u);
  expect_same(images[1], {1, 3, 1, {'d', 'e', 'f'}});
  EXPECT_EQ(idx_labels("x", "\0\0\x08\x01\0\0\0\x03\x07\0\x02"s), (std::vector<std::uint8_t>{7, 0, 2}));
}

TEST(Idx, SaysWhatIsWrong) {
  const auto refusal = [](const std::string& bytes) { return said([&] { idx_images("x", bytes); }); };
  for (std::size_t size = 0; size < two.size(); ++size) EXPECT_THAT(refusal(two.substr(0, size)), HasSubstr("x: the file ends early"));
  EXPECT_THAT(refusal(two + "g"), HasSubstr("more bytes"));
  EXPECT_THAT(refusal("\0\0\x0d\x03\0\0\0\0"s), HasSubstr("no idx file of bytes and rank 3"));
  EXPECT_THAT(refusal("\0\0\x08\x03\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"s), HasSubstr("out of range"));
  EXPECT_THAT(refusal("\0\0\x08\x03\0\0\0\x01\0\0\0\0\0\0\0\x05"s), HasSubstr("at least 1"));
  EXPECT_THAT(refusal("\0\0\x08\x03\0\xff\xff\xff\0\0\0\x10\0\0\0\x10"s), HasSubstr("ends early"));  // no memory for what is not there
}

TEST(Idx, Mnist) {
  if (!std::filesystem::exists(TAGMA_SHARED_DATA "/mnist")) GTEST_SKIP() << TAGMA_SHARED_DATA "/mnist is absent";
  const std::vector<Image> images = idx_images(TAGMA_SHARED_DATA "/mnist/t10k-images-idx3-ubyte.gz");
  const std::vector<std::uint8_t> labels = idx_labels(TAGMA_SHARED_DATA "/mnist/t10k-labels-idx1-ubyte.gz");
  ASSERT_EQ(images.size(), 10000u);
  ASSERT_EQ(labels.size(), 10000u);
  EXPECT_EQ(images[0].height, 28);
  EXPECT_EQ(labels[0], 7);
}

}  // namespace
}  // namespace tagma
