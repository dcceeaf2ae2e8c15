// What the figures show, against counting from scratch.
#include <tagma/report/curves.h>

#include <tests/decide/toys.h>

#include <gtest/gtest.h>

#include <algorithm>

namespace tagma {
namespace {

struct Counts {
  double hits = 0, decided = 0, present = 0;
};

Counts counts_at(const toys::Case& data, double threshold, LabelId only = -1) {
  Counts counts;
  std::vector<Truth> truth(static_cast<std::size_t>(data.scores.labels));
  for (std::int64_t row = 0; row < data.scores.rows; ++row) {
    data.truth.fill(row, truth);
    for (LabelId label = 0; label < data.scores.labels; ++label) {
      const Truth known = truth[static_cast<std::size_t>(label)];
      if (known == Truth::unknown || (only >= 0 && only != label)) continue;
      const bool decided = static_cast<double>(data.scores.row(row)[static_cast<std::size_t>(label)]) >= threshold;
      counts.hits += decided && known == Truth::present, counts.decided += decided,
          counts.present += known == Truth::present;
    }
  }
  return counts;
}

TEST(PrecisionRecallCurve, IsWhatCountingGives) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const toys::Case data = toys::make({.rows = 120, .unknown = 0.2, .levels = seed % 2 ? 0 : 10}, seed);
    for (LabelId label = -1; label < 3; ++label) {
      const PrecisionRecall curve =
          label < 0 ? precision_recall(data.scores, data.truth) : precision_recall(data.scores, data.truth, label);
      ASSERT_FALSE(curve.recall.empty());
      for (std::size_t i = 0; i < curve.recall.size(); ++i) {
        const Counts counts = counts_at(data, curve.threshold[i], label);
        EXPECT_DOUBLE_EQ(curve.recall[i], counts.hits / counts.present);
        EXPECT_DOUBLE_EQ(curve.precision[i], counts.hits / counts.decided);
      }
      EXPECT_EQ(curve.recall.back(), 1);
      EXPECT_TRUE(std::is_sorted(curve.recall.begin(), curve.recall.end()));
      double average = 0, last = 0;  // over every distinct score
      std::vector<float> distinct = data.scores.values;
      std::sort(distinct.begin(), distinct.end(), std::greater<>());
      distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
      for (float t : distinct) {
        const Counts counts = counts_at(data, static_cast<double>(t), label);
        if (counts.decided > 0) average += (counts.hits / counts.present - last) * counts.hits / counts.decided;
        last = counts.hits / counts.present;
      }
      EXPECT_NEAR(curve.average_precision, average, 1e-12);
    }
  }
}

TEST(PrecisionRecallCurve, IsThinnedButKeepsItsEnds) {
  const toys::Case data = toys::make({.rows = 4000, .levels = 0}, 1);
  const PrecisionRecall thin = precision_recall(data.scores, data.truth, std::size_t{100}),
                        full = precision_recall(data.scores, data.truth, std::size_t{1000000});
  EXPECT_LE(thin.recall.size(), 100u);
  EXPECT_GT(thin.recall.size(), 60u);
  EXPECT_EQ(thin.threshold.front(), full.threshold.front());
  EXPECT_EQ(thin.recall.back(), 1);
  EXPECT_EQ(thin.average_precision, full.average_precision);
  EXPECT_LE(precision_recall(data.scores, data.truth).recall.size(), 300u);
}

TEST(ThresholdSweepCurve, IsWhatCountingGives) {
  for (const Scale scale : {Scale::probability, Scale::margin}) {
    const toys::Case data = toys::make({.rows = 150, .scale = scale, .unknown = 0.1}, 3);
    const ThresholdSweep curve = threshold_sweep(data.scores, data.truth, 60);
    ASSERT_EQ(curve.threshold.size(), 60u);
    const auto f1 = [&](double t) {
      const Counts counts = counts_at(data, t);
      return 2 * counts.hits / (counts.decided + counts.present);
    };
    for (std::size_t i = 0; i < curve.threshold.size(); ++i) {
      EXPECT_NEAR(curve.f1[i], f1(curve.threshold[i]), 1e-12) << curve.threshold[i];
      EXPECT_LE(curve.f1[i], curve.f1_at_best + 1e-12);
    }
    EXPECT_NEAR(curve.f1_at_cut, f1(curve.cut), 1e-12);
    EXPECT_NEAR(curve.f1_at_best, f1(curve.best), 1e-12);
  }
}

