// Model files of version 1, written by tests/reference/linear_model.py from the specification: they must load for ever.
#include <tagma/model/linear.h>
#include <tagma/score/score.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>

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

}  // namespace
}  // namespace tagma
