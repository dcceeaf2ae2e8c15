// How outputs of the ranking losses are read as scores: figures worked out by hand.
#include <tagma/base/rng.h>
#include <tagma/loss/catalog.h>

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace tagma {
namespace {

// Outputs of CRPC whose pair probabilities are .99 for the right order and .01 for the wrong one; grade 0 is absent.
std::vector<double> perfect_pairs(const std::vector<double>& grades) {
  const double sure = std::log(99.0);
  std::vector<double> outputs;
  for (std::size_t i = 0; i < grades.size(); ++i) {
    for (std::size_t j = i + 1; j < grades.size(); ++j) outputs.push_back(grades[i] > grades[j] ? sure : -sure);
    outputs.push_back(grades[i] > 0 ? sure : -sure);
  }
  return outputs;
}

TEST(CrpcReading, LostPairsVoteWithWhatTheWinnerHas) {
  std::vector<double> grades(10, 0.0), score(10), presence(10), pairs(45);
  grades[0] = 1;
  grades[9] = 2;
  const auto outputs = perfect_pairs(grades);
  Crpc{}.read(outputs.data(), 10, Readout<double>{score.data(), nullptr, presence.data(), pairs.data()});
  // Votes: label 0 wins 9 of its 10 pairs, label 9 all 10, the virtual label the 8 with absent labels.
  EXPECT_NEAR(score[0], 8.91 - 7.92, 1e-12);
  EXPECT_NEAR(score[9], 9.90 - 7.92, 1e-12);
  for (std::size_t j = 1; j < 9; ++j) EXPECT_LT(score[j], 0);
  EXPECT_NEAR(presence[0], 0.99, 1e-12);
  EXPECT_NEAR(presence[5], 0.01, 1e-12);
  EXPECT_NEAR(pairs[8], 0.01, 1e-12);  // (0, 9)
}

TEST(CrpcReading, PerfectPairsGivePerfectOrder) {
  Rng rng(3);
  for (int repeat = 0; repeat < 2000; ++repeat) {
    const std::size_t present = 1 + rng.below(10);
    std::vector<double> grades(10, 0.0), score(10), presence(10), pairs(45);
    for (std::size_t j = 0; j < present; ++j) grades[j] = static_cast<double>(j + 1);
    rng.shuffle(grades);
    const auto outputs = perfect_pairs(grades);
    Crpc{}.read(outputs.data(), 10, Readout<double>{score.data(), nullptr, presence.data(), pairs.data()});
    for (std::size_t u = 0; u < 10; ++u) {
      EXPECT_EQ(score[u] >= 0, grades[u] > 0);
      for (std::size_t v = 0; v < 10; ++v) {
        if (grades[u] > grades[v]) {
          EXPECT_GT(score[u], score[v]);
        }
      }
    }
  }
}

TEST(UniMlrReading, MeanDeviationAndPresence) {
  const double outputs[] = {1.0, -2.0, std::log(4.0), 0.0};
  double score[2], spread[2], presence[2];
  UniMlr{}.read(outputs, 2, Readout<double>{score, spread, presence});
  EXPECT_EQ(score[1], -2.0);
  EXPECT_NEAR(spread[0], 2.0, 1e-12);
  EXPECT_NEAR(presence[0], 0.6914624612740131, 1e-12);   // Phi(1 / 2)
  EXPECT_NEAR(presence[1], 0.02275013194817921, 1e-12);  // Phi(-2)
}

TEST(SparsemaxReading, ScoreIsTheShareWhereThereIsOne) {
  const double outputs[] = {0.5, 0.3, -2.0};
  double score[3];
  Sparsemax{}.read(outputs, 3, Readout<double>{score});
  EXPECT_NEAR(score[0], 0.6, 1e-12);
  EXPECT_NEAR(score[1], 0.4, 1e-12);
  EXPECT_NEAR(score[2], -1.9, 1e-12);
}

TEST(LdlKlReading, ScoreIsPositiveAboveAnEvenShare) {
  const double outputs[] = {std::log(6.0), std::log(3.0), std::log(1.0), std::log(2.0)};
  double score[4];
  LdlKl{}.read(outputs, 4, Readout<double>{score});
  EXPECT_NEAR(score[0], std::log(4 * 6.0 / 12), 1e-12);
  EXPECT_NEAR(score[1], 0, 1e-12);
  EXPECT_LT(score[2], 0);
}

TEST(LsepReading, ThresholdDecidesAndScoreRanks) {
  const double outputs[] = {1.5, -0.5, 2.5, 0.5, 0.5, 0.0};  // three scores, three thresholds: label 1 is absent
  double score[3], presence[3];
  Lsep{.threshold = true}.read(outputs, 3, Readout<double>{score, nullptr, presence});
  EXPECT_EQ(score[0], 2.0);   // 1.5 - (-0.5)
  EXPECT_EQ(score[1], -4.0);  // -0.5 - 2.5 - 1
  EXPECT_EQ(score[2], 3.0);
  EXPECT_NEAR(presence[1], 1 / (1 + std::exp(1.0)), 1e-12);
  Lsep{}.read(outputs, 3, Readout<double>{score});
  EXPECT_EQ(score[0], 1.5);
}

// At x = -6 the released floor of 1e-4 leaves a slope of 6e-5 where the exact one is 6.16: a label that is confidently
// wrong is not corrected any more.
TEST(UniMlrFloor, TakesTheSlopeFromConfidentErrors) {
  const double outputs[] = {-6.0, 0.0};
  const Truth present = Truth::present;
  const PlainRow<double> row{outputs, &present, nullptr, nullptr, 1};
  const auto slope_of = [&](const UniMlr& loss) {
    double slopes[2];
    loss.over(Serial{}, row, [&](int o, double slope) { slopes[o] = slope; });
    return slopes[0];
  };
  EXPECT_NEAR(slope_of(UniMlr{}), -6.158, 1e-3);
  EXPECT_NEAR(slope_of(UniMlr{.floor = 1e-4}), -6.08e-5, 1e-6);
}

}  // namespace
}  // namespace tagma
