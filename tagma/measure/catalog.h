// Every metric. A new one is one type in one of the headers below (or a new one) and one entry here, alphabetical.
//
// A metric is one of four kinds, told apart by what it offers:
//   part(row, rules, k)   a row's share of a ratio of sums; a mean over rows is the case of denominator 1
//   of_label(counts)      a ratio of a label's set counts, averaged over labels
//   bins(row, rules)      a row's share of reliability bins
//   per_label, area       a reading of ranked cells: average precision or AUC, by label or over all
#pragma once

#include <tagma/base/catalog.h>
#include <tagma/measure/calibration_metrics.h>
#include <tagma/measure/curve_metrics.h>
#include <tagma/measure/ranking_metrics.h>
#include <tagma/measure/set_metrics.h>
#include <tagma/measure/significance_metrics.h>

namespace tagma {

using Metrics = Catalog<
    CoverageError, GoodmanKruskalGamma, HammingLoss, KendallTauB, Lrap, MacroAuc, Macro<FBeta<1>>, Macro<FBeta<2>>,
    Macro<Jaccard>, MacroMap, Macro<Precision>, Macro<Recall>, MicroAuc, Micro<FBeta<1>>, Micro<FBeta<2>>, Micro<Jaccard>,
    MicroMap, Micro<Precision>, Micro<Recall>, NdcgAtK, NegativeF1, OneError, OrderBrier, OrderEce, PositiveTauB,
    PrecisionAtK, PresenceBrier, PresenceEce, PresenceLogLoss, PsndcgAtK, PspAtK, RankingLoss, RecallAtK, RPrecisionAtK,
    Samples<FBeta<1>>, Samples<FBeta<2>>, Samples<Jaccard>, SamplesMap, Samples<Precision>, Samples<Recall>,
    SignificanceCcc, SignificancePearson, SpearmanRho, SubsetAccuracy>;

}  // namespace tagma
