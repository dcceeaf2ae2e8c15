#include <tagma/report/json.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace tagma {
namespace {

Evaluation example() {
  Evaluation evaluation{.rows = 10, .labels = 2};
  evaluation.measures.push_back({.name = "micro_f1", .value = 0.61, .support = 12, .interval = Interval{0.5, 0.7}});
  evaluation.measures.push_back({.name = "ranking_loss",
                                 .value = 0.1,
                                 .better = Better::lower,
                                 .support = 9,
                                 .undefined = 1,
                                 .note = "skipped a row"});
  evaluation.measures.push_back({.name = "macro_f1", .value = 0.3, .support = 2, .by_label = {0.3, std::nan("")}});
  evaluation.measures.push_back({.name = "macro_auc", .value = std::nan("")});
  evaluation.left_out.push_back({"kendall_tau_b", "the truth has no grades"});
  return evaluation;
}

TEST(EvaluationJson, HasTheFormOfTheCommandLine) {
  const nlohmann::ordered_json json =
      evaluation_json(example(), {.by_label = true, .interval = true}, std::vector<std::string>{"sky", "sea"});
  EXPECT_EQ(json["rows"], 10);
  EXPECT_EQ(json["labels"], 2);
  const auto& f1 = json["metrics"]["micro_f1"];
  EXPECT_EQ(f1["value"], 0.61);
  EXPECT_EQ(f1["better"], "higher");
  EXPECT_EQ(f1["support"], 12);
  EXPECT_EQ(f1["low"], 0.5);
  EXPECT_EQ(f1["high"], 0.7);
  const auto& loss = json["metrics"]["ranking_loss"];
  EXPECT_EQ(loss["better"], "lower");
  EXPECT_EQ(loss["undefined"], 1);
  EXPECT_EQ(loss["note"], "skipped a row");
  EXPECT_FALSE(loss.contains("low"));
  EXPECT_EQ(json["by_label"]["names"], nlohmann::ordered_json({"sky", "sea"}));
  EXPECT_EQ(json["by_label"]["macro_f1"][0], 0.3);
  EXPECT_TRUE(json["by_label"]["macro_f1"][1].is_null());
  EXPECT_EQ(json["left_out"]["kendall_tau_b"], "the truth has no grades");
  EXPECT_EQ(json["conventions"]["zero_division"], "0");
  EXPECT_EQ(json["conventions"]["preset"], "none");
  EXPECT_EQ(json["conventions"]["interval"]["level"], 0.95);
  std::vector<std::string> keys;
  for (const auto& [key, value] : json.items()) keys.push_back(key);
  EXPECT_EQ((std::vector<std::string>(keys.begin(), keys.begin() + 3)),
            (std::vector<std::string>{"rows", "labels", "metrics"}));
}

TEST(EvaluationJson, NeverHoldsWhatIsNoNumber) {
  const nlohmann::ordered_json json = evaluation_json(example(), {});
  EXPECT_FALSE(json["metrics"].contains("macro_auc"));
  EXPECT_TRUE(json["left_out"].contains("macro_auc"));
  const std::string text = json.dump();
  EXPECT_EQ(text.find("nan"), std::string::npos);
  for (const auto& [name, metric] : json["metrics"].items()) EXPECT_TRUE(metric["value"].is_number()) << name;
  EXPECT_EQ(json["by_label"]["names"][1], "1");
}

TEST(EvaluationJson, OfNothing) {
  const nlohmann::ordered_json json = evaluation_json({}, {});
  EXPECT_EQ(json["rows"], 0);
  EXPECT_TRUE(json["metrics"].is_object());
  EXPECT_TRUE(json["metrics"].empty());
  EXPECT_FALSE(json.contains("by_label"));
}

}  // namespace
}  // namespace tagma
