#include <tagma/learn/label_tree.h>

#include <tagma/base/rng.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace tagma {
namespace {

// Labels of `topics` topics; a row has one label and words of its topic.
struct Sample {
  FeatureMatrix x;
  LabelMatrix labels;
  LabelId topics, per_topic;

  Sample(LabelId topics_in, LabelId per_topic_in) : labels(topics_in * per_topic_in), topics(topics_in), per_topic(per_topic_in) {
    Rng rng(5);
    CsrArrays arrays;
    for (int r = 0; r < 40 * topics * per_topic; ++r) {
      const auto label = static_cast<LabelId>(rng.below(static_cast<std::uint64_t>(topics * per_topic)));
      labels.add(std::vector<LabelId>{label});
      const std::int32_t first = (label % topics) * 10;
      for (std::int32_t f = first; f < first + 10; ++f)
        if (rng.chance(0.5)) {
          arrays.columns_of.push_back(f);
          arrays.values.push_back(1);
        }
      arrays.starts.push_back(static_cast<std::int64_t>(arrays.values.size()));
    }
    x = FeatureMatrix(std::move(arrays), topics * 10);
  }
  std::vector<LabelId> all() const {
    std::vector<LabelId> ids;
    for (LabelId label = 0; label < labels.labels(); ++label) ids.push_back(label);
    return ids;
  }
};

Run threads(int count) {
  Run run;
  run.threads = count;
  return run;
}

TEST(LabelVectors, AreUnitMeansOfUnitRows) {
  const Sample s(3, 4);
  const TruthColumns truth(s.labels);
  const LabelVectors vectors(s.x, truth, s.all(), {});
  const CsrView& x = s.x.csr_view();
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    std::vector<double> sums(static_cast<std::size_t>(s.x.columns()));
    for (const std::int32_t row : truth.present(vectors.label(i))) {
      const auto first = x.starts[static_cast<std::size_t>(row)], last = x.starts[static_cast<std::size_t>(row) + 1];
      for (auto k = first; k < last; ++k)
        sums[static_cast<std::size_t>(x.columns_of[static_cast<std::size_t>(k)])] += 1 / std::sqrt(static_cast<double>(last - first));
    }
    double square = 0;
    for (const double sum : sums) square += sum * sum;
    std::vector<float> found(sums.size());
    for (std::size_t k = 0; k < vectors.columns(i).size(); ++k)
      found[static_cast<std::size_t>(vectors.columns(i)[k])] = vectors.values(i)[k];
    for (std::size_t f = 0; f < sums.size(); ++f) EXPECT_NEAR(found[f], sums[f] / std::sqrt(square), 1e-5);
  }
}

TEST(LabelVectors, AreTextsOrTheMeanOfBothWhereLabelsHaveTexts) {
  const Sample s(3, 4);
  const TruthColumns truth(s.labels);
  CsrArrays arrays;  // label l says 3 of feature l and 4 of feature l + 10; label 5 says nothing
  for (std::int32_t label = 0; label < 12; ++label) {
    if (label != 5) {
      for (const auto& [column, value] : {std::pair{label, 3.f}, {label + 10, 4.f}}) arrays.columns_of.push_back(column), arrays.values.push_back(value);
    }
    arrays.starts.push_back(static_cast<std::int64_t>(arrays.values.size()));
  }
  const FeatureMatrix texts(std::move(arrays), s.x.columns());
  const auto dense = [&](const LabelVectors& vectors, std::size_t i) {
    std::vector<double> all(static_cast<std::size_t>(s.x.columns()));
    for (std::size_t k = 0; k < vectors.columns(i).size(); ++k)
      all[static_cast<std::size_t>(vectors.columns(i)[k])] = static_cast<double>(vectors.values(i)[k]);
    return all;
  };
  const LabelVectors rows(s.x, truth, s.all(), {}), text(s.x, truth, s.all(), threads(3), {}, Representation::text, texts),
      both(s.x, truth, s.all(), threads(2), {}, Representation::both, texts);
  for (std::size_t i = 0; i < 12; ++i) {
    std::vector<double> row = dense(rows, i), said(row.size());
    if (i != 5) said[i] = 0.6, said[i + 10] = 0.8;
    double square = 0;
    for (std::size_t f = 0; f < row.size(); ++f) square += (row[f] + said[f]) * (row[f] + said[f]);
    for (std::size_t f = 0; f < row.size(); ++f) {
      EXPECT_NEAR(dense(text, i)[f], i == 5 ? row[f] : said[f], 1e-5);
      EXPECT_NEAR(dense(both, i)[f], (row[f] + said[f]) / std::sqrt(square), 1e-5);
    }
  }
}