TEST(ReliabilityBins, CountEveryKnownCellOnce) {
  Scores scores;
  scores.rows = 2, scores.labels = 3;
  scores.values = {0.05f, 0.95f, 1.f, 0.05f, 0.92f, 0.5f};
  LabelMatrix truth(3);
  truth.add(std::vector<LabelId>{1});
  truth.add(std::vector<LabelId>{1}, {}, std::vector<LabelId>{2});
  const Reliability found = reliability(scores, truth);
  ASSERT_EQ(found.bins.size(), 2u);
  EXPECT_EQ(found.cells, 5);
  EXPECT_EQ(found.bins[0].count, 2);
  EXPECT_EQ(found.bins[0].observed, 0);
  EXPECT_NEAR(found.bins[0].predicted, 0.05, 1e-7);
  EXPECT_EQ(found.bins[1].count, 3);
  EXPECT_NEAR(found.bins[1].observed, 2. / 3, 1e-12);
  EXPECT_NEAR(found.expected_error, (2 * 0.05 + 3 * std::abs(2. / 3 - 2.87 / 3)) / 5, 1e-7);
  scores.scale = Scale::margin;
  EXPECT_TRUE(reliability(scores, truth).bins.empty());
}

TEST(GradeGroups, HoldOneGroupPerGradeOrEqualShares) {
  LabelMatrix truth(2);
  Scores scores;
  scores.labels = 2, scores.scale = Scale::margin;
  Rng rng(1);
  for (int row = 0; row < 400; ++row) {
    const float grade = static_cast<float>(1 + row % 4) / 2;
    truth.add(std::vector<LabelId>{0}, std::vector<float>{grade});
    scores.values.push_back(grade), scores.values.push_back(-1);
    scores.spread.push_back(0.25f), scores.spread.push_back(0.5f);
    ++scores.rows;
  }
  const GradeCurves by_grade = grades(scores, truth);
  ASSERT_EQ(by_grade.groups.size(), 5u);
  EXPECT_EQ(by_grade.groups[0].name, "absent");
  EXPECT_EQ(by_grade.groups[0].count, 400);
  EXPECT_EQ(by_grade.groups[0].spread, 0.5);
  EXPECT_EQ(by_grade.groups[4].name, "2");
  EXPECT_EQ(by_grade.groups[4].count, 100);
  EXPECT_EQ(by_grade.groups[4].quantiles[2], 2);
  EXPECT_LE(by_grade.sample.size(), 400u);
  const GradeCurves shares = grades(scores, truth, 2);
  ASSERT_EQ(shares.groups.size(), 3u);
  EXPECT_EQ(shares.groups[1].count, 200);
  EXPECT_EQ(shares.groups[1].name, "0.5–1");
  EXPECT_TRUE(grades(scores, toys::make({.rows = 400, .labels = 2}, 1).truth).groups.empty()) << "no grades";
}

TEST(GradeGroups, QuantilesLieBetweenOrderStatistics) {
  LabelMatrix truth(1);
  Scores scores;
  scores.labels = 1;
  for (int row = 0; row < 5; ++row) {
    truth.add(std::vector<LabelId>{0}, std::vector<float>{1});
    scores.values.push_back(0.1f * static_cast<float>(4 - row));
    ++scores.rows;
  }
  const GradeCurves found = grades(scores, truth);
  ASSERT_EQ(found.groups.size(), 1u);
  const double expected[] = {0.02, 0.1, 0.2, 0.3, 0.38};
  for (std::size_t i = 0; i < 5; ++i) EXPECT_NEAR(found.groups[0].quantiles[i], expected[i], 1e-7);
}

TEST(LabelFrequencies, Descend) {
  LabelMatrix truth(3);
  truth.add(std::vector<LabelId>{1, 2});
  truth.add(std::vector<LabelId>{1}, {}, std::vector<LabelId>{0});
  const std::vector<LabelFrequency> all = label_frequencies(truth);
  EXPECT_EQ(all[0].label, 1);
  EXPECT_EQ(all[0].present, 2);
  EXPECT_EQ(all[1].label, 2);
  EXPECT_EQ(all[2].unknown, 1);
}

TEST(Curves, OfNothingAreEmpty) {
  for (const toys::Shape& shape : {toys::Shape{.rows = 0}, {.rows = 5, .present = 0}, {.rows = 5, .unknown = 1}}) {
    const toys::Case data = toys::make(shape, 1);
    EXPECT_TRUE(precision_recall(data.scores, data.truth).recall.empty());
    EXPECT_TRUE(threshold_sweep(data.scores, data.truth).threshold.empty());
    EXPECT_TRUE(grades(data.scores, data.truth).groups.empty());
  }
}

}  // namespace
}  // namespace tagma
