// A part of a picture, brought to another size.
//
// Each pixel of the result is a weighted mean of the pixels around the place it comes from, with weights that fall linearly to
// zero at max(1, scale) pixels (bilinear; when a picture shrinks, the wider weights keep fine patterns from turning into
// coarse ones). Weights are whole 65536ths that add up to 1 along each axis, sums are whole numbers: the same bytes on every
// machine, a picture of one colour keeps it, and a picture that keeps its size is unchanged.
// Memory: of the size of the result.
#pragma once

#include <tagma/data/images.h>

namespace tagma {

struct Box {
  int top = 0, left = 0, height = 0, width = 0;
};

// The box lies within the image; height, width >= 1.
Image resized(const Image& image, const Box& box, int height, int width);

}  // namespace tagma
