#include <tagma/image/resize.h>

#include "tests/image/pictures.h"

#include <tagma/image/input.h>

#include <cmath>

namespace tagma {
namespace {

using namespace test;

// The same in double, pixel by pixel, over the whole box.
double slow(const Image& image, const Box& box, int height, int width, int y, int x, int c) {
  const double high = static_cast<double>(box.height) / height, wide = static_cast<double>(box.width) / width;
  double sum = 0, total = 0;
  for (int row = 0; row < box.height; ++row)
    for (int column = 0; column < box.width; ++column) {
      const double down = std::abs(row + 0.5 - (y + 0.5) * high) / std::max(high, 1.0);
      const double across = std::abs(column + 0.5 - (x + 0.5) * wide) / std::max(wide, 1.0);
      const double weight = std::max(0.0, 1 - down) * std::max(0.0, 1 - across);
      sum += weight * image.pixels[static_cast<std::size_t>(((box.top + row) * image.width + box.left + column) * image.channels + c)];
      total += weight;
    }
  return sum / total;
}

TEST(Resize, AgreesWithTheFormula) {
  const int sizes[][4] = {{9, 13, 4, 30}, {64, 50, 7, 7}, {5, 5, 17, 11}, {28, 28, 64, 64}, {100, 3, 3, 100}, {1, 1, 6, 6}};
  for (const auto& size : sizes)
    for (const int channels : {1, 3}) {
      const Image image = noise(size[0] + 3, size[1] + 2, channels, static_cast<std::uint64_t>(size[0]));
      const Box box{2, 1, size[0], size[1]};
      const Image result = resized(image, box, size[2], size[3]);
      double worst = 0;
      for (int y = 0; y < size[2]; ++y)
        for (int x = 0; x < size[3]; ++x)
          for (int c = 0; c < channels; ++c)
            worst = std::max(worst, std::abs(slow(image, box, size[2], size[3], y, x, c) -
                                             result.pixels[static_cast<std::size_t>((y * size[3] + x) * channels + c)]));
      EXPECT_LT(worst, 0.52);  // half a step of rounding, and what is lost in whole numbers
    }
}

TEST(Resize, KeepsWhatIsThereAlready) {
  const Image image = noise(21, 34, 3);
  expect_same(resized(image, {0, 0, 21, 34}, 21, 34), image);
  const Image white{50, 70, 1, std::vector<std::uint8_t>(50 * 70, 255)};
  for (const int side : {1, 3, 49, 200})
    for (const std::uint8_t pixel : resized(white, {0, 0, 50, 70}, side, side + 1).pixels) ASSERT_EQ(pixel, 255);
}

TEST(Resize, VeryLongPictures) {
  const Image image{1, 1 << 20, 1, std::vector<std::uint8_t>(1 << 20, 77)};
  const Image result = resized(image, {0, 0, 1, 1 << 20}, 4, 4);
  EXPECT_EQ(result.pixels, std::vector<std::uint8_t>(16, 77));
}

TEST(Fitted, CropSquashPad) {
  Image image{2, 4, 1, {0, 10, 20, 30, 40, 50, 60, 70}};
  ImageForm form{2, 1, ImageFit::crop, {}, {1, 1, 1}};
  expect_same(fitted(image, form), {2, 2, 1, {10, 20, 50, 60}});
  form.size = 4;
  form.fit = ImageFit::pad;
  expect_same(fitted(image, form), {4, 4, 1, {0, 0, 0, 0, 0, 10, 20, 30, 40, 50, 60, 70, 0, 0, 0, 0}});
  form.fit = ImageFit::squash;
  expect_same(fitted(image, form), resized(image, {0, 0, 2, 4}, 4, 4));
}

TEST(Fitted, GreyAndColour) {
  const Image colour{1, 2, 3, {255, 0, 0, 10, 10, 10}};
  expect_same(with_channels(colour, 1), {1, 2, 1, {76, 10}});
  expect_same(with_channels({1, 2, 1, {4, 5}}, 3), {1, 2, 3, {4, 4, 4, 5, 5, 5}});
}

}  // namespace
}  // namespace tagma
