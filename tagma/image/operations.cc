#include <tagma/image/operations.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace tagma {
namespace {

std::uint8_t rounded(double value) { return static_cast<std::uint8_t>(std::clamp(value + 0.5, 0.0, 255.0)); }

double grey_of(const std::uint8_t* pixel, int channels) {
  return channels == 1 ? pixel[0] : (19595 * pixel[0] + 38470 * pixel[1] + 7471 * pixel[2]) / 65536.0;
}

// Replaces every value of a channel by table(channel's counts)[value].
template <class Table>
void map_channels(Image& image, Table&& table) {
  const auto channels = static_cast<std::size_t>(image.channels);
  for (std::size_t c = 0; c < channels; ++c) {
    std::array<std::int64_t, 256> counts{};
    for (std::size_t i = c; i < image.pixels.size(); i += channels) ++counts[image.pixels[i]];
    const std::array<std::uint8_t, 256> map = table(counts);
    for (std::size_t i = c; i < image.pixels.size(); i += channels) image.pixels[i] = map[image.pixels[i]];
  }
}

template <class F>
void map_values(Image& image, F&& f) {
  std::array<std::uint8_t, 256> map{};
  for (int value = 0; value < 256; ++value) map[static_cast<std::size_t>(value)] = f(value);
  for (std::uint8_t& pixel : image.pixels) pixel = map[pixel];
}

}  // namespace

Image warped(const Image& image, const Affine& from) {
  const int height = image.height, width = image.width, channels = image.channels;
  Image result{height, width, channels, std::vector<std::uint8_t>(image.pixels.size())};
  std::uint8_t* out = result.pixels.data();
  const auto value = [&](int y, int x, int c) -> double {
    if (y < 0 || x < 0 || y >= height || x >= width) return 0;
    return image.pixels[(static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)) *
                            static_cast<std::size_t>(channels) + static_cast<std::size_t>(c)];
  };
  const double middle_x = 0.5 * (width - 1), middle_y = 0.5 * (height - 1);
  for (int row = 0; row < height; ++row)
    for (int column = 0; column < width; ++column) {
      const double across = column - middle_x, down = row - middle_y;
      const double x = std::clamp(from.xx * across + from.xy * down + from.x0 + middle_x, -2.0, width + 1.0);
      const double y = std::clamp(from.yx * across + from.yy * down + from.y0 + middle_y, -2.0, height + 1.0);
      const int left = static_cast<int>(std::floor(x)), top = static_cast<int>(std::floor(y));
      const double right_share = x - left, low_share = y - top;
      for (int c = 0; c < channels; ++c) {
        const double high = value(top, left, c) * (1 - right_share) + value(top, left + 1, c) * right_share;
        const double low = value(top + 1, left, c) * (1 - right_share) + value(top + 1, left + 1, c) * right_share;
        *out++ = rounded(high * (1 - low_share) + low * low_share);
      }
    }
  return result;
}

Image shifted(const Image& image, int down, int right) {
  Image result{image.height, image.width, image.channels, std::vector<std::uint8_t>(image.pixels.size())};
  const int wide = image.width - std::abs(right);
  if (wide <= 0) return result;
  const auto channels = static_cast<std::size_t>(image.channels), step = static_cast<std::size_t>(image.width) * channels;
  for (int y = std::max(down, 0); y < std::min(image.height, image.height + down); ++y)
    std::copy_n(&image.pixels[static_cast<std::size_t>(y - down) * step + static_cast<std::size_t>(std::max(-right, 0)) * channels],
                static_cast<std::size_t>(wide) * channels,
                &result.pixels[static_cast<std::size_t>(y) * step + static_cast<std::size_t>(std::max(right, 0)) * channels]);
  return result;
}

