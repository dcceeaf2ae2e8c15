#include <tagma/split/refine.h>

#include <cmath>
#include <cstdlib>

namespace tagma {
namespace {

constexpr int most_passes = 12;
constexpr double least_gain = 1e-9;

class Refiner {
 public:
  Refiner(const Units& units, std::span<const double> shares, std::span<const std::int64_t> sizes,
          std::vector<std::int32_t>& part_of)
      : units_(units), parts_(shares.size()), part_of_(part_of), room_(sizes.begin(), sizes.end()),
        weight_(static_cast<std::size_t>(units.trait_total)), excess_(weight_.size() * parts_), waiting_(parts_ * parts_),
        gain_(parts_) {
    std::vector<double> totals(weight_.size());
    for (std::int64_t unit = 0; unit < units.count(); ++unit) {
      const std::size_t part = part_at(unit);
      room_[part] -= units.size(unit);
      each_trait(unit, [&](std::size_t trait, double count) {
        totals[trait] += count;
        excess_[trait * parts_ + part] += static_cast<float>(count);
      });
    }
    for (std::size_t trait = 0; trait < weight_.size(); ++trait) {
      weight_[trait] = totals[trait] > 0 ? 1 / std::sqrt(totals[trait]) : 0;
      for (std::size_t part = 0; part < parts_; ++part)
        excess_[trait * parts_ + part] -= static_cast<float>(shares[part] * totals[trait]);
    }
  }

  // Looks at every unit once; returns the number of swaps made.
  std::int64_t pass() {
    std::int64_t swaps = 0;
    for (Waiting& waiting : waiting_) waiting = {};
    for (std::int64_t unit = 0; unit < units_.count(); ++unit) swaps += visit(unit);
    return swaps;
  }

 private:
  struct Waiting {
    std::int64_t unit = -1;
    double gain = -1e300;
  };

  std::size_t part_at(std::int64_t unit) const { return static_cast<std::size_t>(part_of_[static_cast<std::size_t>(unit)]); }

  template <class F>
  void each_trait(std::int64_t unit, F&& f) const {
    std::int64_t place = units_.starts[static_cast<std::size_t>(unit)];
    for (std::int32_t trait : units_.traits_of(unit)) f(static_cast<std::size_t>(trait), double(units_.count_at(place++)));
  }

  // By how much the objective falls when the unit alone goes to each part.
  void weigh(std::int64_t unit) {
    const std::size_t from = part_at(unit);
    for (double& gain : gain_) gain = 0;
    each_trait(unit, [&](std::size_t trait, double count) {
      const float* excess = &excess_[trait * parts_];
      const double scale = 2 * count * weight_[trait], base = double(excess[from]) - count;
      for (std::size_t part = 0; part < parts_; ++part) gain_[part] += scale * (base - double(excess[part]));
    });
  }

  // What trait by trait is lost in the sum of two single gains because both units hold the trait.
  double shared(std::int64_t a, std::int64_t b) const {
    const auto held_a = units_.traits_of(a), held_b = units_.traits_of(b);
    const std::int64_t at_a = units_.starts[static_cast<std::size_t>(a)], at_b = units_.starts[static_cast<std::size_t>(b)];
    double sum = 0;
    for (std::size_t i = 0, j = 0; i < held_a.size() && j < held_b.size();) {
      if (held_a[i] == held_b[j]) {
        sum += 4 * weight_[static_cast<std::size_t>(held_a[i])] * units_.count_at(at_a + static_cast<std::int64_t>(i)) *
               units_.count_at(at_b + static_cast<std::int64_t>(j));
        ++i, ++j;
      } else {
        held_a[i] < held_b[j] ? ++i : ++j;
      }
    }
    return sum;
  }

  bool sizes_allow(std::int64_t a, std::int64_t b) const {
    const std::int64_t more = units_.size(a) - units_.size(b);
    const std::int64_t p = room_[part_at(a)], q = room_[part_at(b)];
    return std::abs(p + more) + std::abs(q - more) <= std::abs(p) + std::abs(q);
  }

  std::int64_t visit(std::int64_t unit) {
    const std::size_t from = part_at(unit);
    weigh(unit);
    for (std::size_t to = 0; to < parts_; ++to) {
      if (to == from) continue;
      Waiting& other = waiting_[to * parts_ + from];
      if (other.unit >= 0 && gain_[to] + other.gain > least_gain && swap(unit, gain_[to], other)) return 1;
    }
    for (std::size_t to = 0; to < parts_; ++to) {
      Waiting& mine = waiting_[from * parts_ + to];
      if (to != from && gain_[to] > mine.gain) mine = {unit, gain_[to]};
    }
    return 0;
  }

  // Swaps when the gain holds at this moment; the waiting unit's own gain may be out of date. Uses gain_ as scratch.
  bool swap(std::int64_t unit, double gain, Waiting& other) {
    const std::size_t from = part_at(unit), to = part_at(other.unit);
    const std::int64_t partner = other.unit;
    other = {};
    const std::vector<double> mine = gain_;
    weigh(partner);
    const double now = gain_[from];
    gain_ = mine;
    if (!(gain + now + shared(unit, partner) > least_gain) || !sizes_allow(unit, partner)) return false;
    move(unit, to);
    move(partner, from);
    return true;
  }

  void move(std::int64_t unit, std::size_t to) {
    const std::size_t from = part_at(unit);
    each_trait(unit, [&](std::size_t trait, double count) {
      excess_[trait * parts_ + from] -= static_cast<float>(count);
      excess_[trait * parts_ + to] += static_cast<float>(count);
    });
    room_[from] += units_.size(unit);
    room_[to] -= units_.size(unit);
    part_of_[static_cast<std::size_t>(unit)] = static_cast<std::int32_t>(to);
  }

  const Units& units_;
  std::size_t parts_;
  std::vector<std::int32_t>& part_of_;
  std::vector<std::int64_t> room_;
  std::vector<double> weight_;   // per trait
  std::vector<float> excess_;    // [traits x parts]: given - wanted
  std::vector<Waiting> waiting_; // [from x to]: the unit most willing to go
  std::vector<double> gain_;     // scratch, per part
};

}  // namespace

void refine(const Units& units, std::span<const double> shares, std::span<const std::int64_t> sizes,
            std::vector<std::int32_t>& part_of, const Run& run) {
  if (shares.size() < 2) return;
  Refiner refiner(units, shares, sizes, part_of);
  const std::int64_t few = units.count() / 1000;
  for (int pass = 0; pass < most_passes; ++pass) {
    run.check_stop();
    if (refiner.pass() <= few) break;
  }
}

}  // namespace tagma
