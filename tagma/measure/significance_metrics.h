// Does the score say how significant a label is? Per row, mean over the rows where the statistic is defined.
//
// kendall_tau_b, spearman_rho, goodman_kruskal_gamma: scores against truth over all known labels of a row, absent labels
// tied at 0, present ones at their grade (1 without grades). positive_tau_b, significance_pearson, significance_ccc: over
// the present labels only, grades against scores; the first is dominated by present-against-absent pairs, the second is
// not, and the concordance coefficient (Lin 1989) also asks for the same scale.
// Undefined rows: all truths tied (so every row without present labels). Scores all tied where the truth is not: 0.
// Support: rows averaged. Source of the row-wise definitions: UniMLR (arXiv 2508.21772); there a row whose scores are
// all below zero counts 0 and all-tied truths poison the mean; here neither happens.
#pragma once

#include <tagma/measure/rank_correlation.h>
#include <tagma/measure/row_facts.h>

namespace tagma {

struct CorrelationMetric {
  static constexpr Better better = Better::higher;
  static constexpr Needs needs = Needs::scores;
  static constexpr unsigned uses = fact_scores | fact_grades;
  static constexpr auto fields() { return std::tuple<>{}; }
};

namespace detail {

// The present labels of a row, in doubles.
struct PresentPart {
  std::vector<float> scores;
  std::vector<double> wide, grades;
  bool tied = true;  // all grades the same (or fewer than two)

  explicit PresentPart(const RowFacts& row) {
    for (const LabelId at : row.present_at) {
      scores.push_back(row.scores[static_cast<std::size_t>(at)]);
      wide.push_back(scores.back());
      grades.push_back(row.grades[static_cast<std::size_t>(at)]);
      tied = tied && grades.back() == grades.front();
    }
  }
};

}  // namespace detail

struct KendallTauB : CorrelationMetric {
  static constexpr std::string_view name = "kendall_tau_b", says = "rank correlation over all labels of a row, absent ones tied";
  static RowPart part(const RowFacts& row, const Rules&, int) {
    const PairCounts counts = RankCorrelation().count(row.scores, row.grades);
    return counts.truth_all_tied() ? RowPart::none() : RowPart::mean(tau_b_of(counts));
  }
};

struct GoodmanKruskalGamma : CorrelationMetric {
  static constexpr std::string_view name = "goodman_kruskal_gamma", says = "concordant less discordant over untied pairs of labels";
  static RowPart part(const RowFacts& row, const Rules&, int) {
    const PairCounts counts = RankCorrelation().count(row.scores, row.grades);
    return counts.truth_all_tied() ? RowPart::none() : RowPart::mean(gamma_of(counts));
  }
};

struct SpearmanRho : CorrelationMetric {
  static constexpr std::string_view name = "spearman_rho", says = "correlation of average ranks over all labels of a row";
  static RowPart part(const RowFacts& row, const Rules&, int) {
    if (std::equal(row.grades.begin() + (row.grades.empty() ? 0 : 1), row.grades.end(), row.grades.begin()))
      return RowPart::none();
    return RowPart::mean(RankCorrelation().spearman(row.scores, row.grades));
  }
};

struct PositiveTauB : CorrelationMetric {
  static constexpr std::string_view name = "positive_tau_b", says = "rank correlation over the present labels of a row";
  static constexpr Needs needs = Needs::grades;
  static RowPart part(const RowFacts& row, const Rules&, int) {
    const detail::PresentPart present(row);
    if (present.tied) return RowPart::none();
    return RowPart::mean(tau_b_of(RankCorrelation().count(present.scores, present.grades)));
  }
};

struct SignificancePearson : CorrelationMetric {
  static constexpr std::string_view name = "significance_pearson", says = "correlation of scores and grades over the present labels of a row";
  static constexpr Needs needs = Needs::grades;
  static RowPart part(const RowFacts& row, const Rules&, int) {
    const detail::PresentPart present(row);
    return present.tied ? RowPart::none() : RowPart::mean(pearson(present.wide, present.grades));
  }
};

struct SignificanceCcc : CorrelationMetric {
  static constexpr std::string_view name = "significance_ccc", says = "concordance of scores and grades over the present labels of a row";
  static constexpr Needs needs = Needs::grades;
  static RowPart part(const RowFacts& row, const Rules&, int) {
    const detail::PresentPart present(row);
    return present.tied ? RowPart::none() : RowPart::mean(concordance(present.wide, present.grades));
  }
};

}  // namespace tagma
