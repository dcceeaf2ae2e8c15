#include <tagma/split/units.h>

#include <tagma/base/error.h>

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace tagma {
namespace {

constexpr std::int64_t most_unit_pairs = 200'000'000;

std::uint64_t pair_key(std::int32_t a, std::int32_t b) {
  return (static_cast<std::uint64_t>(a) << 32) | static_cast<std::uint64_t>(b);
}

// The keys of all pairs that occur more than once, ascending.
std::vector<std::uint64_t> repeated_pairs(const Units& rows, std::int64_t held) {
  std::vector<std::uint64_t> keys;
  keys.reserve(static_cast<std::size_t>(held));
  for (std::int64_t row = 0; row < rows.count(); ++row) {
    const auto traits = rows.traits_of(row);
    for (std::size_t i = 0; i < traits.size(); ++i)
      for (std::size_t j = i + 1; j < traits.size(); ++j) keys.push_back(pair_key(traits[i], traits[j]));
  }
  std::sort(keys.begin(), keys.end());
  std::size_t kept = 0;
  for (std::size_t first = 0, next; first < keys.size(); first = next) {
    for (next = first + 1; next < keys.size() && keys[next] == keys[first];) ++next;
    if (next - first > 1) keys[kept++] = keys[first];
  }
  keys.resize(kept);
  return keys;
}

}  // namespace

std::vector<std::int32_t> group_numbers(const Dataset& data) {
  if (data.groups.empty() && data.rows() > 0)
    fail(Code::usage, "the data name no groups; say which column holds them, or split without groups");
  std::unordered_map<std::string_view, std::int32_t> numbers;
  std::vector<std::int32_t> group_of;
  group_of.reserve(data.groups.size());
  for (const std::string& name : data.groups)
    group_of.push_back(numbers.emplace(name, static_cast<std::int32_t>(numbers.size())).first->second);
  return group_of;
}

std::int64_t pairs_held(const Units& rows) {
  std::int64_t total = 0;
  for (std::int64_t row = 0; row < rows.count(); ++row) {
    const auto held = static_cast<std::int64_t>(rows.traits_of(row).size());
    total += held * (held - 1) / 2;
  }
  return total;
}

Units label_units(const LabelMatrix& labels) {
  Units units;
  units.trait_total = labels.labels() + 1;
  units.starts.reserve(static_cast<std::size_t>(labels.rows()) + 1);
  units.traits.reserve(static_cast<std::size_t>(labels.present_count()));
  for (std::int64_t row = 0; row < labels.rows(); ++row) {
    const auto present = labels[row].present;
    units.traits.insert(units.traits.end(), present.begin(), present.end());
    if (present.empty()) units.traits.push_back(labels.labels());
    units.starts.push_back(static_cast<std::int64_t>(units.traits.size()));
  }
  return units;
}

Units with_pairs(const Units& rows) {
  const std::int64_t held = pairs_held(rows);
  if (held > most_unit_pairs)
    fail(Code::usage, "the rows hold {} pairs of labels, at most {} can be stratified; stratify by labels instead", held,
         most_unit_pairs);
  const std::vector<std::uint64_t> keys = repeated_pairs(rows, held);
  Units units;
  units.trait_total = rows.trait_total + static_cast<std::int32_t>(keys.size());
  for (std::int64_t row = 0; row < rows.count(); ++row) {
    const auto traits = rows.traits_of(row);
    units.traits.insert(units.traits.end(), traits.begin(), traits.end());
    for (std::size_t i = 0; i < traits.size(); ++i) {
      auto from = keys.begin();  // the keys of a row ascend
      for (std::size_t j = i + 1; j < traits.size(); ++j) {
        from = std::lower_bound(from, keys.end(), pair_key(traits[i], traits[j]));
        if (from != keys.end() && *from == pair_key(traits[i], traits[j]))
          units.traits.push_back(rows.trait_total + static_cast<std::int32_t>(from - keys.begin()));
      }
    }
    units.starts.push_back(static_cast<std::int64_t>(units.traits.size()));
  }
  return units;
}

Units grouped(const Units& rows, std::span<const std::int32_t> group_of) {
  const std::int32_t groups = group_of.empty() ? 0 : *std::max_element(group_of.begin(), group_of.end()) + 1;
  std::vector<std::vector<std::int32_t>> gathered(static_cast<std::size_t>(groups));
  Units units;
  units.trait_total = rows.trait_total;
  units.sizes.assign(static_cast<std::size_t>(groups), 0);
  for (std::int64_t row = 0; row < rows.count(); ++row) {
    const auto group = static_cast<std::size_t>(group_of[static_cast<std::size_t>(row)]);
    const auto traits = rows.traits_of(row);
    gathered[group].insert(gathered[group].end(), traits.begin(), traits.end());
    ++units.sizes[group];
  }
  for (auto& traits : gathered) {
    std::sort(traits.begin(), traits.end());
    for (std::size_t first = 0, next; first < traits.size(); first = next) {
      for (next = first + 1; next < traits.size() && traits[next] == traits[first];) ++next;
      units.traits.push_back(traits[first]);
      units.counts.push_back(static_cast<std::int32_t>(next - first));
    }
    units.starts.push_back(static_cast<std::int64_t>(units.traits.size()));
  }
  return units;
}

}  // namespace tagma
