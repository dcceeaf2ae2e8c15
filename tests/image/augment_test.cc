#include <tagma/image/augment.h>

#include "tests/image/pictures.h"

#include <tagma/image/operations.h>

#include <algorithm>
#include <set>

namespace tagma {
namespace {

using namespace test;

TEST(Augment, NothingIsOnByDefault) {
  const Image image = noise(8, 8, 3);
  Rng rng(1);
  EXPECT_FALSE(Augment{}.any());
  expect_same(augmented(image, {}, rng), image);
  EXPECT_EQ(rng.bits(), Rng(1).bits());  // no draws
}

TEST(Augment, FlipIsHalfOfTheTime) {
  const Image image = noise(4, 5, 3);
  Image mirrored = image;
  mirror(mirrored);
  Augment augment;
  augment.flip = true;
  Rng rng(1);
  int flips = 0;
  for (int i = 0; i < 1000; ++i) {
    const Image result = augmented(image, augment, rng);
    const bool flipped = result.pixels == mirrored.pixels;
    ASSERT_TRUE(flipped || result.pixels == image.pixels);
    flips += flipped;
  }
  EXPECT_NEAR(flips, 500, 60);
}

TEST(Augment, CropMovesByAllDistancesWithinItsShare) {
  Image image{16, 16, 1, std::vector<std::uint8_t>(256, 0)};
  image.pixels[8 * 16 + 8] = 200;
  Augment augment;
  augment.crop = 0.25;
  Rng rng(1);
  std::set<std::pair<int, int>> places;
  for (int i = 0; i < 4000; ++i) {
    const Image result = augmented(image, augment, rng);
    const auto at = static_cast<int>(std::find(result.pixels.begin(), result.pixels.end(), 200) - result.pixels.begin());
    places.insert({at / 16 - 8, at % 16 - 8});
  }
  EXPECT_EQ(places.size(), 81u);
  EXPECT_EQ(*places.begin(), std::pair(-4, -4));
  EXPECT_EQ(*places.rbegin(), std::pair(4, 4));
}

TEST(Augment, PolicyAndColourKeepTheShapeAndRepeat) {
  Augment augment;
  augment.policy_operations = 3;
  augment.policy_magnitude = 1;
  augment.colour = 0.5;
  augment.crop = 0.1;
  for (const int channels : {1, 3}) {
    const Image image = slope(17, 23, channels);
    std::set<std::vector<std::uint8_t>> seen;
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
      Rng one(seed), two(seed);
      const Image result = augmented(image, augment, one);
      expect_same(augmented(image, augment, two), result);
      EXPECT_EQ(result.height, 17);
      EXPECT_EQ(result.width, 23);
      ASSERT_EQ(result.pixels.size(), image.pixels.size());
      seen.insert(result.pixels);
    }
    EXPECT_GT(seen.size(), 55u);
  }
}

TEST(Augment, ByteForByte) {  // must not change: pictures of a seed are the same on every machine
  Augment augment;
  augment.policy_operations = 6;
  augment.policy_magnitude = 0.7;
  augment.flip = true;
  augment.colour = 0.3;
  std::uint64_t sum = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    Rng rng(seed);
    for (const std::uint8_t pixel : augmented(slope(15, 15, 3), augment, rng).pixels) sum = sum * 31 + pixel;
  }
  EXPECT_EQ(sum, 52421317246706872u);
}

TEST(Operations, Warps) {
  const Image image = noise(9, 9, 1);
  expect_same(warped(image, {}), image);
  expect_same(warped(image, {1, 0, -2, 0, 1, 3}), shifted(image, -3, 2));
  Image quarter = warped(image, {0, 1, 0, -1, 0, 0});  // x' = y, y' = -x: a quarter turn
  for (int y = 0; y < 9; ++y)
    for (int x = 0; x < 9; ++x) EXPECT_EQ(quarter.pixels[static_cast<std::size_t>(y * 9 + x)], image.pixels[static_cast<std::size_t>((8 - x) * 9 + y)]);
  expect_same(shifted(image, 0, 9), {9, 9, 1, std::vector<std::uint8_t>(81)});
  expect_same(shifted(image, -12, 0), {9, 9, 1, std::vector<std::uint8_t>(81)});
}

TEST(Operations, Values) {
  Image image{1, 4, 1, {0, 100, 200, 255}};
  Image copy = image;
  change_brightness(copy, 0.5);
  EXPECT_EQ(copy.pixels, (std::vector<std::uint8_t>{0, 50, 100, 128}));
  copy = image;
  change_contrast(copy, 0);
  EXPECT_EQ(copy.pixels, std::vector<std::uint8_t>(4, 139));  // the mean, 138.75
  copy = image;
  posterise(copy, 2);
  EXPECT_EQ(copy.pixels, (std::vector<std::uint8_t>{0, 64, 192, 192}));
  copy = image;
  solarise(copy, 200);
  EXPECT_EQ(copy.pixels, (std::vector<std::uint8_t>{0, 100, 55, 0}));
  copy = {1, 3, 1, {10, 20, 30}};
  stretch_contrast(copy);
  EXPECT_EQ(copy.pixels, (std::vector<std::uint8_t>{0, 128, 255}));
  copy = {1, 1, 3, {255, 0, 0}};
  change_saturation(copy, 0);
  EXPECT_EQ(copy.pixels, (std::vector<std::uint8_t>{76, 76, 76}));
  copy = {3, 3, 1, {0, 0, 0, 0, 130, 0, 0, 0, 0}};
  change_sharpness(copy, 0);
  EXPECT_EQ(copy.pixels[4], 50);
  EXPECT_EQ(copy.pixels[0], 0);
}

TEST(Operations, EqualiseSpreadsValues) {
  Image image{32, 32, 1, {}};
  Rng rng(1);
  for (int i = 0; i < 1024; ++i) image.pixels.push_back(static_cast<std::uint8_t>(100 + rng.below(20)));
  equalise(image);
  EXPECT_EQ(*std::min_element(image.pixels.begin(), image.pixels.end()), 0);
  EXPECT_GE(*std::max_element(image.pixels.begin(), image.pixels.end()), 250);
  Image flat{8, 8, 3, std::vector<std::uint8_t>(192, 40)};
  equalise(flat);
  stretch_contrast(flat);
  EXPECT_EQ(flat.pixels, std::vector<std::uint8_t>(192, 40));
}

TEST(Operations, FactorOneChangesNothing) {
  for (const int channels : {1, 3}) {
    const Image image = noise(11, 7, channels);
    for (const auto change : {change_brightness, change_contrast, change_saturation, change_sharpness}) {
      Image copy = image;
      change(copy, 1);
      expect_same(copy, image);
    }
  }
}

}  // namespace
}  // namespace tagma
