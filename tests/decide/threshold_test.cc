// Global and label thresholds against trying every cut, with F computed from scratch each time.
#include <tagma/decide/global_threshold.h>
#include <tagma/decide/label_thresholds.h>
#include <tests/decide/toys.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace tagma {
namespace {

struct Count {
  double hits = 0, decided = 0, present = 0;
  double f(double beta, double empty) const {
    const double below = decided + beta * beta * present;
    return below > 0 ? (1 + beta * beta) * hits / below : empty;
  }
};

enum class By { all, label, row };

// Mean F-beta at threshold t over the known cells, one group for all, per label or per row; only = -1: every label.
double mean_f(const toys::Case& data, float t, By by, double beta, double empty, LabelId only = -1) {
  std::vector<Count> counts(
      by == By::all ? 1 : static_cast<std::size_t>(by == By::label ? data.scores.labels : data.scores.rows));
  std::vector<Truth> truth(static_cast<std::size_t>(data.scores.labels));
  for (std::int64_t row = 0; row < data.scores.rows; ++row) {
    data.truth.fill(row, truth);
    for (LabelId label = 0; label < data.scores.labels; ++label) {
      if (truth[static_cast<std::size_t>(label)] == Truth::unknown || (only >= 0 && label != only)) continue;
      const bool present = truth[static_cast<std::size_t>(label)] == Truth::present;
      const bool decided = data.scores.row(row)[static_cast<std::size_t>(label)] >= t;
      Count& count = counts[by == By::all ? 0 : static_cast<std::size_t>(by == By::label ? label : row)];
      count.hits += decided && present, count.decided += decided, count.present += present;
    }
  }
  double sum = 0;
  for (const Count& count : counts) sum += count.f(beta, empty);
  return sum / static_cast<double>(counts.size());
}

// Every threshold that makes a difference: each score, half way between, and above all.
std::vector<float> every_cut(const Scores& scores) {
  const std::set<float> distinct(scores.values.begin(), scores.values.end());
  std::vector<float> cuts(distinct.begin(), distinct.end());
  cuts.push_back(*distinct.rbegin() + 1);
  return cuts;
}

TEST(GlobalThreshold, IsTheBestOfAllThresholds) {
  using Target = GlobalThreshold::Target;
  const std::pair<Target, By> targets[] = {
      {Target::micro_f, By::all}, {Target::macro_f, By::label}, {Target::samples_f, By::row}};
  for (std::uint64_t seed = 1; seed <= 12; ++seed)
    for (const auto& [target, by] : targets)
      for (const double beta : {0.5, 1.0, 2.0})
        for (const double empty : {0.0, 1.0}) {
          if (by == By::all && empty > 0) continue;
          const toys::Case data = toys::make({.rows = 30,
                                              .labels = 4,
                                              .scale = seed % 2 ? Scale::margin : Scale::probability,
                                              .unknown = seed % 3 ? 0.2 : 0,
                                              .levels = seed % 4 ? 10 : 0},
                                             seed);
          const GlobalThreshold rule{.target = target, .beta = beta, .zero_division = empty};
          const float t = rule.threshold(data.scores, data.truth, {});
          double best = 0;
          for (float cut : every_cut(data.scores)) best = std::max(best, mean_f(data, cut, by, beta, empty));
          EXPECT_NEAR(mean_f(data, t, by, beta, empty), best, 1e-9) << "seed " << seed << " beta " << beta;
        }
}

TEST(GlobalThreshold, CardinalityComesAsNearAsTiesAllow) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const toys::Case data = toys::make({.unknown = 0.1, .levels = 6}, seed);
    const auto gap = [&](float t) {
      std::int64_t decided = 0;
      std::vector<Truth> truth(5);
      for (std::int64_t row = 0; row < data.scores.rows; ++row) {
        data.truth.fill(row, truth);
        for (std::size_t j = 0; j < 5; ++j) decided += truth[j] != Truth::unknown && data.scores.row(row)[j] >= t;
      }
      return std::abs(decided - data.truth.present_count());
    };
    const float t =
        GlobalThreshold{.target = GlobalThreshold::Target::cardinality}.threshold(data.scores, data.truth, {});
    for (float cut : every_cut(data.scores)) EXPECT_LE(gap(t), gap(cut)) << "seed " << seed;
  }
}

TEST(LabelThresholds, WithoutPriorAreTheBestOfEveryLabel) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed)
    for (const double beta : {0.5, 1.0, 2.0}) {
      const toys::Case data = toys::make({.unknown = seed % 2 ? 0.15 : 0, .levels = seed % 3 ? 9 : 0}, seed);
      const LabelThresholds rule{.beta = beta, .prior = 0, .minimum = 1};
      const std::vector<float> t = rule.thresholds(data.scores, data.truth, {});
      for (LabelId label = 0; label < data.scores.labels; ++label) {
        double best = 0;
        for (float cut : every_cut(data.scores)) best = std::max(best, mean_f(data, cut, By::all, beta, 0, label));
        EXPECT_NEAR(mean_f(data, t[static_cast<std::size_t>(label)], By::all, beta, 0, label), best, 1e-12) << seed;
      }
    }
}

