// Every loss over pairs or simplices against numbers written out from its equations (tests/reference/rank_losses.py).
#include <tagma/drive/loss_function.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>
#include <limits>

namespace tagma {
namespace {

using nlohmann::json;

json golden(const std::string& file) {
  std::ifstream in(std::string(TAGMA_TEST_DIR) + "/golden/" + file);
  EXPECT_TRUE(in) << file;
  return json::parse(in);
}

template <class Number>
std::vector<Number> flat(const json& rows) {
  std::vector<Number> numbers;
  for (const json& row : rows)
    for (const json& cell : row)
      numbers.push_back(cell.is_null() ? std::numeric_limits<Number>::quiet_NaN() : cell.get<Number>());
  return numbers;
}

struct Answer {
  double value;
  std::vector<double> slopes;
};

Answer answer(const std::string& name, const json& example, Settings settings) {
  const auto loss = make_loss(name, settings);
  const std::vector<double> outputs = flat<double>(example["outputs"]);
  std::vector<Truth> truth;
  for (const int t : flat<int>(example["truth"])) truth.push_back(static_cast<Truth>(t));
  const auto grades = flat<float>(example["grades"]);
  const auto weights = example["label_weights"].get<std::vector<float>>();
  Answer result{0, std::vector<double>(outputs.size(), -7)};
  Batch<double> batch;
  batch.rows = static_cast<std::int64_t>(example["outputs"].size());
  batch.labels = static_cast<LabelId>(weights.size());
  batch.outputs = outputs.data();
  batch.truth = truth.data();
  batch.grades = grades.data();
  batch.label_weights = weights.data();
  batch.slopes = result.slopes.data();
  result.value = loss->run(batch, Run{});
  return result;
}

Settings settings_in(const json& example) {
  Settings settings;
  for (const auto& [key, value] : example["settings"].items()) settings.set(key, value.get<std::string>());
  return settings;
}

class Golden : public testing::TestWithParam<std::string> {};

TEST_P(Golden, ValueAndSlopes) {
  const json file = golden(GetParam() + ".json");
  const auto name = file["loss"].get<std::string>();
  ASSERT_FALSE(file["cases"].empty());
  for (const json& example : file["cases"]) {
    SCOPED_TRACE(name + " " + example["name"].get<std::string>() + " " + example["settings"].dump());
    const Answer got = answer(name, example, settings_in(example));
    const double value = example["value"];
    EXPECT_NEAR(got.value, value, 1e-9 * (1 + std::abs(value)));
    const std::vector<double> slopes = flat<double>(example["slopes"]);
    ASSERT_EQ(got.slopes.size(), slopes.size());
    for (std::size_t o = 0; o < slopes.size(); ++o) EXPECT_NEAR(got.slopes[o], slopes[o], 1e-9) << "output " << o;
  }
}

INSTANTIATE_TEST_SUITE_P(Losses, Golden,
                         testing::Values("unimlr", "lsep", "crpc", "ranknet", "zlpr", "sparsemax", "ldl_kl", "decoupled_softmax", "soft_top_k"),
                         [](const auto& instance) { return instance.param; });

// Figures that the released code of arXiv 2508.21772 gives in double precision.
double released(const std::string& name, Settings settings) {
  const json file = golden(name + ".json");
  settings.set("reduction", "paper");
  for (const json& example : file["cases"]) {
    bool fits = example["name"] == "paper";
    for (const auto& [key, value] : settings) fits = fits && example["settings"].at(key) == value;
    if (fits) return answer(name, example, settings).value;
  }
  ADD_FAILURE() << "no such case of " << name;
  return 0;
}

TEST(Released, UniMlrClassificationAndRankingApart) {
  const double classification = 0.2631664683408496, ranking = 0.20960219993744864, weak_ranking = 0.17923067820153946;
  const auto value = [](const char* mode, const char* pairs, const char* floor) {
    return released("unimlr", {{"mode", mode}, {"pairs", pairs}, {"floor", floor}});
  };
  // In weak mode no two present labels differ, so that pairs = present leaves the classification terms alone.
  EXPECT_NEAR(value("weak", "present", "0.0001"), classification, 1e-9);
  EXPECT_NEAR(value("strong", "all", "0.0001") - value("weak", "present", "0.0001"), ranking, 1e-9);
  EXPECT_NEAR(value("weak", "all", "0.0001") - value("weak", "present", "0.0001"), weak_ranking, 1e-9);
  EXPECT_NEAR(value("weak", "present", "0"), 0.26329919067322494, 1e-9);
  EXPECT_NEAR(value("strong", "all", "0") - value("weak", "present", "0"), 0.20972715453285995, 1e-9);
}

TEST(Released, Crpc) {
  EXPECT_NEAR(released("crpc", {{"mode", "strong"}, {"ties", "released"}}), 0.7122242363689021, 1e-9);
  EXPECT_NEAR(released("crpc", {{"mode", "weak"}, {"ties", "released"}}), 0.7188909030355687, 1e-9);
}

TEST(Released, Lsep) {
  const double strong = released("lsep", {{"mode", "strong"}, {"threshold", "false"}});
  EXPECT_NEAR(strong, 0.8547058931460899, 1e-9);
  EXPECT_NEAR(released("lsep", {{"mode", "weak"}, {"threshold", "false"}}), 0.6440091775267128, 1e-9);
  EXPECT_NEAR(released("lsep", {{"mode", "strong"}, {"threshold", "true"}}) - strong, 0.41722330088303644, 1e-9);
}

}  // namespace
}  // namespace tagma
