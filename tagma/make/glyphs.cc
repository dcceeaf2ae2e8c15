#include <tagma/make/glyphs.h>

#include <tagma/base/portable_math.h>

#include <algorithm>
#include <cmath>

namespace tagma {
namespace {

struct Point {
  double x, y;  // in the unit square, y downwards
};
using Stroke = std::vector<Point>;

constexpr double turn = 6.283185307179586;

// A smooth curve through the points (Catmull-Rom).
Stroke curve(const Stroke& through) {
  constexpr int steps = 4;
  Stroke line;
  const auto last = static_cast<std::ptrdiff_t>(through.size()) - 1;
  const auto at = [&](std::ptrdiff_t i) { return through[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(i, 0, last))]; };
  for (std::ptrdiff_t i = 0; i < last; ++i) {
    const Point a = at(i - 1), b = at(i), c = at(i + 1), d = at(i + 2);
    for (int step = 0; step < steps; ++step) {
      const double t = static_cast<double>(step) / steps, t2 = t * t, t3 = t2 * t;
      const auto blend = [&](double p, double q, double r, double s) {
        return 0.5 * (2 * q + (r - p) * t + (2 * p - 5 * q + 4 * r - s) * t2 + (3 * q - p - 3 * r + s) * t3);
      };
      line.push_back({blend(a.x, b.x, c.x, d.x), blend(a.y, b.y, c.y, d.y)});
    }
  }
  line.push_back(through.back());
  return line;
}

Stroke ring(Point middle, double wide, double high) {
  Stroke line;
  for (int i = 0; i <= 14; ++i) {
    const double angle = turn * i / 14;
    line.push_back({middle.x + wide * portable_sin(angle), middle.y - high * portable_cos(angle)});
  }
  return line;
}

// The points of a digit, each moved a little.
std::vector<Stroke> strokes_of(int digit, Rng& rng) {
  const auto near = [&](Stroke points) {
    for (Point& point : points) point.x += rng.uniform(-0.035, 0.035), point.y += rng.uniform(-0.035, 0.035);
    return points;
  };
  const auto bent = [&](Stroke points) { return curve(near(std::move(points))); };
  const auto about = [&](Point centre, double wide, double high) {  // one draw after the other: arguments have no order
    const double wider = wide * rng.uniform(0.9, 1.1), higher = high * rng.uniform(0.9, 1.1);
    return ring(centre, wider, higher);
  };
  const bool other_form = rng.chance(0.35);
  switch (digit) {
    case 0: return {about({0.5, 0.5}, 0.42, 0.48)};
    case 1:
      if (other_form) return {near({{0.28, 0.24}, {0.54, 0.0}, {0.54, 1.0}}), near({{0.25, 1.0}, {0.82, 1.0}})};
      return {near({{0.5, 0.0}, {0.5, 1.0}})};
    case 2: return {bent({{0.1, 0.25}, {0.3, 0.03}, {0.7, 0.03}, {0.86, 0.28}, {0.62, 0.6}, {0.08, 0.98}}), near({{0.08, 0.98}, {0.95, 0.97}})};
    case 3: return {bent({{0.1, 0.12}, {0.45, 0.0}, {0.82, 0.18}, {0.7, 0.4}, {0.38, 0.47}}),
                    bent({{0.38, 0.47}, {0.78, 0.54}, {0.9, 0.76}, {0.6, 1.0}, {0.08, 0.9}})};
    case 4:
      if (other_form) return {near({{0.6, 0.0}, {0.04, 0.66}, {0.98, 0.66}}), near({{0.68, 0.3}, {0.66, 1.0}})};
      return {near({{0.15, 0.0}, {0.1, 0.5}, {0.9, 0.5}}), near({{0.8, 0.0}, {0.74, 1.0}})};
    case 5: return {near({{0.86, 0.02}, {0.24, 0.02}, {0.17, 0.42}}), bent({{0.17, 0.42}, {0.55, 0.37}, {0.88, 0.63}, {0.72, 0.93}, {0.38, 1.0}, {0.06, 0.88}})};
    case 6: return {bent({{0.74, 0.0}, {0.36, 0.26}, {0.12, 0.66}, {0.3, 0.97}, {0.68, 0.96}, {0.86, 0.72}, {0.6, 0.52}, {0.2, 0.66}})};
    case 7: {
      std::vector<Stroke> strokes{near({{0.05, 0.03}, {0.9, 0.03}, {0.42, 1.0}})};
      if (other_form) strokes.push_back(near({{0.3, 0.52}, {0.84, 0.5}}));
      return strokes;
    }
    case 8: return {about({0.5, 0.25}, 0.31, 0.24), about({0.5, 0.74}, 0.39, 0.26)};
    default: return {about({0.46, 0.28}, 0.37, 0.27), bent({{0.84, 0.24}, {0.8, 0.62}, {0.6, 1.0}})};
  }
}

std::vector<Stroke> clutter_strokes(Rng& rng) {
  const auto cross = [&](int arms) {
    std::vector<Stroke> strokes;
    const double first = rng.uniform(0, turn / 2);
    for (int i = 0; i < arms; ++i) {
      const double angle = first + turn / 2 * i / arms, x = 0.5 * portable_cos(angle), y = 0.5 * portable_sin(angle);
      strokes.push_back({{0.5 - x, 0.5 - y}, {0.5 + x, 0.5 + y}});
    }
    return strokes;
  };
  switch (rng.below(6)) {
    case 0: return cross(2);
    case 1: return cross(3);
    case 2: return {{{0, 0.6}, {0.2, 0.3}, {0.4, 0.7}, {0.6, 0.3}, {0.8, 0.7}, {1, 0.4}}};
    case 3: return {{{0.5, 0.05}, {0.95, 0.9}, {0.05, 0.9}, {0.5, 0.05}}};
    case 4: return {{{0.1, 0.2}, {0.1, 0.2}}, {{0.8, 0.4}, {0.8, 0.4}}, {{0.4, 0.9}, {0.4, 0.9}}};
    default: return {{{0.0, 0.1}, {1.0, 0.1}}, {{0.5, 0.1}, {0.5, 1.0}}};
  }
}

double squared_distance(Point p, Point a, Point b) {
  const double dx = b.x - a.x, dy = b.y - a.y, length = dx * dx + dy * dy;
  const double t = length > 0 ? std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / length, 0.0, 1.0) : 0;
  const double x = a.x + t * dx - p.x, y = a.y + t * dy - p.y;
  return x * x + y * y;
}

