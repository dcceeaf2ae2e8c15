// A black picture that squares of light are stamped on, at any size and place between the pixels.
//
// A pixel of the stamp is a weighted mean of the source around the place it comes from, with weights that fall linearly to zero at
// max(1, source pixels per pixel); beyond its border the source is black. Where stamps meet, the brighter value stays.
// Portable arithmetic only.
#pragma once

#include <tagma/data/images.h>

#include <array>

namespace tagma {

class Canvas {
 public:
  Canvas(int size, int channels);

  // light: factor of each channel, in [0, 1]; source: a grey square; top, left, side in pixels of the canvas.
  void stamp(const Image& source, double top, double left, double side, const std::array<double, 3>& light);
  Image take() { return std::move(image_); }

 private:
  Image image_;
};

// hue, saturation, value in [0, 1] -> red, green, blue.
std::array<double, 3> rgb_of(double hue, double saturation, double value);

}  // namespace tagma
