// How pictures come to a network: settings that every learner on pictures has besides those of Training.
//
// Pictures are decoded, brought to `size` and kept as 8-bit numbers while they fit into `memory` (of the learner, in MiB); what
// does not fit is decoded anew in every epoch. Random changes follow from the seed, the step and the row.
#pragma once

#include <tagma/learn/training.h>

namespace tagma {

enum class PictureChannels : std::uint8_t { automatic, grey, rgb };
enum class PictureFit : std::uint8_t { squash, crop, pad };
enum class PictureNorm : std::uint8_t { none, half, imagenet, data };

struct Pictures {
  std::int64_t size = 0;
  PictureChannels channels = PictureChannels::automatic;
  PictureFit fit = PictureFit::squash;
  PictureNorm normalise = PictureNorm::data;
  std::int64_t memory = 4096;
  bool flip = false;
  double crop = 0, colour = 0;
  std::int64_t operations = 0;
  double magnitude = 0.3;

  template <class Self>
  static constexpr auto picture_fields() {
    using Whole = Field<Self, std::int64_t>;
    using Number = Field<Self, double>;
    return std::tuple{
        Whole{"size", &Pictures::size, 0, 4096, "height and width in pixels that pictures are brought to; 0: the longer side of the first"},
        Choice<Self, PictureChannels, 3>{"channels", &Pictures::channels, {"auto", "grey", "rgb"}, "auto: rgb where a picture has colours"},
        Choice<Self, PictureFit, 3>{"fit", &Pictures::fit, {"squash", "crop", "pad"}, "how other shapes become square"},
        Choice<Self, PictureNorm, 4>{"normalise", &Pictures::normalise, {"none", "half", "imagenet", "data"},
                                     "what is taken from x / 255: nothing, 0.5, ImageNet's mean and deviation, or the training set's"},
        Whole{"memory", &Pictures::memory, 0, 1 << 24, "MiB for decoded pictures; what does not fit is decoded in every epoch"},
        Switch<Self>{"flip", &Pictures::flip, "mirror half of the pictures while training"},
        Number{"crop", &Pictures::crop, 0.0, 0.5, "share of the size by which pictures are moved at random while training"},
        Number{"colour", &Pictures::colour, 0.0, 1.0, "strength of random brightness, contrast and saturation while training"},
        Whole{"operations", &Pictures::operations, 0, 14, "random operations on a picture while training (RandAugment)"},
        Number{"magnitude", &Pictures::magnitude, 0.0, 1.0, "their strength, as a share of the greatest"}};
  }
};

}  // namespace tagma
