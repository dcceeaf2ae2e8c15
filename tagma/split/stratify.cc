#include <tagma/split/stratify.h>

#include <tagma/split/bucket_queue.h>
#include <tagma/split/refine.h>

#include <algorithm>
#include <numeric>

namespace tagma {
namespace {

constexpr std::int32_t undealt = -1;
constexpr double near = 1e-9;

std::vector<std::int32_t> shuffled(std::int64_t count, Rng& rng) {
  std::vector<std::int32_t> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), 0);
  rng.shuffle(order);
  return order;
}

// Units by trait: holders of trait t are units[starts[t] .. starts[t + 1]), in the given order.
struct Holders {
  std::vector<std::int64_t> starts;
  std::vector<std::int32_t> units;

  Holders(const Units& all, const std::vector<std::int32_t>& order)
      : starts(static_cast<std::size_t>(all.trait_total) + 1), units(all.traits.size()) {
    for (std::int32_t trait : all.traits) ++starts[static_cast<std::size_t>(trait) + 1];
    std::partial_sum(starts.begin(), starts.end(), starts.begin());
    std::vector<std::int64_t> place(starts.begin(), starts.end() - 1);
    for (std::int32_t unit : order)
      for (std::int32_t trait : all.traits_of(unit))
        units[static_cast<std::size_t>(place[static_cast<std::size_t>(trait)]++)] = unit;
  }
  std::vector<std::int64_t> counts() const {
    std::vector<std::int64_t> all(starts.size() - 1);
    for (std::size_t t = 0; t < all.size(); ++t) all[t] = starts[t + 1] - starts[t];
    return all;
  }
};

class Dealer {
 public:
  Dealer(const Units& units, std::span<const double> shares, std::span<const std::int64_t> sizes, Rng rng)
      : units_(units), shares_(shares), room_(sizes.begin(), sizes.end()), rng_(rng),
        part_of_(static_cast<std::size_t>(units.count()), undealt), order_(shuffled(units.count(), rng_)),
        holders_(units, order_), queue_(holders_.counts(), shuffled(units.trait_total, rng_)),
        totals_(static_cast<std::size_t>(units.trait_total)),
        given_(static_cast<std::size_t>(units.trait_total) * shares.size()), appeal_(shares.size()) {
    for (std::size_t i = 0; i < units.traits.size(); ++i)
      totals_[static_cast<std::size_t>(units.traits[i])] += units.count_at(static_cast<std::int64_t>(i));
  }

  std::vector<std::int32_t> deal(const Run& run) {
    for (std::int32_t trait; (trait = queue_.least()) >= 0;) {
      run.check_stop();
      const auto first = static_cast<std::size_t>(holders_.starts[static_cast<std::size_t>(trait)]);
      const auto last = static_cast<std::size_t>(holders_.starts[static_cast<std::size_t>(trait) + 1]);
      for (std::size_t i = first; i < last; ++i)
        if (part_of_[static_cast<std::size_t>(holders_.units[i])] == undealt)
          give(holders_.units[i], choose(holders_.units[i], trait));
    }
    return std::move(part_of_);
  }

 private:
  double wanted(std::int32_t trait, std::size_t part) const {
    const auto t = static_cast<std::size_t>(trait);
    return shares_[part] * static_cast<double>(totals_[t]) - given_[t * shares_.size() + part];
  }

  // Keeps of `candidates_` those whose appeal is the greatest.
  template <class Appeal>
  void keep_best(Appeal&& appeal) {
    if (candidates_.size() <= 1) return;
    double best = -1e300;
    for (std::size_t part : candidates_) best = std::max(best, appeal_[part] = appeal(part));
    std::erase_if(candidates_, [&](std::size_t part) { return appeal_[part] < best - near; });
  }

  std::size_t choose(std::int32_t unit, std::int32_t trait) {
    candidates_.clear();
    const std::int64_t size = units_.size(unit);
    for (std::size_t part = 0; part < shares_.size(); ++part)
      if (room_[part] >= size) candidates_.push_back(part);
    if (candidates_.empty()) return static_cast<std::size_t>(std::max_element(room_.begin(), room_.end()) - room_.begin());
    keep_best([&](std::size_t part) { return wanted(trait, part); });
    keep_best([&](std::size_t part) {
      double sum = 0;
      for (std::int32_t other : units_.traits_of(unit))
        sum += wanted(other, part) / static_cast<double>(totals_[static_cast<std::size_t>(other)]);
      return sum;
    });
    keep_best([&](std::size_t part) { return static_cast<double>(room_[part]); });
    return candidates_.size() == 1 ? candidates_[0] : candidates_[rng_.below(candidates_.size())];
  }

  void give(std::int32_t unit, std::size_t part) {
    part_of_[static_cast<std::size_t>(unit)] = static_cast<std::int32_t>(part);
    room_[part] -= units_.size(unit);
    std::int64_t place = units_.starts[static_cast<std::size_t>(unit)];
    for (std::int32_t trait : units_.traits_of(unit)) {
      given_[static_cast<std::size_t>(trait) * shares_.size() + part] += units_.count_at(place++);
      queue_.fall(trait);
    }
  }

  const Units& units_;
  std::span<const double> shares_;
  std::vector<std::int64_t> room_;
  Rng rng_;
  std::vector<std::int32_t> part_of_, order_;
  Holders holders_;
  BucketQueue queue_;
  std::vector<std::int64_t> totals_;  // per trait
  std::vector<std::int32_t> given_;   // [traits x parts]
  std::vector<double> appeal_;
  std::vector<std::size_t> candidates_;
};

}  // namespace

std::vector<std::int32_t> stratify(const Units& units, std::span<const double> shares,
                                   std::span<const std::int64_t> sizes, Rng rng, const Run& run) {
  std::vector<std::int32_t> part_of = Dealer(units, shares, sizes, rng).deal(run);
  refine(units, shares, sizes, part_of, run);
  return part_of;
}

}  // namespace tagma
