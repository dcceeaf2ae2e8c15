// What stands where on a canvas of ranked digits, before anything is drawn: a function of the settings, the seed and the row.
#pragma once

#include <tagma/base/rng.h>
#include <tagma/data/images.h>
#include <tagma/make/digit_source.h>
#include <tagma/make/ranked_digits.h>

#include <array>
#include <vector>

namespace tagma {

struct DigitPiece {
  int digit = -1;  // -1: clutter
  double scale = 0, brightness = 0, top = 0, left = 0, side = 0;  // place and side in pixels
  double hue = 0, saturation = 0;
  Rng glyph{0};  // draws its shape
};

// The pieces of a row, those of least factor first.
std::vector<DigitPiece> digit_scene(const RankedDigits& settings, const Rng& part, std::int64_t row);

Image drawn_scene(const RankedDigits& settings, const std::vector<DigitPiece>& pieces, const DigitSource& source);

inline constexpr std::int64_t steps_of_sequence = 50;

}  // namespace tagma
