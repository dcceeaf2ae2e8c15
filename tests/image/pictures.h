// Pictures for the tests, and what an error says.
#pragma once

#include <tagma/base/error.h>
#include <tagma/base/rng.h>
#include <tagma/data/images.h>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace tagma::test {

inline Image noise(int height, int width, int channels, std::uint64_t seed = 1) {
  Image image{height, width, channels, {}};
  Rng rng(seed);
  for (int i = 0; i < height * width * channels; ++i) image.pixels.push_back(static_cast<std::uint8_t>(rng.below(256)));
  return image;
}

// Slow changes across the picture, which survive JPEG.
inline Image slope(int height, int width, int channels) {
  Image image{height, width, channels, {}};
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int c = 0; c < channels; ++c) image.pixels.push_back(static_cast<std::uint8_t>((3 * y + 2 * x + 60 * c) % 256 / 2 + 60));
  return image;
}

inline void expect_same(const Image& a, const Image& b) {
  EXPECT_EQ(a.height, b.height);
  EXPECT_EQ(a.width, b.width);
  EXPECT_EQ(a.channels, b.channels);
  EXPECT_TRUE(a.pixels == b.pixels);
}

inline std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text.data(), text.size())); }
inline std::string text_of(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// What the Error of f says; "" when it throws none.
template <class F>
std::string said(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace tagma::test
