#include "../laws/toy_data.h"

#include <tagma/learn/learner.h>
#include <tagma/model/linear.h>
#include <tagma/score/score.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace tagma {
namespace {

using laws::Kind;
using laws::toy;

double fact(const Learned& learned, std::string_view name) {
  for (const auto& [key, value] : learned.facts)
    if (key == name) return value;
  ADD_FAILURE() << "no fact " << name;
  return 0;
}

const LinearModel& linear(const Learned& learned) { return dynamic_cast<const LinearModel&>(*learned.model); }

Learned learn(const Dataset& data, const char* loss, const Settings& settings = {}, const Settings& loss_settings = {},
              const Model* warm = nullptr) {
  return make_learner("linear", settings)->learn(data, nullptr, *make_loss(loss, loss_settings), warm, {});
}

float feature(const Dataset& data, std::int64_t row, std::int64_t column) {
  if (!data.features.sparse()) return data.features.dense_view().row(row)[static_cast<std::size_t>(column)];
  const CsrView& x = data.features.csr_view();
  for (auto k = x.starts[static_cast<std::size_t>(row)]; k < x.starts[static_cast<std::size_t>(row) + 1]; ++k)
    if (x.columns_of[static_cast<std::size_t>(k)] == column) return x.values[static_cast<std::size_t>(k)];
  return 0;
}

// The gradient of the whole objective at a model, in double precision and apart from the learner's code. Unscaled features.
std::vector<double> gradient(const Dataset& data, const LinearModel& model, const LossFunction& loss, double l2) {
  const auto outputs = static_cast<std::size_t>(model.outputs());
  const auto features = static_cast<std::size_t>(model.features());
  const std::vector<float> weights = model.dense_weights();
  std::vector<double> z(static_cast<std::size_t>(data.rows()) * outputs), slopes(z.size()), g((features + 1) * outputs);
  for (std::int64_t r = 0; r < data.rows(); ++r)
    for (std::size_t o = 0; o < outputs; ++o) {
      double sum = static_cast<double>(model.bias()[o]);
      for (std::size_t f = 0; f < features; ++f)
        sum += static_cast<double>(feature(data, r, static_cast<std::int64_t>(f))) * static_cast<double>(weights[f * outputs + o]);
      z[static_cast<std::size_t>(r) * outputs + o] = sum;
    }
  Batch<double> batch;
  batch.rows = data.rows();
  batch.labels = data.labels.labels();
  batch.outputs = z.data();
  batch.matrix = &data.labels;
  if (!data.weights.empty()) batch.row_weights = data.weights.data();
  batch.slopes = slopes.data();
  loss.run(batch, {});
  for (std::int64_t r = 0; r < data.rows(); ++r)
    for (std::size_t o = 0; o < outputs; ++o) {
      const double slope = slopes[static_cast<std::size_t>(r) * outputs + o];
      for (std::size_t f = 0; f < features; ++f)
        g[f * outputs + o] += slope * static_cast<double>(feature(data, r, static_cast<std::int64_t>(f)));
      g[features * outputs + o] += slope;
    }
  for (std::size_t i = 0; i < weights.size(); ++i) g[i] += l2 * static_cast<double>(weights[i]);
  return g;
}

double size(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value * value;
  return std::sqrt(sum);
}

TEST(Linear, GradientVanishesAtTheSolutionOfEverySmoothConvexLoss) {
  for (const Entry& entry : loss_entries()) {
    const auto loss = make_loss(entry.name, {});
    if (!loss->traits().convex || !loss->traits().smooth) continue;
    for (const Kind kind : {Kind::dense, Kind::sparse}) {
      const Dataset data = toy(kind, 150, 4, 5, entry.name == "bce" ? 0.2 : 0.0);
      const Learned learned =
          learn(data, entry.name.c_str(), {{"tolerance", "1e-8"}, {"iterations", "2000"}, {"scale", "none"}, {"l2", "0.01"}});
      const LinearModel zero(std::vector<float>(static_cast<std::size_t>(linear(learned).features() * linear(learned).outputs())),
                             std::vector<float>(static_cast<std::size_t>(linear(learned).outputs())), 4,
                             std::shared_ptr<const LossFunction>(make_loss(entry.name, {})));
      const double start = size(gradient(data, zero, *loss, 0.01));
      EXPECT_LT(size(gradient(data, linear(learned), *loss, 0.01)), 2e-3 * start) << entry.name;
    }
  }
}

TEST(Linear, SolversAgree) {
  const Dataset data = toy(Kind::sparse, 200, 6, 8, 0.1);
  const double newton = fact(learn(data, "bce", {{"solver", "newton"}}), "objective");
  EXPECT_NEAR(fact(learn(data, "bce", {{"solver", "lbfgs"}, {"tolerance", "1e-7"}}), "objective"), newton, 1e-4 * newton);
  EXPECT_NEAR(fact(learn(data, "bce", {{"solver", "adam"}, {"rounds", "600"}}), "objective"), newton, 1e-2 * newton);
  EXPECT_NEAR(fact(learn(data, "bce", {{"solver", "adagrad"}, {"rounds", "600"}}), "objective"), newton, 2e-2 * newton);
}

TEST(Linear, ReductionBalanceAndWeightsReachNewton) {
  Dataset data = toy(Kind::dense, 200, 5, 8, 0.1);
  for (std::int64_t r = 0; r < data.rows(); ++r) data.weights.push_back(r % 3 == 0 ? 2.f : r % 3 == 1 ? 0.5f : 0.f);
  for (const Settings& loss : {Settings{{"reduction", "sum"}}, Settings{{"reduction", "paper"}}, Settings{{"balance", "effective"}},
                               Settings{{"balance", "effective"}, {"reduction", "paper"}}})
    for (const char* label_weights : {"none", "balanced"}) {
      const Settings newton{{"solver", "newton"}, {"label_weights", label_weights}};
      const Settings lbfgs{{"solver", "lbfgs"}, {"label_weights", label_weights}, {"tolerance", "1e-7"}, {"iterations", "1000"}};
      const double value = fact(learn(data, "bce", newton, loss), "objective");
      EXPECT_NEAR(fact(learn(data, "bce", lbfgs, loss), "objective"), value, 1e-4 * value);
    }
}

// What a learner starts from: steps too small to leave it.
LinearModel start(const Dataset& data, const char* loss, const Settings& loss_settings) {
  const Learned learned = learn(data, loss, {{"solver", "adam"}, {"rounds", "1"}, {"rate", "1e-30"}, {"scale", "none"}}, loss_settings);
  return linear(learned);
}

TEST(Linear, StartsFromTheBestConstantModelOfEverySmoothLoss) {
  Dataset data = toy(Kind::sparse, 200, 5, 7);
  for (std::int64_t r = 0; r < data.rows(); ++r) data.weights.push_back(r % 3 == 0 ? 3.f : 0.5f);
  for (const Entry& entry : loss_entries())
    for (const char* balance : {"none", "effective"}) {
      const Settings settings{{"balance", balance}};
      const auto loss = make_loss(entry.name, settings);
      loss->set_counts(count_classes(data.labels));
      if (!loss->traits().smooth) continue;
      const LinearModel started = start(data, entry.name.c_str(), settings);
      const auto outputs = static_cast<std::size_t>(started.outputs());
      const LinearModel zero(std::vector<float>(started.dense_weights().size()), std::vector<float>(outputs), 5,
                             std::shared_ptr<const LossFunction>(make_loss(entry.name, settings)));
      const auto bias_slope = [&](const LinearModel& model) {
        const std::vector<double> all = gradient(data, model, *loss, 0);
        return size({all.end() - static_cast<std::ptrdiff_t>(outputs), all.end()});
      };
      EXPECT_THAT(started.dense_weights(), testing::Each(testing::FloatNear(0.f, 1e-20f))) << entry.name;
      EXPECT_LT(bias_slope(started), 0.05 * bias_slope(zero) + 1e-6) << entry.name << " balance " << balance;
    }
}

// A toy set with `more` features that say nothing and move together: steps of full length in all of them add up.
Dataset with_noise(Dataset data, std::int64_t more, std::uint64_t seed) {
  Rng rng(seed);
  DenseArrays dense;
  for (std::int64_t r = 0; r < data.rows(); ++r) {
    const std::span<const float> row = data.features.dense_view().row(r);
    dense.values.insert(dense.values.end(), row.begin(), row.end());
    const double common = rng.normal();
    for (std::int64_t f = 0; f < more; ++f) dense.values.push_back(static_cast<float>(common + rng.normal()));
  }
  const std::int64_t rows = data.rows(), columns = data.features.columns() + more;
  data.features = FeatureMatrix(std::move(dense), rows, columns);
  return data;
}

TEST(Linear, AdamDoesNotOvershootWhatEarlyStoppingWouldKeep) {
  const Dataset train = with_noise(toy(Kind::dense, 120, 4, 1), 200, 3), held_out = with_noise(toy(Kind::dense, 120, 4, 2), 200, 4);
  const auto best = [&](const char* rate) {
    return fact(make_learner("linear", {{"solver", "adam"}, {"rate", rate}})->learn(train, &held_out, *make_loss("focal", {}), nullptr, {}),
                "held_out_loss");
  };
  EXPECT_LT(best("0"), 1.1 * best("0.005"));
}

TEST(Linear, AWeightedRowIsARepeatedRow) {
  Dataset twice = toy(Kind::dense, 100, 4, 6), weighted = twice;
  std::vector<std::int64_t> rows;
  for (std::int64_t r = 0; r < 100; ++r) {
    rows.push_back(r);
    if (r % 2 == 0) rows.push_back(r);
    weighted.weights.push_back(r % 2 == 0 ? 2.f : 1.f);
  }
  twice = twice.select(rows);
  for (const char* loss : {"bce", "zlpr"}) {
    const Settings settings{{"scale", "none"}, {"l2", "1"}, {"tolerance", "1e-8"}};
    const Learned a = learn(twice, loss, settings, {{"reduction", "sum"}}), b = learn(weighted, loss, settings, {{"reduction", "sum"}});
    EXPECT_NEAR(fact(a, "objective"), fact(b, "objective"), 1e-4 * fact(a, "objective"));
    const std::vector<float> x = linear(a).dense_weights(), y = linear(b).dense_weights();
    for (std::size_t i = 0; i < x.size(); ++i) EXPECT_NEAR(x[i], y[i], 5e-3);
  }
}

TEST(Linear, ScalingIsFoldedBack) {
  // With next to no penalty the optimum does not depend on the unit of the features.
  Dataset data = toy(Kind::dense, 400, 3, 6);
  DenseArrays moved;
  for (std::int64_t r = 0; r < data.rows(); ++r)
    for (std::int64_t f = 0; f < data.features.columns(); ++f)
      moved.values.push_back(feature(data, r, f) * (f == 0 ? 50.f : 1.f) + (f == 1 ? 7.f : 0.f));
  Dataset noisy = data;
  LabelMatrix truth(3);
  Rng rng(1);
  for (std::int64_t r = 0; r < data.rows(); ++r) {
    std::vector<LabelId> present;
    for (LabelId j = 0; j < 3; ++j)
      if (rng.chance(0.3 + 0.4 / (1 + std::exp(-static_cast<double>(feature(data, r, j)))))) present.push_back(j);
    truth.add(present);
  }
  noisy.labels = truth;
  Dataset scaled = noisy;
  scaled.features = FeatureMatrix(std::move(moved), data.rows(), data.features.columns());
  const Settings settings{{"l2", "1e-9"}, {"tolerance", "1e-9"}};
  const Scores a = score_all(*learn(noisy, "bce", settings).model, noisy.features, {});
  const Scores b = score_all(*learn(scaled, "bce", settings).model, scaled.features, {});
  for (std::size_t i = 0; i < a.values.size(); ++i) ASSERT_NEAR(a.values[i], b.values[i], 2e-3);
}

TEST(Linear, L1MakesWeightsZeroWhateverTheSolver) {
  const Dataset data = toy(Kind::sparse, 300, 6, 8);
  double values[2];
  int at = 0;
  for (const char* solver : {"lbfgs", "adam"}) {
    const Learned learned =
        learn(data, "bce", {{"solver", solver}, {"l1", "0.02"}, {"l2", "0"}, {"rounds", "600"}, {"tolerance", "1e-7"}, {"iterations", "2000"}});
    const std::vector<float> weights = linear(learned).dense_weights();
    const auto zeros = std::count(weights.begin(), weights.end(), 0.f);
    EXPECT_GT(zeros, static_cast<std::ptrdiff_t>(weights.size() / 3)) << solver;
    EXPECT_LT(zeros, static_cast<std::ptrdiff_t>(weights.size())) << solver;
    values[at++] = fact(learned, "objective");
  }
  EXPECT_NEAR(values[0], values[1], 0.01 * values[0]);
}

TEST(Linear, HeavyL1EmptiesTheModelAndStoresItSparse) {
  const Learned learned = learn(toy(Kind::sparse, 100, 4, 8), "bce", {{"l1", "100"}});
  EXPECT_TRUE(linear(learned).sparse());
  for (const float weight : linear(learned).dense_weights()) EXPECT_EQ(weight, 0.f);
}

TEST(Linear, PriorBiasIsTheLogOdds) {
  Dataset data = toy(Kind::dense, 200, 2, 8);
  LabelMatrix truth(2);
  for (std::int64_t r = 0; r < 200; ++r)
    truth.add(r % 4 == 0 ? std::vector<LabelId>{0} : std::vector<LabelId>{});  // label 1 is never present
  data.labels = truth;
  const Learned learned = learn(data, "bce", {{"l2", "1e6"}, {"scale", "none"}});
  EXPECT_NEAR(linear(learned).bias()[0], std::log(0.25 / 0.75), 1e-3);
  EXPECT_NEAR(linear(learned).bias()[1], std::log(0.5 / 200), 1e-3);
  EXPECT_THAT(learned.notes, testing::ElementsAre(testing::HasSubstr("1 of 2 labels have no present or no absent row")));
}

TEST(Linear, NoBiasMeansNone) {
  const Dataset data = toy(Kind::sparse, 100, 3, 8);
  for (const char* loss : {"bce", "zlpr", "unimlr"}) {
    const Learned learned = learn(data, loss, {{"bias", "false"}});
    for (const float bias : linear(learned).bias()) EXPECT_EQ(bias, 0.f) << loss;
  }
}

TEST(Linear, MoreIterationsLowerTheObjective) {
  for (const Entry& entry : loss_entries()) {
    const Dataset data = toy(Kind::sparse, 150, 4, 5);
    const Learned little = learn(data, entry.name.c_str(), {{"rounds", "1"}, {"iterations", "1"}});
    const Learned much = learn(data, entry.name.c_str());
    EXPECT_LT(fact(much, "objective"), fact(little, "objective")) << entry.name;
  }
}

TEST(Linear, EarlyStoppingKeepsTheBestModel) {
  const Dataset train = toy(Kind::dense, 30, 4, 5), held_out = toy(Kind::dense, 200, 4, 6);
  const auto loss = make_loss("focal", {});
  const auto learned = make_learner("linear", {{"l2", "0"}, {"rounds", "300"}, {"rate", "0.3"}, {"patience", "5"}})
                           ->learn(train, &held_out, *loss, nullptr, {});
  EXPECT_LT(fact(learned, "rounds"), 300);
  EXPECT_THAT(learned.notes, testing::Contains(testing::HasSubstr("without gain in held-out loss")));
  std::vector<float> outputs(static_cast<std::size_t>(held_out.rows() * 4));
  linear(learned).outputs_of(held_out.features, 0, held_out.rows(), outputs.data(), {});
  Batch<float> batch;
  batch.rows = held_out.rows();
  batch.labels = 4;
  batch.outputs = outputs.data();
  batch.matrix = &held_out.labels;
  EXPECT_NEAR(loss->run(batch, {}), fact(learned, "held_out_loss"), 1e-6);
}

TEST(Linear, OverflowNamesLossAndStep) {
  Dataset data = toy(Kind::dense, 50, 3, 5);
  DenseArrays huge;
  for (std::int64_t r = 0; r < 50; ++r)
    for (std::int64_t f = 0; f < data.features.columns(); ++f) huge.values.push_back(feature(data, r, f) * 1e18f);
  data.features = FeatureMatrix(std::move(huge), 50, data.features.columns());
  try {
    learn(data, "squared-hinge", {{"solver", "adam"}, {"scale", "none"}, {"rate", "1e6"}});
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::bad_data);
    EXPECT_THAT(error.what(), testing::HasSubstr("no longer a number (loss squared-hinge, step "));
  }
}

