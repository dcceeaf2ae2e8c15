#include <tagma/make/graded.h>

#include <tests/make/tools.h>

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace tagma {
namespace {

Generated made_of(Graded settings, std::int64_t rows) {
  settings.valid = settings.test = 0;
  return settings.make(rows, run_with(5, 2));
}

double normal_cdf(double x) { return 0.5 * std::erfc(-x * std::sqrt(0.5)); }

Graded with(SignificanceNoise noise, double heteroscedastic, double bend) {
  Graded settings;
  settings.noise = noise, settings.heteroscedastic = heteroscedastic, settings.bend = bend;
  settings.grades = Grades::value, settings.deviation = 0.4;
  return settings;
}

Graded sharing(Graded settings, double shared, std::int32_t groups = 1) {
  settings.shared = shared, settings.groups = groups;
  return settings;
}

const Graded kinds[] = {with(SignificanceNoise::additive, 0, 0), sharing(with(SignificanceNoise::additive, 0, 0), 0.8),
                        sharing(with(SignificanceNoise::additive, 0, 0), 0.8, 3),
                        with(SignificanceNoise::additive, 1, 0.5),
                        with(SignificanceNoise::multiplicative, 0, 0), with(SignificanceNoise::multiplicative, 2, 0)};

TEST(Graded, PresenceFollowsTheGaussian) {
  for (const Graded& settings : kinds) {
    const Generated made = made_of(settings, 20000);
    constexpr int bins = 16;
    double expected[bins] = {}, present[bins] = {}, variance[bins] = {};
    for (std::int64_t row = 0; row < made.train.rows(); ++row) {
      std::vector<Truth> truth(10);
      made.train.labels.fill(row, truth);
      for (std::size_t k = 0; k < 10; ++k) {
        const auto at = static_cast<std::size_t>(row) * 10 + k;
        const double p = normal_cdf(made.train_truth.means[at] / made.train_truth.deviations[at]);
        const int bin = std::min(bins - 1, static_cast<int>(p * bins));
        expected[bin] += p, variance[bin] += p * (1 - p), present[bin] += truth[k] == Truth::present;
      }
    }
    for (int bin = 0; bin < bins; ++bin) EXPECT_NEAR(present[bin], expected[bin], 4 * std::sqrt(variance[bin]) + 2) << bin;
  }
}

// Given that it is present, a significance s has Phi((s - m) / d) uniform on [Phi(-m / d), 1].
TEST(Graded, ValuesFollowTheTruncatedGaussian) {
  for (const Graded& settings : kinds) {
    const Generated made = made_of(settings, 20000);
    constexpr int bins = 10;
    double counts[bins] = {}, total = 0;
    for (std::int64_t row = 0; row < made.train.rows(); ++row) {
      const LabelRow labels = made.train.labels[row];
      for (std::size_t i = 0; i < labels.present.size(); ++i) {
        const auto at = static_cast<std::size_t>(row * 10 + labels.present[i]);
        const double m = made.train_truth.means[at], d = made.train_truth.deviations[at];
        const double least = normal_cdf(-m / d), u = (normal_cdf((labels.grades[i] - m) / d) - least) / (1 - least);
        ++counts[std::clamp(static_cast<int>(u * bins), 0, bins - 1)], ++total;
      }
    }
    for (double count : counts) EXPECT_NEAR(count, total / bins, 4.5 * std::sqrt(total / bins));
  }
}

TEST(Graded, MeansHaveVarianceOneAroundTheShift) {
  for (const Graded& settings : kinds) {
    const Generated made = made_of(settings, 20000);
    double sum = 0, square = 0, deviation = 0;
    for (std::size_t at = 0; at < made.train_truth.means.size(); ++at) {
      const double m = double(made.train_truth.means[at]) + 0.5;
      sum += m, square += m * m, deviation += double(made.train_truth.deviations[at]);
    }
    const auto n = static_cast<double>(made.train_truth.means.size());
    EXPECT_NEAR(sum / n, 0, 0.02);
    EXPECT_NEAR(square / n, 1, 0.03);
    if (settings.noise == SignificanceNoise::additive) {
      EXPECT_NEAR(deviation / n, std::hypot(0.4, settings.shared), 0.01);
    }
  }
}

// Labels of a group are raised and lowered together, those of two groups are not.
TEST(Graded, GroupsShareTheirNoise) {
  Graded settings = sharing(with(SignificanceNoise::additive, 0, 0), 2, 2);
  settings.shift = 5;  // all labels are present, so that every significance is known
  const Generated made = made_of(settings, 20000);
  double own[2] = {}, other = 0, rows = 0;
  for (std::int64_t row = 0; row < made.train.rows(); ++row) {
    const LabelRow labels = made.train.labels[row];
    if (labels.present.size() < 10) continue;
    const auto noise = [&](std::size_t k) { return static_cast<double>(labels.grades[k] - made.train_truth.means[static_cast<std::size_t>(row) * 10 + k]); };
    own[0] += noise(0) * noise(2), own[1] += noise(1) * noise(9), other += noise(0) * noise(1), ++rows;
  }
  EXPECT_GT(rows, 5000);
  EXPECT_NEAR(own[0] / rows, 4, 1);  // a little less: rows with a label of less than 0 are left out
  EXPECT_NEAR(own[1] / rows, 4, 1);
  EXPECT_NEAR(other / rows, 0, 0.3);
}

TEST(Graded, DeviationsGrowWithTheMeanWhenMultiplicative) {
  const Generated made = made_of(with(SignificanceNoise::multiplicative, 0, 0), 500);
  for (std::size_t at = 0; at < made.train_truth.means.size(); ++at)
    EXPECT_NEAR(made.train_truth.deviations[at], 0.4 * std::abs(made.train_truth.means[at]), 1e-6);
}

// What labels share covaries; what is left of each does not.
TEST(Graded, SharedNoiseMovesAllLabelsOfARow) {
  Graded settings = sharing(with(SignificanceNoise::additive, 0, 0), 0.8);
  settings.shift = 5;  // nearly all labels are present, so that their significances are seen
  const Generated made = made_of(settings, 20000);
  double count = 0, square = 0, product = 0;
  for (std::int64_t row = 0; row < made.train.rows(); ++row) {
    const LabelRow labels = made.train.labels[row];
    if (labels.present.size() < 10) continue;
    const auto noise = [&](std::size_t k) {
      return static_cast<double>(labels.grades[k] - made.train_truth.means[static_cast<std::size_t>(row) * 10 + k]);
    };
    ++count, square += noise(0) * noise(0), product += noise(0) * noise(1);
  }
  ASSERT_GT(count, 15000);
  EXPECT_NEAR(square / count, 0.8, 0.03);
  EXPECT_NEAR(product / count, 0.64, 0.03);
  EXPECT_NEAR(made.train_truth.deviations[0], std::sqrt(0.8), 1e-6);
}

TEST(Graded, ShareOfNegativeRowsIsMet) {
  for (double share : {0.3, 0.54, 0.8, 0.95})
    for (auto noise : {SignificanceNoise::additive, SignificanceNoise::multiplicative}) {
      Graded settings = with(noise, 1, 0.3);
      settings.deviation = 0.2, settings.negatives = share;
      settings.shared = noise == SignificanceNoise::additive ? 0.3 : 0;
      EXPECT_NEAR(share_without_labels(made_of(settings, 40000).train.labels), share, 0.012);
    }
}

TEST(Graded, RanksCountTheDistinctSignificances) {
  Graded by_value, by_rank;
  by_value.grades = Grades::value;
  const Generated values = made_of(by_value, 300), ranks = made_of(by_rank, 300);
  for (std::int64_t row = 0; row < 300; ++row) {
    const LabelRow a = values.train.labels[row], b = ranks.train.labels[row];
    ASSERT_TRUE(std::equal(a.present.begin(), a.present.end(), b.present.begin(), b.present.end()));
    const std::set<float> distinct(a.grades.begin(), a.grades.end());
    for (std::size_t i = 0; i < a.present.size(); ++i)
      EXPECT_EQ(b.grades[i], 1 + std::distance(distinct.begin(), distinct.find(a.grades[i])));
  }
}

TEST(Graded, BucketsMakeTies) {
  Graded settings;
  settings.buckets = 3, settings.grades = Grades::value, settings.shift = 0.5;
  const Generated made = made_of(settings, 2000);
  std::set<float> seen;
  for (std::int64_t row = 0; row < made.train.rows(); ++row)
    for (float grade : made.train.labels[row].grades) seen.insert(grade);
  EXPECT_EQ(seen, (std::set<float>{1, 2, 3}));
  settings.grades = Grades::rank;
  const Generated ranked = made_of(settings, 2000);
  std::int64_t ties = 0;
  for (std::int64_t row = 0; row < ranked.train.rows(); ++row) {
    const auto grades = ranked.train.labels[row].grades;
    const std::set<float> distinct(grades.begin(), grades.end());
    ties += distinct.size() < grades.size();
    if (!grades.empty()) {
      EXPECT_EQ(*distinct.rbegin(), static_cast<float>(distinct.size()));
    }
  }
  EXPECT_GT(ties, 1000);
}

}  // namespace
}  // namespace tagma
