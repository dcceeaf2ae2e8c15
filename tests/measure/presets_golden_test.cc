// Figures of Mulan, torchmetrics and pyxclib themselves (tests/reference/presets_golden.py): each preset gives its tool's,
// and what its tool has no value for it leaves out.
#include "toys.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include <fstream>

namespace tagma {
namespace {

using nlohmann::json;

// Decisions are left to the cut: which side of it a score on the cut falls is one of the quirks.
test::Toy preset_toy_of(const json& given) {
  const auto cells = given["truth"].get<std::vector<std::vector<int>>>();
  const auto scores = given["scores"].get<std::vector<std::vector<float>>>();
  const std::vector<std::vector<double>> grades(cells.size(), std::vector<double>(cells.front().size(), 1));
  const std::vector<std::vector<bool>> decided(cells.size(), std::vector<bool>(cells.front().size()));
  return test::toy_of(cells, grades, scores, decided, false, false, given["cut"] == 0.5 ? Scale::probability : Scale::margin);
}

void expect_figures(std::string_view tool, Preset preset, std::size_t least) {
  std::ifstream file(std::string(TAGMA_TEST_DIR) + "/golden/presets.json");
  const json golden = json::parse(file);
  std::size_t compared = 0;
  for (const json& given : golden["cases"]) {
    const json& wanted = given[std::string(tool)];
    if (wanted.is_null()) continue;
    const test::Toy toy = preset_toy_of(given);
    const auto counts = given["train_present"].get<std::vector<std::int64_t>>();
    const Judged judged{.truth = &toy.truth, .scores = &toy.scores, .train_present = counts, .train_rows = given["train_rows"]};
    const Evaluation found = evaluate(judged, {.preset = preset}, {});
    for (const auto& [name, value] : wanted.items()) {
      const std::string where = given["name"].get<std::string>() + ": " + name;
      const Measure* measure = found.find(name);
      ++compared;
      if (value.is_null()) {
        EXPECT_EQ(measure, nullptr) << where;
        continue;
      }
      if (!measure) {
        ADD_FAILURE() << where << " is left out";
        continue;
      }
      const double figure = value;
      EXPECT_NEAR(measure->value, figure, 1e-6 * std::max(1., figure)) << where;
    }
  }
  EXPECT_GE(compared, least);
}

TEST(PresetsGolden, Mulan) { expect_figures("mulan", Preset::mulan, 250); }
TEST(PresetsGolden, Torchmetrics) { expect_figures("torchmetrics", Preset::torchmetrics, 350); }
TEST(PresetsGolden, Xmc) { expect_figures("xmc", Preset::xmc, 150); }

}  // namespace
}  // namespace tagma