TEST(LabelThresholds, StandHalfWayBetweenDistinctScores) {
  Scores scores;
  scores.rows = 5, scores.labels = 1;
  scores.values = {0.9f, 0.6f, 0.6f, 0.2f, 0.1f};
  LabelMatrix truth(1);
  for (bool present : {true, true, false, false, false})
    truth.add(present ? std::vector<LabelId>{0} : std::vector<LabelId>{});
  // 0.9 alone: F = 2/3; with the tied pair at 0.6: 4/5, whatever the order inside the tie.
  EXPECT_THAT((LabelThresholds{.prior = 0}.thresholds(scores, truth, {})), testing::ElementsAre(0.4f));
  EXPECT_FLOAT_EQ(GlobalThreshold{}.threshold(scores, truth, {}), 0.4f);
}

TEST(LabelThresholds, NeighbouringAndInfiniteScoresAreStillSeparated) {
  const float a = 0.5f, b = std::nextafter(0.5f, 1.f), infinity = std::numeric_limits<float>::infinity();
  for (const auto& [above, below] :
       {std::pair{b, a}, {infinity, 1.f}, {1.f, -infinity}, {infinity, -infinity}, {0.f, -0.1f}}) {
    Scores scores;
    scores.rows = 2, scores.labels = 1, scores.scale = Scale::margin;
    scores.values = {above, below};
    LabelMatrix truth(1);
    truth.add(std::vector<LabelId>{0});
    truth.add({});
    const float t = LabelThresholds{.prior = 0}.thresholds(scores, truth, {}).front();
    EXPECT_TRUE(above >= t && below < t) << above << " " << below << " " << t;
  }
}

TEST(LabelThresholds, AreDrawnTowardsTheCommonOneByTheFormula) {
  const toys::Case data = toys::make({.rows = 60, .labels = 6, .scale = Scale::margin, .levels = 0, .fade = 0.5}, 9);
  const float common =
      GlobalThreshold{.target = GlobalThreshold::Target::macro_f}.threshold(data.scores, data.truth, {});
  const std::vector<float> best = LabelThresholds{.prior = 0, .minimum = 1}.thresholds(data.scores, data.truth, {});
  const std::vector<float> drawn = LabelThresholds{.prior = 7, .minimum = 4}.thresholds(data.scores, data.truth, {});
  const std::vector<std::int64_t> present = data.truth.present_per_label();
  bool fell_back = false;
  for (std::size_t j = 0; j < best.size(); ++j) {
    const auto n = static_cast<float>(present[j]);
    fell_back |= n < 4;
    EXPECT_NEAR(drawn[j], n < 4 ? common : (n * best[j] + 7 * common) / (n + 7), 1e-6) << "label " << j;
  }
  EXPECT_TRUE(fell_back) << "the data should hold a label with fewer than 4 present cells";
  const std::vector<float> all = LabelThresholds{.prior = 1e6, .minimum = 1}.thresholds(data.scores, data.truth, {});
  for (float t : all) EXPECT_NEAR(t, common, 1e-3);
}

// Both scales of one model give the same decisions, because a probability is drawn along its log-odds.
TEST(LabelThresholds, AgreeBetweenProbabilitiesAndLogits) {
  toys::Case margins = toys::make({.rows = 200, .scale = Scale::margin, .levels = 0}, 4), chances = margins;
  chances.scores.scale = Scale::probability;
  for (float& value : chances.scores.values) value = 1 / (1 + std::exp(-value));
  const LabelThresholds rule{.prior = 20};
  const std::vector<float> a = rule.thresholds(margins.scores, margins.truth, {}),
                           b = rule.thresholds(chances.scores, chances.truth, {});
  for (std::size_t j = 0; j < a.size(); ++j) EXPECT_NEAR(1 / (1 + std::exp(-a[j])), b[j], 2e-3) << j;
}

TEST(LabelThresholds, OfAShortlistCountWhatItLeavesOut) {
  const toys::Case data = toys::make({.rows = 80, .labels = 6, .levels = 0, .present = 0.6}, 2);
  const Scores best = shortlist(data.scores, 2);
  const std::vector<float> t = LabelThresholds{.prior = 0}.thresholds(best, data.truth, {});
  for (LabelId label = 0; label < 6; ++label) {
    const auto f = [&](float cut) {
      Count count;
      for (std::int64_t row = 0; row < 80; ++row) {
        const ShortRow listed = best.short_row(row);
        bool decided = false;
        for (std::size_t i = 0; i < listed.ids.size(); ++i)
          decided |= listed.ids[i] == label && listed.values[i] >= cut;
        const bool present = std::ranges::count(data.truth[row].present, label) > 0;
        count.hits += decided && present, count.decided += decided, count.present += present;
      }
      return count.f(1, 0);
    };
    for (float cut : every_cut(data.scores)) EXPECT_LE(f(cut), f(t[static_cast<std::size_t>(label)]) + 1e-12) << label;
  }
}

}  // namespace
}  // namespace tagma
