// What every decision rule of the catalog keeps to.
#include <tagma/decide/catalog.h>
#include <tagma/decide/rule.h>
#include <tests/decide/toys.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <functional>

namespace tagma {
namespace {

class RuleLaws : public testing::TestWithParam<std::string> {
 protected:
  std::unique_ptr<const Decider> fit(const toys::Case& data, int threads = 1) const {
    return fit_rule(GetParam(), {}, data.scores, data.truth, {.threads = threads});
  }
};

std::vector<std::string> all_rules() { return {Rules::names.begin(), Rules::names.end()}; }
INSTANTIATE_TEST_SUITE_P(Rules, RuleLaws, testing::ValuesIn(all_rules()), [](const auto& each) {
  std::string name = each.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

const toys::Shape shapes[] = {{},
                              {.rows = 3000, .labels = 40, .unknown = 0.1, .levels = 0},
                              {.rows = 1, .labels = 7},
                              {.rows = 9, .labels = 1},
                              {.rows = 50, .labels = 6, .present = 0},
                              {.rows = 50, .labels = 6, .unknown = 1},
                              {.rows = 50, .labels = 6, .present = 1, .fade = 1},
                              {.rows = 0, .labels = 3},
                              {.rows = 4, .labels = 0}};

TEST_P(RuleLaws, DecidesAscendingUniqueIds) {
  for (const toys::Shape& shape : shapes) {
    const toys::Case data = toys::make(shape, 1);
    const Decisions decisions = fit(data)->decide(data.scores, {});
    ASSERT_EQ(decisions.rows(), shape.rows);
    EXPECT_EQ(decisions.labels(), shape.labels);
    for (std::int64_t row = 0; row < decisions.rows(); ++row)
      for (std::size_t i = 0; i < decisions[row].size(); ++i) {
        EXPECT_TRUE(decisions[row][i] >= 0 && decisions[row][i] < shape.labels);
        EXPECT_TRUE(i == 0 || decisions[row][i - 1] < decisions[row][i]);
      }
  }
}

TEST_P(RuleLaws, GivesTheSameForAnyNumberOfThreads) {
  for (const toys::Shape& shape : shapes) {
    const toys::Case data = toys::make(shape, 2);
    const auto one = fit(data, 1), two = fit(data, 2);
    EXPECT_EQ(one->summary(), two->summary());
    EXPECT_EQ(toys::listed(one->decide(data.scores, {.threads = 1})),
              toys::listed(two->decide(data.scores, {.threads = 2})));
  }
}

TEST_P(RuleLaws, DoesNotDependOnTheOrderOfRows) {
  for (const toys::Shape& shape : shapes) {
    const toys::Case data = toys::make(shape, 3), fresh = toys::make(shape, 4);
    EXPECT_EQ(toys::listed(fit(data)->decide(fresh.scores, {})),
              toys::listed(fit(toys::reordered(data, 5))->decide(fresh.scores, {})));
  }
}

TEST_P(RuleLaws, DoesNotSeeTheScoresOfUnknownCells) {
  const toys::Case data = toys::make({.rows = 300, .labels = 8, .unknown = 0.3}, 6);
  toys::Case planted = data;
  std::vector<Truth> truth(8);
  for (std::int64_t row = 0; row < 300; ++row) {
    data.truth.fill(row, truth);
    for (std::size_t j = 0; j < 8; ++j)
      if (truth[j] == Truth::unknown) planted.scores.values[static_cast<std::size_t>(row) * 8 + j] = 1;
  }
  EXPECT_EQ(toys::listed(fit(data)->decide(data.scores, {})), toys::listed(fit(planted)->decide(data.scores, {})));
}

TEST_P(RuleLaws, DecidesTheSameWhenSavedAndLoaded) {
  const std::string path = testing::TempDir() + fmt::format("rule_{}_{}.tagma", GetParam(), getpid());
  for (const Scale scale : {Scale::probability, Scale::margin})
    for (const toys::Shape& like : shapes) {
      toys::Shape shape = like;
      shape.scale = scale;
      toys::Case data = toys::make(shape, 7);
      if (scale == Scale::margin)
        for (float value : data.scores.values) data.scores.presence.push_back(1 / (1 + std::exp(-value)));
      const auto fitted = fit(data);
      ModelWriter file;
      fitted->save(file);
      file.write(path);
      const auto loaded = load_decider(ModelReader(path));
      ASSERT_NE(loaded, nullptr);
      EXPECT_EQ(loaded->rule(), GetParam());
      EXPECT_EQ(loaded->summary(), fitted->summary());
      EXPECT_EQ(toys::listed(fitted->decide(data.scores, {})), toys::listed(loaded->decide(data.scores, {})));
    }
  std::remove(path.c_str());
}

TEST_P(RuleLaws, RefusesWhatDoesNotFit) {
  const toys::Case data = toys::make({}, 8), other = toys::make({.labels = 6}, 8);
  const auto code = [](auto&& f) {
    try {
      f();
    } catch (const Error& fault) {
      return std::pair(fault.code(), std::string(fault.what()));
    }
    return std::pair(Code::io, std::string("nothing was thrown"));
  };
  EXPECT_EQ(code([&] { fit_rule(GetParam(), {}, data.scores, other.truth, {}); }).first, Code::usage);
  const auto [kind, text] = code([&] { fit_rule(GetParam(), {{"nonsense", "1"}}, data.scores, data.truth, {}); });
  EXPECT_EQ(kind, Code::usage);
  EXPECT_THAT(text, testing::HasSubstr("nonsense"));
}

TEST_P(RuleLaws, SaysInOneLineWhatItDoes) {
  const std::string text = fit(toys::make({}, 9))->summary();
  EXPECT_FALSE(text.empty());
  EXPECT_EQ(text.find('\n'), std::string::npos);
  EXPECT_LT(text.size(), 120u);
}

TEST(Rules, OnAShortlistDecideOnlyWhatItHolds) {
  const toys::Case data = toys::make({.rows = 200, .labels = 12, .levels = 0, .present = 0.6}, 10);
  const Scores best = shortlist(data.scores, 4);
  for (const std::string name : {"global-threshold", "half", "label-thresholds", "top-k"}) {
    const Decisions decisions = fit_rule(name, {}, best, data.truth, {})->decide(best, {});
    for (std::int64_t row = 0; row < 200; ++row)
      for (LabelId label : decisions[row]) EXPECT_THAT(best.short_row(row).ids, testing::Contains(label)) << name;
  }
}

// A shortlist of all labels is the dense scores in another form.
TEST(Rules, OnAShortlistOfAllLabelsDecideAsOnDenseScores) {
  const toys::Case data = toys::make({.rows = 200, .labels = 6, .unknown = 0.1}, 11);
  const Scores all = shortlist(data.scores, 6);
  for (const std::string name : {"global-threshold", "half", "label-thresholds", "top-k"})
    EXPECT_EQ(toys::listed(fit_rule(name, {}, all, data.truth, {})->decide(all, {})),
              toys::listed(fit_rule(name, {}, data.scores, data.truth, {})->decide(data.scores, {})))
        << name;
}

TEST(Rules, NamesAreKnownAndNearOnesSuggested) {
  EXPECT_EQ(rule_entries().size(), Rules::size + Calibrations::size);
  for (const std::string_view name : Calibrations::names) EXPECT_TRUE(calibrates(name)) << name;
  for (const std::string_view name : Rules::names) EXPECT_FALSE(calibrates(name)) << name;
  EXPECT_TRUE(std::is_sorted(Rules::names.begin(), Rules::names.end()));
  const toys::Case data = toys::make({}, 12);
  try {
    fit_rule("label-threshold", {}, data.scores, data.truth, {});
    FAIL();
  } catch (const Error& fault) {
    EXPECT_EQ(fault.code(), Code::usage);
    EXPECT_THAT(fault.what(), testing::HasSubstr("did you mean 'label-thresholds'"));
  }
}

TEST(Rules, TheStandardOneIsTheCutOfTheScale) {
  EXPECT_EQ(standard_decider()->rule(), "half");
  Scores scores;
  scores.rows = 1, scores.labels = 3;
  scores.values = {0.5f, 0.49f, 0.9f};
  EXPECT_EQ(toys::listed(standard_decider()->decide(scores, {})), (std::vector<std::vector<LabelId>>{{0, 2}}));
  scores.scale = Scale::margin;
  scores.values = {0.f, -0.1f, 0.1f};
  EXPECT_EQ(toys::listed(standard_decider()->decide(scores, {})), (std::vector<std::vector<LabelId>>{{0, 2}}));
}

TEST(Rules, TopKTakesTheBestAndHonoursItsFloor) {
  const toys::Case data = toys::make({.rows = 1}, 1);
  Scores scores = data.scores;
  scores.values = {0.3f, 0.8f, 0.8f, 0.1f, 0.9f};
  const auto decide = [&](const Settings& settings) {
    return toys::listed(fit_rule("top-k", settings, scores, data.truth, {})->decide(scores, {})).front();
  };
  EXPECT_THAT(decide({}), testing::ElementsAre(4));
  EXPECT_THAT(decide({{"k", "2"}}), testing::ElementsAre(1, 4));
  EXPECT_THAT(decide({{"k", "4"}, {"at_least", "0.5"}}), testing::ElementsAre(1, 2, 4));
  EXPECT_THAT(decide({{"k", "99"}}), testing::ElementsAre(0, 1, 2, 3, 4));
}

TEST(Rules, ADamagedRuleInAModelFileIsRefused) {
  const std::string path = testing::TempDir() + fmt::format("damaged_rule_{}.tagma", getpid());
  const auto fault = [&](const std::function<void(ModelWriter&)>& fill) {
    ModelWriter file;
    fill(file);
    file.write(path);
    try {
      load_decider(ModelReader(path));
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Code::bad_model) << error.what();
      return std::string(error.what());
    }
    return std::string("nothing was thrown");
  };
  using nlohmann::json;
  const json good = {{"name", "global-threshold"}, {"settings", json::object()}, {"scale", "margin"}};
  EXPECT_THAT(fault([](ModelWriter& f) { f.manifest()["rule"] = 7; }), testing::HasSubstr("'rule' is damaged"));
  EXPECT_THAT(fault([&](ModelWriter& f) { f.manifest()["rule"] = good; }), testing::HasSubstr("rule.thresholds"));
  EXPECT_THAT(fault([&](ModelWriter& f) { f.manifest()["rule"] = good, f.manifest()["rule"]["scale"] = "metric"; }),
              testing::HasSubstr("metric"));
  EXPECT_THAT(fault([&](ModelWriter& f) { f.manifest()["rule"] = good, f.manifest()["rule"]["name"] = "dice"; }),
              testing::HasSubstr("unknown rule 'dice'"));
  EXPECT_THAT(fault([&](ModelWriter& f) {
                f.manifest()["rule"] = good;
                f.add("rule.thresholds", std::vector<float>{std::nanf("")}, {1});
              }),
              testing::HasSubstr("not a number"));
  EXPECT_THAT(fault([&](ModelWriter& f) {
                f.manifest()["rule"] = {{"name", "top-k"}, {"settings", {{"k", "-3"}}}, {"scale", "margin"}};
              }),
              testing::HasSubstr("out of range"));
  ModelWriter plain;
  plain.write(path);
  EXPECT_EQ(load_decider(ModelReader(path)), nullptr);
  std::remove(path.c_str());
}

TEST(Rules, ScoresOfAnotherScaleOrWidthAreRefused) {
  const toys::Case chances = toys::make({}, 1), margins = toys::make({.scale = Scale::margin}, 1),
                   wide = toys::make({.labels = 6}, 1);
  for (const std::string name : {"global-threshold", "label-thresholds"})
    EXPECT_THROW(fit_rule(name, {}, chances.scores, chances.truth, {})->decide(margins.scores, {}), Error);
  EXPECT_THROW(fit_rule("label-thresholds", {}, chances.scores, chances.truth, {})->decide(wide.scores, {}), Error);
}

}  // namespace
}  // namespace tagma
