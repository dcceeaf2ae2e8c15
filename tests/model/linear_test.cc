#include <tagma/model/linear.h>

#include <tagma/base/rng.h>
#include <tagma/score/score.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace tagma {
namespace {

struct Toy {
  std::vector<float> weights, bias, dense;
  FeatureMatrix dense_x, sparse_x;
  static constexpr std::int64_t rows = 300, features = 40;
  static constexpr LabelId labels = 21;

  explicit Toy(double density, std::int64_t columns = features) {
    Rng rng(4);
    for (std::int64_t i = 0; i < features * labels; ++i)
      weights.push_back(rng.chance(density) ? static_cast<float>(rng.normal()) : 0.f);
    for (LabelId j = 0; j < labels; ++j) bias.push_back(static_cast<float>(rng.normal()));
    CsrArrays sparse;
    for (std::int64_t r = 0; r < rows; ++r) {
      for (std::int32_t f = 0; f < columns; ++f) {
        const float value = rng.chance(0.3) ? static_cast<float>(rng.normal()) : 0.f;
        dense.push_back(value);
        if (value == 0) continue;
        sparse.columns_of.push_back(f);
        sparse.values.push_back(value);
      }
      sparse.starts.push_back(static_cast<std::int64_t>(sparse.values.size()));
    }
    dense_x = FeatureMatrix(DenseArrays{dense}, rows, columns);
    sparse_x = FeatureMatrix(std::move(sparse), columns);
  }
  LinearModel model() const { return {weights, bias, labels, make_loss("bce", {})}; }
  double probability(std::int64_t r, std::size_t j) const {
    double z = static_cast<double>(bias[j]);
    const std::int64_t columns = dense_x.columns();
    for (std::int64_t f = 0; f < columns; ++f)
      z += static_cast<double>(dense[static_cast<std::size_t>(r * columns + f)]) *
           static_cast<double>(weights[static_cast<std::size_t>(f * labels) + j]);
    return 1 / (1 + std::exp(-z));
  }
};

std::unique_ptr<const Model> saved_and_loaded(const Model& model) {
  ModelWriter file;
  model.save(file);
  return load_model(ModelReader(file.bytes(), nullptr, "toy"));
}

TEST(LinearModel, ScoresDenseAndSparse) {
  for (const double density : {1.0, 0.1}) {
    const Toy toy(density);
    const LinearModel model = toy.model();
    EXPECT_EQ(model.sparse(), density < 0.2);
    EXPECT_EQ(model.dense_weights(), toy.weights);
    for (const FeatureMatrix* x : {&toy.dense_x, &toy.sparse_x}) {
      const Scores scores = score_all(model, *x, {});
      ASSERT_EQ(scores.rows, Toy::rows);
      EXPECT_EQ(scores.scale, Scale::probability);
      for (std::int64_t r = 0; r < Toy::rows; ++r)
        for (std::size_t j = 0; j < Toy::labels; ++j) ASSERT_NEAR(scores.row(r)[j], toy.probability(r, j), 1e-5);
      EXPECT_EQ(score_all(*saved_and_loaded(model), *x, {}).values, scores.values);
    }
  }
}

TEST(LinearModel, FewerColumnsAreZerosMoreAreRefused) {
  const Toy toy(1.0, 33);
  const Scores scores = score_all(toy.model(), toy.dense_x, {});
  EXPECT_NEAR(scores.row(7)[3], toy.probability(7, 3), 1e-5);
  EXPECT_EQ(score_all(toy.model(), toy.sparse_x, {}).rows, Toy::rows);
  const Toy wide(1.0, 41);
  EXPECT_THROW(score_all(wide.model(), wide.dense_x, {}), Error);
  EXPECT_THROW(score_all(wide.model(), wide.sparse_x, {}), Error);
}

TEST(LinearModel, TopIsTheShortlistOfAll) {
  const Toy toy(1.0);
  const LinearModel model = toy.model();
  const Scores expected = shortlist(score_all(model, toy.sparse_x, {}), 3);
  tagma::Run run;
  run.threads = 2;
  double done = 0;
  run.progress = [&](const Progress& step) { done = step.done; };
  const Scores top = score_top(model, toy.sparse_x, 3, run);
  EXPECT_EQ(top.ids, expected.ids);
  EXPECT_EQ(top.values, expected.values);
  EXPECT_EQ(top.starts, expected.starts);
  EXPECT_EQ(done, Toy::rows);
  EXPECT_EQ(score_top(model, toy.sparse_x, 1000, {}).ids.size(), static_cast<std::size_t>(Toy::rows * Toy::labels));
  EXPECT_THROW(score_top(model, toy.sparse_x, 0, {}), Error);
}

TEST(LinearModel, NoRows) {
  const Toy toy(1.0);
  const Scores scores = score_all(toy.model(), FeatureMatrix(DenseArrays{}, 0, Toy::features), {});
  EXPECT_EQ(scores.rows, 0);
  EXPECT_EQ(scores.labels, Toy::labels);
}

TEST(LinearModel, DamagedFilesAreRefused) {
  const Toy toy(0.1);
  const auto complaint = [&](const char* part, const char* key, const nlohmann::json& value) -> std::string {
    ModelWriter file;
    toy.model().save(file);
    file.manifest()[part][key] = value;
    try {
      load_model(ModelReader(file.bytes(), nullptr, "toy"));
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Code::bad_model);
      return error.what();
    }
    return "";
  };
  using testing::HasSubstr;
  EXPECT_EQ(complaint("model", "note", "harmless"), "");
  EXPECT_THAT(complaint("model", "kind", "linaer"), HasSubstr("did you mean 'linear'"));
  EXPECT_THAT(complaint("model", "kind", 3), HasSubstr("no text 'kind'"));
  EXPECT_THAT(complaint("model", "labels", 22), HasSubstr("does not fit"));
  EXPECT_THAT(complaint("model", "labels", -1), HasSubstr("no count 'labels'"));
  EXPECT_THAT(complaint("model", "labels", 1e30), HasSubstr("no count 'labels'"));
  EXPECT_THAT(complaint("model", "features", 41), HasSubstr("does not fit"));
  EXPECT_THAT(complaint("model", "weights", "dense"), HasSubstr("missing"));
  EXPECT_THAT(complaint("model", "weights", "odd"), HasSubstr("allowed: dense, sparse"));
  EXPECT_THAT(complaint("loss", "name", "bcee"), HasSubstr("bce"));
  EXPECT_THAT(complaint("loss", "settings", {{"gamma", "1"}}), HasSubstr("gamma"));
  EXPECT_THAT(complaint("loss", "settings", {{"reduction", 1}}), HasSubstr("no text"));
}

TEST(LinearModel, RefusesWhatDoesNotFit) {
  const auto loss = std::shared_ptr<const LossFunction>(make_loss("bce", {}));
  EXPECT_THROW(LinearModel({1, 2, 3}, {0, 0}, 2, loss), Error);
  EXPECT_THROW(LinearModel({1, 2}, {0, 0}, 3, loss), Error);
  EXPECT_THROW(LinearModel({1, NAN}, {0, 0}, 2, loss), Error);
}

}  // namespace
}  // namespace tagma
