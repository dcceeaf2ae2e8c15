#include <tagma/image/resize.h>

#include <algorithm>
#include <cmath>

namespace tagma {
namespace {

constexpr double one = 65536;

// Which values along an axis make up one value of the result, and the weight of each.
struct Taps {
  std::int64_t first = 0;
  std::vector<std::uint32_t> weights;
};

std::vector<Taps> taps_of(int from, int to) {
  const double scale = static_cast<double>(from) / to, reach = std::max(scale, 1.0);
  std::vector<Taps> all(static_cast<std::size_t>(to));
  std::vector<double> weights;
  for (int i = 0; i < to; ++i) {
    Taps& taps = all[static_cast<std::size_t>(i)];
    const double centre = (i + 0.5) * scale;
    taps.first = std::max<std::int64_t>(static_cast<std::int64_t>(std::floor(centre - reach + 0.5)), 0);
    const std::int64_t end = std::min<std::int64_t>(static_cast<std::int64_t>(std::floor(centre + reach + 0.5)), from);
    weights.clear();
    double total = 0;
    for (std::int64_t k = taps.first; k < end; ++k) {
      const double distance = (static_cast<double>(k) + 0.5 - centre) / reach;
      weights.push_back(std::max(0.0, 1 - (distance < 0 ? -distance : distance)));
      total += weights.back();
    }
    double sum = 0;  // differences of rounded running sums add up to 1 exactly
    std::uint32_t done = 0;
    for (const double weight : weights) {
      sum += weight;
      const auto reached = static_cast<std::uint32_t>(std::min(sum / total, 1.0) * one + 0.5);
      taps.weights.push_back(reached - done);
      done = reached;
    }
    taps.weights.back() += static_cast<std::uint32_t>(one) - done;
  }
  return all;
}

// One row along its width, as 256ths: out [width x channels].
template <int channels>
void shrink_row(const std::uint8_t* row, const std::vector<Taps>& taps, std::uint32_t* out) {
  for (const Taps& tap : taps) {
    std::uint32_t sums[channels] = {};
    const std::uint8_t* pixel = row + tap.first * channels;
    for (const std::uint32_t weight : tap.weights)
      for (int c = 0; c < channels; ++c) sums[c] += weight * *pixel++;
    for (int c = 0; c < channels; ++c) *out++ = (sums[c] + 128) >> 8;
  }
}

}  // namespace

Image resized(const Image& image, const Box& box, int height, int width) {
  const auto channels = static_cast<std::size_t>(image.channels), step = static_cast<std::size_t>(image.width) * channels;
  const std::vector<Taps> across = taps_of(box.width, width), down = taps_of(box.height, height);
  const std::size_t values = static_cast<std::size_t>(width) * channels;
  std::vector<std::uint32_t> sums(static_cast<std::size_t>(height) * values), row(values);
  std::size_t low = 0;  // the first row of the result that is not finished
  for (int y = 0; y < box.height; ++y) {
    const std::uint8_t* start =
        image.pixels.data() + static_cast<std::size_t>(box.top + y) * step + static_cast<std::size_t>(box.left) * channels;
    if (channels == 1) shrink_row<1>(start, across, row.data());
    else shrink_row<3>(start, across, row.data());
    while (low < down.size() && down[low].first + static_cast<std::int64_t>(down[low].weights.size()) <= y) ++low;
    for (std::size_t out = low; out < down.size() && down[out].first <= y; ++out) {
      const auto tap = static_cast<std::size_t>(y - down[out].first);
      if (tap >= down[out].weights.size()) continue;
      const std::uint32_t weight = down[out].weights[tap];
      std::uint32_t* sum = &sums[out * values];
      for (std::size_t i = 0; i < values; ++i) sum[i] += weight * row[i];
    }
  }
  Image result{height, width, image.channels, {}};
  result.pixels.resize(sums.size());
  for (std::size_t i = 0; i < sums.size(); ++i) result.pixels[i] = static_cast<std::uint8_t>((sums[i] + (1u << 23)) >> 24);
  return result;
}

}  // namespace tagma
