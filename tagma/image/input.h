// How pictures become the numbers that a network is given: one size, one number of channels, one scale.
//
// ImageInput is what a user sets; image_form() looks at the training pictures and settles what is left open; the ImageForm is
// kept with the model. A picture is first fitted (8 bits, form.size x form.size, form.channels), then spread into planes:
//   value[c][y][x] = (pixel / 255 - mean[c]) / deviation[c]
// Grey from colour: 0.299 red + 0.587 green + 0.114 blue. Padding is black.
// Shape: planes [channels x size x size].
// Errors: image_form() throws what reading a picture throws, and Error{usage} where there are no pictures; form_of()
// throws Error{bad_model} naming the entry.
#pragma once

#include <tagma/base/run.h>
#include <tagma/data/images.h>

#include <nlohmann/json_fwd.hpp>

#include <array>
#include <cstdint>

namespace tagma {

enum class ImageChannels : std::uint8_t { automatic, grey, rgb };
enum class ImageFit : std::uint8_t { squash, crop, pad };
enum class ImageScale : std::uint8_t { none, half, imagenet, data };

inline constexpr int greatest_image_size = 4096;

struct ImageInput {
  int size = 0;  // height and width; 0: the longer side of the first training picture
  ImageChannels channels = ImageChannels::automatic;  // automatic: rgb where a training picture has colours
  ImageFit fit = ImageFit::squash;
  ImageScale normalise = ImageScale::data;
};

// What is settled.
struct ImageForm {
  int size = 0, channels = 0;
  ImageFit fit = ImageFit::squash;
  std::array<float, 3> mean{}, deviation{1, 1, 1};  // of pixels in [0, 1], one per channel

  std::int64_t values() const { return std::int64_t{channels} * size * size; }  // of one picture
};

// Looks at the first picture and at up to 512 more, evenly spread.
ImageForm image_form(const ImageInput& input, const Images& training, const Run& run);

nlohmann::json json_of(const ImageForm& form);
ImageForm form_of(const nlohmann::json& json);

// A picture as the form has it, 8 bits.
Image fitted(const Image& image, const ImageForm& form);
Image with_channels(const Image& image, int channels);

// The planes of a fitted picture; out: [form.values()].
void to_planes(const Image& fitted, const ImageForm& form, float* out);

}  // namespace tagma
