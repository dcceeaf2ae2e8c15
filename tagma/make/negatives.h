// Tabular data with a chosen share of rows without any label and a posterior that is known exactly.
//
// Features x are independent standard normals; the first `informative` share of them matter. A row is drawn in steps:
//   1. It has labels at all with probability  G(x) = logistic(b + u.x / noise).
//   2. If so, a hidden state h is drawn, each of H equally likely, and
//   3. labels are drawn independently with  q_kh(x) = logistic(o_k + s_kh + w_k.x / noise), given that one is present.
// Hence   P(y_k = 1 | x) = G(x) (1 / H) sum_h q_kh(x) / (1 - prod_j (1 - q_jh(x))),   which is the posterior returned.
// u and w_k are unit vectors, so u.x and w_k.x are standard normal: b solves E[G] = 1 - negatives exactly. o_k solves
// E[q_k] = min(0.9, cardinality (k + 1)^-skew / sum_j (j + 1)^-skew), and then all o_k move together until rows with labels
// have `cardinality` of them on average over a sample (at most 1 + 0.8 (labels - 1)).
// Step 3 is drawn label by label from P(at least one among the rest), no rejection.
// correlation c makes labels go together through features, w_k ~ sqrt(c) u + sqrt(1 - c) own, and beyond them, through
// s_kh = 2 c times a normal (H = 1 when c = 0, else 4).
// On the train and valid parts only (test stays clean; TruthTable::clean has what was drawn): flip drops each present
// label with this probability and adds absent ones at a rate that keeps frequencies about the same; missing makes each
// cell unknown with this probability.
#pragma once

#include <tagma/base/fields.h>
#include <tagma/base/run.h>
#include <tagma/make/generated.h>

namespace tagma {

struct Negatives {
  static constexpr std::string_view name = "negatives";
  static constexpr std::string_view says = "tabular data with a chosen share of rows without labels and a known posterior";

  std::int32_t labels = 20, features = 50;
  double negatives = 0.5, cardinality = 2, skew = 1, correlation = 0.3, noise = 0.25, informative = 0.5;
  double missing = 0, flip = 0, valid = 0.2, test = 0.2;

  static constexpr auto fields() {
    using Self = Negatives;
    return std::tuple{
        Field{"labels", &Self::labels, 1, 100000, "number of labels"},
        Field{"features", &Self::features, 1, 1000000, "number of features"},
        Field{"negatives", &Self::negatives, 0.0, 0.999, "share of rows without any label"},
        Field{"cardinality", &Self::cardinality, 1.0, 1000.0, "labels of a row that has some, on average"},
        Field{"skew", &Self::skew, 0.0, 4.0, "label frequencies fall as (rank)^-skew"},
        Field{"correlation", &Self::correlation, 0.0, 1.0, "how far labels go together"},
        Field{"noise", &Self::noise, 0.01, 100.0, "scale of the noise on a margin of variance 1"},
        Field{"informative", &Self::informative, 0.0, 1.0, "share of the features that matter (at least one does)"},
        Field{"missing", &Self::missing, 0.0, 0.99, "share of the labels made unknown in train and valid"},
        Field{"flip", &Self::flip, 0.0, 0.5, "share of the present labels that are wrong in train and valid"},
        Field{"valid", &Self::valid, 0.0, 0.9, "share of the rows for validation"},
        Field{"test", &Self::test, 0.0, 0.9, "share of the rows for test"}};
  }

  Generated make(std::int64_t rows, const Run& run) const;
};

}  // namespace tagma
