// Figures of scikit-learn and scipy (tests/reference/metrics_golden.py), and of the UniMLR release.
#include "toys.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include <fstream>

namespace tagma {
namespace {

using nlohmann::json;

test::Toy toy_of(const json& given) {
  std::vector<std::vector<int>> cells;
  std::vector<std::vector<bool>> decided;
  const auto grades = given["grades"].get<std::vector<std::vector<double>>>();
  const auto scores = given["scores"].get<std::vector<std::vector<float>>>();
  for (std::size_t r = 0; r < grades.size(); ++r) {
    cells.emplace_back(), decided.emplace_back();
    for (std::size_t l = 0; l < grades[r].size(); ++l) {
      cells.back().push_back(grades[r][l] > 0);
      decided.back().push_back(scores[r][l] >= 0.5f);
    }
  }
  return test::toy_of(cells, grades, scores, decided, true, false, Scale::probability);
}

void expect_equal(const json& wanted, const Evaluation& found, const std::string& where) {
  for (const auto& [name, value] : wanted.items()) {
    const Measure* measure = found.find(name);
    ASSERT_NE(measure, nullptr) << where << " " << name;
    EXPECT_NEAR(measure->value, value.get<double>(), 1e-6) << where << " " << name;
  }
}

TEST(MeasureGolden, EqualsScikitLearnAndScipy) {
  std::ifstream file(std::string(TAGMA_TEST_DIR) + "/golden/metrics.json");
  const json golden = json::parse(file);
  for (const json& given : golden["cases"]) {
    const std::string name = given["name"];
    const test::Toy toy = toy_of(given);
    expect_equal(given["zero"], evaluate(toy.judged(), {}, {}), name + " zero");
    expect_equal(given["one"], evaluate(toy.judged(), {.zero_division = ZeroDivision::one}, {}), name + " one");
    expect_equal(given["sklearn"], evaluate(toy.judged(), {.preset = Preset::sklearn}, {}), name + " sklearn");
    const auto weights = given["weights"].get<std::vector<float>>();
    Judged weighted = toy.judged();
    weighted.row_weights = weights;
    expect_equal(given["weighted"], evaluate(weighted, {}, {}), name + " weighted");
  }
}

// The UniMLR release's metrics on its own example; tau_a there is not one of ours.
TEST(MeasureGolden, EqualsTheUniMlrRelease) {
  const std::vector<std::vector<float>> scores{{1.2f, 0.f, 0.3f, 2.f}, {0.f, 0.8f, 0.f, 0.1f}, {0.5f, 1.5f, 0.f, 0.f}};
  const std::vector<std::vector<double>> grades{{2, 0, 1, 3}, {0, 2, 0, 1}, {1, 1, 0, 0}};
  std::vector<std::vector<int>> cells(3, std::vector<int>(4));
  for (std::size_t r = 0; r < 3; ++r)
    for (std::size_t l = 0; l < 4; ++l) cells[r][l] = grades[r][l] > 0;
  const test::Toy toy = test::toy_of(cells, grades, scores, std::vector<std::vector<bool>>(3, std::vector<bool>(4)), true,
                                     false, Scale::margin);
  EXPECT_NEAR(measure_one("kendall_tau_b", toy.judged(), {}), 0.9648090636666385, 1e-12);
  EXPECT_NEAR(measure_one("spearman_rho", toy.judged(), {}), 0.9809363471940212, 1e-12);
  EXPECT_NEAR(measure_one("goodman_kruskal_gamma", toy.judged(), {}), 1.0, 1e-12);
}

}  // namespace
}  // namespace tagma
