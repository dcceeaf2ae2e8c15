// Label embeddings against plain products in double, and files of them that are damaged behind right checksums.
#include <tagma/base/error.h>
#include <tagma/base/rng.h>
#include <tagma/model/embedding.h>
#include <tagma/model/kept_labels.h>
#include <tagma/score/score.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

namespace tagma {
namespace {

constexpr std::int64_t features = 37, rows = 150;
constexpr LabelId labels = 600;  // more than two tiles, the last one cut

std::vector<float> normals(std::int64_t count, std::uint64_t seed) {
  Rng rng(seed);
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& value : values) value = static_cast<float>(rng.normal());
  return values;
}

EmbeddingModel toy_model(Similarity similarity, bool bias = true) {
  const EmbeddingShape shape{labels, features, similarity, 0.25, bias};
  return {shape, std::make_shared<const std::vector<float>>(normals(labels * shape.width(), 1)), make_loss("decoupled-softmax", {})};
}

FeatureMatrix toy_rows(std::int64_t columns = features) { return FeatureMatrix(DenseArrays{normals(rows * columns, 2)}, rows, columns); }

std::vector<double> plain(const EmbeddingModel& model, const FeatureMatrix& x, std::int64_t row) {
  const std::span<const float> values = x.dense_view().row(row);
  double square = 0;
  for (const float value : values) square += static_cast<double>(value) * value;
  const double factor = model.shape().similarity == Similarity::cosine ? 1 / std::sqrt(square) : 1;
  std::vector<double> outputs;
  for (LabelId label = 0; label < model.labels(); ++label) {
    const std::span<const float> vector = model.vectors().subspan(static_cast<std::size_t>(label * model.shape().width()));
    double sum = 0;
    for (std::size_t f = 0; f < values.size(); ++f) sum += static_cast<double>(values[f]) * vector[f] * factor;
    outputs.push_back((sum + (model.shape().bias ? vector[features] : 0.f)) / 0.25);
  }
  return outputs;
}

TEST(EmbeddingModel, ScoresAreProducts) {
  for (const Similarity similarity : {Similarity::cosine, Similarity::inner})
    for (const std::int64_t columns : {features, features - 5}) {
      const EmbeddingModel model = toy_model(similarity, columns == features);
      const FeatureMatrix x = toy_rows(columns);
      const Scores scores = score_all(model, x, {});
      for (std::int64_t r = 0; r < rows; r += 11) {
        const std::vector<double> expected = plain(model, x, r);
        for (std::size_t l = 0; l < expected.size(); ++l) ASSERT_NEAR(scores.row(r)[l], expected[l], 1e-4) << r << ' ' << l;
      }
    }
}

TEST(EmbeddingModel, TheBestAreThoseOfAllScoresToTheByte) {
  const EmbeddingModel model = toy_model(Similarity::cosine);
  const FeatureMatrix x = toy_rows();
  tagma::Run two;
  two.threads = 2;
  const Scores all = score_all(model, x, {}), expected = shortlist(all, 7), best = score_top(model, x, 7, two), alone = model.top(x, 90, 91, 7, {});
  EXPECT_EQ(best.ids, expected.ids);
  EXPECT_EQ(best.values, expected.values);
  EXPECT_TRUE(std::equal(alone.values.begin(), alone.values.end(), expected.short_row(90).values.begin()));
  const std::vector<LabelId> some{0, 3, 255, 256, 599};
  const Scores among = model.score_among(x, 0, rows, some, {});
  for (std::int64_t r = 0; r < rows; ++r)
    for (std::size_t i = 0; i < some.size(); ++i) ASSERT_EQ(among.row(r)[i], all.row(r)[static_cast<std::size_t>(some[i])]);
}

TEST(EmbeddingModel, SparseRowsScoreAsDenseOnes) {
  const EmbeddingModel model = toy_model(Similarity::cosine);
  const FeatureMatrix x = toy_rows();
  CsrArrays sparse;
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int32_t f = 0; f < features; ++f) {
      sparse.columns_of.push_back(f);
      sparse.values.push_back(x.dense_view().row(r)[static_cast<std::size_t>(f)]);
    }
    sparse.starts.push_back(static_cast<std::int64_t>(sparse.values.size()));
  }
  EXPECT_EQ(score_all(model, FeatureMatrix(std::move(sparse), features), {}).values, score_all(model, x, {}).values);
}

