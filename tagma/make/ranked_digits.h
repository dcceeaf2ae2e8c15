// Pictures of digits that differ in size or brightness; the order of these factors is the order of the labels.
//
// set ranked: a row is negative with probability `negatives`. A positive one gets 1 .. digits_most different digits, each number
// equally likely. A digit has a scale, uniform on [scale_low, scale_high], and a brightness, uniform on [brightness_low, 1]; one of
// them is the factor that ranks it (both: ranked_by says which, the other one varies all the same), and where only one varies the
// other is fixed, scale at scale_fixed and brightness at 1. Its square has side 28 scale size / 224 pixels and stands at whole
// pixels, uniformly, 1 pixel or more from the border. Where it would overlap a square that stands there already, factors and place
// are drawn again, at most 1000 times; then the digit is left out, and its label with it. A full canvas hence prefers small digits.
// Negative rows have clutter (glyphs.h) in place of digits, drawn by the same law, so that how full and how bright a canvas is says
// nothing of its labels; with `clutter` positive rows have up to digits_most pieces as well, where there is room.
// colour: a digit's hue is uniform, its saturation uniform on [0.5, 1].
// set calibration: four different digits at (1/4, 1/4), (3/4, 3/4), (1/4, 3/4), (3/4, 1/4) of the canvas in random order, with
// factors 1, 1.5, 2, 2.5 (scale) or 0.25, 0.5, 0.75, 1 (brightness). set interpolation: sequences of 50 rows (group = sequence) of
// the same three digits at (1/2, 1/4), (1/4, 3/4), (3/4, 3/4), whose scale goes 1 -> 3, stays at 2, goes 3 -> 1 (brightness
// 0 -> 1, 0.5, 1 -> 0; a digit of brightness 0 is absent). Both are for testing: all their rows go to the test part, whatever the
// shares of the parts.
// Labels: 0 to 9. Grades: `factor`, or `rank`, 1 for the least factor of the row and one more for each greater one.
// Truth: TruthTable::factors. Pictures are drawn when they are read, from the seed and the row alone.
// Source: Ranked MNIST of UniMLR (arXiv 2508.21772; earlier GaussianMLR, arXiv 2303.03907), as its code first had it. Ours
// differs: squares have sides between whole pixels, so that any two factors show; brightness that does not vary is 1 and scale that does
// not vary is 2, not 1; what cannot be placed is left out, not put over another digit; rows may be negative; grey pictures have one
// channel; the program can draw its own digits. With digits from MNIST, train and valid show its training digits, test its test digits.
// Errors: those of DigitSource; Error{usage} for low > high.
#pragma once

#include <tagma/base/fields.h>
#include <tagma/base/run.h>
#include <tagma/make/generated.h>

namespace tagma {

enum class DigitFactor : std::uint8_t { scale, brightness, both };
enum class DigitSet : std::uint8_t { ranked, calibration, interpolation };
enum class RankedBy : std::uint8_t { scale, brightness };
enum class DigitGrades : std::uint8_t { rank, factor };

struct RankedDigits {
  static constexpr std::string_view name = "ranked-digits";
  static constexpr std::string_view says = "pictures of digits ranked by size or brightness, some with clutter alone";

  std::string digits;
  int size = 64, digits_most = 10;
  DigitSet set = DigitSet::ranked;
  DigitFactor factor = DigitFactor::scale;
  RankedBy ranked_by = RankedBy::scale;
  DigitGrades grades = DigitGrades::rank;
  bool colour = false, clutter = false;
  double negatives = 0.5, scale_low = 1, scale_high = 3, scale_fixed = 2, brightness_low = 0, valid = 0.2, test = 0.2;

  bool by_brightness() const { return factor == DigitFactor::brightness || (factor == DigitFactor::both && ranked_by == RankedBy::brightness); }

  static constexpr auto fields() {
    using Self = RankedDigits;
    return std::tuple{
        Words<Self>{"digits", &Self::digits, "folder with the idx files of MNIST; empty: digits that the program draws"},
        Field{"size", &Self::size, 32, 1024, "height and width of the pictures in pixels"},
        Choice{"set", &Self::set, std::array<std::string_view, 3>{"ranked", "calibration", "interpolation"}, "what the rows are"},
        Choice{"factor", &Self::factor, std::array<std::string_view, 3>{"scale", "brightness", "both"}, "what varies between digits"},
        Choice{"ranked_by", &Self::ranked_by, std::array<std::string_view, 2>{"scale", "brightness"}, "what ranks them where both vary"},
        Choice{"grades", &Self::grades, std::array<std::string_view, 2>{"rank", "factor"}, "what a grade is"},
        Field{"digits_most", &Self::digits_most, 1, 10, "most digits of a row"},
        Field{"negatives", &Self::negatives, 0.0, 1.0, "share of rows without any digit"},
        Switch<Self>{"colour", &Self::colour, "digits of random hue and saturation"},
        Switch<Self>{"clutter", &Self::clutter, "strokes that are no digits on rows with digits, too"},
        Field{"scale_low", &Self::scale_low, 0.5, 6.0, "least scale; 1 is an eighth of the picture"},
        Field{"scale_high", &Self::scale_high, 0.5, 6.0, "greatest scale"},
        Field{"scale_fixed", &Self::scale_fixed, 0.5, 6.0, "scale where only brightness varies"},
        Field{"brightness_low", &Self::brightness_low, 0.0, 1.0, "least brightness"},
        Field{"valid", &Self::valid, 0.0, 0.9, "share of the rows for validation"},
        Field{"test", &Self::test, 0.0, 0.9, "share of the rows for test"}};
  }

  Generated make(std::int64_t rows, const Run& run) const;
};

}  // namespace tagma
