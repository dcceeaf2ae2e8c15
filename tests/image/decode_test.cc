#include <tagma/image/decode.h>

#include "tests/image/pictures.h"

#include <tagma/image/encode.h>

#include <gmock/gmock.h>

#include <cstdio>

#include <jpeglib.h>
#include <png.h>

#include <cstdlib>

namespace tagma {
namespace {

using ::testing::HasSubstr;
using namespace test;

Image decoded(std::string_view text) { return decode_image(bytes_of(text), "p"); }
std::string refusal(std::string_view text) {
  return said([&] { decoded(text); });
}

std::string jpeg_of(const Image& image, J_COLOR_SPACE kind, bool progressive = false) {
  jpeg_compress_struct info{};
  jpeg_error_mgr errors;
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char* buffer = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&info, &buffer, &size);
  info.image_width = static_cast<JDIMENSION>(image.width);
  info.image_height = static_cast<JDIMENSION>(image.height);
  info.input_components = image.channels;
  info.in_color_space = kind;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, 98, TRUE);
  if (progressive) jpeg_simple_progression(&info);
  jpeg_start_compress(&info, TRUE);
  while (info.next_scanline < info.image_height) {
    auto* row = const_cast<JSAMPROW>(&image.pixels[std::size_t{info.next_scanline} * static_cast<std::size_t>(image.width * image.channels)]);
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
  const std::string text(reinterpret_cast<char*>(buffer), size);
  std::free(buffer);
  return text;
}

// A PNG of any form; rows are packed as the form wants them.
std::string png_with(int width, int height, int depth, int colour, int interlace, std::string rows, bool palette = false) {
  std::string out;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(png, &out, [](png_structp to, png_bytep data, std::size_t size) {
    static_cast<std::string*>(png_get_io_ptr(to))->append(reinterpret_cast<char*>(data), size);
  }, nullptr);
  png_set_IHDR(png, info, static_cast<png_uint_32>(width), static_cast<png_uint_32>(height), depth, colour, interlace, 0, 0);
  const png_color colours[] = {{255, 0, 0}, {0, 0, 255}};
  const png_byte alphas[] = {255, 0};
  if (palette) png_set_PLTE(png, info, colours, 2), png_set_tRNS(png, info, alphas, 2, nullptr);
  std::vector<png_bytep> starts;
  const std::size_t step = rows.size() / static_cast<std::size_t>(height);
  for (int y = 0; y < height; ++y) starts.push_back(reinterpret_cast<png_bytep>(rows.data()) + static_cast<std::size_t>(y) * step);
  png_set_rows(png, info, starts.data());
  png_write_png(png, info, PNG_TRANSFORM_IDENTITY, nullptr);
  png_destroy_write_struct(&png, &info);
  return out;
}

TEST(Decode, PngOfWhatItWrote) {
  for (const int channels : {1, 3})
    for (const int side : {1, 7, 64}) {
      const Image image = noise(side, side + 3, channels);
      expect_same(decoded(text_of(png_of(image))), image);
    }
}

TEST(Decode, PngDepths) {
  const Image bits = decoded(png_with(8, 1, 1, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE, "\xa5"));
  EXPECT_EQ(bits.channels, 1);
  EXPECT_EQ(bits.pixels, (std::vector<std::uint8_t>{255, 0, 255, 0, 0, 255, 0, 255}));
  const Image fours = decoded(png_with(2, 1, 4, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE, "\x3f"));
  EXPECT_EQ(fours.pixels, (std::vector<std::uint8_t>{51, 255}));
  const Image wide = decoded(png_with(1, 1, 16, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, std::string("\x80\x00\xff\xff\x00\x7f", 6)));
  EXPECT_EQ(wide.pixels, (std::vector<std::uint8_t>{128, 255, 0}));
}

TEST(Decode, PngPalettesAndAlpha) {
  const Image palette = decoded(png_with(2, 1, 8, PNG_COLOR_TYPE_PALETTE, PNG_INTERLACE_NONE, std::string("\0\1", 2), true));
  EXPECT_EQ(palette.pixels, (std::vector<std::uint8_t>{255, 0, 0, 255, 255, 255}));  // the second colour is transparent
  const Image grey = decoded(png_with(3, 1, 8, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_INTERLACE_NONE, std::string("\x10\xff\x10\x00\x00\x80", 6)));
  EXPECT_EQ(grey.channels, 1);
  EXPECT_EQ(grey.pixels, (std::vector<std::uint8_t>{16, 255, 127}));
}

TEST(Decode, PngInterlaced) {
  const Image image = noise(19, 23, 3);
  const std::string rows(reinterpret_cast<const char*>(image.pixels.data()), image.pixels.size());
  expect_same(decoded(png_with(23, 19, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_ADAM7, rows)), image);
}

TEST(Decode, Jpeg) {
  for (const bool progressive : {false, true})
    for (const int channels : {1, 3}) {
      const Image image = slope(40, 51, channels);
      const Image back = decoded(jpeg_of(image, channels == 1 ? JCS_GRAYSCALE : JCS_RGB, progressive));
      ASSERT_EQ(back.pixels.size(), image.pixels.size());
      EXPECT_EQ(back.channels, channels);
      EXPECT_EQ(back.width, 51);
      std::int64_t off = 0;
      for (std::size_t i = 0; i < image.pixels.size(); ++i) off += std::abs(int{back.pixels[i]} - int{image.pixels[i]});
      EXPECT_LT(static_cast<double>(off) / static_cast<double>(image.pixels.size()), 6);
    }
}

TEST(Decode, JpegOfInks) {
  Image inks{8, 8, 4, {}};  // as libjpeg writes it, with an Adobe marker: the light that each ink lets through
  for (int i = 0; i < 64; ++i) inks.pixels.insert(inks.pixels.end(), {200, 100, 50, 128});
  const Image back = decoded(jpeg_of(inks, JCS_CMYK));
  ASSERT_EQ(back.channels, 3);
  EXPECT_NEAR(back.pixels[0], 100, 3);
  EXPECT_NEAR(back.pixels[1], 50, 3);
  EXPECT_NEAR(back.pixels[2], 25, 3);
}

TEST(Decode, Pnm) {
  expect_same(decoded("P2\n# note 7\n2 2 # more\n4\n0 1\n2 4\n"), {2, 2, 1, {0, 64, 128, 255}});
  expect_same(decoded("P3 1 1 255 1 2 3"), {1, 1, 3, {1, 2, 3}});
  expect_same(decoded("P5 3 1 255\nabc"), {1, 3, 1, {'a', 'b', 'c'}});
  expect_same(decoded(std::string("P5 2 1 65535\n\xff\xff\x80\x00", 17)), {1, 2, 1, {255, 128}});
  expect_same(decoded("P6\n1 2\n255\n#bcdef"), {2, 1, 3, {'#', 'b', 'c', 'd', 'e', 'f'}});
}

TEST(Decode, SaysWhatIsWrong) {
  EXPECT_THAT(refusal(""), HasSubstr("p: the file is empty"));
  EXPECT_THAT(refusal("GIF89a"), HasSubstr("p: no picture that can be read; allowed: PNG, JPEG, PGM and PPM"));
  EXPECT_THAT(refusal("P5 3 1 255\nab"), HasSubstr("truncated"));
  EXPECT_THAT(refusal("P2 1 1 4\n5"), HasSubstr("above the greatest"));
  EXPECT_THAT(refusal("P2 1 x 4\n5"), HasSubstr("height is no whole number"));
  EXPECT_THAT(refusal("P5 0 5 255\n"), HasSubstr("at least 1"));
  EXPECT_THAT(refusal("P5 100000000 1 255\n"), HasSubstr("too large"));
  EXPECT_THAT(refusal("P6 60000 60000 255\n"), HasSubstr("at most"));
}

TEST(Decode, EveryTruncationIsRefused) {
  const std::vector<std::string> files{text_of(png_of(noise(9, 9, 3))), jpeg_of(slope(24, 24, 3), JCS_RGB),
                                       jpeg_of(slope(24, 24, 1), JCS_GRAYSCALE, true), "P6 3 2 255\nabcdefghijklmnopqr"};
  for (const std::string& file : files) {
    expect_same(decoded(file), decoded(file));
    for (std::size_t size = 0; size + 20 < file.size(); ++size)  // the last bytes of a PNG or JPEG hold no pixels
      EXPECT_NE(refusal(std::string_view(file).substr(0, size)), "") << size << " of " << file.size();
  }
}

TEST(Decode, DamageNeverCrashes) {
  const std::vector<std::string> files{text_of(png_of(noise(9, 9, 3))), jpeg_of(slope(24, 24, 3), JCS_RGB, true),
                                       jpeg_of(noise(16, 16, 4), JCS_CMYK), "P3 2 1 255\n1 2 3 4 5 6\n"};
  Rng rng(4);
  for (int i = 0; i < 4000; ++i) {
    std::string file = files[rng.below(files.size())];
    for (std::uint64_t n = 1 + rng.below(4); n > 0; --n) file[rng.below(file.size())] = static_cast<char>(rng.below(256));
    refusal(file);
  }
}

TEST(Decode, HugeClaimsInSmallFiles) {
  std::string png = text_of(png_of(noise(4, 4, 1)));
  png.replace(16, 8, std::string("\x00\x00\x20\x00\x00\x00\x20\x00", 8));  // 8192 x 8192, and a check sum that is wrong
  EXPECT_NE(refusal(png), "");
  EXPECT_THAT(refusal(png_with(8192, 8192, 1, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE, std::string(8192 * 1024, '\0')).substr(0, 500)),
              HasSubstr("truncated"));
  EXPECT_THAT(refusal(png_with(8193, 8192, 1, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE, std::string(8192 * 1025, '\0'))), HasSubstr("at most"));
}

TEST(Encode, RefusesAnImageThatDoesNotFit) {
  EXPECT_THAT(said([] { png_of({2, 2, 1, {1, 2, 3}}); }), HasSubstr("cannot be written"));
  EXPECT_THAT(said([] { png_of({1, 1, 2, {1, 2}}); }), HasSubstr("cannot be written"));
}

}  // namespace
}  // namespace tagma
