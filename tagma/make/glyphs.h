// Digits drawn by the program itself, and clutter that is no digit: strokes on a square of 28 x 28 pixels, white on black, in
// the manner of MNIST (the figure in the middle 20 x 20, a border of 4).
//
// A digit is a few polylines and curves through fixed points; drawn anew each time are the points' places (a little), slant,
// turn, width, height and thickness of the pen, and which of two forms a 1, 4 and 7 has. Clutter is one of: a blob, a cross,
// a star, a zigzag, a triangle, three dots, a T.
// Same draws, same bytes on every machine.
#pragma once

#include <tagma/base/rng.h>
#include <tagma/data/images.h>

namespace tagma {

inline constexpr int glyph_side = 28;

Image drawn_digit(int digit, Rng& rng);  // digit 0 to 9
Image drawn_clutter(Rng& rng);

}  // namespace tagma
