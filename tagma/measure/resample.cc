#include <tagma/measure/resample.h>

#include <tagma/base/parallel.h>
#include <tagma/base/rng.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace tagma {

WeightSets resample(const Judged& judged, int replicates, const Run& run) {
  WeightSets sets{.sets = replicates, .rows = judged.truth->rows(), .row_weights = judged.row_weights};
  const auto rows = static_cast<std::size_t>(sets.rows);
  std::vector<std::uint32_t> group_of;
  std::size_t groups = rows;
  if (!judged.groups.empty()) {
    std::unordered_map<std::string_view, std::uint32_t> numbers;
    for (const std::string& group : judged.groups)
      group_of.push_back(numbers.try_emplace(group, static_cast<std::uint32_t>(numbers.size())).first->second);
    groups = numbers.size();
  }
  sets.counts.assign(static_cast<std::size_t>(replicates) * rows, 0);
  parallel_for(run, replicates, 4, [&](std::int64_t first, std::int64_t last) {
    std::vector<std::uint8_t> drawn(groups);
    for (std::int64_t s = first; s < last; ++s) {
      Rng rng = Rng(run.seed).fork(static_cast<std::uint64_t>(s));
      std::fill(drawn.begin(), drawn.end(), std::uint8_t{0});
      for (std::size_t i = 0; i < groups; ++i)
        if (std::uint8_t& count = drawn[rng.below(groups)]; count < 255) ++count;
      std::uint8_t* counts = sets.counts.data() + static_cast<std::size_t>(s) * rows;
      for (std::size_t r = 0; r < rows; ++r) counts[r] = drawn[group_of.empty() ? r : group_of[r]];
    }
  });
  return sets;
}

std::optional<Interval> percentile_interval(std::vector<double> values, double level) {
  std::erase_if(values, [](double value) { return std::isnan(value); });
  if (values.size() < 2) return std::nullopt;
  std::sort(values.begin(), values.end());
  const auto quantile = [&](double share) {
    const double place = share * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const double part = place - static_cast<double>(below);
    return part > 0 ? values[below] + part * (values[below + 1] - values[below]) : values[below];
  };
  return Interval{quantile((1 - level) / 2), quantile((1 + level) / 2)};
}

}  // namespace tagma
