// Learner embedding: where vectors start, what a step does, which rows and labels batches hold, and that training pays.
#include <tagma/base/error.h>
#include <tagma/base/rng.h>
#include <tagma/learn/embedding.h>
#include <tagma/learn/embedding_batches.h>
#include <tagma/learn/embedding_steps.h>
#include <tagma/score/score.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace tagma {
namespace {

constexpr std::int64_t features = 12, width = features + 1;

// Rows around the centres of their labels, one to three of them, three features noisier than the rest; label 0 is never present.
Dataset clustered(std::int64_t rows, LabelId labels, double noise, std::uint64_t seed) {
  Rng centres(7), rng(seed);
  std::vector<float> centre(static_cast<std::size_t>(labels * features));
  for (float& value : centre) value = static_cast<float>(centres.normal());
  Dataset data;
  data.labels = LabelMatrix(labels);
  std::vector<float> x;
  for (std::int64_t r = 0; r < rows; ++r) {
    std::set<LabelId> present;
    for (std::uint64_t n = 1 + rng.below(3); n > 0; --n) present.insert(static_cast<LabelId>(1 + rng.below(static_cast<std::uint64_t>(labels - 1))));
    data.labels.add(std::vector<LabelId>(present.begin(), present.end()));
    for (std::int64_t f = 0; f < features; ++f) {
      double value = rng.normal() * noise * (f < 3 ? 4 : 1);
      for (const LabelId label : present) value += centre[static_cast<std::size_t>(label * features + f)];
      x.push_back(static_cast<float>(value));
    }
  }
  data.features = FeatureMatrix(DenseArrays{std::move(x)}, rows, features);
  return data;
}

const EmbeddingModel& model_of(const Learned& learned) { return dynamic_cast<const EmbeddingModel&>(*learned.model); }

Learned learn(const Embedding& options, const Dataset& train, const Dataset* held_out = nullptr, const Run& run = {}) {
  return options.learn(train, held_out, *make_loss("decoupled-softmax", {}), nullptr, run);
}

double share_right(const Model& model, const Dataset& data) {
  const Scores best = score_top(model, data.features, 1, {});
  double right = 0;
  for (std::int64_t r = 0; r < data.rows(); ++r) {
    const auto present = data.labels[r].present;
    right += std::binary_search(present.begin(), present.end(), best.short_row(r).ids[0]) ? 1 : 0;
  }
  return right / static_cast<double>(data.rows());
}

TEST(Embedding, StartsAtTheMeanDirectionOfThePresentRows) {
  const Dataset data = clustered(60, 9, 0.5, 1);
  Embedding options;
  options.epochs = 0;
  const std::vector<std::int64_t> counts = data.labels.present_per_label();
  const Learned learned = learn(options, data);
  for (LabelId label = 0; label < 9; ++label) {
    std::vector<double> mean(features);
    for (std::int64_t r = 0; r < data.rows(); ++r) {
      const auto present = data.labels[r].present;
      if (!std::binary_search(present.begin(), present.end(), label)) continue;
      double square = 0;
      for (const float value : data.features.dense_view().row(r)) square += static_cast<double>(value) * value;
      for (std::size_t f = 0; f < features; ++f) mean[f] += data.features.dense_view().row(r)[f] / std::sqrt(square);
    }
    double length = 0;
    for (const double value : mean) length += value * value;
    for (std::size_t f = 0; f < features; ++f)
      EXPECT_NEAR(model_of(learned).vectors()[static_cast<std::size_t>(label) * width + f], length > 0 ? mean[f] / std::sqrt(length) : 0, 1e-5) << label;
    EXPECT_NEAR(model_of(learned).vectors()[static_cast<std::size_t>(label) * width + features],
                0.05 * std::log((static_cast<double>(counts[static_cast<std::size_t>(label)]) + 0.5) / 61), 1e-6);
  }
  ASSERT_EQ(learned.notes.size(), 1u);
  EXPECT_NE(learned.notes[0].find("1 labels have no present row"), std::string::npos);
}

TEST(Embedding, StartsAtWhatIsSaidOfTheLabels) {
  Dataset data = clustered(60, 9, 0.5, 1);
  std::vector<float> said(9 * features);
  for (std::size_t i = 0; i < said.size(); ++i) said[i] = i / features == i % features ? 3.f : 0.f;
  data.label_features = FeatureMatrix(DenseArrays{said}, 9, features);
  Embedding options;
  options.epochs = 0;
  options.representation = Representation::text;
  options.bias = false;
  const Learned learned = learn(options, data);
  for (std::size_t i = 0; i < said.size(); ++i) EXPECT_FLOAT_EQ(model_of(learned).vectors()[i], said[i] / 3);  // label 0, without rows, too
  data.label_features = {};
  EXPECT_THROW(learn(options, data), Error);
}

// One step by the formulas of the header, in double.
std::vector<double> stepped(const Dataset& data, const std::vector<float>& start, const std::vector<std::int64_t>& rows,
                            const std::vector<LabelId>& labels, double temperature, double rate) {
  std::vector<double> vectors(start.begin(), start.end()), slopes(start.size());
  const auto v = [&](LabelId label, std::size_t f) { return static_cast<double>(start[static_cast<std::size_t>(label) * width + f]); };
  for (const std::int64_t r : rows) {
    std::vector<double> x(width, 1.0);
    double square = 0;
    for (std::size_t f = 0; f < features; ++f) square += std::pow(data.features.dense_view().row(r)[f], 2);
    for (std::size_t f = 0; f < features; ++f) x[f] = data.features.dense_view().row(r)[f] / std::sqrt(square);
    const auto weight = [&](LabelId label) {
      double z = v(label, features) / temperature;
      for (std::size_t f = 0; f < features; ++f) z += x[f] * v(label, f) / temperature;
      return std::exp(z);
    };
    const auto present = data.labels[r].present;
    const auto is_present = [&](LabelId label) { return std::binary_search(present.begin(), present.end(), label); };
    for (const LabelId u : present)
      if (std::binary_search(labels.begin(), labels.end(), u)) {
        double total = weight(u);
        for (const LabelId n : labels) total += is_present(n) ? 0 : weight(n);
        for (std::size_t f = 0; f < width; ++f) {
          slopes[static_cast<std::size_t>(u) * width + f] += (weight(u) / total - 1) * x[f] / temperature;
          for (const LabelId n : labels)
            if (!is_present(n)) slopes[static_cast<std::size_t>(n) * width + f] += weight(n) / total * x[f] / temperature;
        }
      }
  }
  for (const LabelId label : labels) {
    double* g = slopes.data() + static_cast<std::size_t>(label) * width;
    double along = 0, length = 0, square = 0, moved = 0;
    for (std::size_t f = 0; f < features; ++f) along += g[f] * v(label, f), length += v(label, f) * v(label, f);
    if (length == 0) continue;
    for (std::size_t f = 0; f < features; ++f) g[f] -= along * v(label, f), square += g[f] * g[f];
    double* to = vectors.data() + static_cast<std::size_t>(label) * width;
    for (std::size_t f = 0; f < features; ++f) to[f] -= rate * g[f] / std::sqrt(square + 1 / (temperature * temperature)), moved += to[f] * to[f];
    for (std::size_t f = 0; f < features; ++f) to[f] /= std::sqrt(moved);
    if (labels.size() < 20) continue;  // a bias does not move among some of the labels
    to[features] -= rate * g[features] / std::sqrt(g[features] * g[features] + 1 / (temperature * temperature));
  }
  return vectors;
}

TEST(EmbeddingSteps, MoveVectorsAsTheFormulasSay) {
  const Dataset data = clustered(40, 20, 0.5, 3);
  const auto loss = make_loss("decoupled-softmax", {{"reduction", "sum"}});
  Embedding options;
  options.epochs = 0;
  const Learned start = learn(options, data);
  const std::span<const float> vectors = model_of(start).vectors();
  const std::vector<std::int64_t> rows{3, 17, 20, 39, 1};
  std::vector<LabelId> all(20), some{0, 2, 5, 6, 9, 13, 19};
  for (LabelId label = 0; label < 20; ++label) all[static_cast<std::size_t>(label)] = label;
  for (const bool chosen : {false, true}) {
    std::vector<float> got(vectors.begin(), vectors.end());
    EmbeddingSteps(data, *loss, {20, features, Similarity::cosine, 0.2, true}, got, {}).step(rows, chosen ? some : std::vector<LabelId>{}, 0.3);
    const std::vector<double> expected = stepped(data, {vectors.begin(), vectors.end()}, rows, chosen ? some : all, 0.2, 0.3);
    for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], expected[i], 1e-5) << i;
  }
}

