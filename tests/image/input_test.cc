#include <tagma/image/input.h>

#include "tests/image/pictures.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace tagma {
namespace {

using ::testing::HasSubstr;
using namespace test;

Images images_of(std::vector<Image> list) { return Images(std::make_shared<ImageList>(std::move(list))); }

TEST(ImageForm, SettlesWhatIsOpen) {
  const Images grey = images_of({noise(20, 30, 1), with_channels(noise(5, 5, 1), 3)});
  ImageForm form = image_form({}, grey, {});
  EXPECT_EQ(form.size, 30);
  EXPECT_EQ(form.channels, 1);
  ImageInput input;
  input.size = 16;
  form = image_form(input, images_of({noise(20, 30, 1), noise(5, 5, 3)}), {});
  EXPECT_EQ(form.size, 16);
  EXPECT_EQ(form.channels, 3);
  EXPECT_THAT(said([] { image_form({}, {}, {}); }), HasSubstr("no training pictures"));
}

TEST(ImageForm, MeanAndDeviationOfTheData) {
  const std::vector<Image> list{noise(16, 16, 3, 1), noise(16, 16, 3, 2), noise(16, 16, 3, 3)};
  ImageInput input;
  const ImageForm form = image_form(input, images_of(list), {});
  for (std::size_t c = 0; c < 3; ++c) {
    double sum = 0, squares = 0, count = 0;
    for (const Image& image : list)
      for (std::size_t i = c; i < image.pixels.size(); i += 3) sum += image.pixels[i] / 255.0, ++count;
    for (const Image& image : list)
      for (std::size_t i = c; i < image.pixels.size(); i += 3) squares += std::pow(image.pixels[i] / 255.0 - sum / count, 2);
    EXPECT_NEAR(form.mean[c], sum / count, 1e-6);
    EXPECT_NEAR(form.deviation[c], std::sqrt(squares / count), 1e-6);
  }
  tagma::Run three;
  three.threads = 3;
  EXPECT_EQ(json_of(image_form(input, images_of(list), three)), json_of(form));
  EXPECT_EQ(image_form(input, images_of({{2, 2, 1, {9, 9, 9, 9}}}), {}).deviation[0], 1);  // nothing to divide by
}

TEST(ImageForm, Planes) {
  ImageForm form{1, 3, ImageFit::squash, {0.5f, 0, 0.25f}, {1, 2, 0.5f}};
  float out[3];
  to_planes({1, 1, 3, {255, 51, 0}}, form, out);
  EXPECT_FLOAT_EQ(out[0], 0.5f);
  EXPECT_FLOAT_EQ(out[1], 0.1f);
  EXPECT_FLOAT_EQ(out[2], -0.5f);
  form = {2, 3, ImageFit::squash, {}, {1, 1, 1}};
  float planes[12];
  to_planes({2, 2, 3, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}}, form, planes);
  for (int c = 0; c < 3; ++c)
    for (int i = 0; i < 4; ++i) EXPECT_FLOAT_EQ(planes[4 * c + i], static_cast<float>(3 * i + c) / 255);
}

TEST(ImageForm, SavedAndRead) {
  const ImageForm form{48, 3, ImageFit::pad, {0.1f, 0.2f, 0.3f}, {0.4f, 0.5f, 0.6f}};
  const nlohmann::json json = json_of(form);
  const ImageForm back = form_of(nlohmann::json::parse(json.dump()));
  EXPECT_EQ(json_of(back), json);
  EXPECT_EQ(back.mean, form.mean);
  EXPECT_EQ(back.fit, ImageFit::pad);
  const std::pair<const char*, nlohmann::json> bad[] = {
      {"size", 0}, {"size", 5000}, {"size", "9"}, {"channels", 2}, {"channels", 4}, {"fit", "none"}, {"fit", 1},
      {"mean", {1, 2}}, {"mean", {1, 2, "3"}}, {"deviation", {1, 0, 1}}, {"deviation", {1, nullptr, 1}}, {"mean", {1, 1, 1e30}}};
  for (const auto& [key, value] : bad) {
    nlohmann::json damaged = json;
    damaged[key] = value;
    EXPECT_THAT(said([&] { form_of(damaged); }), HasSubstr(key)) << damaged;
    damaged.erase(key);
    EXPECT_THAT(said([&] { form_of(damaged); }), HasSubstr(key));
  }
  EXPECT_NE(said([] { form_of(nlohmann::json::array()); }), "");
}

}  // namespace
}  // namespace tagma
