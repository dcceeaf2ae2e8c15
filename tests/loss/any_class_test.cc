// Any-class against numbers from its definition as a product of probabilities (tests/reference/any_class.py), and what its
// settings mean.
#include <tagma/drive/level.h>
#include <tagma/drive/loss_function.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>

namespace tagma {
namespace {

using nlohmann::json;

template <class Real>
struct Golden {
  json numbers = json::parse(std::ifstream(std::string(TAGMA_TEST_DIR) + "/golden/any_class.json"));
  std::vector<Real> logits;
  std::vector<Truth> truth;
  ClassCounts counts;

  Golden() {
    for (const json& row : numbers["logits"])
      for (const json& cell : row) logits.push_back(cell.get<Real>());
    for (const json& row : numbers["truth"])
      for (const json& cell : row) truth.push_back(static_cast<Truth>(cell.get<int>()));
    counts.present = numbers["class_counts"].get<std::vector<std::int64_t>>();
    counts.negative_rows = numbers["negative_count"].get<std::int64_t>();
  }
  Batch<Real> batch(std::vector<Real>& slopes) const {
    slopes.assign(logits.size(), 0);
    Batch<Real> batch;
    batch.rows = static_cast<std::int64_t>(logits.size()) / 3;
    batch.labels = 3;
    batch.outputs = logits.data();
    batch.truth = truth.data();
    batch.slopes = slopes.data();
    return batch;
  }
};

template <class Real>
void agrees(CpuLevel level, double bound) {
  const Golden<Real> golden;
  ASSERT_EQ(golden.numbers["losses"].size(), 10u);
  for (const json& known : golden.numbers["losses"]) {
    Settings settings{{"base", known["base"]}, {"alpha", known["alpha"].dump()}, {"lambda", known["lambda"].dump()}};
    std::vector<Real> slopes;
    const Batch<Real> batch = golden.batch(slopes);
    settings.set("reduction", "sum");
    make_loss("any-class", settings, level)->run(batch, {});
    std::size_t cell = 0;
    for (const json& row : known.value("slopes", json::array()))
      for (const json& slope : row) EXPECT_NEAR(slopes[cell++], slope.get<double>(), bound) << known["base"] << known["lambda"];
    settings.set("reduction", "paper");
    settings.set("balance", "effective");
    const auto balanced = make_loss("any-class", settings, level);
    balanced->set_counts(golden.counts);
    EXPECT_NEAR(balanced->run(batch, {}), known["value"].get<double>(), bound) << known["base"] << known["lambda"];
  }
}

TEST(AnyClass, GoldenInDouble) { agrees<double>(CpuLevel::baseline, 1e-9); }

TEST(AnyClass, GoldenInFloatAtEveryLevel) {
  for (const CpuLevel level : {CpuLevel::baseline, CpuLevel::avx2, CpuLevel::avx512})
    if (runs_here(level)) agrees<float>(level, 1e-5);
}

double value(const std::vector<double>& logits, const std::vector<Truth>& truth, const Settings& settings,
             const std::vector<float>& weights = {}) {
  Batch<double> batch;
  batch.rows = 1;
  batch.labels = static_cast<LabelId>(truth.size());
  batch.outputs = logits.data();
  batch.truth = truth.data();
  batch.label_weights = weights.empty() ? nullptr : weights.data();
  return make_loss("any-class", settings)->run(batch, {});
}

constexpr Truth A = Truth::absent, P = Truth::present, U = Truth::unknown;

TEST(AnyClass, ShareIsTheLambdaThatGivesIt) {
  // Weights of present labels 2, of known absent ones 1 + 0.5: lambda 1.5 / (2 + lambda 1.5) = 0.3 at lambda 0.6 / 1.05.
  const std::vector<double> logits{1, -2, 0.5, NAN, 3};
  const std::vector<Truth> truth{P, A, A, U, A};
  const std::vector<float> weights{2, 1, 0.5f, 1, 0};
  EXPECT_NEAR(value(logits, truth, {{"share", "0.3"}}, weights),
              value(logits, truth, {{"lambda", "0.571428571428571428"}}, weights), 1e-12);
  EXPECT_GT(std::abs(value(logits, truth, {{"share", "0.3"}}, weights) - value(logits, truth, {}, weights)), 1e-2);
  EXPECT_EQ(value(logits, truth, {{"share", "0"}}, weights), value(logits, truth, {{"lambda", "0"}}, weights));
  EXPECT_EQ(value({1, 2}, {P, P}, {{"share", "0.9"}}), value({1, 2}, {P, P}, {}));
}

TEST(AnyClass, LabelWeightsAndUnknownLabelsShapeTheAnyClassLogit) {
  const auto soft = [](double z) { return std::log1p(std::exp(z)); };
  const std::vector<float> weights{1, 3, 1};
  // Nothing present: z_a is the weighted mean of the known logits.
  EXPECT_NEAR(value({2, -1, NAN}, {A, A, U}, {}, weights), soft(2) + 3 * soft(-1) + soft((2 - 3) / 4.), 1e-12);
  // A present label of weight 0 is not there: the row counts as one without labels.
  EXPECT_NEAR(value({2, -1}, {P, A}, {}, {0, 1}), 2 * soft(-1), 1e-12);
  EXPECT_EQ(value({NAN, NAN}, {U, U}, {}), 0);
}

TEST(AnyClass, TraitsFollowTheBase) {
  EXPECT_TRUE(make_loss("any-class", {})->traits().convex);
  EXPECT_TRUE(make_loss("any-class", {})->traits().curve);
  EXPECT_FALSE(make_loss("any-class", {{"base", "focal"}})->traits().convex);
  EXPECT_FALSE(make_loss("any-class", {{"base", "focal"}})->traits().curve);
}

}  // namespace
}  // namespace tagma
