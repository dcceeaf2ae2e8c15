// The graph of labels: sound, the same for any number of threads, nearly always right, and refused when a file holds another.
#include <tagma/base/error.h>
#include <tagma/base/rng.h>
#include <tagma/learn/embedding.h>
#include <tagma/learn/label_graph_builder.h>
#include <tagma/score/score.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>
#include <numeric>

namespace tagma {
namespace {

constexpr std::int64_t features = 20;

// Vectors around 50 centres; every tenth is the same as the one before it.
std::vector<float> clustered(LabelId labels, std::uint64_t seed, double noise = 0.5) {
  Rng centres(5), rng(seed);
  std::vector<float> centre(50 * features), all;
  for (float& value : centre) value = static_cast<float>(centres.normal());
  for (LabelId label = 0; label < labels; ++label) {
    if (label % 10 == 9) {
      all.insert(all.end(), all.end() - features, all.end());
      continue;
    }
    const std::uint64_t of = rng.below(50);
    for (std::uint64_t f = 0; f < features; ++f) all.push_back(centre[of * features + f] + static_cast<float>(noise * rng.normal()));
  }
  return all;
}

std::vector<LabelId> all_labels(LabelId labels) {
  std::vector<LabelId> all(static_cast<std::size_t>(labels));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

// Share of the true best 10 that the model's search finds.
double recall(const EmbeddingModel& model, const FeatureMatrix& x) {
  const Scores right = model.top_exact(x, 0, x.rows(), 10, {}), found = model.top(x, 0, x.rows(), 10, {});
  double hits = 0;
  for (std::int64_t r = 0; r < x.rows(); ++r)
    for (std::size_t i = 0; i < right.short_row(r).ids.size(); ++i) {
      const auto ids = found.short_row(r).ids;
      const auto at = std::find(ids.begin(), ids.end(), right.short_row(r).ids[i]);
      if (at == ids.end()) continue;
      ++hits;
      EXPECT_EQ(found.short_row(r).values[static_cast<std::size_t>(at - ids.begin())], right.short_row(r).values[i]);  // to the byte
    }
  return hits / static_cast<double>(10 * x.rows());
}

EmbeddingModel searched(const std::vector<float>& vectors, LabelId labels, Similarity similarity, bool bias, std::int64_t ef, int threads = 1) {
  tagma::Run run;
  run.threads = threads;
  const EmbeddingShape shape{labels, bias ? features - 1 : features, similarity, 0.1, bias};
  auto graph = std::make_shared<const OwnedGraph>(build_label_graph(vectors, features, all_labels(labels), {8, 60}, run));
  return {shape, std::make_shared<const std::vector<float>>(vectors), make_loss("decoupled-softmax", {}), graph, ef};
}

FeatureMatrix queries(std::int64_t columns) {
  const std::vector<float> wide = clustered(200, 77, 0.8);
  std::vector<float> x;
  for (std::int64_t r = 0; r < 200; ++r) x.insert(x.end(), wide.begin() + r * features, wide.begin() + r * features + columns);
  return FeatureMatrix(DenseArrays{std::move(x)}, 200, columns);
}

TEST(LabelGraph, FindsNearlyAllOfTheNearest) {
  const std::vector<float> vectors = clustered(4000, 1);
  // Of different lengths, with and without a bias; a row is brought to length 1 or not.
  EXPECT_GT(recall(searched(vectors, 4000, Similarity::cosine, false, 100), queries(features)), 0.97);
  EXPECT_GT(recall(searched(vectors, 4000, Similarity::inner, true, 100), queries(features - 1)), 0.97);
  EXPECT_EQ(recall(searched(vectors, 4000, Similarity::inner, false, 4000), queries(features)), 1);  // nothing is cut off: the graph hangs together
  EXPECT_LT(recall(searched(vectors, 4000, Similarity::inner, false, 10), queries(features)), 1);    // it is an approximation
}

TEST(LabelGraph, IsTheSameForAnyThreadsAndSound) {
  for (const LabelId labels : {1, 2, 3, 700}) {
    const std::vector<float> vectors = clustered(labels, 3);
    tagma::Run two;
    two.threads = 2;
    const OwnedGraph a = build_label_graph(vectors, features, all_labels(labels), {4, 30}, {}), b = build_label_graph(vectors, features, all_labels(labels), {4, 30}, two);
    EXPECT_EQ(a.labels, b.labels);
    EXPECT_EQ(a.level_nodes, b.level_nodes);
    EXPECT_EQ(a.links, b.links);
    EXPECT_EQ(a.view().check(labels), "");
    if (labels == 700) {
      EXPECT_GT(a.level_nodes.size(), 2u);
    }
  }
}

TEST(LabelGraph, SaysWhatDoesNotFit) {
  const std::vector<float> vectors = clustered(300, 3);
  const OwnedGraph sound = build_label_graph(vectors, features, all_labels(300), {4, 30}, {});
  const std::vector<std::function<void(OwnedGraph&)>> damages{
      [](OwnedGraph& g) { g.neighbours = 0; },
      [](OwnedGraph& g) { g.neighbours = INT64_MAX / 2; },
      [](OwnedGraph& g) { g.labels.push_back(5); },
      [](OwnedGraph& g) { g.labels[7] = 300; },
      [](OwnedGraph& g) { g.labels[7] = -1; },
      [](OwnedGraph& g) { g.labels[7] = g.labels[8]; },
      [](OwnedGraph& g) { g.labels.clear(); },
      [](OwnedGraph& g) { g.level_nodes.clear(); },
      [](OwnedGraph& g) { g.level_nodes[0] = 299; },
      [](OwnedGraph& g) { g.level_nodes[1] = 301; },
      [](OwnedGraph& g) { g.level_nodes.back() = 0; },
      [](OwnedGraph& g) { g.level_nodes.back() = -1; },
      [](OwnedGraph& g) { g.links.pop_back(); },
      [](OwnedGraph& g) { g.links[100] = 300; },
      [](OwnedGraph& g) { g.links[100] = -2; },
      [](OwnedGraph& g) { g.links.back() = static_cast<std::int32_t>(g.level_nodes.back()); }};
  for (std::size_t i = 0; i < damages.size(); ++i) {
    OwnedGraph graph = sound;
    damages[i](graph);
    EXPECT_NE(graph.view().check(300), "") << i;
  }
  const EmbeddingShape shape{300, features, Similarity::inner, 1, false};
  OwnedGraph far = sound;
  far.links[100] = 300;
  ModelWriter file;
  EmbeddingModel(shape, std::make_shared<const std::vector<float>>(vectors), make_loss("decoupled-softmax", {}), std::make_shared<const OwnedGraph>(far), 50).save(file);
  EXPECT_THROW(load_model(ModelReader(file.bytes(), nullptr, "toy")), Error);
}

// Whatever is changed: a graph that check() lets pass is searched within its arrays (the sanitizer presets see the others).
TEST(LabelGraph, WhatPassesTheCheckIsSearched) {
  const std::vector<float> vectors = clustered(200, 3);
  const OwnedGraph sound = build_label_graph(vectors, features, all_labels(200), {3, 30}, {});
  Rng rng(8);
  int passed = 0;
  for (int repeat = 0; repeat < 400; ++repeat) {
    OwnedGraph graph = sound;
    for (std::uint64_t n = 1 + rng.below(20); n > 0; --n) graph.links[rng.below(graph.links.size())] = static_cast<std::int32_t>(rng.below(202)) - 1;
    if (repeat % 3 == 0) graph.level_nodes[rng.below(graph.level_nodes.size())] += static_cast<std::int64_t>(rng.below(3)) - 1;
    if (!graph.view().check(200).empty()) continue;
    ++passed;
    const LabelGraph view = graph.view();
    GraphSearch search(view, {vectors.data(), features});
    const auto found = search.nearest(vectors.data(), 15);
    ASSERT_FALSE(found.empty());
    for (const Ranked& one : found) ASSERT_TRUE(one.id >= 0 && one.id < 200);
  }
  EXPECT_GT(passed, 50);
  EXPECT_LT(passed, 400);
}

TEST(LabelGraph, IsPartOfTheModel) {
  constexpr LabelId labels = 400;
  Dataset data;
  data.labels = LabelMatrix(labels + 1);  // the last is never present
  for (LabelId label = 0; label < labels; ++label) data.labels.add(std::vector<LabelId>{label});
  data.features = FeatureMatrix(DenseArrays{clustered(labels, 1)}, labels, features);
  Embedding options;
  options.epochs = 0;
  options.search = LabelSearch::hnsw;
  options.ef = 60;
  const auto loss = make_loss("decoupled-softmax", {});
  const Learned learned = options.learn(data, nullptr, *loss, nullptr, {});
  ModelWriter file;
  learned.model->save(file);
  const std::vector<std::byte> bytes = file.bytes();
  const auto loaded = load_model(ModelReader(bytes, nullptr, "toy"));
  const auto& model = dynamic_cast<const EmbeddingModel&>(*loaded);
  ASSERT_TRUE(model.graph());
  EXPECT_EQ(model.graph()->nodes(), labels);
  const Scores a = learned.model->top(data.features, 0, labels, 5, {}), b = loaded->top(data.features, 0, labels, 5, {}), alone = loaded->top(data.features, 37, 38, 5, {});
  EXPECT_EQ(a.ids, b.ids);
  EXPECT_EQ(a.values, b.values);
  EXPECT_TRUE(std::equal(alone.ids.begin(), alone.ids.end(), b.short_row(37).ids.begin()));
  EXPECT_GT(recall(model, data.features), 0.97);
  EXPECT_EQ(loaded->top(data.features, 0, 1, labels + 1, {}).ids.size(), static_cast<std::size_t>(labels + 1));  // all of them: exact
}

TEST(LabelGraph, StopLeavesTheModelWithoutIt) {
  Dataset data;
  data.labels = LabelMatrix(50);
  for (LabelId label = 0; label < 50; ++label) data.labels.add(std::vector<LabelId>{label});
  data.features = FeatureMatrix(DenseArrays{clustered(50, 1)}, 50, features);
  Embedding options;
  options.search = LabelSearch::hnsw;
  std::stop_source stop;
  tagma::Run run;
  run.stop = stop.get_token();
  run.progress = [&](const Progress&) { stop.request_stop(); };
  const Learned learned = options.learn(data, nullptr, *make_loss("decoupled-softmax", {}), nullptr, run);
  EXPECT_TRUE(learned.interrupted);
  EXPECT_FALSE(dynamic_cast<const EmbeddingModel&>(*learned.model).graph());
}

}  // namespace
}  // namespace tagma
