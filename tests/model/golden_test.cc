// Model files of version 1, written by tests/reference/linear_model.py and extreme_models.py from the specification: they must load for ever.
#include <tagma/model/linear.h>
#include <tagma/score/score.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace tagma {
namespace {

TEST(GoldenModel, VersionOneLoadsAndScores) {
  const std::string folder = std::string(TAGMA_TEST_DIR) + "/golden/";
  const auto expected = nlohmann::json::parse(std::ifstream(folder + "linear_v1.json"));
  const auto rows = expected.at("features").get<std::vector<std::vector<float>>>();
  const auto scores = expected.at("scores").get<std::vector<std::vector<double>>>();
  DenseArrays dense;
  for (const std::vector<float>& row : rows) dense.values.insert(dense.values.end(), row.begin(), row.end());
  const FeatureMatrix x(std::move(dense), static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(rows[0].size()));
  for (const char* name : {"linear_v1.tagma", "linear_v1_sparse.tagma"}) {
    const auto model = load_model(ModelReader(folder + name));
    EXPECT_EQ(model->kind(), "linear");
    EXPECT_EQ(model->loss(), "bce");
    const Scores found = score_all(*model, x, {});
    for (std::size_t r = 0; r < scores.size(); ++r)
      for (std::size_t j = 0; j < scores[r].size(); ++j)
        EXPECT_NEAR(found.row(static_cast<std::int64_t>(r))[j], scores[r][j], 1e-6) << name;
  }
}

FeatureMatrix sparse_rows(const nlohmann::json& rows, std::int64_t columns) {
  CsrArrays arrays;
  for (const auto& row : rows) {
    for (const auto& [column, value] : row.get<std::vector<std::pair<std::int32_t, float>>>()) {
      arrays.columns_of.push_back(column);
      arrays.values.push_back(value);
    }
    arrays.starts.push_back(static_cast<std::int64_t>(arrays.values.size()));
  }
  return FeatureMatrix(std::move(arrays), columns);
}

// Every form of ovr, tree and embedding: chunks of each precision and lane form, labels in another order, prototypes, kept labels, a graph.
class GoldenExtreme : public testing::TestWithParam<std::string> {};

TEST_P(GoldenExtreme, VersionOneLoadsAndScores) {
  const std::string folder = std::string(TAGMA_TEST_DIR) + "/golden/";
  const auto expected = nlohmann::json::parse(std::ifstream(folder + "extreme_v1.json")).at(GetParam());
  const auto scores = expected.at("scores").get<std::vector<std::vector<double>>>();
  const double within = expected.at("within");
  const FeatureMatrix x = sparse_rows(expected.at("rows"), expected.at("features"));
  const auto model = load_model(ModelReader(folder + GetParam() + ".tagma"));
  EXPECT_EQ(model->kind(), expected.at("kind"));
  EXPECT_EQ(model->loss(), expected.at("loss"));
  ASSERT_EQ(model->features(), x.columns());
  ASSERT_EQ(static_cast<std::size_t>(model->labels()), scores[0].size());
  const Scores all = score_all(*model, x, {}), best = score_top(*model, x, {0, x.rows()}, {.top = 3, .exact = true}, {});
  ASSERT_EQ(all.rows, static_cast<std::int64_t>(scores.size()));
  for (std::size_t r = 0; r < scores.size(); ++r) {
    const auto row = static_cast<std::int64_t>(r);
    for (std::size_t j = 0; j < scores[r].size(); ++j) EXPECT_NEAR(all.row(row)[j], scores[r][j], within) << "row " << r << ", label " << j;
    std::vector<double> sorted = scores[r];
    std::sort(sorted.begin(), sorted.end(), std::greater<>());
    const ShortRow found = best.short_row(row);
    ASSERT_EQ(found.ids.size(), 3u);
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_NEAR(found.values[i], sorted[i], within) << "row " << r << ", place " << i;
      EXPECT_NEAR(found.values[i], scores[r][static_cast<std::size_t>(found.ids[i])], within) << "row " << r << ", place " << i;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Files, GoldenExtreme, testing::Values("ovr_v1", "ovr_v1_int8", "tree_v1", "tree_v1_prototypes", "embedding_v1"),
                         [](const auto& instance) { return instance.param; });

}  // namespace
}  // namespace tagma