TEST(ClusterLabels, LeavesAreBalancedAndHoldEveryLabelOnce) {
  for (const int cuts : {0, 1, 3, 4}) {
    const Sample s(5, 7);
    const LabelVectors vectors(s.x, TruthColumns(s.labels), s.all(), {});
    const LabelLeaves leaves = cluster_labels(vectors, cuts, Rng(1), {});
    ASSERT_EQ(leaves.leaves(), std::int64_t{1} << cuts);
    EXPECT_EQ(std::set<LabelId>(leaves.labels.begin(), leaves.labels.end()).size(), 35U);
    std::int64_t least = 35, most = 0;
    for (std::size_t i = 0; i + 1 < leaves.starts.size(); ++i) {
      least = std::min(least, leaves.starts[i + 1] - leaves.starts[i]);
      most = std::max(most, leaves.starts[i + 1] - leaves.starts[i]);
    }
    EXPECT_LE(most - least, 1);
  }
}

TEST(ClusterLabels, FindsTopics) {
  const Sample s(8, 16);
  const LabelVectors vectors(s.x, TruthColumns(s.labels), s.all(), {});
  const LabelLeaves leaves = cluster_labels(vectors, 3, Rng(1), {});
  int at_home = 0;  // labels of the commonest topic of their leaf
  for (std::int64_t i = 0; i < leaves.leaves(); ++i) {
    std::vector<int> count(8);
    for (auto k = leaves.starts[static_cast<std::size_t>(i)]; k < leaves.starts[static_cast<std::size_t>(i) + 1]; ++k)
      ++count[static_cast<std::size_t>(leaves.labels[static_cast<std::size_t>(k)] % 8)];
    at_home += *std::max_element(count.begin(), count.end());
  }
  EXPECT_GE(at_home, 96);  // of 128; by chance about 40
}

// Four branches of eight labels below one root: label 4 + 8 b + i has parent b, b has none.
TEST(ClusterLabels, FollowsTheHierarchyOfTheData) {
  Taxonomy taxonomy;
  taxonomy.parents.resize(36);
  std::vector<LabelId> leaves_of_it;
  for (LabelId label = 4; label < 36; ++label) {
    taxonomy.parents[static_cast<std::size_t>(label)] = {(label - 4) / 8};
    leaves_of_it.push_back(label);
  }
  const LabelVectors vectors(taxonomy, leaves_of_it);
  const auto log = [](double below) { return std::log(37 / below); };
  EXPECT_EQ(std::vector<std::int32_t>(vectors.columns(9).begin(), vectors.columns(9).end()), (std::vector<std::int32_t>{1, 13}));
  EXPECT_NEAR(vectors.values(9)[0], log(9) / std::hypot(log(9), log(1)), 1e-6);
  const LabelLeaves leaves = cluster_labels(vectors, 2, Rng(3), {});
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t k = 0; k < 8; ++k) EXPECT_EQ((leaves.labels[8 * i + k] - 4) / 8, (leaves.labels[8 * i] - 4) / 8);
}

TEST(ClusterLabels, SameForAnyThreadsAndOtherForOtherSeeds) {
  const Sample s(8, 16);
  const LabelVectors one(s.x, TruthColumns(s.labels), s.all(), threads(1)), two(s.x, TruthColumns(s.labels), s.all(), threads(3));
  const LabelLeaves a = cluster_labels(one, 4, Rng(1), threads(1)), b = cluster_labels(two, 4, Rng(1), threads(3));
  EXPECT_EQ(a.labels, b.labels);
  EXPECT_EQ(a.starts, b.starts);
  EXPECT_NE(a.labels, cluster_labels(one, 4, Rng(2), threads(1)).labels);
}

TEST(Halvings, AsManyAsNeeded) {
  EXPECT_EQ(halvings(100, 100), 0);
  EXPECT_EQ(halvings(101, 100), 1);
  EXPECT_EQ(halvings(200, 100), 1);
  EXPECT_EQ(halvings(201, 100), 2);
  EXPECT_EQ(halvings(131073, 100), 11);
}

}  // namespace
}  // namespace tagma
