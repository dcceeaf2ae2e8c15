#include <tagma/split/quality.h>

#include <tagma/split/units.h>

#include <cmath>

namespace tagma {
namespace {

constexpr std::int64_t most_pairs = 50'000'000;

double odds(std::int64_t present, std::int64_t rows) {
  const std::int64_t others = rows - present;  // a trait of every row has no odds; half a row stands in
  return static_cast<double>(present) / (others > 0 ? static_cast<double>(others) : 0.5);
}

}  // namespace

SplitQuality split_quality(const LabelMatrix& labels, std::span<const std::vector<std::int64_t>> parts) {
  Units rows = label_units(labels);
  const bool count_pairs = pairs_held(rows) <= most_pairs;
  if (count_pairs) rows = with_pairs(rows);
  const auto traits = static_cast<std::size_t>(rows.trait_total);
  std::vector<std::int64_t> whole(traits);
  std::vector<std::vector<std::int64_t>> counts(parts.size(), std::vector<std::int64_t>(traits));
  std::int64_t all = 0;
  for (std::size_t part = 0; part < parts.size(); ++part) {
    all += static_cast<std::int64_t>(parts[part].size());
    for (std::int64_t row : parts[part])
      for (std::int32_t trait : rows.traits_of(row)) {
        ++counts[part][static_cast<std::size_t>(trait)];
        ++whole[static_cast<std::size_t>(trait)];
      }
  }
  SplitQuality quality;
  quality.pairs_counted = count_pairs;
  std::int64_t seen_labels = 0, seen_pairs = 0;
  for (std::size_t trait = 0; trait < traits; ++trait) {
    const bool is_label = trait < static_cast<std::size_t>(labels.labels());
    if (whole[trait] == 0 || trait == static_cast<std::size_t>(labels.labels())) continue;
    ++(is_label ? seen_labels : seen_pairs);
    for (std::size_t part = 0; part < parts.size(); ++part) {
      const std::int64_t present = counts[part][trait];
      const double gap = std::abs(odds(present, static_cast<std::int64_t>(parts[part].size())) - odds(whole[trait], all));
      (is_label ? quality.label_error : quality.pair_error) += gap;
      if (is_label && present == 0) ++quality.empty;
    }
  }
  const auto count = static_cast<double>(parts.size());
  if (seen_labels > 0) quality.label_error /= static_cast<double>(seen_labels) * count;
  if (seen_pairs > 0) quality.pair_error /= static_cast<double>(seen_pairs) * count;
  return quality;
}

}  // namespace tagma
