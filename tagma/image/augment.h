// Changed copies of training pictures, drawn anew each time: what a picture shows stays, where and how it shows it does not.
//
// In this order, each only where it is switched on:
//   crop    the picture is moved by whole pixels, up to the share `crop` of its side each way; black comes in from outside
//   flip    mirrored left to right in half of the draws
//   policy  policy_operations times, one of 14 operations at the strength policy_magnitude, each equally likely:
//           identity, autocontrast, equalise, rotate, solarise, colour, posterise, contrast, brightness, sharpness, shear x,
//           shear y, translate x, translate y; the direction of those that have one is drawn
//   colour  brightness, contrast, then saturation times a factor from [1 - colour, 1 + colour]
// Source: Cubuk, Zoph, Shlens & Le, "RandAugment: practical automated data augmentation with a reduced search space", 2020.
// Ours differs: the magnitude is a share of the greatest strength (theirs counts steps, of 10 or 30: magnitude 9 of 30 is
// 0.3); the greatest strengths are those of torchvision (30 degrees, shear 0.3, translation 0.45 of the side, factors
// 1 +- 0.9, 4 bits, threshold 0); what comes in from outside is black and pixels between are bilinear, not nearest.
// Units: pictures are 8 bits, grey or colour; operations on colours leave grey ones alone.
// Same draws, same bytes on every machine.
#pragma once

#include <tagma/base/rng.h>
#include <tagma/data/images.h>

namespace tagma {

struct Augment {
  bool flip = false;
  double crop = 0, colour = 0;
  int policy_operations = 0;
  double policy_magnitude = 0.3;

  bool any() const { return flip || crop > 0 || colour > 0 || policy_operations > 0; }
};

Image augmented(const Image& image, const Augment& augment, Rng& rng);

}  // namespace tagma
