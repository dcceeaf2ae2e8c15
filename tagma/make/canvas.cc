#include <tagma/make/canvas.h>

#include <algorithm>
#include <cmath>

namespace tagma {
namespace {

struct Taps {
  int first = 0;
  std::vector<double> weights;
};

// For the pixels [begin, end) of a canvas: what of the source, `count` pixels over [start, start + side), they show.
std::vector<Taps> taps_of(int count, double start, double side, int begin, int end) {
  const double scale = count / side, reach = std::max(scale, 1.0);
  std::vector<Taps> all;
  for (int pixel = begin; pixel < end; ++pixel) {
    const double centre = (pixel + 0.5 - start) * scale;
    const int first = static_cast<int>(std::floor(centre - reach)), last = static_cast<int>(std::floor(centre + reach)) + 1;
    Taps taps{std::clamp(first, 0, count), {}};
    double total = 0;
    for (int k = first; k < last; ++k) {
      const double weight = std::max(0.0, 1 - std::abs(k + 0.5 - centre) / reach);
      total += weight;
      if (k >= 0 && k < count) taps.weights.push_back(weight);
    }
    for (double& weight : taps.weights) weight /= total;
    all.push_back(std::move(taps));
  }
  return all;
}

}  // namespace

Canvas::Canvas(int size, int channels) : image_{size, size, channels, {}} {
  image_.pixels.resize(static_cast<std::size_t>(size) * static_cast<std::size_t>(size) * static_cast<std::size_t>(channels));
}

void Canvas::stamp(const Image& source, double top, double left, double side, const std::array<double, 3>& light) {
  const auto from = [](double at) { return std::max(static_cast<int>(std::floor(at)), 0); };
  const auto until = [&](double at) { return std::min(static_cast<int>(std::ceil(at)), image_.width); };
  const int high = from(top), low = until(top + side), first = from(left), last = until(left + side);
  const std::vector<Taps> down = taps_of(source.height, top, side, high, low), across = taps_of(source.width, left, side, first, last);
  const auto width = static_cast<std::size_t>(source.width), channels = static_cast<std::size_t>(image_.channels);
  std::vector<double> row(width);
  for (int y = high; y < low; ++y) {
    const Taps& rows = down[static_cast<std::size_t>(y - high)];
    std::fill(row.begin(), row.end(), 0.0);
    for (std::size_t k = 0; k < rows.weights.size(); ++k)
      for (std::size_t x = 0; x < width; ++x)
        row[x] += rows.weights[k] * source.pixels[(static_cast<std::size_t>(rows.first) + k) * width + x];
    std::uint8_t* pixel = &image_.pixels[(static_cast<std::size_t>(y) * static_cast<std::size_t>(image_.width) + static_cast<std::size_t>(first)) * channels];
    for (const Taps& columns : across) {
      double value = 0;
      for (std::size_t k = 0; k < columns.weights.size(); ++k) value += columns.weights[k] * row[static_cast<std::size_t>(columns.first) + k];
      for (std::size_t c = 0; c < channels; ++c, ++pixel)
        *pixel = std::max(*pixel, static_cast<std::uint8_t>(std::clamp(value * light[c] + 0.5, 0.0, 255.0)));
    }
  }
}

std::array<double, 3> rgb_of(double hue, double saturation, double value) {
  const double six = 6 * hue, whole = std::floor(six), part = six - whole;
  const double low = value * (1 - saturation), falling = value * (1 - saturation * part), rising = value * (1 - saturation * (1 - part));
  switch (static_cast<int>(whole) % 6) {
    case 0: return {value, rising, low};
    case 1: return {falling, value, low};
    case 2: return {low, value, rising};
    case 3: return {low, falling, value};
    case 4: return {rising, low, value};
    default: return {value, low, falling};
  }
}

}  // namespace tagma