TEST(EmbeddingBatches, ClustersHoldEveryRowWithALabelOnce) {
  const Dataset data = clustered(500, 40, 0.5, 4);
  LabelMatrix truth = data.labels;
  truth.add({});
  std::vector<LabelId> present;
  for (LabelId label = 1; label < 40; ++label) present.push_back(label);
  const LabelVectors vectors(data.features, TruthColumns(data.labels), present, {});
  EmbeddingBatches batches(truth, cluster_labels(vectors, halvings(vectors.size(), 5), Rng(1), {}), 32);
  std::vector<std::int64_t> before;
  for (const std::int64_t epoch : {0, 1}) {
    batches.begin(epoch, Rng(5));
    std::vector<std::int64_t> seen;
    std::size_t fewest = 40;
    for (std::int64_t s = 0; s < batches.steps(); ++s) {
      const std::vector<LabelId> labels = batches.labels(s);
      ASSERT_TRUE(std::is_sorted(labels.begin(), labels.end()));
      fewest = std::min(fewest, labels.size());
      for (const std::int64_t r : batches.rows(s)) {
        seen.push_back(r);
        for (const LabelId label : truth[r].present) ASSERT_TRUE(std::binary_search(labels.begin(), labels.end(), label));
      }
    }
    EXPECT_LT(fewest, 39u);
    EXPECT_NE(seen, before);
    before = seen;
    std::sort(seen.begin(), seen.end());
    ASSERT_EQ(seen.size(), 500u);  // not the row without labels
    for (std::int64_t r = 0; r < 500; ++r) EXPECT_EQ(seen[static_cast<std::size_t>(r)], r);
  }
}

