#include <tagma/make/digit_scene.h>

#include <tagma/make/canvas.h>
#include <tagma/make/glyphs.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tagma {
namespace {

constexpr int tries = 1000, margin = 1;
constexpr double units = 224;  // the canvas that sizes are told of

class Scene {
 public:
  Scene(const RankedDigits& settings, const Rng& row) : settings_(settings), glyphs_(row.fork(1)), rng_(row.fork(0)) {
    std::iota(digits_.begin(), digits_.end(), 0);
    rng_.shuffle(digits_);
  }

  std::vector<DigitPiece> ranked() {
    const bool negative = rng_.chance(settings_.negatives);
    const auto count = 1 + rng_.below(static_cast<std::uint64_t>(settings_.digits_most));
    for (std::uint64_t i = 0; i < count; ++i) place_somewhere(negative ? -1 : digits_[i]);
    if (!negative && settings_.clutter)
      for (auto left = rng_.below(static_cast<std::uint64_t>(settings_.digits_most) + 1); left > 0; --left) place_somewhere(-1);
    return sorted();
  }

  std::vector<DigitPiece> calibration() {
    constexpr double places[4][2] = {{0.25, 0.25}, {0.75, 0.75}, {0.25, 0.75}, {0.75, 0.25}};
    std::array<int, 4> order{0, 1, 2, 3};
    rng_.shuffle(order);
    for (std::size_t i = 0; i < 4; ++i) {
      const double step = static_cast<double>(i);
      place_at(digits_[i], settings_.by_brightness() ? 0.25 + 0.25 * step : 1 + 0.5 * step, places[order[i]][0], places[order[i]][1]);
    }
    return sorted();
  }

  std::vector<DigitPiece> interpolation(std::int64_t step) {
    const double share = static_cast<double>(step) / (steps_of_sequence - 1);
    const double low = settings_.by_brightness() ? 0 : 1, wide = settings_.by_brightness() ? 1 : 2;
    place_at(digits_[0], low + wide * share, 0.5, 0.25);
    place_at(digits_[1], low + wide / 2, 0.25, 0.75);
    place_at(digits_[2], low + wide * (1 - share), 0.75, 0.75);
    return sorted();
  }

 private:
  DigitPiece piece(int digit) {
    DigitPiece made;
    made.digit = digit;
    made.glyph = glyphs_.fork(next_++);
    if (settings_.colour) made.hue = rng_.uniform(), made.saturation = rng_.uniform(0.5, 1);
    return made;
  }
  void set_side(DigitPiece& made) const { made.side = 28 * made.scale * settings_.size / units; }

  void place_somewhere(int digit) {
    DigitPiece made = piece(digit);
    for (int i = 0; i < tries; ++i) {
      made.scale = settings_.factor == DigitFactor::brightness ? settings_.scale_fixed : rng_.uniform(settings_.scale_low, settings_.scale_high);
      made.brightness = settings_.factor == DigitFactor::scale ? 1 : rng_.uniform(settings_.brightness_low, 1);
      set_side(made);
      const auto room = static_cast<std::uint64_t>(settings_.size - 2 * margin - static_cast<int>(std::ceil(made.side)) + 1);
      made.top = margin + static_cast<double>(rng_.below(room));
      made.left = margin + static_cast<double>(rng_.below(room));
      if (std::any_of(pieces_.begin(), pieces_.end(), [&](const DigitPiece& other) { return overlap(made, other); })) continue;
      pieces_.push_back(made);
      return;
    }
  }

  void place_at(int digit, double factor, double x, double y) {
    DigitPiece made = piece(digit);
    made.scale = settings_.by_brightness() ? settings_.scale_fixed : factor;
    made.brightness = settings_.by_brightness() ? factor : 1;
    set_side(made);
    made.top = y * settings_.size - made.side / 2;
    made.left = x * settings_.size - made.side / 2;
    pieces_.push_back(made);
  }

  static bool overlap(const DigitPiece& a, const DigitPiece& b) {
    return a.left < b.left + std::ceil(b.side) && b.left < a.left + std::ceil(a.side) && a.top < b.top + std::ceil(b.side) &&
           b.top < a.top + std::ceil(a.side);
  }

  std::vector<DigitPiece> sorted() {
    const auto factor = [&](const DigitPiece& a) { return settings_.by_brightness() ? a.brightness : a.scale; };
    std::stable_sort(pieces_.begin(), pieces_.end(), [&](const DigitPiece& a, const DigitPiece& b) { return factor(a) < factor(b); });
    return std::move(pieces_);
  }

  const RankedDigits& settings_;
  Rng glyphs_, rng_;
  std::uint64_t next_ = 0;
  std::array<int, 10> digits_{};
  std::vector<DigitPiece> pieces_;
};

}  // namespace

std::vector<DigitPiece> digit_scene(const RankedDigits& settings, const Rng& part, std::int64_t row) {
  const auto of = [&](std::int64_t index) { return Scene(settings, part.fork(static_cast<std::uint64_t>(index))); };
  switch (settings.set) {
    case DigitSet::calibration: return of(row).calibration();
    case DigitSet::interpolation: return of(row / steps_of_sequence).interpolation(row % steps_of_sequence);
    default: return of(row).ranked();
  }
}

Image drawn_scene(const RankedDigits& settings, const std::vector<DigitPiece>& pieces, const DigitSource& source) {
  Canvas canvas(settings.size, settings.colour ? 3 : 1);
  for (const DigitPiece& piece : pieces) {
    Rng rng = piece.glyph;
    const Image glyph = piece.digit < 0 ? drawn_clutter(rng) : source.draw(piece.digit, rng);
    const double value = piece.brightness;
    canvas.stamp(glyph, piece.top, piece.left, piece.side,
                 settings.colour ? rgb_of(piece.hue, piece.saturation, value) : std::array{value, value, value});
  }
  return canvas.take();
}

}  // namespace tagma
