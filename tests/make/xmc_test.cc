#include <tagma/make/xmc.h>

#include <tagma/make/power_law.h>
#include <tests/make/tools.h>

#include <gtest/gtest.h>

#include <cmath>

namespace tagma {
namespace {

TEST(PowerLaw, FrequenciesAreThoseOfTheFormula) {
  for (double exponent : {0.0, 0.5, 1.0, 1.7}) {
    constexpr int count = 6, draws = 200000;
    const auto integral = [&](double x) { return exponent == 1 ? std::log(x) : std::pow(x, 1 - exponent) / (1 - exponent); };
    const PowerLaw law(count, exponent);
    Rng rng(1);
    double counts[count] = {};
    for (int i = 0; i < draws; ++i) ++counts[law.draw(rng)];
    for (int rank = 0; rank < count; ++rank) {
      const double p = (integral(rank + 2) - integral(rank + 1)) / (integral(count + 1) - integral(1));
      EXPECT_NEAR(counts[rank], draws * p, 4 * std::sqrt(draws * p)) << exponent << " " << rank;
    }
  }
}

TEST(Xmc, LooksAsItsSettingsSay) {
  Xmc settings;
  settings.negatives = 0.1, settings.valid = settings.test = 0;
  const Generated made = settings.make(20000, run_with(1, 2));
  const Dataset& data = made.train;
  EXPECT_NEAR(share_without_labels(data.labels), 0.1, 0.01);
  EXPECT_NEAR(static_cast<double>(data.labels.present_count()) / 18000, 5, 0.25);
  EXPECT_TRUE(data.features.sparse());
  EXPECT_GT(data.features.stored(), 20000 * 30);
  EXPECT_LT(data.features.stored(), 20000 * 50);
  for (std::int64_t row = 0; row < data.rows(); ++row) {
    const CsrView& view = data.features.csr_view();
    double square = 0;
    for (std::int64_t i = view.starts[static_cast<std::size_t>(row)]; i < view.starts[static_cast<std::size_t>(row) + 1]; ++i)
      square += double(view.values[static_cast<std::size_t>(i)]) * double(view.values[static_cast<std::size_t>(i)]);
    ASSERT_NEAR(square, 1, 1e-5);
  }
}

TEST(Xmc, LabelFrequenciesFollowThePowerLaw) {
  Xmc settings;
  settings.labels = 1000, settings.topics = 10, settings.labels_per_row = 1, settings.negatives = 0;
  settings.valid = settings.test = 0, settings.features_per_row = 1;
  const auto counts = settings.make(200000, run_with()).train.labels.present_per_label();
  const double whole = std::log(1001.0);
  for (int rank : {0, 1, 9, 99, 899}) {
    const double p = std::log((rank + 2.0) / (rank + 1.0)) / whole;
    EXPECT_NEAR(static_cast<double>(counts[static_cast<std::size_t>(rank)]), 200000 * p, 4 * std::sqrt(200000 * p)) << rank;
  }
}

TEST(Xmc, FeaturesTellTheLabel) {  // rows that share a label share more features than rows that do not
  Xmc settings;
  settings.labels = 50, settings.topics = 50, settings.labels_per_row = 1, settings.negatives = 0, settings.exponent = 0;
  const Generated made = settings.make(1000, run_with());
  const CsrView& view = made.train.features.csr_view();
  double same = 0, other = 0, same_count = 0, other_count = 0;
  for (std::size_t a = 0; a < 100; ++a)
    for (std::size_t b = a + 1; b < 100; ++b) {
      double product = 0;
      for (std::int64_t i = view.starts[a], j = view.starts[b]; i < view.starts[a + 1] && j < view.starts[b + 1];) {
        const std::int32_t x = view.columns_of[static_cast<std::size_t>(i)], y = view.columns_of[static_cast<std::size_t>(j)];
        if (x == y) product += double(view.values[static_cast<std::size_t>(i)]) * double(view.values[static_cast<std::size_t>(j)]);
        i += x <= y, j += y <= x;
      }
      const auto label_of = [&](std::size_t row) { return made.train.labels[static_cast<std::int64_t>(row)].present[0]; };
      const bool together = label_of(a) == label_of(b);
      (together ? same : other) += product, ++(together ? same_count : other_count);
    }
  EXPECT_GT(same / same_count, 10 * other / other_count);
}

}  // namespace
}  // namespace tagma
