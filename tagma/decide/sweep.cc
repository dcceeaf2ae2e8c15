#include <tagma/decide/sweep.h>

#include <tagma/decide/radix.h>

#include <span>

namespace tagma {
namespace {

std::vector<std::uint32_t> sorted_keys(std::span<const float> values, std::vector<std::uint32_t>& spare) {
  std::vector<std::uint32_t> keys(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) keys[i] = descending_key(values[i]);
  radix_sort(keys, spare);
  return keys;
}

}  // namespace

std::vector<Step> steps_down(std::vector<float>& present, std::vector<float>& absent) {
  std::vector<std::uint32_t> spare;
  const std::vector<std::uint32_t> hits = sorted_keys(present, spare), misses = sorted_keys(absent, spare);
  present = {};
  absent = {};
  std::vector<Step> steps;
  std::size_t hit = 0, miss = 0;
  while (hit < hits.size() || miss < misses.size()) {
    const std::uint32_t key = miss == misses.size() || (hit < hits.size() && hits[hit] <= misses[miss]) ? hits[hit] : misses[miss];
    while (hit < hits.size() && hits[hit] == key) ++hit;
    while (miss < misses.size() && misses[miss] == key) ++miss;
    steps.push_back({value_of_key(key), static_cast<std::int64_t>(hit), static_cast<std::int64_t>(miss)});
  }
  return steps;
}

}  // namespace tagma
