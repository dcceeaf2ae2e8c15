// Labels under two leaves of a tree.
#include <tagma/learn/second_parents.h>

#include <tagma/learn/lane_weights.h>
#include <tagma/learn/learner.h>
#include <tagma/model/tree.h>

#include "tests/learn/panel_models.h"
#include "tests/learn/topics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace tagma {
namespace {

using test::topics;

std::set<LabelId> labels_of(const LabelLeaves& leaves, std::size_t leaf) {
  return {leaves.labels.begin() + leaves.starts[leaf], leaves.labels.begin() + leaves.starts[leaf + 1]};
}

// Products with the centres one by one, and guests where there is room.
TEST(SecondParents, AreTheLeavesOfLargestProduct) {
  const Dataset data = topics(900, 1);
  std::vector<LabelId> all(96);
  for (LabelId label = 0; label < 96; ++label) all[static_cast<std::size_t>(label)] = label;
  const LabelVectors vectors(data.features, TruthColumns(data.labels), all, {});
  const LabelLeaves own = cluster_labels(vectors, 4, Rng(1), {});
  const auto dense = [&](LabelId label) {
    std::vector<double> values(static_cast<std::size_t>(vectors.features()));
    const auto columns = vectors.columns(static_cast<std::size_t>(label));
    const auto stored = vectors.values(static_cast<std::size_t>(label));
    for (std::size_t k = 0; k < columns.size(); ++k) values[static_cast<std::size_t>(columns[k])] = static_cast<double>(stored[k]);
    return values;
  };
  const auto product = [](const std::vector<double>& a, const std::vector<double>& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
  };
  std::vector<std::vector<double>> centres(16, std::vector<double>(static_cast<std::size_t>(vectors.features())));
  for (std::size_t leaf = 0; leaf < 16; ++leaf) {
    for (const LabelId label : labels_of(own, leaf))
      for (std::size_t i = 0; i < centres[leaf].size(); ++i) centres[leaf][i] += dense(label)[i];
    const double length = std::sqrt(product(centres[leaf], centres[leaf]));
    for (double& value : centres[leaf]) value /= length;
  }
  struct Wish {
    double product;
    LabelId label;
    std::size_t leaf;
  };
  std::vector<Wish> wishes;
  for (const LabelId label : all) {
    Wish best{0, label, 0};
    for (std::size_t leaf = 0; leaf < 16; ++leaf)
      if (const double here = product(dense(label), centres[leaf]); !labels_of(own, leaf).contains(label) && here > best.product)
        best = {here, label, leaf};
    wishes.push_back(best);
  }
  std::stable_sort(wishes.begin(), wishes.end(), [](const Wish& a, const Wish& b) { return a.product > b.product; });
  for (const std::int64_t room : {96, 10, 6}) {
    const LabelLeaves both = with_second_parents(vectors, own, room, {});
    std::vector<std::set<LabelId>> expected;
    for (std::size_t leaf = 0; leaf < 16; ++leaf) expected.push_back(labels_of(own, leaf));
    for (const Wish& wish : wishes)
      if (static_cast<std::int64_t>(expected[wish.leaf].size()) < room) expected[wish.leaf].insert(wish.label);
    std::size_t count = 0;
    for (std::size_t leaf = 0; leaf < 16; ++leaf) {
      EXPECT_EQ(labels_of(both, leaf), expected[leaf]) << "leaf " << leaf << ", room " << room;
      count += expected[leaf].size();
    }
    EXPECT_EQ(both.labels.size(), count);
    EXPECT_EQ(room == 96, count == 192U) << room << " leaves room for all guests or not";
    tagma::Run three;
    three.threads = 3;
    EXPECT_EQ(with_second_parents(vectors, own, room, three).labels, both.labels);
  }
}

// Going on: labels that are new stand under two leaves, too, and those that are not touched keep their weights in both.
TEST(SecondParents, SuchATreeIsGoneOnFrom) {
  const Dataset all = topics(600, 3);
  LabelMatrix old_truth(95);
  std::vector<std::int64_t> old_rows, new_rows;
  for (std::int64_t r = 0; r < all.rows(); ++r) {
    const LabelRow row = all.labels[r];
    const bool has_new = std::ranges::count(row.present, 95) > 0;
    (has_new ? new_rows : old_rows).push_back(r);
    if (!has_new) old_truth.add(row.present);
  }
  Dataset before = all.select(old_rows), more = all.select(new_rows);
  before.labels = old_truth;
  ASSERT_GT(more.rows(), 3);
  const auto loss = make_loss("squared-hinge", {});
  const auto learner = make_learner("tree", {{"leaf", "5"}, {"arity", "4"}, {"parents", "2"}, {"precision", "fp32"}});
  const Learned start = learner->learn(before, nullptr, *loss, nullptr, {}), grown = learner->learn(more, nullptr, *loss, start.model.get(), {});
  const auto &was = dynamic_cast<const TreeModel&>(*start.model), &is = dynamic_cast<const TreeModel&>(*grown.model);
  std::vector<bool> touched(96);
  for (std::int64_t r = 0; r < more.rows(); ++r)
    for (const LabelId label : more.labels[r].present) touched[static_cast<std::size_t>(label)] = true;
  int places = 0, kept = 0;
  for (std::size_t node = 0; node < is.below().size(); ++node) {
    if (is.below()[node] >= 0) continue;
    const auto old = lanes_of(was.chunks(), static_cast<std::int64_t>(node)), now = lanes_of(is.chunks(), static_cast<std::int64_t>(node));
    for (std::size_t i = 0; i < now.size(); ++i) {
      const LabelId label = is.label_at(~is.below()[node] + static_cast<std::int64_t>(i));
      places += label == 95;
      if (touched[static_cast<std::size_t>(label)]) continue;
      ASSERT_LT(i, old.size());
      EXPECT_EQ(old[i].weights, now[i].weights);
      ++kept;
    }
  }
  EXPECT_EQ(places, 2);
  EXPECT_GT(kept, 96);  // more of them than there are labels
}

// Labels that are new find a first leaf before any finds a second; where there is none, the error says what would help.
TEST(SecondParents, GoingOnEndsWhereLeavesAreFull) {
  Dataset before = topics(400, 6), more = topics(400, 7);
  const auto loss = make_loss("squared-hinge", {});
  const auto learner = make_learner("tree", {{"leaf", "100"}, {"parents", "2"}});  // one leaf of 96 labels
  const Learned start = learner->learn(before, nullptr, *loss, nullptr, {});
  const auto with_new = [&](LabelId count) {  // the labels of `more` are new ones, from 96 on
    LabelMatrix truth(96 + count);
    for (std::int64_t r = 0; r < more.rows(); ++r) {
      std::vector<LabelId> present;
      for (const LabelId label : more.labels[r].present)
        if (label < count) present.push_back(96 + label);
      truth.add(present);
    }
    Dataset data = more;
    data.labels = truth;
    return data;
  };
  const Learned grown = learner->learn(with_new(32), nullptr, *loss, start.model.get(), {});
  EXPECT_EQ(grown.model->labels(), 128);
  try {
    learner->learn(with_new(40), nullptr, *loss, start.model.get(), {});
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("(128 labels at most, second ones included); train from scratch, or start from a model of smaller leaves"),
              std::string::npos) << error.what();
  }
}

