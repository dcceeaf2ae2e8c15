// Extreme multi-label data: up to millions of labels of power-law frequency, sparse features of norm 1.
//
// Labels belong to topics (label id modulo topics), and low ids are frequent. A row has 1 + Poisson(labels_per_row - 1)
// labels, or none with probability `negatives`: the first by the power law over all labels, each further one with
// probability 0.7 by the power law within the topic of the first, else over all; repeats are drawn again (at most a few
// times, so that a row may have fewer). A row then makes Poisson(features_per_row) draws of a feature:
//   0.60  one of the 12 features of one of its labels          (a random topic's when it has no label)
//   0.25  one of the 200 features of its topic, power law
//   0.15  any feature, power law
// A feature drawn n times gets sqrt(n / draws), so that rows have norm 1. The features of labels and topics are hashes:
// no table grows with the number of labels. Posteriors are not given: [rows x labels] would not fit.
// Memory: features and labels of the largest part, and little more.
#pragma once

#include <tagma/base/fields.h>
#include <tagma/base/run.h>
#include <tagma/make/generated.h>

namespace tagma {

struct Xmc {
  static constexpr std::string_view name = "xmc";
  static constexpr std::string_view says = "extreme multi-label data: power-law labels in topics, sparse features";

  std::int32_t labels = 10000, features = 20000, topics = 100;
  double labels_per_row = 5, features_per_row = 50, exponent = 1, negatives = 0.02, valid = 0.2, test = 0.2;

  static constexpr auto fields() {
    using Self = Xmc;
    return std::tuple{
        Field{"labels", &Self::labels, 1, 100000000, "number of labels"},
        Field{"features", &Self::features, 1, 100000000, "number of features"},
        Field{"topics", &Self::topics, 1, 10000000, "groups of labels that go together; at most as many as labels"},
        Field{"labels_per_row", &Self::labels_per_row, 1.0, 100.0, "labels of a row that has some"},
        Field{"features_per_row", &Self::features_per_row, 1.0, 600.0, "draws of a feature per row; repeats add up"},
        Field{"exponent", &Self::exponent, 0.0, 3.0, "label frequencies fall as (rank)^-exponent"},
        Field{"negatives", &Self::negatives, 0.0, 1.0, "share of rows without any label"},
        Field{"valid", &Self::valid, 0.0, 0.9, "share of the rows for validation"},
        Field{"test", &Self::test, 0.0, 0.9, "share of the rows for test"}};
  }

  Generated make(std::int64_t rows, const Run& run) const;
};

}  // namespace tagma
