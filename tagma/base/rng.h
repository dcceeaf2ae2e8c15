// Random numbers that are the same on every machine: xoshiro256** seeded by splitmix64, and distributions of our own
// (the standard library's differ between vendors). fork(i) gives independent streams, so that parallel blocks draw the
// same numbers whatever thread runs them.
//
// Source: Blackman & Vigna, "Scrambled linear pseudorandom number generators" (2021).
#pragma once

#include <cstdint>
#include <iterator>
#include <utility>

namespace tagma {

__extension__ using Wide = unsigned __int128;

class Rng {
 public:
  explicit Rng(std::uint64_t seed) : seed_(seed) {
    for (std::uint64_t& word : state_) word = split_mix(seed);
  }

  // An independent generator for stream `index`; does not advance this one.
  Rng fork(std::uint64_t index) const {
    std::uint64_t mixed = seed_ ^ (0x9e3779b97f4a7c15u + index * 0xd1342543de82ef95u);
    return Rng(split_mix(mixed));
  }

  std::uint64_t bits() {
    const std::uint64_t result = rotate(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = rotate(state_[3], 45);
    return result;
  }

  // Uniform in [0, 1), 53 bits.
  double uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }
  double uniform(double low, double high) { return low + (high - low) * uniform(); }

  // Uniform in [0, bound), unbiased. bound > 0.
  std::uint64_t below(std::uint64_t bound) {
    for (;;) {  // Lemire's multiply-shift with rejection
      const Wide product = static_cast<Wide>(bits()) * bound;
      const auto low = static_cast<std::uint64_t>(product);
      if (low >= bound || low >= (0 - bound) % bound) return static_cast<std::uint64_t>(product >> 64);
    }
  }

  bool chance(double probability) { return uniform() < probability; }

  // Standard normal by Wichura's inverse (AS 241) on one uniform: no rejection, no libm, same bytes everywhere.
  double normal();
  double normal(double mean, double deviation) { return mean + deviation * normal(); }

  template <class Range>
  void shuffle(Range& items) {
    for (std::uint64_t i = std::size(items); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
  }

 private:
  static std::uint64_t rotate(std::uint64_t word, int by) { return (word << by) | (word >> (64 - by)); }
  static std::uint64_t split_mix(std::uint64_t& state) {
    std::uint64_t word = (state += 0x9e3779b97f4a7c15u);
    word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9u;
    word = (word ^ (word >> 27)) * 0x94d049bb133111ebu;
    return word ^ (word >> 31);
  }

  std::uint64_t seed_;
  std::uint64_t state_[4];
};

}  // namespace tagma