// Beam, exact search and all scores agree where labels stand under two leaves and some under none.
TEST(SecondParents, AllSearchesAgree) {
  Dataset train = topics(500, 2);
  LabelMatrix wider(400);  // most labels have no row: fewer places than labels, though most places are double
  for (std::int64_t r = 0; r < train.rows(); ++r) {
    const LabelRow row = train.labels[r];
    wider.add(row.present);
  }
  train.labels = wider;
  for (const char* trees : {"1", "2"}) {
    const Settings settings{{"leaf", "5"}, {"arity", "4"}, {"beam", "1000"}, {"parents", "2"}, {"trees", trees}};
    const Learned learned = make_learner("tree", settings)->learn(train, nullptr, *make_loss("squared-hinge", {}), nullptr, {});
    const Scores all = shortlist(score_all(*learned.model, train.features, {}), 6);
    const Scores top = score_top(*learned.model, train.features, 6, {});
    const Scores exact = score_top(*learned.model, train.features, {0, train.rows()}, {.top = 6, .exact = true}, {});
    for (std::int64_t r = 0; r < train.rows(); ++r)
      for (std::size_t i = 0; i < 6; ++i) {
        if (std::string_view(trees) == "1") {  // of several trees a label counts where it is among the best of the tree
          EXPECT_NEAR(top.short_row(r).values[i], all.short_row(r).values[i], 1e-6) << r << " " << i;
        }
        EXPECT_NEAR(exact.short_row(r).values[i], all.short_row(r).values[i], 1e-6) << r << " " << i << " of " << trees;
      }
  }
}

}  // namespace
}  // namespace tagma
