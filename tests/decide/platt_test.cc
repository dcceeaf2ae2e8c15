#include <tagma/base/rng.h>
#include <tagma/decide/platt.h>
#include <tagma/decide/rule.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace tagma {
namespace {

struct Toy {
  Scores scores;
  LabelMatrix truth{0};
};

double sigmoid(double z) { return 1 / (1 + std::exp(-z)); }

// Margins; label j is present with chance sigmoid(slope[j] x + offset[j]).
Toy toy(std::int64_t rows, const std::vector<double>& slopes, const std::vector<double>& offsets, std::uint64_t seed) {
  Toy made;
  Rng rng(seed);
  made.scores.rows = rows;
  made.scores.labels = static_cast<LabelId>(slopes.size());
  made.scores.scale = Scale::margin;
  made.truth = LabelMatrix(made.scores.labels);
  for (std::int64_t r = 0; r < rows; ++r) {
    std::vector<LabelId> present;
    for (std::size_t j = 0; j < slopes.size(); ++j) {
      const double x = rng.normal(0, 1);
      made.scores.values.push_back(static_cast<float>(x));
      if (rng.chance(sigmoid(slopes[j] * x + offsets[j]))) present.push_back(static_cast<LabelId>(j));
    }
    made.truth.add(present);
  }
  return made;
}

TEST(Platt, FindsTheCurvesOfFrequentLabels) {
  const std::vector<double> slopes{3, 1, 0.5}, offsets{-1, 0.5, -2};
  const Toy t = toy(40000, slopes, offsets, 1);
  const auto found = Platt{}.fit(t.scores, t.truth, {});
  for (std::size_t j = 0; j < 3; ++j) {
    EXPECT_NEAR(static_cast<double>(found->slopes()[j]), slopes[j], 0.12) << j;
    EXPECT_NEAR(static_cast<double>(found->offsets()[j]), offsets[j], 0.08) << j;
  }
}

// The gradient of the stated objective vanishes at what is found, by differences in an objective written down anew.
TEST(Platt, MinimisesWhatTheHeaderSays) {
  const Toy t = toy(300, {2, 2, 2, 2}, {-1, -3, -4, -6}, 2);
  const auto loss = [&](int label, double a, double b) {
    double sum = 0;
    std::vector<Truth> row(4);
    for (std::int64_t r = 0; r < t.scores.rows; ++r) {
      t.truth.fill(r, row);
      for (int j = 0; j < 4; ++j)
        if (label < 0 || j == label) {
          const double z = a * static_cast<double>(t.scores.values[static_cast<std::size_t>(r * 4 + j)]) + b;
          sum += std::log(1 + std::exp(row[static_cast<std::size_t>(j)] == Truth::present ? -z : z));
        }
    }
    return sum;
  };
  const double h = 1e-3;
  double a0 = 1, b0 = 0;  // the common curve, by plain descent along each coordinate
  const auto common = [&](double a, double b) { return loss(-1, a, b) + 0.5e-3 * ((a - 1) * (a - 1) + b * b); };
  for (double step = 0.5; step > 1e-5;) {
    bool better = false;
    for (const auto& [da, db] : {std::pair{step, 0.}, {-step, 0.}, {0., step}, {0., -step}, {step, -step}, {-step, step}})
      if (common(a0 + da, b0 + db) < common(a0, b0)) {
        a0 += da, b0 += db;
        better = true;
      }
    if (!better) step /= 2;
  }
  const double aa = (common(a0 + h, b0) - 2 * common(a0, b0) + common(a0 - h, b0)) / (h * h);
  const double bb = (common(a0, b0 + h) - 2 * common(a0, b0) + common(a0, b0 - h)) / (h * h);
  const double ab = (common(a0 + h, b0 + h) - common(a0 + h, b0 - h) - common(a0 - h, b0 + h) + common(a0 - h, b0 - h)) / (4 * h * h);
  std::int64_t present = 0;
  for (const std::int64_t n : t.truth.present_per_label()) present += n;
  const double each = 10.0 / static_cast<double>(present);
  const auto found = Platt{}.fit(t.scores, t.truth, {});
  for (int j = 0; j < 4; ++j) {
    const auto of_label = [&](double a, double b) {
      const double da = a - a0, db = b - b0;
      return loss(j, a, b) + each / 2 * (aa * da * da + 2 * ab * da * db + bb * db * db);
    };
    const double a = static_cast<double>(found->slopes()[static_cast<std::size_t>(j)]);
    const double b = static_cast<double>(found->offsets()[static_cast<std::size_t>(j)]);
    EXPECT_NEAR((of_label(a + h, b) - of_label(a - h, b)) / (2 * h), 0, 5e-3) << j;
    EXPECT_NEAR((of_label(a, b + h) - of_label(a, b - h)) / (2 * h), 0, 5e-3) << j;
  }
}

TEST(Platt, LabelsWithoutKnownCellsTakeTheCommonCurveAndBackwardScoresTheBaseRate) {
  Toy t = toy(2000, {2, -2, 2}, {0, 0, 0}, 3);
  LabelMatrix truth(3);
  for (std::int64_t r = 0; r < 2000; ++r) {
    std::vector<LabelId> present;
    for (const LabelId id : t.truth[r].present)
      if (id != 2) present.push_back(id);
    truth.add(present, {}, std::vector<LabelId>{2});
  }
  const auto found = Platt{.prior = 1e-3}.fit(t.scores, truth, {});
  EXPECT_EQ(found->slopes()[1], 0.f);
  EXPECT_NEAR(sigmoid(static_cast<double>(found->offsets()[1])), static_cast<double>(truth.present_per_label()[1]) / 2000, 0.01);
  EXPECT_GT(found->slopes()[0], 1.f);
  EXPECT_NE(found->slopes()[2], found->slopes()[0]);
}

TEST(Platt, PoolingHelpsRareLabels) {
  std::vector<double> slopes(60, 2), offsets(60, -5);
  const Toy held_out = toy(120, slopes, offsets, 4), fresh = toy(4000, slopes, offsets, 5);
  const auto log_loss = [&](double prior) {
    Scores scores = fresh.scores;
    Platt{.prior = prior}.fit(held_out.scores, held_out.truth, {})->apply(scores, {});
    EXPECT_EQ(scores.scale, Scale::probability);
    double sum = 0;
    std::vector<Truth> row(60);
    for (std::int64_t r = 0; r < 4000; ++r) {
      fresh.truth.fill(r, row);
      for (std::size_t j = 0; j < 60; ++j) {
        const double p = static_cast<double>(scores.values[static_cast<std::size_t>(r) * 60 + j]);
        sum -= std::log(std::max(row[j] == Truth::present ? p : 1 - p, 1e-12));
      }
    }
    return sum / (4000 * 60);
  };
  EXPECT_LT(log_loss(10), 0.97 * log_loss(0));
}

TEST(Platt, ShortlistsKeepTheirLabelsAndAreSortedAnew) {
  Toy t = toy(500, {3, 0.2, 1, 1}, {0, -1, -2, 1}, 6);
  Scores listed = shortlist(t.scores, 2), before = listed;
  Platt{}.fit(listed, t.truth, {})->apply(listed, {});
  EXPECT_EQ(listed.starts, before.starts);
  for (std::int64_t r = 0; r < 500; ++r) {
    const ShortRow row = listed.short_row(r);
    EXPECT_THAT(std::vector<LabelId>(row.ids.begin(), row.ids.end()),
                testing::UnorderedElementsAreArray(before.short_row(r).ids.begin(), before.short_row(r).ids.end()));
    EXPECT_GE(row.values[0], row.values[1]);
    EXPECT_LE(row.values[0], 1.f);
    EXPECT_GE(row.values[1], 0.f);
  }
  listed.check();
}

TEST(Platt, SignificancesStayAndPresenceIsWrittenBesideThem) {
  Toy t = toy(500, {3, 1}, {0, -1}, 7);
  t.scores.order = Order::logistic;
  const std::vector<float> values = t.scores.values;
  Platt{}.fit(t.scores, t.truth, {})->apply(t.scores, {});
  EXPECT_EQ(t.scores.values, values);
  EXPECT_EQ(t.scores.scale, Scale::margin);
  EXPECT_EQ(t.scores.presence.size(), values.size());
}

TEST(Platt, SameForAnyThreadsAndRefusesWhatHasNoTruth) {
  const Toy t = toy(300, std::vector<double>(70, 2), std::vector<double>(70, -2), 8);
  tagma::Run three;
  three.threads = 3;
  const auto a = Platt{}.fit(t.scores, t.truth, {}), b = Platt{}.fit(t.scores, t.truth, three);
  EXPECT_TRUE(std::ranges::equal(a->slopes(), b->slopes()) && std::ranges::equal(a->offsets(), b->offsets()));
  LabelMatrix unknown(70, Truth::unknown);
  for (int r = 0; r < 300; ++r) unknown.add({});
  EXPECT_THROW(Platt{}.fit(t.scores, unknown, {}), Error);
  EXPECT_TRUE(calibrates("platt") && !calibrates("half"));
}

}  // namespace
}  // namespace tagma
