// The learners for very many labels beyond the laws: many panels and nodes, pruning, propensities, interruption.
#include <tagma/learn/learner.h>

#include <tagma/base/rng.h>
#include <tagma/comm/threads.h>
#include <tagma/data/row_store.h>
#include <tagma/learn/ovr.h>
#include <tagma/learn/tree.h>
#include <tagma/learn/tree_node.h>
#include <tagma/measure/measure.h>
#include <tagma/model/ovr.h>
#include <tagma/model/tree.h>
#include <tagma/score/score.h>

#include "tests/learn/panel_models.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <numeric>

namespace tagma {
namespace {

using test::bytes_of;
using test::precision_at_1;

constexpr LabelId labels = 90;

// Label l is present where word l is, mostly; low labels are frequent; the last ten are never present.
Dataset words(std::int64_t rows, std::uint64_t seed) {
  Rng rng(seed);
  CsrArrays arrays;
  Dataset data;
  data.labels = LabelMatrix(labels);
  for (std::int64_t r = 0; r < rows; ++r) {
    std::vector<LabelId> present;
    for (std::int32_t f = 0; f < 120; ++f)
      if (rng.chance(f < labels ? 0.3 / (1 + 0.1 * f) : 0.1)) {
        arrays.columns_of.push_back(f);
        arrays.values.push_back(static_cast<float>(rng.uniform(0.5, 1.5)));
        if (f < labels - 10 && rng.chance(0.9)) present.push_back(f);
      }
    arrays.starts.push_back(static_cast<std::int64_t>(arrays.values.size()));
    data.labels.add(present);
  }
  data.features = FeatureMatrix(std::move(arrays), 120);
  return data;
}

Learned learn(std::string_view name, const Settings& settings, const Dataset& train, const tagma::Run& run = {},
              std::string_view loss = "squared-hinge") {
  return make_learner(name, settings)->learn(train, nullptr, *make_loss(loss, {}), nullptr, run);
}

TEST(PanelLearners, SameFileForAnyThreads) {
  const Dataset train = words(400, 1);
  tagma::Run three;
  three.threads = 3;
  for (const auto& [name, settings] : {std::pair{"ovr", Settings{{"panel", "16"}}},
                                       std::pair{"tree", Settings{{"leaf", "5"}, {"arity", "4"}, {"trees", "2"}}}})
    EXPECT_EQ(bytes_of(*learn(name, settings, train).model), bytes_of(*learn(name, settings, train, three).model)) << name;
}

TEST(PanelLearners, SameFileForAnyRanks) {
  const Dataset train = words(400, 1);
  for (const auto& [name, settings] : {std::pair{"ovr", Settings{{"panel", "16"}}},
                                       std::pair{"tree", Settings{{"leaf", "5"}, {"arity", "4"}, {"trees", "2"}}}}) {
    const std::vector<std::byte> alone = bytes_of(*learn(name, settings, train).model);
    for (const int ranks : {2, 3, 4})
      run_ranks(ranks, [&, name = name, settings = settings](Comm& comm) {
        tagma::Run run;
        run.comm = &comm;
        run.threads = 1 + comm.rank() % 2;
        const Learned shared = learn(name, settings, train, run);
        EXPECT_EQ(shared.model != nullptr, comm.rank() == 0);
        if (shared.model) {
          EXPECT_EQ(bytes_of(*shared.model), alone) << name << " on " << ranks;
        }
      });
  }
}

TEST(PanelLearners, GoOnAfterAnInterruption) {
  const Dataset train = words(400, 1);
  for (const auto& [name, settings] : {std::pair{"ovr", Settings{{"panel", "16"}}},
                                       std::pair{"tree", Settings{{"leaf", "5"}, {"arity", "4"}, {"trees", "3"}}}}) {
    const Learned whole = learn(name, settings, train);
    std::stop_source source;
    std::vector<std::string> notes;
    tagma::Run run;
    run.part = testing::TempDir() + name + ".part";
    std::remove(run.part.c_str());
    run.stop = source.get_token();
    run.log = [&](Level, std::string_view text) { notes.emplace_back(text); };
    run.progress = [&, name = std::string_view(name)](const Progress& step) {
      if (step.done >= (name == "ovr" ? 32 : 1.5)) source.request_stop();
    };
    EXPECT_TRUE(learn(name, settings, train, run).interrupted);
    EXPECT_TRUE(notes.empty());
    run.stop = {};
    run.progress = nullptr;
    const Learned again = learn(name, settings, train, run);
    EXPECT_EQ(bytes_of(*again.model), bytes_of(*whole.model)) << name;
    EXPECT_EQ(again.facts, whole.facts) << name;
    ASSERT_FALSE(notes.empty()) << name;
    EXPECT_NE(notes[0].find("going on after"), std::string::npos) << notes[0];
    notes.clear();
    learn(name, settings, words(400, 2), run);
    ASSERT_EQ(notes.size(), 1u) << name;
    EXPECT_NE(notes[0].find("other settings or data"), std::string::npos) << notes[0];
  }
}

TEST(PanelLearners, LearnWords) {
  const Dataset train = words(600, 1), fresh = words(300, 2);
  for (const char* loss : {"squared-hinge", "hinge", "bce"}) {
    EXPECT_GT(precision_at_1(*learn("ovr", {}, train, {}, loss).model, fresh), 0.8) << loss;
    EXPECT_GT(precision_at_1(*learn("tree", {{"leaf", "8"}, {"arity", "4"}}, train, {}, loss).model, fresh), 0.75) << loss;
  }
}

TEST(PanelLearners, UnitRowsMakeLengthsNotMatter) {
  const Dataset train = words(300, 1);
  CsrArrays longer;
  const CsrView& x = train.features.csr_view();
  longer.starts.assign(x.starts.begin(), x.starts.end());
  longer.columns_of.assign(x.columns_of.begin(), x.columns_of.end());
  for (const float value : x.values) longer.values.push_back(value * 4);
  const FeatureMatrix stretched(std::move(longer), train.features.columns());
  for (const char* name : {"ovr", "tree"})
    for (const char* loss : {"squared-hinge", "bce"}) {
      const auto unit = learn(name, {}, train, {}, loss).model, given = learn(name, {{"unit_rows", "false"}}, train, {}, loss).model;
      EXPECT_EQ(score_all(*unit, train.features, {}).values, score_all(*unit, stretched, {}).values) << name << " " << loss;
      EXPECT_NE(score_all(*given, train.features, {}).values, score_all(*given, stretched, {}).values) << name << " " << loss;
    }
}

TEST(Ovr, PanelsOfAnyWidthLearnTheSame) {
  const Dataset train = words(300, 1);
  const Settings tight{{"tolerance", "1e-4"}, {"panel", "16"}};
  const Scores narrow = score_all(*learn("ovr", tight, train).model, train.features, {});
  const Scores wide = score_all(*learn("ovr", {{"tolerance", "1e-4"}, {"panel", "64"}}, train).model, train.features, {});
  for (std::size_t i = 0; i < narrow.values.size(); ++i) ASSERT_NEAR(narrow.values[i], wide.values[i], 0.02);  // weights of 0.01 are dropped
}

TEST(Ovr, PrunesByThresholdAndByBudget) {
  const Dataset train = words(300, 1);
  const auto model_of = [&](const Settings& settings) {
    Learned learned = learn("ovr", settings, train);
    return std::pair{std::move(learned.model), learned.facts};
  };
  const auto check = [&](const Settings& settings, float threshold, int most) {
    const auto [model, facts] = model_of(settings);
    const WeightChunks& chunks = dynamic_cast<const OvrModel&>(*model).chunks();
    for (std::int64_t chunk = 0; chunk < chunks.chunks(); ++chunk) {
      const WeightChunks::Dense dense = chunks.dense(chunk);
      const auto width = static_cast<std::size_t>(chunks.width(chunk));
      for (std::size_t l = 0; l < width; ++l) {
        int kept = 0;
        for (std::size_t i = l; i < dense.weights.size(); i += width) {
          if (dense.weights[i] == 0) continue;
          ++kept;
          EXPECT_GT(std::abs(dense.weights[i]), threshold);
        }
        EXPECT_LE(kept, most);
      }
    }
    return facts;
  };
  check({{"prune", "0.2"}}, 0.2f, 120);
  check({{"prune", "0"}, {"most", "7"}}, 0.f, 7);
}

TEST(Ovr, LabelsNeverPresentAreConstantlyAbsent) {
  const Dataset train = words(200, 1);
  const Learned learned = learn("ovr", {}, train);
  const Scores scores = score_all(*learned.model, train.features, {});
  for (std::int64_t r = 0; r < scores.rows; ++r)
    for (LabelId label = labels - 10; label < labels; ++label) ASSERT_EQ(scores.row(r)[static_cast<std::size_t>(label)], -1);
  EXPECT_TRUE(std::any_of(learned.notes.begin(), learned.notes.end(), [](const std::string& note) { return note.starts_with("10 of 90"); }));
}

TEST(Ovr, KeepsTheLabelsLearnedBeforeAnInterruption) {
  const Dataset train = words(300, 1);
  std::stop_source source;
  tagma::Run run;
  run.stop = source.get_token();
  run.progress = [&](const Progress& step) {
    if (step.done >= 32) source.request_stop();
  };
  const Learned cut = learn("ovr", {{"panel", "16"}}, train, run);
  EXPECT_TRUE(cut.interrupted);
  const Scores part = score_all(*cut.model, train.features, {});
  const Scores whole = score_all(*learn("ovr", {{"panel", "16"}}, train).model, train.features, {});
  const std::vector<std::int64_t> present = train.labels.present_per_label();
  int same = 0, constant = 0;
  for (LabelId label = 0; label < labels; ++label) {
    const auto j = static_cast<std::size_t>(label);
    if (part.row(0)[j] == whole.row(0)[j] && part.row(1)[j] == whole.row(1)[j]) ++same;
    if (part.row(0)[j] == -1 && part.row(1)[j] == -1) ++constant;
  }
  EXPECT_EQ(same, 42);  // two panels, and the ten that are never present
  EXPECT_EQ(constant, labels - 32);
}

TEST(Ovr, PropensitiesRaiseRareLabels) {
  const Dataset train = words(400, 1);
  const auto mean_at_present = [&](const Model& model) {
    const Scores scores = score_all(model, train.features, {});
    double sum = 0;
    int count = 0;
    for (std::int64_t r = 0; r < scores.rows; ++r)
      for (const LabelId label : train.labels[r].present)
        if (label >= 60) sum += static_cast<double>(scores.row(r)[static_cast<std::size_t>(label)]), ++count;
    return sum / count;
  };
  const double weighted = mean_at_present(*learn("ovr", {{"present_weights", "propensity"}}, train).model);
  EXPECT_GT(weighted, mean_at_present(*learn("ovr", {}, train).model) + 0.1);
  EXPECT_THROW(learn("ovr", {{"present_weights", "propensity"}}, train, {}, "bce"), Error);
}

TEST(Tree, WideBeamFindsWhatScoresSay) {
  const Dataset train = words(400, 1);
  const Learned learned = learn("tree", {{"leaf", "5"}, {"arity", "4"}, {"beam", "1000"}}, train);
  const Scores all = shortlist(score_all(*learned.model, train.features, {}), 3), top = score_top(*learned.model, train.features, 3, {});
  EXPECT_EQ(all.ids, top.ids);
}

// A label with a text and no row is found by its prototype, and the scores are those of tree and prototype by hand.
TEST(Tree, PrototypesKnowLabelsWithoutRows) {
  Dataset train = words(400, 1);
  CsrArrays texts;  // label l is called after feature l
  for (std::int32_t label = 0; label < train.labels.labels(); ++label) {
    texts.columns_of.push_back(label);
    texts.values.push_back(2);
    texts.starts.push_back(static_cast<std::int64_t>(texts.values.size()));
  }
  train.label_features = FeatureMatrix(std::move(texts), train.features.columns());
  const Settings bare{{"leaf", "5"}, {"representation", "text"}};
  Settings with = bare;
  with.set("prototypes", "0.5");
  with.set("prototype_rows", "4");
  const Learned plain = learn("tree", bare, train), drawn = learn("tree", with, train);
  const std::int64_t rows = train.features.rows();
  const Scores before = plain.model->score(train.features, 0, rows, {}), after = drawn.model->score(train.features, 0, rows, {});
  after.check();
  const std::vector<std::int64_t> present = train.labels.present_per_label();
  const LabelId none = train.labels.labels() - 1;
  ASSERT_EQ(present[static_cast<std::size_t>(none)], 0);
  int found = 0;
  const CsrView& x = train.features.csr_view();
  for (std::int64_t r = 0; r < rows; ++r) {
    double square = 0;
    const auto first = static_cast<std::size_t>(x.starts[static_cast<std::size_t>(r)]), last = static_cast<std::size_t>(x.starts[static_cast<std::size_t>(r) + 1]);
    for (std::size_t i = first; i < last; ++i) square += static_cast<double>(x.values[i]) * static_cast<double>(x.values[i]);
    for (LabelId label = 0; label < train.labels.labels(); ++label) {
      const auto l = static_cast<std::size_t>(label);
      const double n = static_cast<double>(present[l]), share = 0.5 * 4 / (4 + n);
      double cosine = 0;
      for (std::size_t i = first; i < last; ++i)
        if (x.columns_of[i] == label) cosine = static_cast<double>(x.values[i]) / std::sqrt(square);
      const double expected = share < 0.025 ? static_cast<double>(before.row(r)[l]) : (1 - share) * static_cast<double>(before.row(r)[l]) + share * std::pow(cosine, 4);
      ASSERT_NEAR(after.row(r)[l], expected, 1e-5);
      found += label == none && after.row(r)[l] > 0;
    }
  }
  EXPECT_GT(found, 0);
  const Scores some = drawn.model->score_among(train.features, 0, rows, std::vector<LabelId>{1, none}, {});
  for (std::int64_t r = 0; r < rows; ++r) EXPECT_EQ(some.row(r)[1], after.row(r)[static_cast<std::size_t>(none)]);
  tagma::Run three;
  three.threads = 3;
  const std::vector<std::byte> bytes = bytes_of(*learn("tree", with, train, three).model);
  EXPECT_EQ(bytes, bytes_of(*drawn.model));
  const auto loaded = load_model(ModelReader(bytes, nullptr, "toy"));
  const Scores exact = loaded->top_exact(train.features, 0, rows, 3, {}), best = shortlist(after, 3);
  EXPECT_EQ(exact.ids, best.ids);
  EXPECT_EQ(exact.values, best.values);
  const Scores top = loaded->top(train.features, 0, rows, 3, {});  // the beam reaches all labels here
  EXPECT_EQ(top.ids, best.ids);
  EXPECT_EQ(top.values, best.values);
}

TEST(Tree, InterruptedAfterTheFirstTree) {
  const Dataset train = words(300, 1);
  const Settings settings{{"leaf", "5"}, {"arity", "4"}, {"trees", "3"}};
  std::stop_source source;
  tagma::Run run;
  run.stop = source.get_token();
  run.progress = [&](const Progress& step) {
    if (step.done >= 1) source.request_stop();
  };
  const Learned cut = learn("tree", settings, train, run);
  EXPECT_TRUE(cut.interrupted);
  EXPECT_GT(precision_at_1(*cut.model, train), 0.75);

  std::stop_source early;
  run.stop = early.get_token();
  run.progress = [&](const Progress&) { early.request_stop(); };
  EXPECT_THROW(learn("tree", settings, train, run), Error);  // no tree was complete
}

TEST(PanelLearners, SameFileUnderAnyMemory) {
  const Dataset train = words(400, 1);
  tagma::Run run;
  run.threads = 3;
  run.scratch = (std::filesystem::temp_directory_path() / "tagma-panel-learners-test").string();
  for (const auto& [name, settings] : {std::pair{"ovr", Settings{{"panel", "16"}}},
                                       std::pair{"tree", Settings{{"leaf", "5"}, {"arity", "4"}, {"trees", "2"}}}}) {
    const auto learner = make_learner(name, settings);
    const auto loss = make_loss("squared-hinge", {});
    run.memory = 0;
    const MemoryPlan free = learner->plan(train, nullptr, *loss, true, run);
    EXPECT_TRUE(free.kept);
    EXPECT_EQ(free.threads, 3) << name;
    EXPECT_FALSE(free.rows_in_file || free.vectors_in_file) << name;
    EXPECT_LT(free.least, free.planned) << name;

    run.memory = free.least;
    const MemoryPlan tight = learner->plan(train, nullptr, *loss, true, run);
    EXPECT_EQ(tight.threads, 1) << name;
    EXPECT_TRUE(tight.rows_in_file) << name;
    EXPECT_LE(tight.planned, run.memory) << name;
    Dataset moved = train;
    moved.features = moved_to_files(train.features, run.scratch);
    EXPECT_TRUE(moved.features.mapped());
    EXPECT_EQ(bytes_of(*learn(name, settings, train).model), bytes_of(*learn(name, settings, moved, run).model)) << name;

    run.memory = free.least - 1;
    EXPECT_THROW(learner->plan(train, nullptr, *loss, true, run), Error) << name;
    EXPECT_THROW(learn(name, settings, moved, run), Error) << name;
  }
  run.memory = 1;
  EXPECT_FALSE(make_learner("linear", {})->plan(train, nullptr, *make_loss("bce", {}), true, run).kept);
}

// Packed rows and duals in files: the same model as in memory, from scratch and going on from a model, for any threads.
TEST(Ovr, SameFileWithRowsAndDualsInFiles) {
  const Dataset train = words(700, 1), more = words(60, 2);
  Ovr options;
  options.panel = PanelWidth::sixteen;
  options.block_bytes = 3000;
  tagma::Run run;
  run.scratch = (std::filesystem::temp_directory_path() / "tagma-panel-learners-test").string();
  for (const char* name : {"squared-hinge", "hinge"}) {
    const auto loss = make_loss(name, {});
    const Learned held = options.learn(train, nullptr, *loss, nullptr, {});
    const Learned held_growth = options.learn(more, nullptr, *loss, held.model.get(), {});
    for (const int threads : {1, 3}) {
      run.threads = threads;
      run.memory = 0;
      run.memory = options.plan(train, nullptr, *loss, false, run).least;
      const MemoryPlan plan = options.plan(train, nullptr, *loss, false, run);
      EXPECT_TRUE(plan.packed_in_file && plan.duals_in_file) << plan.summary();
      EXPECT_LE(plan.planned, run.memory);
      EXPECT_EQ(bytes_of(*options.learn(train, nullptr, *loss, nullptr, run).model), bytes_of(*held.model)) << name << " " << threads;
      run.memory = 0;
      run.memory = options.plan(more, nullptr, *loss, false, run).least;
      EXPECT_EQ(bytes_of(*options.learn(more, nullptr, *loss, held.model.get(), run).model), bytes_of(*held_growth.model)) << name << " " << threads;
    }
  }
}

// The same for Newton, which has no duals.
TEST(Ovr, SameFileWithRowsByRowsAndColumnsInFiles) {
  const Dataset train = words(700, 1);
  Ovr options;
  options.block_bytes = 3000;
  tagma::Run run;
  run.scratch = (std::filesystem::temp_directory_path() / "tagma-panel-learners-test").string();
  const auto loss = make_loss("bce", {});
  const Learned held = options.learn(train, nullptr, *loss, nullptr, {});
  for (const int threads : {1, 3}) {
    run.threads = threads;
    run.memory = 0;
    run.memory = options.plan(train, nullptr, *loss, false, run).least;
    const MemoryPlan plan = options.plan(train, nullptr, *loss, false, run);
    EXPECT_TRUE(plan.packed_in_file && !plan.duals_in_file) << plan.summary();
    EXPECT_LE(plan.planned, run.memory);
    EXPECT_EQ(bytes_of(*options.learn(train, nullptr, *loss, nullptr, run).model), bytes_of(*held.model)) << threads;
  }
}

TEST(Tree, SameNodesWithRowsAndDualsInFiles) {
  const Dataset train = words(700, 1);
  const TruthColumns truth(train.labels);
  std::vector<LabelId> all(labels);
  std::iota(all.begin(), all.end(), 0);
  std::vector<std::span<const LabelId>> children;
  for (std::size_t first = 0; first < all.size(); first += 9) children.push_back(std::span(all).subspan(first, 9));
  for (const char* name : {"squared-hinge", "hinge", "bce"}) {
    const auto loss = make_loss(name, {});
    PanelOptions options;
    options.block_bytes = 3000;  // many runs of few rows, of bce
    const PanelWeights held = learn_node({train, truth, *loss, options}, children, {}, {}, Rng(1), {});
    options.rows_beside = options.duals_beside = (std::filesystem::temp_directory_path() / "tagma-panel-learners-test").string();
    const PanelWeights filed = learn_node({train, truth, *loss, options}, children, {}, {}, Rng(1), {});
    EXPECT_EQ(held.weights, filed.weights);
    EXPECT_EQ(held.features, filed.features);
    EXPECT_FALSE(held.weights.empty());
    options.rows_beside = "/no such folder/m.tagma";
    EXPECT_THROW(learn_node({train, truth, *loss, options}, children, {}, {}, Rng(1), {}), Error);
  }
}

TEST(Tree, PlansWithRowsAndDualsInFiles) {
  const Dataset train = words(150000, 1);  // as many as make the root larger than clustering is
  Tree options;
  options.block_bytes = 1 << 20;
  tagma::Run run;
  run.scratch = "m.tagma";
  run.memory = 1 << 20;
  for (const char* name : {"hinge", "bce"}) try {
      options.plan(train, nullptr, *make_loss(name, {}), false, run);
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(std::string(error.what()).find("hinge and squared-hinge need less") == std::string::npos, name == std::string_view("hinge")) << error.what();
    }
  run.memory = 0;
  run.memory = options.plan(train, nullptr, *make_loss("hinge", {}), false, run).least;
  const MemoryPlan plan = options.plan(train, nullptr, *make_loss("hinge", {}), false, run);
  EXPECT_TRUE(plan.packed_in_file && plan.duals_in_file) << plan.summary();
  run.memory = 0;
  run.memory = options.plan(train, nullptr, *make_loss("bce", {}), false, run).least;
  const MemoryPlan newton = options.plan(train, nullptr, *make_loss("bce", {}), false, run);
  EXPECT_TRUE(newton.packed_in_file && !newton.duals_in_file) << newton.summary();
}

}  // namespace
}  // namespace tagma