TEST(Embedding, TrainingPaysWithEveryKindOfNegatives) {
  const Dataset train = clustered(3000, 60, 1.0, 1), test = clustered(600, 60, 1.0, 2);
  Embedding options;
  options.epochs = 0;
  const double start = share_right(*learn(options, train).model, test);
  options.epochs = 10;
  for (const NegativeLabels negatives : {NegativeLabels::all, NegativeLabels::clusters})
    for (const Similarity similarity : {Similarity::cosine, Similarity::inner}) {
      options.negatives = negatives;
      options.similarity = similarity;
      options.cluster = 8;
      options.temperature = similarity == Similarity::cosine ? 0.1 : 1;
      EXPECT_GT(share_right(*learn(options, train).model, test), start + 0.02) << static_cast<int>(negatives) << static_cast<int>(similarity);
    }
}

TEST(Embedding, ClustersGiveTheSameBytesForAnyThreads) {
  const Dataset train = clustered(3000, 900, 0.5, 1);
  Embedding options;
  options.negatives = NegativeLabels::clusters;
  options.epochs = 2;
  tagma::Run two;
  two.threads = 2;
  const Learned a = learn(options, train), b = learn(options, train, nullptr, two);
  EXPECT_TRUE(std::equal(model_of(a).vectors().begin(), model_of(a).vectors().end(), model_of(b).vectors().begin()));
}

TEST(Embedding, HeldOutRowsKeepTheBestVectors) {
  const Dataset train = clustered(200, 30, 1.5, 1), held_out = clustered(300, 30, 1.5, 2);
  Embedding options;
  options.epochs = 0;
  const double start = share_right(*learn(options, train).model, held_out);
  options.epochs = 60;
  options.rate = 5;  // far too large: most epochs are worse than the start
  options.patience = 2;
  const Learned learned = learn(options, train, &held_out);
  EXPECT_GE(share_right(*learned.model, held_out), start);
  EXPECT_FALSE(learned.notes.empty());
}

}  // namespace
}  // namespace tagma
