// How pictures come to a network: settings that every learner on pictures has besides those of Training. What they mean stands
// in image/input.h and image/augment.h.
//
// Pictures are decoded, fitted and kept as 8-bit numbers while they fit into `memory` (MiB, of the training rows and of the held-out
// rows); what does not fit is decoded anew in every epoch. Random changes follow from the seed, the step and the row.
#pragma once

#include <tagma/base/fields.h>
#include <tagma/image/augment.h>
#include <tagma/image/input.h>

#include <array>
#include <cstdint>
#include <tuple>

namespace tagma {

struct Pictures : ImageInput, Augment {
  std::int64_t memory = 4096;

  template <class Self>
  static constexpr auto picture_fields() {
    using Pixels = Field<Self, int>;
    using Number = Field<Self, double>;
    return std::tuple{
        Pixels{"size", &Pictures::size, 0, greatest_image_size, "height and width in pixels that pictures are brought to; 0: the longer side of the first"},
        Choice<Self, ImageChannels, 3>{"channels", &Pictures::channels, {"auto", "grey", "rgb"}, "auto: rgb where a picture has colours"},
        Choice<Self, ImageFit, 3>{"fit", &Pictures::fit, {"squash", "crop", "pad"}, "how other shapes become square"},
        Choice<Self, ImageScale, 4>{"normalise", &Pictures::normalise, {"none", "half", "imagenet", "data"},
                                    "what is taken from x / 255: nothing, 0.5, ImageNet's mean and deviation, or the training set's"},
        Field<Self, std::int64_t>{"memory", &Pictures::memory, 0, 1 << 24, "MiB for decoded pictures; what does not fit is decoded in every epoch"},
        Switch<Self>{"flip", &Pictures::flip, "mirror half of the pictures while training"},
        Number{"crop", &Pictures::crop, 0.0, 0.5, "share of the size by which pictures are moved at random while training"},
        Number{"colour", &Pictures::colour, 0.0, 1.0, "strength of random brightness, contrast and saturation while training"},
        Field<Self, int>{"operations", &Pictures::policy_operations, 0, 14, "random operations on a picture while training (RandAugment)"},
        Number{"magnitude", &Pictures::policy_magnitude, 0.0, 1.0, "their strength, as a share of the greatest"}};
  }
};

}  // namespace tagma