void mirror(Image& image) {
  const auto channels = static_cast<std::size_t>(image.channels), width = static_cast<std::size_t>(image.width);
  for (std::size_t y = 0; y < static_cast<std::size_t>(image.height); ++y) {
    std::uint8_t* row = &image.pixels[y * width * channels];
    for (std::size_t x = 0; x < width / 2; ++x)
      std::swap_ranges(row + x * channels, row + (x + 1) * channels, row + (width - 1 - x) * channels);
  }
}

void change_brightness(Image& image, double factor) {
  map_values(image, [&](int value) { return rounded(factor * value); });
}

void change_contrast(Image& image, double factor) {
  double sum = 0;
  for (std::size_t i = 0; i < image.pixels.size(); i += static_cast<std::size_t>(image.channels))
    sum += grey_of(&image.pixels[i], image.channels);
  const double mean = sum * image.channels / static_cast<double>(image.pixels.size());
  map_values(image, [&](int value) { return rounded(mean + factor * (value - mean)); });
}

void change_saturation(Image& image, double factor) {
  if (image.channels == 1) return;
  for (std::size_t i = 0; i < image.pixels.size(); i += 3) {
    const double grey = grey_of(&image.pixels[i], 3);
    for (std::size_t c = 0; c < 3; ++c) image.pixels[i + c] = rounded(grey + factor * (image.pixels[i + c] - grey));
  }
}

// Smoothed by 1 1 1, 1 5 1, 1 1 1 over 13; the border stays.
void change_sharpness(Image& image, double factor) {
  const Image before = image;
  const auto channels = static_cast<std::size_t>(image.channels), step = static_cast<std::size_t>(image.width) * channels;
  for (std::size_t y = 1; y + 1 < static_cast<std::size_t>(image.height); ++y)
    for (std::size_t i = y * step + channels; i + channels < (y + 1) * step; ++i) {
      int sum = 4 * before.pixels[i];
      for (const std::size_t row : {i - step, i, i + step})
        sum += before.pixels[row - channels] + before.pixels[row] + before.pixels[row + channels];
      const double smooth = sum / 13.0;
      image.pixels[i] = rounded(smooth + factor * (before.pixels[i] - smooth));
    }
}

void posterise(Image& image, int bits) {
  const auto mask = static_cast<std::uint8_t>(0xff << (8 - std::clamp(bits, 1, 8)));
  for (std::uint8_t& pixel : image.pixels) pixel &= mask;
}

void solarise(Image& image, int threshold) {
  for (std::uint8_t& pixel : image.pixels)
    if (pixel >= threshold) pixel = static_cast<std::uint8_t>(255 - pixel);
}

void equalise(Image& image) {
  map_channels(image, [](const std::array<std::int64_t, 256>& counts) {
    std::array<std::uint8_t, 256> map{};
    for (std::size_t v = 0; v < 256; ++v) map[v] = static_cast<std::uint8_t>(v);
    std::int64_t total = 0, last = 0;
    for (const std::int64_t count : counts)
      if (count > 0) total += count, last = count;
    const std::int64_t step = (total - last) / 255;
    if (step == 0) return map;  // one value, or too few pixels to tell
    std::int64_t below = step / 2;
    for (std::size_t v = 0; v < 256; ++v) {
      map[v] = static_cast<std::uint8_t>(std::min<std::int64_t>(below / step, 255));
      below += counts[v];
    }
    return map;
  });
}

void stretch_contrast(Image& image) {
  map_channels(image, [](const std::array<std::int64_t, 256>& counts) {
    const auto used = [](std::int64_t count) { return count > 0; };
    const auto least = static_cast<int>(std::find_if(counts.begin(), counts.end(), used) - counts.begin());
    const auto greatest = static_cast<int>(counts.rend() - std::find_if(counts.rbegin(), counts.rend(), used)) - 1;
    std::array<std::uint8_t, 256> map{};
    for (int v = 0; v < 256; ++v)
      map[static_cast<std::size_t>(v)] =
          greatest > least ? rounded(255.0 * (v - least) / (greatest - least)) : static_cast<std::uint8_t>(v);
    return map;
  });
}

}  // namespace tagma