TEST(EmbeddingModel, PartsThatDoNotFitAreRefused) {
  const auto vectors = std::make_shared<const std::vector<float>>(normals(12, 1));
  EXPECT_THROW(EmbeddingModel({5, 3, Similarity::cosine, 1, false}, vectors, make_loss("decoupled-softmax", {})), Error);
  EXPECT_THROW(EmbeddingModel({4, 3, Similarity::cosine, 0, false}, vectors, make_loss("decoupled-softmax", {})), Error);
  EXPECT_THROW(EmbeddingModel({4, 3, Similarity::cosine, 1, false}, vectors, make_loss("bce", {})), Error);
  EXPECT_THROW(EmbeddingModel({4, 3, Similarity::cosine, 1, true}, vectors, make_loss("decoupled-softmax", {})), Error);
  EXPECT_THROW(toy_model(Similarity::cosine).score(toy_rows(features + 1), 0, 1, {}), Error);
}

// The model's file with something else in the manifest or among the numbers, under checksums that fit.
std::vector<std::byte> changed(const std::function<void(nlohmann::json&, std::vector<float>&, std::vector<std::int64_t>&)>& change) {
  ModelWriter first;
  toy_model(Similarity::cosine).save(first);
  const ModelReader file(first.bytes(), nullptr, "toy");
  nlohmann::json manifest = file.manifest();
  manifest.erase("sections");
  std::vector<float> vectors(file.floats("embedding.vectors").begin(), file.floats("embedding.vectors").end());
  std::vector<std::int64_t> shape{labels, features + 1};
  change(manifest, vectors, shape);
  ModelWriter writer;
  writer.manifest() = manifest;
  writer.add("embedding.vectors", std::span<const float>(vectors), shape);
  return writer.bytes();
}

TEST(EmbeddingModel, DamagedFilesAreRefused) {
  using Json = nlohmann::json&;
  using Numbers = std::vector<float>&;
  using Extents = std::vector<std::int64_t>&;
  EXPECT_NO_THROW(load_model(ModelReader(changed([](Json, Numbers, Extents) {}), nullptr, "toy")));
  const std::vector<std::vector<std::byte>> files{
      changed([](Json json, Numbers, Extents) { json["model"]["temperature"] = 0; }),
      changed([](Json json, Numbers, Extents) { json["model"]["temperature"] = 1e-320; }),
      changed([](Json json, Numbers, Extents) { json["model"]["temperature"] = "1"; }),
      changed([](Json json, Numbers, Extents) { json["model"]["similarity"] = "angle"; }),
      changed([](Json json, Numbers, Extents) { json["model"].erase("similarity"); }),
      changed([](Json json, Numbers, Extents) { json["model"]["labels"] = labels + 1; }),
      changed([](Json json, Numbers, Extents) { json["model"]["labels"] = 0; }),
      changed([](Json json, Numbers, Extents) { json["model"]["features"] = -1; }),
      changed([](Json json, Numbers, Extents) { json["model"]["bias"] = false; }),
      changed([](Json json, Numbers, Extents) { json["model"].erase("bias"); }),
      changed([](Json json, Numbers, Extents) { json["loss"]["name"] = "bce"; }),
      changed([](Json, Numbers, Extents shape) { std::swap(shape[0], shape[1]); }),
      changed([](Json, Numbers numbers, Extents) { numbers[77] = std::numeric_limits<float>::quiet_NaN(); })};
  for (std::size_t i = 0; i < files.size(); ++i) {
    try {
      load_model(ModelReader(files[i], nullptr, "toy"));
      ADD_FAILURE() << "file " << i << " was taken";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Code::bad_model) << i << ": " << error.what();
    }
  }
}

}  // namespace
}  // namespace tagma
