// The models of extreme numbers of labels: one against the rest, and label trees.
#include "random_chunks.h"

#include <tagma/base/error.h>
#include <tagma/model/kept_labels.h>
#include <tagma/model/ovr.h>
#include <tagma/model/prototypes.h>
#include <tagma/model/shortlist_rows.h>
#include <tagma/model/tree.h>
#include <tagma/score/score.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstring>
#include <numeric>

namespace tagma {
namespace {

constexpr std::int64_t features = 120;
constexpr LabelId labels = 200;

std::vector<LabelId> shuffled(LabelId count, std::uint64_t seed) {
  std::vector<LabelId> ids(static_cast<std::size_t>(count));
  std::iota(ids.begin(), ids.end(), 0);
  Rng rng(seed);
  for (std::size_t i = ids.size(); i > 1; --i) std::swap(ids[i - 1], ids[rng.below(i)]);
  return ids;
}

const std::vector<std::int32_t> ovr_widths{64, 64, 32, 32, 8};

OvrModel ovr(WeightPrecision precision, const char* loss = "squared-hinge") {
  return {RandomChunks(features, ovr_widths, 0.2, 3).chunks(precision), shuffled(labels, 6), labels, make_loss(loss, {})};
}

// Two trees: the first of depth 3 with a leaf straight below the root's first level, the second of depth 2. Label 7 stands
// under two leaves of the first.
struct Tree {
  TreeShape shape;
  std::vector<std::int32_t> widths;
  Tree() {
    shape.roots = {0, 6};
    // first: 0 -> {1, 2, 3}; 1 -> {4, 5}; 2, 3, 4, 5 hold labels; second: 6 -> {7, 8, 9, 10}
    widths = {3, 2, 64, 57, 60, 20, 4, 50, 50, 50, 50};
    shape.below = {1, 4, ~0, ~64, ~121, ~181, 7, ~201, ~251, ~301, ~351};
    shape.label_of = shuffled(labels, 8);
    shape.label_of.push_back(7);
    const std::vector<LabelId> second = shuffled(labels, 9);
    shape.label_of.insert(shape.label_of.end(), second.begin(), second.end());
  }
  RandomChunks random() const { return {features, widths, 0.2, 5}; }
  TreeModel model(WeightPrecision precision, const char* loss, int beam) const {
    return {random().chunks(precision), shape, labels, make_loss(loss, {}), TreeSearch{beam}};
  }
};

bool same(const Scores& a, const Scores& b) {
  return a.rows == b.rows && a.labels == b.labels && a.scale == b.scale && a.order == b.order && a.starts == b.starts && a.ids == b.ids &&
         a.values.size() == b.values.size() && std::memcmp(a.values.data(), b.values.data(), a.values.size() * sizeof(float)) == 0;
}

std::unique_ptr<const Model> saved_and_loaded(const Model& model) {
  return load_model(written([&](ModelWriter& file) { model.save(file); }));
}

TEST(OvrModel, ScoresWhatItsWeightsSay) {
  const RandomChunks random(features, ovr_widths, 0.2, 3);
  const RandomRows rows(50, features, 0.3, 4);
  const OvrModel model = ovr(WeightPrecision::fp32);
  EXPECT_FALSE(model.extreme());
  for (const FeatureMatrix& x : {rows.dense(), rows.sparse()}) {
    const Scores scores = score_all(model, x, {});
    EXPECT_EQ(scores.scale, Scale::margin);
    for (std::int64_t r = 0; r < rows.rows; ++r)
      for (LabelId o = 0; o < labels; ++o) {
        double sum = static_cast<double>(random.bias[static_cast<std::size_t>(o)]);
        for (std::int64_t f = 0; f < features; ++f) sum += static_cast<double>(rows.value(r, f)) * static_cast<double>(random.weight(f, o));
        ASSERT_NEAR(scores.row(r)[static_cast<std::size_t>(model.label_of(o))], sum, 1e-3);
      }
  }
}

TEST(OvrModel, TopIsTheShortlistOfAllScores) {
  const RandomRows rows(2100, features, 0.1, 4);
  for (const WeightPrecision precision : all_precisions)
    for (const char* loss : {"squared-hinge", "bce"}) {
      const OvrModel model = ovr(precision, loss);
      for (const LabelId k : {1, 5, 199, 300}) {
        if (k > 10 && std::strcmp(loss, "bce") == 0) continue;  // there many probabilities round to 1 and tie
        const Scores all = shortlist(score_all(model, rows.sparse(), {}), k), top = score_top(model, rows.sparse(), k, {});
        top.check();
        ASSERT_EQ(top.starts, all.starts);
        ASSERT_TRUE(same(top, model.top_by_chunks(rows.sparse(), 0, rows.rows, k, {})));
        ASSERT_TRUE(same(top, model.top_by_index(rows.sparse(), 0, rows.rows, k, {})));
        if (std::strcmp(loss, "bce") != 0) ASSERT_TRUE(same(top, all)) << k;
        else ASSERT_EQ(top.values, all.values);
      }
    }
}

// The best k of all rows from `parts` shares.
Scores from_shares(const Model& model, const FeatureMatrix& x, LabelId k, std::int64_t parts) {
  std::vector<std::vector<Ranked>> found(static_cast<std::size_t>(x.rows()));
  for (std::int64_t part = 0; part < parts; ++part) {
    const Scores some = model.top_in_share(x, 0, x.rows(), k, {part, parts}, {});
    EXPECT_EQ(some.rows, x.rows());
    for (std::int64_t r = 0; r < some.rows; ++r) {
      const ShortRow row = some.short_row(r);
      EXPECT_LE(row.ids.size(), static_cast<std::size_t>(k));
      for (std::size_t i = 0; i < row.ids.size(); ++i) found[static_cast<std::size_t>(r)].push_back({row.values[i], row.ids[i]});
    }
  }
  ShortlistRows rows;
  for (std::vector<Ranked>& row : found) {
    std::sort(row.begin(), row.end(), better);
    row.resize(std::min(row.size(), static_cast<std::size_t>(k)));
    rows.add(row);
  }
  const Scores form = model.top_exact(x, 0, 1, k, {});
  return model.scores_of_best(joined({&rows, 1}, model.labels(), form.scale, form.order));
}

TEST(LabelShares, TogetherFindWhatOneSearchDoes) {
  const RandomRows rows(300, features, 0.1, 4);
  const FeatureMatrix x = rows.sparse();
  const Tree tree;
  std::vector<std::unique_ptr<const Model>> models;
  for (const WeightPrecision precision : all_precisions)
    for (const char* loss : {"squared-hinge", "bce"}) {
      models.push_back(std::make_unique<OvrModel>(ovr(precision, loss)));
      models.push_back(std::make_unique<TreeModel>(tree.model(precision, loss, 2)));
    }
  for (const auto& model : models)
    for (const LabelId k : {1, 7, 250})
      for (const std::int64_t parts : {1, 2, 4, 9})  // more than ovr has chunks
        ASSERT_TRUE(same(from_shares(*model, x, k, parts), model->top_exact(x, 0, x.rows(), k, {}))) << model->kind() << " " << k << " " << parts;
}

TEST(LabelShares, OtherChunksAreNotTouched) {
  const OvrModel whole = ovr(WeightPrecision::fp32);
  ModelWriter file;
  whole.save(file);
  std::vector<std::byte> bytes = file.bytes();
  const nlohmann::json sections = ModelReader(bytes, nullptr, "toy").manifest().at("sections");
  for (const auto& section : sections)
    if (section.at("name") == "ovr.bytes")  // in the last chunk
      bytes[section.at("offset").get<std::size_t>() + section.at("size").get<std::size_t>() - 9] ^= std::byte{1};
  const auto damaged = load_model(ModelReader(bytes, nullptr, "toy"));
  const RandomRows rows(80, features, 0.1, 4);
  const FeatureMatrix x = rows.sparse();
  EXPECT_TRUE(same(damaged->top_in_share(x, 0, 80, 5, {0, 2}, {}), whole.top_in_share(x, 0, 80, 5, {0, 2}, {})));
  EXPECT_THROW(damaged->top_in_share(x, 0, 80, 5, {1, 2}, {}), Error);
}

TEST(LabelShares, OtherModelsHaveNone) {
  const KeptLabelsModel kept(std::make_shared<OvrModel>(ovr(WeightPrecision::fp32)), {1, 2, 5});
  const RandomRows rows(3, features, 0.1, 4);
  EXPECT_THROW(kept.top_in_share(rows.sparse(), 0, 3, 2, {0, 2}, {}), Error);
}

TEST(OvrModel, RefusesWhatDoesNotFit) {
  const auto chunks = [] { return RandomChunks(features, ovr_widths, 0.2, 3).chunks(WeightPrecision::fp32); };
  EXPECT_THROW(OvrModel(chunks(), {}, labels - 1, make_loss("bce", {})), Error);
  EXPECT_THROW(OvrModel(chunks(), {1, 2}, labels, make_loss("bce", {})), Error);
  EXPECT_THROW(OvrModel(chunks(), std::vector<LabelId>(labels, 3), labels, make_loss("bce", {})), Error);
  EXPECT_THROW(OvrModel(chunks(), {}, labels, make_loss("zlpr", {})), Error);
  EXPECT_NO_THROW(OvrModel(chunks(), {}, labels, make_loss("bce", {})));
  const RandomRows wide(3, features + 1, 0.1, 4);
  EXPECT_THROW(score_top(ovr(WeightPrecision::fp32), wide.sparse(), 3, {}), Error);
  EXPECT_THROW(score_all(ovr(WeightPrecision::fp32), wide.dense(), {}), Error);
}

TEST(TreeModel, ScoresAreMeansOfProducts) {
  const Tree tree;
  const RandomChunks random = tree.random();
  const RandomRows rows(20, features, 0.05, 4);
  for (const char* loss : {"bce", "squared-hinge"}) {
    const TreeModel model = tree.model(WeightPrecision::fp32, loss, 10);
    const Scores scores = score_all(model, rows.sparse(), {});
    EXPECT_EQ(scores.scale, Scale::probability);
    for (std::int64_t r = 0; r < rows.rows; ++r) {
      std::vector<double> chance(static_cast<std::size_t>(random.outputs));  // of each output alone
      for (std::int64_t o = 0; o < random.outputs; ++o) {
        double z = static_cast<double>(random.bias[static_cast<std::size_t>(o)]);
        for (std::int64_t f = 0; f < features; ++f) z += static_cast<double>(rows.value(r, f)) * static_cast<double>(random.weight(f, o));
        chance[static_cast<std::size_t>(o)] = loss[0] == 'b' ? 1 / (1 + std::exp(-z)) : std::exp(-std::pow(std::max(0., 1 - z), 3));
      }
      // outputs in the order of the chunks: 0-2 nodes 1 2 3; 3-4 nodes 4 5; then labels of nodes 2 3 4 5; 4 nodes 7-10; labels
      std::vector<double> expected(labels, 0.), first(labels, 0.);
      const double of_node[] = {0, chance[0], chance[1], chance[2], chance[0] * chance[3], chance[0] * chance[4]};
      for (std::size_t place = 0; place < 201; ++place) {
        const double node = of_node[place < 64 ? 2 : place < 121 ? 3 : place < 181 ? 4 : 5];
        double& label = first[static_cast<std::size_t>(tree.shape.label_of[place])];
        label = std::max(label, node * chance[5 + place]);
      }
      for (std::size_t l = 0; l < labels; ++l) expected[l] += first[l] / 2;
      for (std::size_t place = 201; place < 401; ++place)
        expected[static_cast<std::size_t>(tree.shape.label_of[place])] += chance[206 + (place - 201) / 50] * chance[210 + place - 201] / 2;
      for (std::size_t l = 0; l < labels; ++l) ASSERT_NEAR(scores.row(r)[l], expected[l], 1e-4) << r << " " << l;
    }
  }
}

TEST(TreeModel, AWideBeamIsExactANarrowOneIsBelow) {
  const Tree tree;
  const RandomRows rows(300, features, 0.05, 4);
  for (const WeightPrecision precision : all_precisions)
    for (const char* loss : {"bce", "squared-hinge"}) {
      const Scores all = score_all(tree.model(precision, loss, 4), rows.sparse(), {});
      const Scores wide = score_top(tree.model(precision, loss, 4), rows.sparse(), labels, {});
      wide.check();
      EXPECT_TRUE(same(wide, shortlist(all, labels)));
      const Scores narrow = score_top(tree.model(precision, loss, 1), rows.sparse(), 5, {});
      narrow.check();
      for (std::int64_t r = 0; r < rows.rows; ++r)
        for (std::size_t i = 0; i < narrow.short_row(r).ids.size(); ++i)
          ASSERT_LE(narrow.short_row(r).values[i], all.row(r)[static_cast<std::size_t>(narrow.short_row(r).ids[i])]);
    }
}

// Label trees as deep as learned ones; 8 labels are in none.
TreeModel deep_tree(WeightPrecision precision, const char* loss, int trees, std::uint64_t seed) {
  TreeShape shape;
  std::vector<std::int32_t> widths;
  for (int tree = 0; tree < trees; ++tree) {
    const auto root = static_cast<std::int32_t>(shape.below.size());
    shape.roots.push_back(root);
    std::int32_t next = root + 1;
    for (const int nodes : {1, 4, 16}) {
      for (int i = 0; i < nodes; ++i, next += 4) shape.below.push_back(next), widths.push_back(4);
    }
    const std::vector<LabelId> order = shuffled(labels - 8, seed + static_cast<std::uint64_t>(tree));
    for (std::size_t leaf = 0; leaf < 64; ++leaf) {
      shape.below.push_back(~static_cast<std::int32_t>(shape.label_of.size()));
      widths.push_back(3);
      shape.label_of.insert(shape.label_of.end(), order.begin() + static_cast<std::ptrdiff_t>(3 * leaf),
                            order.begin() + static_cast<std::ptrdiff_t>(3 * leaf + 3));
    }
  }
  return {RandomChunks(features, widths, 0.3, seed).chunks(precision), shape, labels, make_loss(loss, {}), TreeSearch{2}};
}

TEST(TreeModel, TheExactBestAreTheShortlistOfAllScores) {
  const RandomRows rows(120, features, 0.05, 4), steep(40, features, 0.6, 5);  // the steep ones have few labels above 0
  int unlike_beam = 0;
  const auto check = [&](const TreeModel& model, const RandomRows& some) {
    const FeatureMatrix x = some.sparse();
    const Scores all = score_all(model, x, {});
    for (const LabelId k : {1, 5, 40, 400}) {
      const Scores exact = model.top_exact(x, 0, some.rows, k, {});
      exact.check();
      ASSERT_TRUE(same(exact, shortlist(all, k))) << k;
      unlike_beam += !same(exact, score_top(model, x, k, {}));
    }
  };
  for (const WeightPrecision precision : all_precisions)
    for (const char* loss : {"bce", "squared-hinge"}) {
      for (const RandomRows* some : {&rows, &steep}) {
        check(Tree().model(precision, loss, 2), *some);
        for (const int trees : {1, 3}) check(deep_tree(precision, loss, trees, 11), *some);
      }
    }
  EXPECT_GT(unlike_beam, 0);
  tagma::Run many;
  many.threads = 4;
  const TreeModel model = deep_tree(WeightPrecision::int8, "squared-hinge", 3, 12);
  EXPECT_TRUE(same(score_top(model, rows.sparse(), {0, 120}, {.top = 5, .exact = true}, many), model.top_exact(rows.dense(), 0, 120, 5, {})));
  EXPECT_EQ(model.top_exact(rows.sparse(), 3, 3, 6, {}).rows, 0);
}

TEST(TreeModel, RefusesWhatDoesNotFit) {
  const auto broken = [](auto&& change) {
    Tree tree;
    change(tree);
    EXPECT_THROW(tree.model(WeightPrecision::fp32, "bce", 10), Error);
  };
  broken([](Tree& tree) { tree.shape.roots = {}; });
  broken([](Tree& tree) { tree.shape.roots = {0}; });
  broken([](Tree& tree) { tree.shape.roots = {0, 5}; });
  broken([](Tree& tree) { tree.shape.roots = {0, 6, 11}; });
  broken([](Tree& tree) { tree.shape.below[0] = 0; });
  broken([](Tree& tree) { tree.shape.below[1] = 5; });
  broken([](Tree& tree) { tree.shape.below[5] = ~180; });
  broken([](Tree& tree) { tree.shape.below.pop_back(); });
  broken([](Tree& tree) { tree.shape.label_of.pop_back(); });
  broken([](Tree& tree) { tree.shape.label_of[3] = labels; });
  broken([](Tree& tree) { tree.shape.label_of[3] = -1; });
  EXPECT_THROW(Tree().model(WeightPrecision::fp32, "sparsemax", 10), Error);
  EXPECT_THROW(Tree().model(WeightPrecision::fp32, "bce", 0), Error);
}

// What holds for every model here: the file, threads, batches, kinds of features.
template <class Check>
void each_model(Check&& check) {
  for (const WeightPrecision precision : all_precisions)
    for (const char* loss : {"bce", "squared-hinge"}) {
      check(ovr(precision, loss));
      check(Tree().model(precision, loss, 2));
    }
}

TEST(ExtremeModels, ChosenLabelsScoreAsAmongAll) {
  const RandomRows rows(300, features, 0.05, 4);
  const FeatureMatrix x = rows.sparse();
  const std::vector<LabelId> one{7}, some{0, 7, 31, 64, 120, 199}, none;
  each_model([&](const Model& model) {
    const Scores all = score_all(model, x, {});
    for (const std::vector<LabelId>& chosen : {one, some, none}) {
      const Scores few = model.score_among(x, 0, rows.rows, chosen, {});
      few.check();
      ASSERT_EQ(few.labels, static_cast<LabelId>(chosen.size()));
      EXPECT_EQ(few.scale, all.scale);
      for (std::int64_t r = 0; r < rows.rows; ++r)
        for (std::size_t i = 0; i < chosen.size(); ++i) ASSERT_EQ(few.row(r)[i], all.row(r)[static_cast<std::size_t>(chosen[i])]);
    }
    tagma::Run many;
    many.threads = 3;
    const Scores best = score_top(model, x, {10, 300}, {.top = 2, .among = some}, many);
    best.check();
    EXPECT_EQ(best.labels, labels);
    for (std::int64_t r = 0; r < best.rows; ++r) {
      const ShortRow row = best.short_row(r);
      ASSERT_EQ(row.ids.size(), 2u);
      std::size_t above = 0;
      for (const LabelId label : some) above += all.row(r + 10)[static_cast<std::size_t>(label)] > row.values[1];
      EXPECT_LE(above, 1u);
      for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_TRUE(std::binary_search(some.begin(), some.end(), row.ids[i]));
        EXPECT_EQ(row.values[i], all.row(r + 10)[static_cast<std::size_t>(row.ids[i])]);
      }
    }
    for (const std::vector<LabelId>& bad : {std::vector<LabelId>{-1}, {labels}, {3, 3}, {4, 3}})
      EXPECT_THROW(model.score_among(x, 0, 1, bad, {}), Error);
  });
}

TEST(ExtremeModels, SurviveTheFile) {
  const RandomRows rows(40, features, 0.1, 4);
  each_model([&](const Model& model) {
    const auto loaded = saved_and_loaded(model);
    EXPECT_EQ(loaded->kind(), model.kind());
    EXPECT_EQ(loaded->labels(), labels);
    EXPECT_EQ(loaded->features(), features);
    EXPECT_EQ(loaded->loss(), model.loss());
    EXPECT_TRUE(same(score_all(*loaded, rows.sparse(), {}), score_all(model, rows.sparse(), {})));
    EXPECT_TRUE(same(score_top(*loaded, rows.sparse(), 7, {}), score_top(model, rows.sparse(), 7, {})));
  });
}

TEST(ExtremeModels, ThreadsBatchesAndKindsOfFeaturesDoNotMatter) {
  const RandomRows rows(9000, features, 0.05, 4);
  const FeatureMatrix x = rows.sparse(), dense = rows.dense();
  tagma::Run many;
  many.threads = 4;
  each_model([&](const Model& model) {
    const Scores top = score_top(model, x, 6, {});
    EXPECT_TRUE(same(score_top(model, x, 6, many), top));
    EXPECT_TRUE(same(score_top(model, dense, 6, {}), top));
    for (const std::int64_t r : {0, 4, 2047, 2048, 8999}) {
      const Scores one = model.top(x, r, r + 1, 6, {});
      const ShortRow row = top.short_row(r);
      EXPECT_TRUE(std::equal(one.ids.begin(), one.ids.end(), row.ids.begin(), row.ids.end()));
      EXPECT_TRUE(std::equal(one.values.begin(), one.values.end(), row.values.begin(), row.values.end()));
      const Scores all = model.score(x, r, r + 1, {}), few = model.score(x, r - r % 7, r + 1, {});
      EXPECT_TRUE(std::equal(all.values.begin(), all.values.end(), few.values.end() - labels));
    }
    EXPECT_EQ(model.top(x, 3, 3, 6, {}).rows, 0);
  });
}

TEST(KeptLabelsModel, TheOthersScoreAsBefore) {
  const RandomRows rows(80, features, 0.05, 4);
  const FeatureMatrix x = rows.sparse();
  std::vector<LabelId> kept, odd;  // two of three labels, and of these every other one
  for (LabelId label = 0; label < labels; ++label)
    if (label % 3 != 1) kept.push_back(label);
  for (LabelId i = 1; i < static_cast<LabelId>(kept.size()); i += 2) odd.push_back(i);
  const auto check = [&](const std::shared_ptr<const Model>& whole) {
    const Scores all = score_all(*whole, x, {});
    const auto once = std::make_shared<const KeptLabelsModel>(whole, kept);
    const auto expect = [&](const Model& model, const std::vector<LabelId>& old) {
      ASSERT_EQ(model.labels(), static_cast<LabelId>(old.size()));
      const Scores some = score_all(model, x, {}), loaded = score_all(*saved_and_loaded(model), x, {});
      EXPECT_TRUE(same(some, loaded));
      for (std::int64_t r = 0; r < rows.rows; ++r)
        for (std::size_t i = 0; i < old.size(); ++i) ASSERT_EQ(some.row(r)[i], all.row(r)[static_cast<std::size_t>(old[i])]);
      for (const LabelId k : {1, 5, 300}) EXPECT_TRUE(same(model.top_exact(x, 0, rows.rows, k, {}), shortlist(some, k)));
      const Scores narrow = model.top(x, 0, rows.rows, 5, {}), wide = whole->top(x, 0, rows.rows, labels, {});
      narrow.check();
      for (std::int64_t r = 0; r < rows.rows; ++r) {
        std::vector<LabelId> best;
        for (const LabelId id : wide.short_row(r).ids) {
          const auto at = std::find(old.begin(), old.end(), id);
          if (at != old.end() && best.size() < 5) best.push_back(static_cast<LabelId>(at - old.begin()));
        }
        const ShortRow row = narrow.short_row(r);
        if (whole->kind() == "ovr") {
          EXPECT_EQ(best, std::vector<LabelId>(row.ids.begin(), row.ids.end()));
        }
        for (std::size_t i = 0; i < row.ids.size(); ++i)  // what several trees find depends on how many labels are asked for
          ASSERT_LE(row.values[i], some.row(r)[static_cast<std::size_t>(row.ids[i])]);
      }
    };
    expect(*once, kept);
    std::vector<LabelId> twice;
    for (const LabelId i : odd) twice.push_back(kept[static_cast<std::size_t>(i)]);
    expect(KeptLabelsModel(once, odd), twice);
  };
  check(std::make_shared<const OvrModel>(ovr(WeightPrecision::int8)));
  check(std::make_shared<const TreeModel>(Tree().model(WeightPrecision::int8, "squared-hinge", 2)));
  const auto whole = std::make_shared<const OvrModel>(ovr(WeightPrecision::int8));
  for (const std::vector<LabelId>& bad : {std::vector<LabelId>{}, {-1}, {labels}, {3, 3}}) EXPECT_THROW(KeptLabelsModel(whole, bad), Error);
}

TEST(PrototypeModel, RefusesWhatDoesNotFit) {
  const auto make = [](std::int64_t columns, std::vector<LabelId> ids, std::vector<float> shares) {
    return PrototypeModel(std::make_unique<const TreeModel>(Tree().model(WeightPrecision::fp32, "bce", 2)),
                          {RandomChunks(columns, {3}, 0.2, 4).chunks(WeightPrecision::fp32), std::move(ids), std::move(shares)});
  };
  const std::vector<float> good{0.5f, 1.f, 0.1f};
  EXPECT_NO_THROW(make(features, {0, 7, 199}, good));
  EXPECT_THROW(make(features - 1, {0, 7, 199}, good), Error);
  for (const std::vector<LabelId>& ids : {std::vector<LabelId>{0, 7}, {0, 7, labels}, {-1, 7, 8}, {7, 7, 8}}) EXPECT_THROW(make(features, ids, good), Error);
  for (const float share : {0.f, 1.5f, -1.f, std::numeric_limits<float>::quiet_NaN()}) EXPECT_THROW(make(features, {0, 7, 199}, {0.5f, share, 1.f}), Error);
}

TEST(ExtremeModels, ADamagedFileIsAnErrorNeverACrash) {
  const RandomRows rows(30, features, 0.1, 4);
  const FeatureMatrix x = rows.sparse();
  each_model([&](const Model& model) {
    ModelWriter file;
    model.save(file);
    const std::vector<std::byte> good = file.bytes();
    const Scores expected = score_top(model, x, 5, {});
    for (std::size_t at = 64; at < good.size(); at += 61) {
      std::vector<std::byte> bad = good;
      bad[at] ^= std::byte{0x21};
      try {  // between sections there are bytes that mean nothing
        EXPECT_TRUE(same(score_top(*load_model(ModelReader(bad, nullptr, "toy")), x, 5, {}), expected));
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::bad_model) << error.what();
      }
    }
  });
}

}  // namespace
}  // namespace tagma
