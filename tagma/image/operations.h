// Operations on one 8-bit picture, grey or colour; what augmented() is made of. Same bytes on every machine.
#pragma once

#include <tagma/data/images.h>

namespace tagma {

// Where a pixel comes from, measured from the middle of the picture: x' = xx x + xy y + x0, y' = yx x + yy y + y0.
struct Affine {
  double xx = 1, xy = 0, x0 = 0, yx = 0, yy = 1, y0 = 0;
};

Image warped(const Image& image, const Affine& from);  // bilinear, black outside
Image shifted(const Image& image, int down, int right);  // black comes in
void mirror(Image& image);                               // left to right

// Towards black, the mean grey, grey or a smoothed picture (factor < 1), or away from it (> 1); 1 changes nothing.
void change_brightness(Image& image, double factor);
void change_contrast(Image& image, double factor);
void change_saturation(Image& image, double factor);
void change_sharpness(Image& image, double factor);

void posterise(Image& image, int bits);      // keeps the highest bits, 1 to 8
void solarise(Image& image, int threshold);  // inverts values from there on
void equalise(Image& image);                 // each channel: about as many pixels of every value
void stretch_contrast(Image& image);         // each channel: its least value becomes 0, its greatest 255

}  // namespace tagma
