// Nodes that learn from the rows scoring would lead there.
#include <tagma/learn/tree_matcher.h>

#include <tagma/comm/threads.h>
#include <tagma/learn/learner.h>
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

// The nodes that a beam search visits, from the chances of all paths.
std::vector<std::vector<std::int32_t>> visited(const TreeModel& model, const std::vector<float>& chances, std::size_t rows, int beam) {
  std::vector<std::vector<std::int32_t>> at(model.below().size());
  for (std::size_t row = 0; row < rows; ++row) {
    std::vector<std::size_t> level{0};
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

TEST(TreeMatcher, RefusesRanks) {
  const Dataset train = topics(100, 5);
  run_ranks(2, [&](Comm& comm) {
    tagma::Run run;
    run.comm = &comm;
    EXPECT_THROW(learn(matched(small), train, run), Error);
  });
}

}  // namespace
}  // namespace tagma
