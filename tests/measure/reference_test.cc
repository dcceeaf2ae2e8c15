// Every metric against its slow reference, on random data with ties, unknown cells, empty, full and unknown rows.
#include "reference.h"

#include <tagma/measure/catalog.h>

#include <gtest/gtest.h>

#include <set>

namespace tagma {
namespace {

const std::vector<int> at{1, 2, 3, 5, 20};

void expect_reference(const test::Toy& toy, ZeroDivision zero, const std::string& where) {
  const auto wanted = test::Reference(toy, zero).all(at);
  const Evaluation found = evaluate(toy.judged(), {.at = at, .zero_division = zero}, {.threads = 2});
  for (const auto& [name, value] : wanted) {
    const Measure* measure = found.find(name);
    if (std::isnan(value)) {
      EXPECT_EQ(measure, nullptr) << where << " " << name;
      continue;
    }
    ASSERT_NE(measure, nullptr) << where << " " << name;
    EXPECT_NEAR(measure->value, value, 2e-6 * std::max(1., std::abs(value))) << where << " " << name;
  }
  for (const Measure& measure : found.measures) EXPECT_TRUE(wanted.contains(measure.name)) << measure.name;
  EXPECT_EQ(found.measures.size() + found.left_out.size(), Metrics::size + 6 * (at.size() - 1));
}

void expect_references(const test::ToyOptions& options, const std::string& where) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed)
    for (const ZeroDivision zero : {ZeroDivision::zero, ZeroDivision::one, ZeroDivision::skip})
      expect_reference(test::random_toy(seed, options), zero, fmt::format("{} seed {}", where, seed));
}

TEST(MeasureReference, AllKnown) { expect_references({.unknown = 0}, "known"); }
TEST(MeasureReference, SomeUnknown) { expect_references({}, "unknown"); }
TEST(MeasureReference, UnlistedUnknown) { expect_references({.unknown = 0.6, .rest_unknown = true}, "rest unknown"); }
TEST(MeasureReference, Ungraded) { expect_references({.graded = false}, "ungraded"); }
TEST(MeasureReference, FewLevels) { expect_references({.levels = 2}, "ties"); }
TEST(MeasureReference, Margins) { expect_references({.scale = Scale::margin}, "margins"); }
TEST(MeasureReference, OneLabel) { expect_references({.labels = 1, .unknown = 0}, "one label"); }
TEST(MeasureReference, TwoRows) { expect_references({.rows = 2, .labels = 5}, "two rows"); }
TEST(MeasureReference, ManyPresent) {  // more present labels than are ranked by counting
  expect_references({.rows = 12, .labels = 130, .present = 0.8, .unknown = 0.05, .levels = 60}, "many present");
}

TEST(MeasureReference, OrderProbabilities) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    test::Toy toy = test::random_toy(seed, {.scale = Scale::margin});
    Rng rng(seed + 100);
    toy.scores.order = Order::logistic;
    expect_reference(toy, ZeroDivision::zero, "logistic");
    toy.scores.order = Order::probit;
    for (std::size_t i = 0; i < toy.scores.values.size(); ++i) toy.scores.spread.push_back(static_cast<float>(rng.uniform(0.1, 2)));
    for (std::size_t i = 0; i < toy.scores.values.size(); ++i) toy.scores.presence.push_back(static_cast<float>(rng.uniform()));
    expect_reference(toy, ZeroDivision::zero, "probit");
    toy.scores.order = Order::factor;
    for (const float spread : toy.scores.spread) toy.scores.shared.push_back(static_cast<float>(rng.uniform(-0.99, 0.99)) * spread);
    expect_reference(toy, ZeroDivision::zero, "factor");
    toy.scores.order_slope = 0.4;
    expect_reference(toy, ZeroDivision::zero, "factor, flattened");
    toy.scores.order_slope = 1;
    toy.scores.shared.clear();
    for (const float spread : toy.scores.spread)
      for (int f = 0; f < 2; ++f) toy.scores.shared.push_back(static_cast<float>(rng.uniform(-0.7, 0.7)) * spread);
    expect_reference(toy, ZeroDivision::zero, "two factors");
    toy.scores.order = Order::pairs;
    for (int i = 0; i < 40 * 36; ++i) toy.scores.pairs.push_back(static_cast<float>(rng.uniform()));
    expect_reference(toy, ZeroDivision::zero, "pairs");
    test::Toy odds = test::random_toy(seed);
    odds.scores.order = Order::logistic;
    expect_reference(odds, ZeroDivision::zero, "log-odds");
  }
}

// Large enough for the pieces, the crowded bins and (all scores the same) the bin that no piece can hold.
TEST(MeasureReference, MicroCurvesInPieces) {
  for (const int kind : {0, 1, 2, 3}) {
    Rng rng(7);
    const std::int64_t rows = 3000;
    const LabelId labels = 200;
    LabelMatrix truth(labels);
    Scores scores{.rows = rows, .labels = labels, .scale = Scale::margin};
    std::vector<std::pair<float, bool>> cells;
    for (std::int64_t r = 0; r < rows; ++r) {
      std::vector<LabelId> present, unknown;
      for (LabelId l = 0; l < labels; ++l) {
        const double raw = rng.normal();
        const double score = kind == 0 ? raw : kind == 1 ? std::round(raw) : kind == 2 ? 1.25 : 1 + raw / 4096;
        const bool hit = rng.chance(0.05 + 0.1 * (raw > 0)), hidden = rng.chance(0.02);
        scores.values.push_back(static_cast<float>(score));
        if (hidden) unknown.push_back(l);
        else cells.emplace_back(scores.values.back(), hit);
        if (hit && !hidden) present.push_back(l);
      }
      truth.add(present, {}, unknown);
    }
    std::sort(cells.begin(), cells.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    double map = 0, wrong = 0, hits = 0, misses = 0;
    for (std::size_t i = 0; i < cells.size();) {
      double present = 0, absent = 0;
      for (const float score = cells[i].first; i < cells.size() && cells[i].first == score; ++i) (cells[i].second ? present : absent) += 1;
      wrong += present * (misses + absent / 2);
      hits += present, misses += absent;
      map += present * hits / (hits + misses);
    }
    const Judged judged{.truth = &truth, .scores = &scores};
    EXPECT_NEAR(measure_one("micro_map", judged, {.threads = 2}), map / hits, 1e-9) << kind;
    EXPECT_NEAR(measure_one("micro_auc", judged, {.threads = 2}), 1 - wrong / hits / misses, 1e-9) << kind;
  }
}

}  // namespace
}  // namespace tagma