// Lowers the squared distances of the pixels that the pen may touch between two points.
void approach(std::vector<double>& nearest, Point a, Point b, double pen) {
  const auto from = [&](double u, double v) { return std::max(static_cast<int>(std::min(u, v) - pen - 1), 0); };
  const auto until = [&](double u, double v) { return std::min(static_cast<int>(std::max(u, v) + pen + 2), glyph_side); };
  for (int row = from(a.y, b.y); row < until(a.y, b.y); ++row)
    for (int column = from(a.x, b.x); column < until(a.x, b.x); ++column) {
      double& least = nearest[static_cast<std::size_t>(row * glyph_side + column)];
      least = std::min(least, squared_distance({column + 0.5, row + 0.5}, a, b));
    }
}

// Strokes of the unit square on the middle 20 x 20 pixels, drawn with a round pen.
Image drawn(std::vector<Stroke> strokes, double wide, double slant, double angle, double pen) {
  const double sine = portable_sin(angle), cosine = portable_cos(angle);
  for (Stroke& stroke : strokes)
    for (Point& point : stroke) {
      const double y = point.y - 0.5, x = (point.x - 0.5) * wide - slant * y, half = 0.5 * glyph_side, length = 20 - 2 * pen;
      point = {half + length * (cosine * x - sine * y), half + length * (sine * x + cosine * y)};
    }
  std::vector<double> nearest(std::size_t{glyph_side} * glyph_side, 4.0 * glyph_side * glyph_side);
  for (const Stroke& stroke : strokes)
    for (std::size_t i = 0; i + 1 < stroke.size(); ++i) approach(nearest, stroke[i], stroke[i + 1], pen);
  Image image{glyph_side, glyph_side, 1, {}};
  for (const double square : nearest)
    image.pixels.push_back(static_cast<std::uint8_t>(255 * std::clamp(pen + 0.5 - std::sqrt(square), 0.0, 1.0) + 0.5));
  return image;
}

}  // namespace

Image drawn_digit(int digit, Rng& rng) {
  std::vector<Stroke> strokes = strokes_of(digit, rng);
  const double wide = rng.uniform(0.6, 0.9), slant = rng.normal(0.12, 0.1), angle = rng.normal(0, 0.07), pen = rng.uniform(0.8, 1.6);
  return drawn(std::move(strokes), wide, std::clamp(slant, -0.2, 0.4), std::clamp(angle, -0.2, 0.2), pen);
}

Image drawn_clutter(Rng& rng) {
  const double pen = rng.uniform(0.8, 1.6), angle = rng.uniform(-0.3, 0.3);
  if (rng.chance(1.0 / 7)) {  // a blob: one dot of a broad pen
    const double broad = rng.uniform(4, 8);
    return drawn({{{0.5, 0.5}, {0.5, 0.5}}}, 1, 0, 0, broad);
  }
  std::vector<Stroke> strokes = clutter_strokes(rng);
  const double wide = rng.uniform(0.7, 1);
  return drawn(std::move(strokes), wide, 0, angle, pen);
}

}  // namespace tagma
