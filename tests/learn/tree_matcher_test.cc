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

// The labels below each node.
std::vector<std::vector<LabelId>> labels_below(const TreeModel& model) {
  std::vector<std::vector<LabelId>> labels(model.below().size());
  for (std::size_t node = labels.size(); node-- > 0;)
    for (std::int32_t i = 0; i < model.chunks().width(static_cast<std::int64_t>(node)); ++i) {
      const std::int32_t below = model.below()[node];
      if (below < 0) {
        labels[node].push_back(model.label_at(~below + i));
      } else {
        const std::vector<LabelId>& child = labels[static_cast<std::size_t>(below + i)];
        labels[node].insert(labels[node].end(), child.begin(), child.end());
      }
    }
  return labels;
}

std::vector<std::span<const LabelId>> children_of(const TreeModel& model, const std::vector<std::vector<LabelId>>& labels, std::size_t node) {
  std::vector<std::span<const LabelId>> children;
  for (std::int32_t i = 0; i < model.chunks().width(static_cast<std::int64_t>(node)); ++i)
    if (const std::int32_t below = model.below()[node]; below < 0)
      children.push_back(std::span(labels[node]).subspan(static_cast<std::size_t>(i), 1));
    else
      children.emplace_back(labels[static_cast<std::size_t>(below + i)]);
  return children;
}

// Going on: each child that is learned again is what its rows and those that the grown tree itself leads to its node make of it, and the
// others keep their weights. Of 500 rows all but the first are new, so that all is learned again, or the last three.
TEST(TreeMatcher, GoesOnWithRowsThatAreLedAstray) {
  Settings settings = matched(small);
  for (const auto& [key, value] : Settings{{"trees", "2"}, {"precision", "fp32"}, {"prune", "0"}}) settings.set(key, value);
  const auto learner = make_learner("tree", settings);
  const auto loss = make_loss("squared-hinge", {});
  const Learned start = learn(settings, topics(300, 7));
  const auto& was = dynamic_cast<const TreeModel&>(*start.model);
  for (const std::int64_t known : {1, 497}) {
    Dataset both = topics(500, 8);
    both.known_rows = known;
    const Learned grown = learner->learn(both, nullptr, *loss, start.model.get(), {});
    const auto& model = dynamic_cast<const TreeModel&>(*grown.model);
    std::vector<bool> touched(96);
    for (std::int64_t r = known; r < both.rows(); ++r)
      for (const LabelId label : both.labels[r].present) touched[static_cast<std::size_t>(label)] = true;
    const TruthColumns truth(both.labels);
    const auto labels = labels_below(model);
    const auto chances = model.path_chances(both.features, 0, both.rows());
    const auto second = static_cast<std::size_t>(model.roots()[1]);
    const auto led_in_first = visited(model, chances, 500, 3, 0), led_in_second = visited(model, chances, 500, 3, second);
    std::size_t solved = 0, kept = 0;
    for (std::size_t node = 0; node < labels.size(); ++node) {
      const auto children = children_of(model, labels, node);
      std::vector<std::int32_t> wanted;
      for (std::size_t c = 0; c < children.size(); ++c)
        if (std::ranges::any_of(children[c], [&](LabelId label) { return touched[static_cast<std::size_t>(label)]; }))
          wanted.push_back(static_cast<std::int32_t>(c));
      const auto found = lanes_of(model.chunks(), static_cast<std::int64_t>(node));
      auto expected = lanes_of(was.chunks(), static_cast<std::int64_t>(node));
      expected.resize(found.size());
      if (!wanted.empty()) {
        PanelOptions options;
        options.prune = 0;
        const auto& led = node < second ? led_in_first[node] : led_in_second[node];
        const auto lanes = lanes_of(learn_node({both, truth, *loss, options}, children, wanted, {}, Rng(tagma::Run{}.seed + 1).fork(node), {}, led));
        for (std::size_t l = 0; l < wanted.size(); ++l) expected[static_cast<std::size_t>(wanted[l])] = lanes[l];
      }
      for (std::size_t l = 0; l < found.size(); ++l) EXPECT_EQ(found[l].weights, expected[l].weights) << known << " " << node << " " << l;
      solved += wanted.size(), kept += found.size() - wanted.size();
    }
    EXPECT_GT(solved, 20U);
    EXPECT_EQ(kept > 100, known == 497) << kept;
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
}

// A tree whose leaves stand at several levels, as a file may hold one.
TEST(TreeMatcher, GoesOnFromAnUnevenTree) {
  const Dataset train = topics(60, 9);
  const auto loss = std::shared_ptr<const LossFunction>(make_loss("squared-hinge", {}));
  ChunkBuilder chunks(train.features.columns(), WeightPrecision::fp32, true, {});
  const std::vector<float> bias(48, 0.f);
  for (const std::int32_t width : {2, 24, 3, 24, 24, 24}) chunks.add(width, {}, {}, std::span(bias).first(static_cast<std::size_t>(width)));
  TreeShape shape{{0}, {1, ~0, 3, ~24, ~48, ~72}, {}};  // root: a leaf, and a node of three leaves
  for (LabelId label = 0; label < 96; ++label) shape.label_of.push_back(label);
  const TreeModel start(chunks.finish(), std::move(shape), 96, loss, {});
  Dataset more = topics(200, 10);
  more.known_rows = 1;
  const auto learner = make_learner("tree", {{"negatives", "matcher"}, {"beam", "3"}, {"precision", "fp32"}});
  const Learned found = learner->learn(more, nullptr, *loss, &start, {});
  EXPECT_GT(test::precision_at_1(*found.model, more), test::precision_at_1(start, more));
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
