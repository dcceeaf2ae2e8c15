#include <tagma/run/example_pictures.h>

#include <tagma/base/error.h>
#include <tagma/image/encode.h>
#include <tagma/image/resize.h>

#include <algorithm>
#include <cmath>

namespace tagma {
namespace {

constexpr int largest = 128;

Image shrunk(Image image) {
  const int longer = std::max(image.height, image.width);
  if (longer <= largest) return image;
  const auto side = [&](int pixels) { return std::max(1, static_cast<int>(std::lround(static_cast<double>(pixels) * largest / longer))); };
  return resized(image, {0, 0, image.height, image.width}, side(image.height), side(image.width));
}

}  // namespace

std::vector<ShownExample> with_pictures(std::vector<ShownExample> examples, const Images& pictures) {
  for (ShownExample& example : examples) {
    example.name = pictures.name(example.row);
    try {
      const Image image = shrunk(pictures.read(example.row));
      example.png = png_of(image);
      example.width = image.width, example.height = image.height;
    } catch (const Error& error) {
      example.fault = error.what();
    }
  }
  return examples;
}

}  // namespace tagma
