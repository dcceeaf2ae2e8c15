// Metrics of the ranking of a row's labels by score (Tsoumakas, Katakis & Vlahavas, Mining multi-label data, 2010), and
// of its top k as the extreme classification repository defines them (Bhatia et al.; Jain, Prabhu & Varma 2016 for
// propensities). Binary relevance: a present label counts 1 whatever its grade.
// Support: rows averaged. Rows without a known label are undefined.
#pragma once

#include <tagma/measure/set_metrics.h>

#include <algorithm>
#include <cmath>

namespace tagma {

struct RankingMetric {
  static constexpr Better better = Better::higher;
  static constexpr Needs needs = Needs::ranking;
  static constexpr unsigned uses = fact_groups;
  static constexpr auto fields() { return std::tuple<>{}; }
};

namespace detail {

inline bool nothing_to_rank(const RowFacts& row, const Rules& rules) {
  return row.known == 0 || (row.present == 0 && rules.zero_division == ZeroDivision::skip);
}
// Mean over the first `present` present labels of the precision at their rank.
inline double ranked_precision(std::span<const RankGroup> groups, std::int64_t present) {
  double sum = 0;
  for (const RankGroup& g : groups)
    if (g.present_so_far <= present) sum += static_cast<double>(g.present) * g.present_so_far / g.known_so_far;
  return sum / static_cast<double>(present);
}

}  // namespace detail

struct Lrap : RankingMetric {
  static constexpr std::string_view name = "lrap", says = "label ranking average precision";
  static RowPart part(const RowFacts& row, const Rules& rules, int) {
    if (detail::nothing_to_rank(row, rules) || (row.present == 0 && rules.skip_negative_lrap)) return RowPart::none();
    if (row.present == 0) return RowPart::mean(1);
    return RowPart::mean(detail::ranked_precision(rules.strict_ranks ? row.strict : row.groups, row.present));
  }
};

// Average precision of a row's labels: lrap, except that a row without present labels is 0/0.
struct SamplesMap : RankingMetric {
  static constexpr std::string_view name = "samples_map", says = "average precision, mean over rows";
  static RowPart part(const RowFacts& row, const Rules& rules, int) {
    if (row.known == 0) return RowPart::none();
    if (row.present_counted > 0) return RowPart::mean(detail::ranked_precision(row.groups, row.present_counted));
    return rules.zero_samples_map ? RowPart::mean(0) : resolved_mean(0, 0, 0, rules);
  }
};

struct RankingLoss : RankingMetric {
  static constexpr std::string_view name = "ranking_loss", says = "share of a row's pairs of labels ranked the wrong way round";
  static constexpr Better better = Better::lower;
  static RowPart part(const RowFacts& row, const Rules& rules, int) {
    const std::int64_t absent = row.known - row.present;
    const bool no_pair = row.present == 0 || absent == 0;
    if (row.known == 0 || (no_pair && rules.zero_division == ZeroDivision::skip)) return RowPart::none();
    if (no_pair) return RowPart::mean(0);
    double wrong = 0;
    for (const RankGroup& g : rules.strict_pairs ? row.strict : row.groups)
      wrong += static_cast<double>(g.present) * (g.known_so_far - g.present_so_far);
    return RowPart::mean(wrong / (static_cast<double>(row.present) * static_cast<double>(absent)));
  }
};

struct CoverageError : RankingMetric {
  static constexpr std::string_view name = "coverage_error", says = "how far down the ranking the last present label stands";
  static constexpr Better better = Better::lower;
  static constexpr unsigned uses = fact_depth;
  static RowPart part(const RowFacts& row, const Rules& rules, int) {
    if (detail::nothing_to_rank(row, rules)) return RowPart::none();
    if (row.present == 0) return RowPart::mean(0);
    const std::int64_t depth = rules.strict_ranks ? row.strict.back().known_so_far : row.depth;
    return RowPart::mean(static_cast<double>(depth) - 1 + rules.coverage_start);
  }
};

struct OneError : RankingMetric {
  static constexpr std::string_view name = "one_error", says = "share of rows whose best label is not present";
  static constexpr Better better = Better::lower;
  static constexpr unsigned uses = fact_top;
  static RowPart part(const RowFacts& row, const Rules& rules, int) {
    if (detail::nothing_to_rank(row, rules)) return RowPart::none();
    return RowPart::mean(!row.top_present.empty() && row.top_present[0] ? 0 : 1);
  }
};

// The metrics at k read the first k entries of row.top.
struct AtK : RankingMetric {
  static constexpr unsigned uses = fact_top;
  static constexpr bool at_k = true;
  int k = 1;
};

namespace detail {

inline double hits_at(const RowFacts& row, int k) {
  double hits = 0;
  const auto end = static_cast<std::size_t>(std::min<std::int64_t>(row.top_counted, k));
  for (std::size_t i = 0; i < end; ++i) hits += row.top_present[i];
  return hits;
}
inline double discount(std::int64_t rank) { return 1 / std::log2(static_cast<double>(rank) + 2); }
inline double discounts(std::int64_t first, std::int64_t last) {
  double sum = 0;
  for (std::int64_t i = first; i < last; ++i) sum += discount(i);
  return sum;
}
inline RowPart over_present(double top, double bottom, const Rules& rules) {
  if (bottom > 0) return RowPart::mean(top / bottom);
  return rules.zero_at_k ? RowPart::mean(0) : resolved_mean(0, 0, 0, rules);
}

}  // namespace detail

struct PrecisionAtK : AtK {
  static constexpr std::string_view name = "precision_at_k", says = "share of the best k labels that are present";
  static constexpr auto fields() { return std::tuple{Field<PrecisionAtK, int>{"k", &PrecisionAtK::k, 1, 1 << 20, "how many labels"}}; }
  static RowPart part(const RowFacts& row, const Rules&, int k) {
    return row.known == 0 ? RowPart::none() : RowPart::mean(detail::hits_at(row, k) / k);
  }
};

struct RecallAtK : AtK {
  static constexpr std::string_view name = "recall_at_k", says = "share of a row's present labels among its best k";
  static constexpr auto fields() { return std::tuple{Field<RecallAtK, int>{"k", &RecallAtK::k, 1, 1 << 20, "how many labels"}}; }
  static RowPart part(const RowFacts& row, const Rules& rules, int k) {
    if (row.known == 0) return RowPart::none();
    return detail::over_present(detail::hits_at(row, k), static_cast<double>(row.present), rules);
  }
};

struct RPrecisionAtK : AtK {
  static constexpr std::string_view name = "rprecision_at_k", says = "hits among the best k over the most there could be";
  static constexpr auto fields() { return std::tuple{Field<RPrecisionAtK, int>{"k", &RPrecisionAtK::k, 1, 1 << 20, "how many labels"}}; }
  static RowPart part(const RowFacts& row, const Rules& rules, int k) {
    if (row.known == 0) return RowPart::none();
    return detail::over_present(detail::hits_at(row, k), static_cast<double>(std::min<std::int64_t>(k, row.present)), rules);
  }
};

struct NdcgAtK : AtK {
  static constexpr std::string_view name = "ndcg_at_k", says = "discounted gain of the best k labels over the greatest possible";
  static constexpr unsigned uses = fact_top;
  static constexpr unsigned uses_for_ties = fact_groups;
  static constexpr auto fields() { return std::tuple{Field<NdcgAtK, int>{"k", &NdcgAtK::k, 1, 1 << 20, "how many labels"}}; }
  static RowPart part(const RowFacts& row, const Rules& rules, int k) {
    if (row.known == 0) return RowPart::none();
    double gain = 0;
    if (rules.average_ndcg_ties) {
      for (const RankGroup& g : row.groups)
        gain += detail::discounts(std::min<std::int64_t>(g.above, k), std::min<std::int64_t>(g.known_so_far, k)) *
                g.present / (g.known_so_far - g.above);
    } else {
      for (std::size_t i = 0; i < row.top.size() && i < static_cast<std::size_t>(k); ++i)
        if (row.top_present[i]) gain += detail::discount(static_cast<std::int64_t>(i));
    }
    return detail::over_present(gain, detail::discounts(0, std::min<std::int64_t>(k, row.present)), rules);
  }
};

namespace detail {

// Gains of the best k, and of the best order there could be, each label worth its inverse propensity.
template <class Discount>
RowPart propensity_scored(const RowFacts& row, int k, Discount discount, double scale) {
  RowPart part;
  for (std::size_t i = 0; i < row.top.size() && i < static_cast<std::size_t>(k); ++i)
    if (row.top_present[i])
      part.top += row.inverse_propensity[static_cast<std::size_t>(row.top[i])] * discount(static_cast<std::int64_t>(i));
  std::vector<double> ideal;
  for (const LabelId label : row.truth.present) ideal.push_back(row.inverse_propensity[static_cast<std::size_t>(label)]);
  const std::size_t most = std::min(ideal.size(), static_cast<std::size_t>(k));
  std::partial_sort(ideal.begin(), ideal.begin() + static_cast<std::ptrdiff_t>(most), ideal.end(), std::greater<>());
  for (std::size_t i = 0; i < most; ++i) part.bottom += ideal[i] * discount(static_cast<std::int64_t>(i));
  part.top *= scale, part.bottom *= scale;
  part.support = 1;
  return part;
}

}  // namespace detail

// A ratio of sums over rows, not a mean of ratios: the gains of all rows over the greatest possible gains of all rows.
struct PspAtK : AtK {
  static constexpr std::string_view name = "psp_at_k", says = "propensity-scored precision of the best k labels";
  static constexpr bool one_ratio = true, propensities = true;
  static constexpr auto fields() { return std::tuple{Field<PspAtK, int>{"k", &PspAtK::k, 1, 1 << 20, "how many labels"}}; }
  static RowPart part(const RowFacts& row, const Rules&, int k) {
    if (row.known == 0) return RowPart::none();
    return detail::propensity_scored(row, k, [](std::int64_t) { return 1.; }, 1. / k);
  }
};

struct PsndcgAtK : AtK {
  static constexpr std::string_view name = "psndcg_at_k", says = "propensity-scored discounted gain of the best k labels";
  static constexpr bool one_ratio = true, propensities = true;
  static constexpr auto fields() { return std::tuple{Field<PsndcgAtK, int>{"k", &PsndcgAtK::k, 1, 1 << 20, "how many labels"}}; }
  static RowPart part(const RowFacts& row, const Rules&, int k) {
    if (row.known == 0) return RowPart::none();
    if (row.present == 0) return {0, 0, 0, 1, 0};
    const double most = detail::discounts(0, std::min<std::int64_t>(k, row.present));
    return detail::propensity_scored(row, k, detail::discount, 1 / most);
  }
};

}  // namespace tagma