TEST(Linear, RefusesWhatDoesNotFit) {
  const Dataset data = toy(Kind::dense, 30, 3, 5);
  EXPECT_THROW(learn(data, "zlpr", {{"solver", "newton"}}), Error);
  EXPECT_THROW(learn(data, "bce", {{"solver", "newton"}, {"l1", "1"}}), Error);
  EXPECT_THROW(learn(data, "hinge", {{"solver", "lbfgs"}}), Error);
  EXPECT_THROW(learn(data, "bce", {{"metric", "macro_mapp"}}), Error);
  EXPECT_THROW(learn(data, "bce", {{"l2", "nan"}}), Error);
  EXPECT_THROW(make_learner("linear", {{"l3", "1"}}), Error);
  EXPECT_THROW(make_learner("linaer", {}), Error);
  Dataset no_features = data;
  no_features.features = {};
  EXPECT_THROW(learn(no_features, "bce"), Error);
  const Learned other = learn(toy(Kind::dense, 30, 4, 5), "bce");
  EXPECT_THROW(learn(data, "bce", {}, {}, other.model.get()), Error);
}

TEST(Linear, WarmStartFromTheSolutionTakesOneStep) {
  const Dataset data = toy(Kind::dense, 200, 5, 5);
  const Learned first = learn(data, "bce", {{"tolerance", "1e-7"}});
  const Learned second = learn(data, "bce", {{"tolerance", "1e-4"}}, {}, first.model.get());
  EXPECT_LE(fact(second, "newton_steps"), 5);
  EXPECT_NEAR(fact(second, "objective"), fact(first, "objective"), 1e-5);
}

}  // namespace
}  // namespace tagma
