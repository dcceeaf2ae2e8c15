// Going on from a model of ovr or tree: what is touched is learned, what is not keeps its bytes.
#include <tagma/learn/growth.h>

#include <tagma/comm/threads.h>
#include <tagma/data/stacked.h>
#include <tagma/learn/learner.h>
#include <tagma/measure/measure.h>
#include <tagma/model/kept_labels.h>
#include <tagma/model/ovr.h>
#include <tagma/model/tree.h>
#include <tagma/score/score.h>

#include "tests/learn/panel_models.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

namespace tagma {
namespace {

using test::bytes_of;
using test::precision_at_1;

constexpr LabelId known = 60, all_labels = 72;
constexpr std::int32_t features = 100;

// Labels come in groups of six that share a word; label l has a word of its own, too. Rows have labels of one group, [first, last).
Dataset words(std::int64_t rows, LabelId first, LabelId last, LabelId labels, std::uint64_t seed) {
  Rng rng(seed);
  CsrArrays arrays;
  Dataset data;
  data.labels = LabelMatrix(labels);
  for (std::int64_t r = 0; r < rows; ++r) {
    const auto one = first + static_cast<LabelId>(rng.below(static_cast<std::uint64_t>(last - first)));
    std::vector<LabelId> present{one};
    const LabelId other = one / 6 * 6 + static_cast<LabelId>(rng.below(6));
    if (other != one && other >= first && other < last) present.push_back(other);
    std::sort(present.begin(), present.end());
    for (const LabelId label : present) arrays.columns_of.push_back(label), arrays.values.push_back(1);
    arrays.columns_of.push_back(all_labels + one / 6), arrays.values.push_back(1);
    arrays.columns_of.push_back(90 + static_cast<std::int32_t>(rng.below(10))), arrays.values.push_back(0.3f);
    arrays.starts.push_back(static_cast<std::int64_t>(arrays.values.size()));
    data.labels.add(present);
  }
  data.features = FeatureMatrix(std::move(arrays), features);
  return data;
}

Settings settings_of(std::string_view learner, std::string_view precision = "fp32") {
  Settings settings{{"precision", std::string(precision)}, {"tolerance", "0.001"}};
  if (learner == "ovr") settings.set("panel", "16");
  else settings.set("leaf", "8"), settings.set("arity", "4"), settings.set("beam", "100"), settings.set("prune", "0.01");
  return settings;
}

Learned learn(std::string_view learner, const Dataset& train, const Model* warm = nullptr, std::string_view precision = "fp32",
              const tagma::Run& run = {}, std::string_view loss = "squared-hinge") {
  return make_learner(learner, settings_of(learner, precision))->learn(train, nullptr, *make_loss(loss, {}), warm, run);
}

const WeightChunks& chunks_of(const Model& model) {
  if (const auto* ovr = dynamic_cast<const OvrModel*>(&model)) return ovr->chunks();
  return dynamic_cast<const TreeModel&>(model).chunks();
}

Dataset together_with(const Dataset& old_rows, const Dataset& more) {
  Dataset grown = old_rows;
  grown.labels.grow(more.labels.labels());
  Dataset both = stacked(grown, more);
  both.known_rows = old_rows.rows();
  return both;
}

// Rows of labels 6 to 11 and of the new labels alone: whole chunks stay, and all weights of labels that are not touched.
TEST(Growth, WhatIsNotTouchedKeepsItsBytes) {
  Dataset old_rows = words(600, 0, 12, known, 1);  // labels 0 to 11 are the most frequent, so that they share chunks of ovr
  old_rows = stacked(old_rows, words(700, 0, known, known, 8));
  Dataset more = words(60, 6, 12, all_labels, 2);
  more = stacked(more, words(120, known, all_labels, all_labels, 3));
  for (const std::string_view precision : {"fp32", "bf16", "int8"})
    for (const std::string_view learner : {"ovr", "tree"})
      for (const bool with_old : {true, false}) {
        const auto before = learn(learner, old_rows, nullptr, precision).model;
        const Learned after = learn(learner, with_old ? together_with(old_rows, more) : more, before.get(), precision);
        const WeightChunks &was = chunks_of(*before), &is = chunks_of(*after.model);
        ASSERT_EQ(after.model->labels(), all_labels);
        std::int64_t same = 0, lanes = 0;
        for (std::int64_t c = 0; c < was.chunks(); ++c) {
          same += std::ranges::equal(was.bytes_of(c), is.bytes_of(c)) && std::ranges::equal(was.bias(c), is.bias(c));
          const std::vector<LaneWeights> a = lanes_of(was, c), b = lanes_of(is, c);
          ASSERT_LE(a.size(), b.size());
          for (std::size_t l = 0; l < a.size(); ++l) {
            bool touched = false;
            if (learner == "ovr") {
              const LabelId label = dynamic_cast<const OvrModel&>(*before).label_of(was.first_output(c) + static_cast<std::int64_t>(l));
              touched = label >= 6 && label < 12;
            } else if (const auto& tree = dynamic_cast<const TreeModel&>(*before); tree.below()[static_cast<std::size_t>(c)] < 0) {
              const LabelId label = tree.label_at(~tree.below()[static_cast<std::size_t>(c)] + static_cast<std::int64_t>(l));
              touched = label >= 6 && label < 12;
            } else {
              continue;  // an inner node
            }
            EXPECT_EQ(a[l].weights == b[l].weights && a[l].bias == b[l].bias, !touched) << learner << " " << precision << " " << c << " " << l;
            ++lanes;
          }
        }
        EXPECT_EQ(lanes, known) << learner;
        EXPECT_GT(same, learner == "ovr" ? 2 : 1) << learner << " " << precision << " " << with_old;
        EXPECT_LT(same, was.chunks());
      }
}

// With the old rows, touched labels have the weights that learning from scratch on all rows gives them.
TEST(Growth, WithTheOldRowsAsFromScratch) {
  const Dataset old_rows = words(900, 0, known, known, 1), more = words(400, 6, all_labels, all_labels, 2);
  const Dataset both = together_with(old_rows, more), fresh = words(500, 0, all_labels, all_labels, 5);
  const auto grown = learn("ovr", both, learn("ovr", old_rows).model.get()).model, scratch = learn("ovr", both).model;
  const Scores a = score_all(*grown, fresh.features, {}), b = score_all(*scratch, fresh.features, {});
  for (std::int64_t r = 0; r < a.rows; ++r)
    for (LabelId label = 6; label < all_labels; ++label)  // weights of 0.01 are dropped
      ASSERT_NEAR(a.row(r)[static_cast<std::size_t>(label)], b.row(r)[static_cast<std::size_t>(label)], 0.03);
  const auto tree = learn("tree", both, learn("tree", old_rows).model.get()).model;
  EXPECT_GT(precision_at_1(*tree, fresh), precision_at_1(*learn("tree", both).model, fresh) - 0.05);
}

TEST(Growth, WithoutTheOldRowsNewLabelsAreFoundAndOldOnesStay) {
  const Dataset old_rows = words(900, 0, known, known, 1), added = words(200, known, all_labels, all_labels, 6);
  const Dataset more = stacked(words(30, 0, known, all_labels, 2), words(100, known, all_labels, all_labels, 3));
  const Dataset fresh = words(300, 0, known, all_labels, 7);
  for (const std::string_view learner : {"ovr", "tree"}) {
    const auto before = learn(learner, old_rows).model, after = learn(learner, more, before.get()).model;
    EXPECT_GT(precision_at_1(*after, added), 0.8) << learner;
    EXPECT_GT(precision_at_1(*after, fresh), precision_at_1(*before, words(300, 0, known, known, 7)) - 0.05) << learner;
  }
}

// A row that has a label and none of its words moves no weight of features that the new rows lack.
TEST(Growth, WeightsOfFeaturesThatNewRowsLackStay) {
  const auto before = learn("ovr", words(900, 0, known, known, 1)).model;
  Dataset more;
  more.features = FeatureMatrix(CsrArrays{{0, 1, 2}, {90, 91}, {1, 1}}, features);
  more.labels = LabelMatrix(known);
  more.labels.add(std::vector<LabelId>{6});
  more.labels.add({});
  const auto after = learn("ovr", more, before.get()).model;
  const auto weights_of = [](const Model& model) {
    const auto& ovr = dynamic_cast<const OvrModel&>(model);
    for (std::int64_t c = 0; c < ovr.chunks().chunks(); ++c)
      for (std::int32_t l = 0; l < ovr.chunks().width(c); ++l)
        if (ovr.label_of(ovr.chunks().first_output(c) + l) == 6) return lanes_of(ovr.chunks(), c)[static_cast<std::size_t>(l)];
    return LaneWeights{};
  };
  const LaneWeights was = weights_of(*before), is = weights_of(*after);
  EXPECT_GT(was.features.size(), 10u);
  std::vector<float> a(features), b(features);
  for (std::size_t i = 0; i < was.features.size(); ++i) a[static_cast<std::size_t>(was.features[i])] = was.weights[i];
  for (std::size_t i = 0; i < is.features.size(); ++i) b[static_cast<std::size_t>(is.features[i])] = is.weights[i];
  for (std::int32_t f = 0; f < features; ++f)
    if (f != 90 && f != 91) {
      EXPECT_EQ(a[static_cast<std::size_t>(f)], b[static_cast<std::size_t>(f)]) << f;
    }
  EXPECT_GT(b[90], a[90]);
}

// New labels share a word with six old ones, and go where those are.
TEST(Growth, NewLabelsGoToTheirLikeInTheTree) {
  const Dataset old_rows = words(900, 0, known - 3, known - 3, 1);
  const auto before = learn("tree", old_rows).model;
  const auto after = learn("tree", words(60, known - 3, known, known, 2), before.get()).model;
  const auto& tree = dynamic_cast<const TreeModel&>(*after);
  std::vector<std::size_t> leaf_of(static_cast<std::size_t>(known));
  std::size_t leaves = 0;
  for (std::size_t node = 0; node < tree.below().size(); ++node) {
    if (tree.below()[node] >= 0) continue;
    ++leaves;
    EXPECT_LE(tree.chunks().width(static_cast<std::int64_t>(node)), 10);  // leaf 8 and a quarter more
    for (std::int64_t i = 0; i < tree.chunks().width(static_cast<std::int64_t>(node)); ++i)
      leaf_of[static_cast<std::size_t>(tree.label_at(~tree.below()[node] + i))] = node;
  }
  ASSERT_GE(leaves, 8u);
  for (std::size_t label = known - 3; label < known; ++label)
    EXPECT_TRUE(std::any_of(leaf_of.begin() + known - 6, leaf_of.begin() + known - 3, [&](std::size_t leaf) { return leaf == leaf_of[label]; })) << label;
}

TEST(Growth, ATreeWithoutRoomIsAnError) {
  const auto before = learn("tree", words(900, 0, 12, 12, 1)).model;
  EXPECT_NO_THROW(learn("tree", words(100, 12, 18, 18, 2), before.get()));
  EXPECT_THROW(learn("tree", words(400, 12, 60, 60, 2), before.get()), Error);
}

TEST(Growth, SameFileForAnyThreadsAndRanks) {
  const Dataset old_rows = words(500, 0, known, known, 1), more = words(300, 6, all_labels, all_labels, 2);
  for (const std::string_view learner : {"ovr", "tree"}) {
    const auto before = learn(learner, old_rows).model;
    const std::vector<std::byte> alone = bytes_of(*learn(learner, more, before.get()).model);
    tagma::Run three;
    three.threads = 3;
    EXPECT_EQ(bytes_of(*learn(learner, more, before.get(), "fp32", three).model), alone) << learner;
    run_ranks(3, [&](Comm& comm) {
      tagma::Run run;
      run.comm = &comm;
      const Learned shared = learn(learner, more, before.get(), "fp32", run);
      EXPECT_EQ(shared.model != nullptr, comm.rank() == 0);
      if (shared.model) {
        EXPECT_EQ(bytes_of(*shared.model), alone) << learner;
      }
    });
  }
}

TEST(Growth, GoesOnAfterAnInterruption) {
  const Dataset old_rows = words(500, 0, known, known, 1), more = words(300, 6, all_labels, all_labels, 2);
  for (const std::string_view learner : {"ovr", "tree"}) {
    const auto before = learn(learner, old_rows).model;
    const std::vector<std::byte> whole = bytes_of(*learn(learner, more, before.get()).model);
    std::stop_source source;
    std::vector<std::string> notes;
    tagma::Run run;
    run.part = testing::TempDir() + std::string(learner) + "-growth.part";
    std::remove(run.part.c_str());
    run.stop = source.get_token();
    run.log = [&](Level, std::string_view text) { notes.emplace_back(text); };
    run.progress = [&](const Progress& step) {
      if (step.done >= 5) source.request_stop();
    };
    EXPECT_THROW(learn(learner, more, before.get(), "fp32", run), Error) << learner;
    run.stop = {};
    run.progress = nullptr;
    EXPECT_EQ(bytes_of(*learn(learner, more, before.get(), "fp32", run).model), whole) << learner;
    ASSERT_EQ(notes.size(), 1u) << learner;
    EXPECT_NE(notes[0].find("going on after"), std::string::npos) << notes[0];
    notes.clear();
    learn(learner, more, learn(learner, words(500, 0, known, known, 9)).model.get(), "fp32", run);  // another start
    ASSERT_EQ(notes.size(), 1u) << learner;
    EXPECT_NE(notes[0].find("other settings or data"), std::string::npos) << notes[0];
  }
}

TEST(Growth, NothingTouchedIsTheSameModel) {
  const Dataset old_rows = words(500, 0, known, known, 1);
  Dataset nothing = words(20, 0, known, known, 2);
  nothing.labels = LabelMatrix(known);
  for (int row = 0; row < 20; ++row) nothing.labels.add({});
  for (const std::string_view learner : {"ovr", "tree"}) {
    const auto before = learn(learner, old_rows).model;
    EXPECT_EQ(bytes_of(*learn(learner, nothing, before.get()).model), bytes_of(*before)) << learner;
  }
}

// Without old rows a loss that is solved by Newton can learn new labels of ovr, and nothing else.
TEST(Growth, NewtonNeedsTheOldRows) {
  const Dataset old_rows = words(500, 0, known, known, 1), both = together_with(old_rows, words(300, 6, all_labels, all_labels, 2));
  const Dataset added = words(100, known, all_labels, all_labels, 3), more = words(100, 0, all_labels, all_labels, 3);
  for (const std::string_view learner : {"ovr", "tree"}) {
    const auto before = learn(learner, old_rows, nullptr, "fp32", {}, "bce").model;
    EXPECT_GT(precision_at_1(*learn(learner, both, before.get(), "fp32", {}, "bce").model, both), 0.8);
    EXPECT_THROW(learn(learner, more, before.get(), "fp32", {}, "bce"), Error);
  }
  EXPECT_NO_THROW(learn("ovr", added, learn("ovr", old_rows, nullptr, "fp32", {}, "bce").model.get(), "fp32", {}, "bce"));
}

TEST(Growth, ModelsThatDoNotFitAreRefused) {
  const Dataset old_rows = words(300, 0, known, known, 1), more = words(100, 0, all_labels, all_labels, 2);
  Dataset narrow = more, fewer = words(100, 0, 30, 30, 2);
  narrow.features = FeatureMatrix(DenseArrays{std::vector<float>(200, 1.f)}, 100, 2);
  for (const std::string_view learner : {"ovr", "tree"}) {
    std::shared_ptr<const Model> before = learn(learner, old_rows).model;
    EXPECT_THROW(learn(learner == "ovr" ? "tree" : "ovr", more, before.get()), Error);
    EXPECT_THROW(learn(learner, narrow, before.get()), Error);
    EXPECT_THROW(learn(learner, fewer, before.get()), Error);
    EXPECT_THROW(learn(learner, more, before.get(), "int8"), Error);
    EXPECT_THROW(learn(learner, more, before.get(), "fp32", {}, "hinge"), Error);
    const KeptLabelsModel dropped(before, {0, 1, 2});
    EXPECT_THROW(learn(learner, more, &dropped), Error);
  }
}

}  // namespace
}  // namespace tagma
