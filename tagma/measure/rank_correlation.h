// Rank correlation of two lists of numbers, ties allowed, in O(n log n).
//
//   tau_b = (C - D) / sqrt((n0 - n1) (n0 - n2)),  gamma = (C - D) / (C + D),  rho = Pearson's r of average ranks
// with C and D the concordant and discordant pairs, n0 all pairs, n1 and n2 the pairs tied in either list.
// Source: Knight, "A computer method for calculating Kendall's tau with ungrouped data", JASA 61 (1966).
// Threads: one RankCorrelation per thread (it keeps its buffers).
#pragma once

#include <tagma/measure/sort_keys.h>

namespace tagma {

struct PairCounts {
  std::int64_t pairs = 0, tied_scores = 0, tied_truth = 0, tied_both = 0, discordant = 0;

  bool truth_all_tied() const { return tied_truth == pairs; }
  // Concordant less discordant pairs, and their sum.
  std::int64_t untied() const { return pairs - tied_scores - tied_truth + tied_both; }
  std::int64_t balance() const { return untied() - 2 * discordant; }
};

class RankCorrelation {
 public:
  // truth and scores: equally many; truth >= 0.
  PairCounts count(std::span<const float> scores, std::span<const double> truth);
  double spearman(std::span<const float> scores, std::span<const double> truth);

 private:
  static std::int64_t discordant(std::vector<std::uint32_t>& values, std::vector<std::uint32_t>& spare);
  static void average_ranks(std::vector<std::uint64_t>& keyed, std::vector<double>& ranks);

  std::vector<std::uint64_t> keyed_;
  std::vector<std::uint32_t> truth_, spare_;
  std::vector<double> score_ranks_, truth_ranks_;
};

double tau_b_of(const PairCounts& counts);
double gamma_of(const PairCounts& counts);
double pearson(std::span<const double> x, std::span<const double> y);      // 0 when either is constant
double concordance(std::span<const double> x, std::span<const double> y);  // Lin's, 0 when both are constant

}  // namespace tagma
