#include <tagma/make/negatives.h>

#include <tests/make/tools.h>

#include <gtest/gtest.h>

#include <cmath>

namespace tagma {
namespace {

Generated made_of(const Negatives& settings, std::int64_t rows, std::uint64_t seed = 3) {
  return settings.make(rows, run_with(seed, 2));
}

TEST(Negatives, ShareOfNegativeRowsIsMet) {
  for (double share : {0.0, 0.3, 0.54, 0.8, 0.95}) {
    Negatives settings;
    settings.negatives = share, settings.valid = settings.test = 0;
    const double error = std::sqrt(share * (1 - share) / 40000);
    EXPECT_NEAR(share_without_labels(made_of(settings, 40000).train.labels), share, 4 * error + 1e-9) << share;
  }
}

// In every bin of the posterior the frequency of presence is the mean posterior, within sampling error.
void expect_calibrated(const LabelMatrix& labels, std::span<const float> posterior) {
  constexpr std::size_t bins = 20;
  double sum[bins] = {}, present[bins] = {}, variance[bins] = {};
  std::vector<Truth> truth(static_cast<std::size_t>(labels.labels()));
  for (std::int64_t row = 0; row < labels.rows(); ++row) {
    labels.fill(row, truth);
    for (std::size_t k = 0; k < truth.size(); ++k) {
      const double p = posterior[static_cast<std::size_t>(row) * truth.size() + k];
      ASSERT_GE(p, 0);
      ASSERT_LE(p, 1);
      const auto bin = std::min(bins - 1, static_cast<std::size_t>(p * bins));
      sum[bin] += p, present[bin] += truth[k] == Truth::present, variance[bin] += p * (1 - p);
    }
  }
  for (std::size_t bin = 0; bin < bins; ++bin)
    EXPECT_NEAR(present[bin], sum[bin], 4 * std::sqrt(variance[bin]) + 3) << "bin " << bin;
}

TEST(Negatives, PosteriorIsCalibrated) {
  for (double share : {0.0, 0.54, 0.95})
    for (double correlation : {0.0, 0.6}) {
      Negatives settings;
      settings.negatives = share, settings.correlation = correlation, settings.noise = 0.5;
      settings.valid = settings.test = 0;
      const Generated made = made_of(settings, 30000);
      expect_calibrated(made.train.labels, made.train_truth.posterior);
    }
}

TEST(Negatives, EachLabelIsCalibratedInTheLarge) {
  Negatives settings;
  settings.valid = settings.test = 0;
  const Generated made = made_of(settings, 30000);
  const auto counts = made.train.labels.present_per_label();
  for (std::size_t k = 0; k < counts.size(); ++k) {
    double sum = 0, variance = 0;
    for (std::size_t row = 0; row < 30000; ++row) {
      const double p = made.train_truth.posterior[row * counts.size() + k];
      sum += p, variance += p * (1 - p);
    }
    EXPECT_NEAR(static_cast<double>(counts[k]), sum, 4 * std::sqrt(variance)) << k;
  }
}

TEST(Negatives, CardinalityAndSkewAreMet) {
  for (double cardinality : {1.2, 2.0, 5.0}) {
    Negatives settings;
    settings.cardinality = cardinality, settings.valid = settings.test = 0;
    const Generated made = made_of(settings, 20000);
    const double with_labels = 20000 * (1 - share_without_labels(made.train.labels));
    EXPECT_NEAR(static_cast<double>(made.train.labels.present_count()) / with_labels, cardinality, 0.06 * cardinality);
  }
  Negatives settings;
  settings.skew = 1.5, settings.labels = 50;
  const auto counts = made_of(settings, 50000).train.labels.present_per_label();
  EXPECT_GT(counts[0], 5 * counts[9]);
  EXPECT_GT(counts[4], 5 * counts[40]);
}

double noise_correlation(const Generated& made) {  // of labels 0 and 1 beyond what the posterior explains, given "any"
  double both = 0, expected = 0;
  const LabelMatrix& labels = made.train.labels;
  for (std::int64_t row = 0; row < labels.rows(); ++row) {
    const auto present = labels[row].present;
    const float* p = &made.train_truth.posterior[static_cast<std::size_t>(row * labels.labels())];
    both += std::count(present.begin(), present.end(), 0) > 0 && std::count(present.begin(), present.end(), 1) > 0;
    expected += double(p[0]) * double(p[1]);
  }
  return both / expected;
}

TEST(Negatives, HiddenStatesCoupleLabels) {
  Negatives settings;
  settings.correlation = 0.9, settings.cardinality = 5, settings.skew = 0, settings.negatives = 0, settings.noise = 2;
  double spread = 0;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) spread += std::abs(std::log(noise_correlation(made_of(settings, 10000, seed))));
  settings.correlation = 0;
  double none = 0;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) none += std::abs(std::log(noise_correlation(made_of(settings, 10000, seed))));
  EXPECT_GT(spread, 2 * none);
}

TEST(Negatives, NoiseOnLabelsIsAsAskedAndSparesTheTest) {
  Negatives settings;
  settings.missing = 0.3, settings.flip = 0.2;
  const Generated made = made_of(settings, 50000);
  const LabelMatrix& labels = made.train.labels;
  EXPECT_NEAR(static_cast<double>(labels.unknown_count()) / static_cast<double>(labels.rows() * 20), 0.3, 0.005);
  EXPECT_FALSE(made.test.labels.has_unknown());
  EXPECT_TRUE(made.test_truth.clean.empty());
  EXPECT_TRUE(made.valid.labels.has_unknown());

  double dropped = 0, kept = 0, added = 0, clean = 0;
  std::vector<Truth> truth(20);
  for (std::int64_t row = 0; row < labels.rows(); ++row) {
    labels.fill(row, truth);
    for (std::size_t k = 0; k < 20; ++k) {
      const bool was = made.train_truth.clean[static_cast<std::size_t>(row) * 20 + k] == 1;
      clean += was;
      if (truth[k] == Truth::unknown) continue;
      dropped += was && truth[k] == Truth::absent, kept += was && truth[k] == Truth::present;
      added += !was && truth[k] == Truth::present;
    }
  }
  EXPECT_NEAR(dropped / (dropped + kept), 0.2, 0.01);
  EXPECT_NEAR((kept + added) / 0.7, clean, 0.03 * clean);  // frequencies stay about the same
  std::vector<float> posterior(made.train_truth.posterior);
  LabelMatrix before(20);
  for (std::size_t row = 0; row < static_cast<std::size_t>(labels.rows()); ++row) {
    std::vector<LabelId> present;
    for (LabelId k = 0; k < 20; ++k)
      if (made.train_truth.clean[row * 20 + static_cast<std::size_t>(k)] == 1) present.push_back(k);
    before.add(present);
  }
  expect_calibrated(before, posterior);
}

}  // namespace
}  // namespace tagma
