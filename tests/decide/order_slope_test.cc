// The factor on the arguments of order probabilities, on pairs whose truth was drawn from known probabilities.
#include <tagma/base/rng.h>
#include <tagma/decide/order_slope.h>
#include <tagma/decide/rule.h>
#include <tagma/measure/measure.h>
#include <tagma/measure/order.h>
#include <tagma/store/model_file.h>

#include <nlohmann/json.hpp>

#include <gtest/gtest.h>

namespace tagma {
namespace {

struct OrderToy {
  Scores scores;
  LabelMatrix truth{3};
};

// Three labels, all present, graded by significances of known means and deviations; the scores claim `claimed` times the deviations.
OrderToy probit_toy(std::int64_t rows, double claimed, std::uint64_t seed, double shared = 0) {
  OrderToy made;
  Rng rng(seed);
  Scores& s = made.scores;
  s.rows = rows;
  s.labels = 3;
  s.scale = Scale::margin;
  s.order = shared > 0 ? Order::factor : Order::probit;
  for (std::int64_t r = 0; r < rows; ++r) {
    std::vector<float> grades;
    const double common = shared * rng.normal();
    for (int j = 0; j < 3; ++j) {
      const double mean = rng.normal(5, 1), deviation = rng.uniform(0.3, 1.5);
      s.values.push_back(static_cast<float>(mean));
      s.spread.push_back(static_cast<float>(claimed * std::hypot(deviation, shared)));
      if (shared > 0) s.shared.push_back(static_cast<float>(claimed * shared));
      s.presence.push_back(1);
      grades.push_back(static_cast<float>(std::max(rng.normal(mean, deviation) + common + 20, 0.1)));
    }
    made.truth.add(std::vector<LabelId>{0, 1, 2}, grades);
  }
  return made;
}

double order_metric(const OrderToy& toy, std::string_view name) { return measure_one(name, {.truth = &toy.truth, .scores = &toy.scores}, {}); }

TEST(OrderSlope, FindsHowFarDeviationsAreOff) {
  for (const double claimed : {0.25, 1.0, 3.0}) {
    const auto found = fit_order_slope(probit_toy(20000, claimed, 1).scores, probit_toy(20000, claimed, 1).truth, {});
    ASSERT_TRUE(found);
    EXPECT_NEAR(static_cast<double>(found->pairs), 60000, 3);  // but for rounding, no two grades of a row are alike
    EXPECT_NEAR(found->slope, claimed, 0.03 * claimed) << claimed;
  }
}

TEST(OrderSlope, SharedDeviationsLeaveTheOrder) {
  const OrderToy toy = probit_toy(20000, 2, 2, 1.5);
  EXPECT_NEAR(fit_order_slope(toy.scores, toy.truth, {})->slope, 2, 0.06);
}

TEST(OrderSlope, LogisticAndPairs) {
  Rng rng(3);
  for (const bool pairs : {false, true}) {
    OrderToy toy;
    toy.scores.rows = 30000;
    toy.scores.labels = 2;
    toy.scores.scale = Scale::margin;
    toy.scores.order = pairs ? Order::pairs : Order::logistic;
    toy.truth = LabelMatrix(2);
    for (int r = 0; r < 30000; ++r) {
      const double gap = rng.normal(0, 2);
      toy.scores.values.insert(toy.scores.values.end(), {static_cast<float>(gap), 0.f});
      if (pairs) toy.scores.pairs.push_back(static_cast<float>(1 / (1 + std::exp(-gap))));
      const bool first = rng.chance(1 / (1 + std::exp(-0.5 * gap)));
      toy.truth.add(std::vector<LabelId>{0, 1}, std::vector<float>{first ? 2.f : 1.f, first ? 1.f : 2.f});
    }
    EXPECT_NEAR(fit_order_slope(toy.scores, toy.truth, {})->slope, 0.5, 0.02) << pairs;
    EXPECT_NEAR(order_argument(toy.scores, 0, 1, 0), -order_argument(toy.scores, 0, 0, 1), 1e-12);
  }
}

// What `tune --rule platt` leaves: order probabilities that mean something on rows it has not seen.
TEST(OrderSlope, CalibrationRepairsTheOrder) {
  const OrderToy held_out = probit_toy(3000, 0.2, 4);
  OrderToy fresh = probit_toy(20000, 0.2, 5);
  const double ece = order_metric(fresh, "order_ece"), brier = order_metric(fresh, "order_brier");
  const auto calibration = fit_calibration("platt", {}, held_out.scores, held_out.truth, {});
  EXPECT_NE(calibration->summary().find("from 9000 pairs"), std::string::npos);
  calibration->apply(fresh.scores, {});
  EXPECT_GT(ece, 0.1);
  EXPECT_LT(order_metric(fresh, "order_ece"), 0.02);
  EXPECT_LT(order_metric(fresh, "order_brier"), brier - 0.02);
}

TEST(OrderSlope, IsKeptInTheModelFile) {
  const OrderToy toy = probit_toy(2000, 0.5, 7);
  const auto calibration = fit_calibration("platt", {}, toy.scores, toy.truth, {});
  EXPECT_NEAR(calibration->order_slope(), 0.5, 0.05);
  ModelWriter file;
  calibration->save(file);
  const auto loaded = Calibration::load(ModelReader(file.bytes(), nullptr, "toy"));
  EXPECT_EQ(loaded->order_slope(), calibration->order_slope());
  file.manifest()["calibration"]["order_slope"] = -1;
  EXPECT_THROW(Calibration::load(ModelReader(file.bytes(), nullptr, "toy")), Error);
}

// Deviations of 0 leave no doubt, at any slope; a slope of 0 is a chance of a half.
TEST(OrderSlope, PairsWithoutDoubtDoNotDecide) {
  OrderToy toy = probit_toy(2000, 1, 8);
  const double before = fit_order_slope(toy.scores, toy.truth, {})->slope;
  for (std::size_t j = 0; j < 3; ++j) toy.scores.spread[j] = 0;
  EXPECT_NEAR(fit_order_slope(toy.scores, toy.truth, {})->slope, before, 0.01);
  toy.scores.order_slope = 0;
  EXPECT_EQ(order_probability(toy.scores, 0, 0, 1), 0.5);
  EXPECT_EQ(order_metric(toy, "order_brier"), 0.25);
}

// What all labels share, to all digits of single precision: as sure as those digits allow, and finite.
TEST(OrderSlope, NearlyAllShared) {
  OrderToy toy = probit_toy(1, 1, 9, 1);
  toy.scores.values = {1, 2, 3};
  toy.scores.spread.assign(3, 1);
  toy.scores.shared.assign(3, 1);
  EXPECT_GT(order_probability(toy.scores, 0, 2, 0), 0.999);
  EXPECT_TRUE(std::isfinite(order_argument(toy.scores, 0, 2, 0)));
  toy.scores.shared.clear();
  EXPECT_FALSE(fit_order_slope(toy.scores, toy.truth, {}));
}

TEST(OrderSlope, EndsOfTheRange) {
  OrderToy toy = probit_toy(500, 1, 6);
  OrderToy ordered = toy, backwards = toy;
  ordered.truth = backwards.truth = LabelMatrix(3);
  for (std::int64_t r = 0; r < 500; ++r) {
    std::vector<float> up, down;
    for (const float value : toy.scores.row(r)) up.push_back(value + 20), down.push_back(40 - value);
    ordered.truth.add(std::vector<LabelId>{0, 1, 2}, up);
    backwards.truth.add(std::vector<LabelId>{0, 1, 2}, down);
  }
  const double steep = fit_order_slope(ordered.scores, ordered.truth, {})->slope;
  EXPECT_GT(steep, 2);
  EXPECT_TRUE(std::isfinite(steep));
  EXPECT_EQ(fit_order_slope(backwards.scores, backwards.truth, {})->slope, 0);
  LabelMatrix plain(3);
  for (int r = 0; r < 500; ++r) plain.add(std::vector<LabelId>{0, 1});
  EXPECT_FALSE(fit_order_slope(toy.scores, plain, {}));
  tagma::Run three;
  three.threads = 3;
  EXPECT_EQ(fit_order_slope(toy.scores, toy.truth, {})->slope, fit_order_slope(toy.scores, toy.truth, three)->slope);
}

}  // namespace
}  // namespace tagma
