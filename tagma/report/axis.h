// Round numbers along an axis.
#pragma once

#include <string>
#include <vector>

namespace tagma {

struct Tick {
  double at = 0;
  std::string text;
};

// About `count` ticks at multiples of 1, 2 or 5 times a power of ten, within [low, high].
std::vector<Tick> linear_ticks(double low, double high, int count = 5);

// The powers of ten within [low, high], both > 0; with 2 and 5 times them when there are few.
std::vector<Tick> logarithmic_ticks(double low, double high);

}  // namespace tagma
