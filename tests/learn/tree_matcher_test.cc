// Nodes that learn from the rows scoring would lead there.
#include <tagma/learn/tree_matcher.h>

#include <tagma/comm/threads.h>
#include <tagma/learn/learner.h>
#include <tagma/learn/tree_node.h>
#include <tagma/model/tree.h>

#include "tests/learn/panel_models.h"
#include "tests/learn/topics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

namespace tagma {
namespace {

using test::bytes_of;
using test::topics;

const Settings small{{"leaf", "5"}, {"arity", "4"}, {"beam", "3"}};

Settings matched(Settings settings) {
  settings.set("negatives", "matcher");
  return settings;
}

Learned learn(const Settings& settings, const Dataset& train, const tagma::Run& run = {}, std::string_view loss = "squared-hinge") {
  return make_learner("tree", settings)->learn(train, nullptr, *make_loss(loss, {}), nullptr, run);
}

// The nodes that a beam search from a root visits, from the chances of all paths.
std::vector<std::vector<std::int32_t>> visited(const TreeModel& model, const std::vector<float>& chances, std::size_t rows, int beam,
                                               std::size_t root = 0) {
  std::vector<std::vector<std::int32_t>> at(model.below().size());
  for (std::size_t row = 0; row < rows; ++row) {
    std::vector<std::size_t> level{root};
    while (!level.empty()) {
      std::vector<std::size_t> next;
      for (const std::size_t node : level) {
        at[node].push_back(static_cast<std::int32_t>(row));
        const std::int32_t below = model.below()[node];
        for (std::int32_t i = 0; below >= 0 && i < model.chunks().width(static_cast<std::int64_t>(node)); ++i)
          next.push_back(static_cast<std::size_t>(below + i));
      }
      std::stable_sort(next.begin(), next.end(), [&](std::size_t a, std::size_t b) { return chances[a * rows + row] > chances[b * rows + row]; });
      next.resize(std::min(next.size(), static_cast<std::size_t>(beam)));
      level = next;
    }
  }
  return at;
}

TEST(TreeMatcher, LeadsRowsWhereScoringDoes) {
  for (const char* loss : {"squared-hinge", "bce"}) {
    const Dataset train = topics(300, 1);
    const Learned learned = learn(small, train, {}, loss);
    const auto& model = dynamic_cast<const TreeModel&>(*learned.model);
    const auto expected = visited(model, model.path_chances(train.features, 0, 300), 300, 3);
    for (const int count : {1, 3}) {
      tagma::Run run;
      run.threads = count;
      TreeMatcher matcher(train.features, true, std::string_view(loss) == "bce", 3, run);
      std::size_t child = 1, checked = 0;
      for (std::size_t first = 0, last = 1; first < model.below().size(); first = last, last = child) {
        if (first > 0) matcher.go_down(first, last, model.below()[first] < 0);
        for (std::size_t node = first; node < last; ++node) {
          const auto rows = matcher.rows_at(node);
          EXPECT_EQ(std::vector<std::int32_t>(rows.begin(), rows.end()), expected[node]) << loss << " node " << node;
          ++checked;
          if (model.below()[node] < 0) continue;
          matcher.take(node, child, side_by_side(lanes_of(model.chunks(), static_cast<std::int64_t>(node))));
          child += static_cast<std::size_t>(model.chunks().width(static_cast<std::int64_t>(node)));
        }
      }
      EXPECT_EQ(checked, model.below().size());
      EXPECT_GT(checked, 16U);
    }
  }
}

// A stop that is asked for while a level is learned takes nothing from what is learned.
TEST(TreeMatcher, TakesPanelsAfterAStop) {
  const Dataset train = topics(300, 6);
  std::stop_source source;
  source.request_stop();
  tagma::Run run;
  run.stop = source.get_token();
  TreeMatcher matcher(train.features, true, false, 2, run);
  PanelWeights panel;
  panel.width = 3;
  panel.bias = {0.5f, 2.f, -1.f};
  matcher.take(0, 1, panel);
  matcher.go_down(1, 4, true);
  EXPECT_EQ(matcher.rows_at(1).size(), 300U);
  EXPECT_EQ(matcher.rows_at(2).size(), 300U);
  EXPECT_TRUE(matcher.rows_at(3).empty());
}

// Rows without labels, and rows led astray, no longer score high; what it costs in precision is little.
TEST(TreeMatcher, NodesLearnRowsThatAreLedAstray) {
  const Dataset train = topics(1500, 2), fresh = topics(600, 3);
  const Learned teacher = learn(small, train), matcher = learn(matched(small), train);
  EXPECT_GE(test::precision_at_1(*matcher.model, fresh), test::precision_at_1(*teacher.model, fresh) - 0.04);
  const auto sound = [&](const Model& model) {  // mean best score of rows without labels
    const Scores top = score_top(model, fresh.features, 1, {});
    double sum = 0, rows = 0;
    for (std::int64_t r = 0; r < fresh.rows(); ++r)
      if (fresh.labels[r].present.empty()) sum += top.short_row(r).values[0], ++rows;
    return sum / rows;
  };
  EXPECT_LT(sound(*matcher.model), 0.8 * sound(*teacher.model));
}

TEST(TreeMatcher, SameFileForAnyThreadsAndAfterAnInterruption) {
  const Dataset train = topics(400, 4);
  Settings settings = matched(small);
  settings.set("trees", "2");
  const std::vector<std::byte> whole = bytes_of(*learn(settings, train).model);
  EXPECT_NE(whole, bytes_of(*learn({{"leaf", "5"}, {"arity", "4"}, {"beam", "3"}, {"trees", "2"}}, train).model));
  tagma::Run run;
  run.threads = 3;
  EXPECT_EQ(bytes_of(*learn(settings, train, run).model), whole);
  std::stop_source source;
  run.part = testing::TempDir() + "matcher.part";
  std::remove(run.part.c_str());
  run.stop = source.get_token();
  run.progress = [&](const Progress& step) {
    if (step.done >= 1.4) source.request_stop();
  };
  EXPECT_TRUE(learn(settings, train, run).interrupted);
  run.stop = {};
  run.progress = nullptr;
  EXPECT_EQ(bytes_of(*learn(settings, train, run).model), whole);
  std::remove(run.part.c_str());
}

// Going on: each node that is learned again is that of its rows and of those that the grown tree itself leads there.
TEST(TreeMatcher, GoesOnWithRowsThatAreLedAstray) {
  Settings settings = matched(small);
  for (const auto& [key, value] : Settings{{"trees", "2"}, {"precision", "fp32"}, {"prune", "0"}}) settings.set(key, value);
  const auto learner = make_learner("tree", settings);
  const auto loss = make_loss("squared-hinge", {});
  const Learned start = learn(settings, topics(300, 7));
  Dataset both = topics(500, 8);  // every label has new rows: all nodes are learned again
  both.known_rows = 1;
  const Learned grown = learner->learn(both, nullptr, *loss, start.model.get(), {});
  const auto& model = dynamic_cast<const TreeModel&>(*grown.model);
  const TruthColumns truth(both.labels);
  std::vector<std::vector<LabelId>> labels(model.below().size());
  for (std::size_t node = labels.size(); node-- > 0;)
    for (std::int32_t i = 0; i < model.chunks().width(static_cast<std::int64_t>(node)); ++i) {
      const std::int32_t below = model.below()[node];
      if (below < 0) labels[node].push_back(model.label_at(~below + i));
      else labels[node].insert(labels[node].end(), labels[static_cast<std::size_t>(below + i)].begin(), labels[static_cast<std::size_t>(below + i)].end());
    }
  const auto chances = model.path_chances(both.features, 0, both.rows());
  std::size_t checked = 0;
  for (std::size_t tree = 0; tree < 2; ++tree) {
    const auto led = visited(model, chances, static_cast<std::size_t>(both.rows()), 3, static_cast<std::size_t>(model.roots()[tree]));
    for (auto node = static_cast<std::size_t>(model.roots()[tree]); node < (tree == 0 ? static_cast<std::size_t>(model.roots()[1]) : labels.size()); ++node) {
      std::vector<std::span<const LabelId>> children;
      for (std::int32_t i = 0; i < model.chunks().width(static_cast<std::int64_t>(node)); ++i)
        children.push_back(model.below()[node] < 0 ? std::span(labels[node]).subspan(static_cast<std::size_t>(i), 1)
                                                   : std::span<const LabelId>(labels[static_cast<std::size_t>(model.below()[node] + i)]));
      PanelOptions options;
      options.prune = 0;
      const PanelWeights expected =
          learn_node({both, truth, *loss, options}, children, {}, {}, Rng(tagma::Run{}.seed + 1).fork(node), {}, led[node]);
      const auto found = lanes_of(model.chunks(), static_cast<std::int64_t>(node)), wanted = lanes_of(expected);
      ASSERT_EQ(found.size(), wanted.size());
      for (std::size_t l = 0; l < found.size(); ++l) EXPECT_EQ(found[l].weights, wanted[l].weights) << node << " " << l;
      ++checked;
    }
  }
  EXPECT_EQ(checked, labels.size());
  tagma::Run three;
  three.threads = 3;
  EXPECT_EQ(bytes_of(*learner->learn(both, nullptr, *loss, start.model.get(), three).model), bytes_of(model));
  run_ranks(2, [&](Comm& comm) {
    tagma::Run run;
    run.comm = &comm;
    const Learned shared = learner->learn(both, nullptr, *loss, start.model.get(), run);
    if (comm.rank() == 0) {
      EXPECT_EQ(bytes_of(*shared.model), bytes_of(model));
    }
  });
}

TEST(TreeMatcher, SameFileForAnyRanks) {
  const Dataset train = topics(400, 5);
  Settings settings = matched(small);
  settings.set("trees", "2");
  const std::vector<std::byte> whole = bytes_of(*learn(settings, train).model);
  for (const int ranks : {2, 3})
    run_ranks(ranks, [&](Comm& comm) {
      tagma::Run run;
      run.comm = &comm;
      const Learned learned = learn(settings, train, run);
      if (comm.rank() == 0) {
        EXPECT_EQ(bytes_of(*learned.model), whole) << ranks;
      }
    });
}

// What ranks have learned before they were stopped is gone on from, by another number of them.
TEST(TreeMatcher, RanksGoOnAfterAnInterruption) {
  const Dataset train = topics(400, 4);
  Settings settings = matched(small);
  settings.set("trees", "2");
  const std::vector<std::byte> whole = bytes_of(*learn(settings, train).model);
  const std::string part = testing::TempDir() + "matcher_ranks.part";
  std::remove(part.c_str());
  std::stop_source source;
  run_ranks(2, [&](Comm& comm) {
    tagma::Run run;
    run.comm = &comm;
    run.part = part;
    run.stop = source.get_token();
    run.progress = [&](const Progress& step) {
      if (step.done >= 1.4) source.request_stop();
    };
    const Learned learned = learn(settings, train, run);
    EXPECT_TRUE(comm.rank() != 0 || learned.interrupted);
  });
  run_ranks(3, [&](Comm& comm) {
    tagma::Run run;
    run.comm = &comm;
    run.part = part;
    const Learned learned = learn(settings, train, run);
    if (comm.rank() == 0) {
      EXPECT_EQ(bytes_of(*learned.model), whole);
    }
  });
  std::remove(part.c_str());
}

}  // namespace
}  // namespace tagma
