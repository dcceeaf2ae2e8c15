// Evaluation as a whole: names, what is left out, shortlists, presets, folds, intervals.
#include "reference.h"

#include <tagma/measure/jobs.h>
#include <tagma/measure/row_pass.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tagma {
namespace {

using testing::HasSubstr;

std::string reason_of(const Evaluation& found, std::string_view name) {
  for (const LeftOut& left : found.left_out)
    if (left.name == name) return left.reason;
  return "";
}

template <class F>
std::string error_of(F f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Evaluate, NamesAreCheckedAndExpanded) {
  const test::Toy toy = test::random_toy(1);
  const Evaluation found = evaluate(toy.judged(), {.names = {"precision_at_k", "lrap", "recall_at_7"}, .at = {2, 4}}, {});
  ASSERT_EQ(found.measures.size(), 4u);
  EXPECT_EQ(found.measures[0].name, "precision_at_2");
  EXPECT_EQ(found.measures[1].name, "precision_at_4");
  EXPECT_EQ(found.measures[3].name, "recall_at_7");
  EXPECT_THAT(error_of([&] { evaluate(toy.judged(), {.names = {"micro_f3"}}, {}); }), HasSubstr("did you mean 'micro_f"));
  EXPECT_THAT(error_of([&] { evaluate(toy.judged(), {.names = {""}}, {}); }), HasSubstr("unknown metric"));
  EXPECT_THAT(error_of([&] { evaluate(toy.judged(), {.at = {0}}, {}); }), HasSubstr("starts at 1"));
  EXPECT_THAT(error_of([&] { measure_one("ndcg_at_k", toy.judged(), {}); }), HasSubstr("name one k"));
  EXPECT_EQ(better_of("ranking_loss"), Better::lower);
  EXPECT_EQ(better_of("psp_at_3"), Better::higher);
}

TEST(Evaluate, SizesMustFit) {
  test::Toy toy = test::random_toy(1);
  const test::Toy other = test::random_toy(1, {.rows = 39});
  EXPECT_THAT(error_of([&] { evaluate({.truth = &toy.truth, .scores = &other.scores}, {}, {}); }), HasSubstr("39 rows"));
  EXPECT_THAT(error_of([&] { evaluate({.scores = &other.scores}, {}, {}); }), HasSubstr("truth is missing"));
  const std::vector<float> negative(40, -1);
  Judged judged = toy.judged();
  judged.row_weights = negative;
  EXPECT_THAT(error_of([&] { evaluate(judged, {}, {}); }), HasSubstr("at least 0"));
  const LabelMatrix nothing(3);
  EXPECT_THAT(error_of([&] { evaluate({.truth = &nothing}, {}, {}); }), HasSubstr("nothing to evaluate"));
  toy.scores.values.pop_back();
  EXPECT_THAT(error_of([&] { evaluate(toy.judged(), {}, {}); }), HasSubstr("do not fit"));
}

TEST(Evaluate, WhatCannotBeSaidIsLeftOutWithTheReason) {
  const test::Toy toy = test::random_toy(1, {.graded = false, .scale = Scale::margin});
  const Evaluation found = evaluate(toy.judged(), {}, {});
  EXPECT_THAT(reason_of(found, "presence_ece"), HasSubstr("margins"));
  EXPECT_THAT(reason_of(found, "positive_tau_b"), HasSubstr("grades"));
  EXPECT_THAT(reason_of(evaluate(test::random_toy(1).judged(), {}, {}), "order_brier"), HasSubstr("how probable an order"));
  const Evaluation sets = evaluate({.truth = &toy.truth, .decisions = &toy.decisions}, {}, {});
  EXPECT_THAT(reason_of(sets, "lrap"), HasSubstr("needs scores"));
  EXPECT_NE(sets.find("macro_f1"), nullptr);
  EXPECT_THAT(reason_of(evaluate({.truth = &toy.truth}, {}, {}), "micro_f1"), HasSubstr("needs decisions"));
}

TEST(Evaluate, WithoutDecisionsTheCutDecides) {
  for (const Scale scale : {Scale::probability, Scale::margin}) {
    test::Toy toy = test::random_toy(2, {.scale = scale});
    toy.decisions = decide_at_cut(toy.scores);
    const Evaluation given = evaluate(toy.judged(), {}, {});
    const Evaluation cut = evaluate({.truth = &toy.truth, .scores = &toy.scores}, {}, {});
    EXPECT_EQ(given.find("macro_f1")->value, cut.find("macro_f1")->value);
    EXPECT_THAT(cut.find("macro_f1")->note, HasSubstr("decided where the score is at least"));
  }
}

TEST(Evaluate, NothingButNegativesIsDefined) {
  LabelMatrix truth(4);
  Scores scores{.rows = 3, .labels = 4};
  for (int r = 0; r < 3; ++r) truth.add({});
  scores.values.assign(12, 0.25f);
  const Evaluation found = evaluate({.truth = &truth, .scores = &scores}, {.interval = true, .replicates = 20}, {});
  EXPECT_EQ(found.find("negative_f1")->value, 1);
  EXPECT_EQ(found.find("subset_accuracy")->value, 1);
  EXPECT_EQ(found.find("samples_f1")->value, 0);
  EXPECT_EQ(found.find("lrap")->value, 1);
  EXPECT_EQ(found.find("ranking_loss")->value, 0);
  EXPECT_EQ(found.find("precision_at_1")->value, 0);
  EXPECT_THAT(reason_of(found, "macro_map"), HasSubstr("undefined"));
  EXPECT_THAT(reason_of(found, "kendall_tau_b"), HasSubstr("undefined"));
  for (const Measure& measure : found.measures) EXPECT_TRUE(std::isfinite(measure.value)) << measure.name;
}

TEST(Evaluate, UndefinedRowsAndLabelsAreCounted) {
  const test::Toy toy = test::random_toy(3, {.unknown = 0});
  const Evaluation found = evaluate(toy.judged(), {.zero_division = ZeroDivision::skip, .by_label = true}, {});
  EXPECT_EQ(found.find("macro_map")->undefined, 1);  // the last label is never present
  EXPECT_EQ(found.find("macro_map")->support, 8);
  EXPECT_EQ(found.find("macro_map")->by_label.size(), 9u);
  EXPECT_TRUE(std::isnan(found.find("macro_map")->by_label[8]));
  EXPECT_THAT(found.find("macro_map")->note, HasSubstr("1 of 9 labels"));
  EXPECT_GE(found.find("kendall_tau_b")->undefined, 6);  // rows without labels
  EXPECT_EQ(found.find("kendall_tau_b")->undefined + found.find("kendall_tau_b")->support, 40);
}

// A complete shortlist says what dense scores say; a short one ranks the rest below, tied.
TEST(Evaluate, Shortlists) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const test::Toy toy = test::random_toy(seed, {.labels = 20, .unknown = seed % 2 ? 0.2 : 0});
    for (const LabelId k : {20, 6, 1}) {
      test::Toy dense = toy;
      const Scores list = shortlist(toy.scores, k);
      for (std::int64_t r = 0; r < 40; ++r) {  // dense scores with the same order: the rest at the bottom
        std::vector<float> row(20, -1.f);
        const ShortRow listed = list.short_row(r);
        for (std::size_t i = 0; i < listed.ids.size(); ++i) row[static_cast<std::size_t>(listed.ids[i])] = listed.values[i];
        std::copy(row.begin(), row.end(), dense.scores.values.begin() + static_cast<std::ptrdiff_t>(r * 20));
      }
      const Evaluation wanted = evaluate(dense.judged(), {.at = {1}}, {});
      const Evaluation found = evaluate({.truth = &toy.truth, .scores = &list, .decisions = &toy.decisions}, {.at = {1}}, {});
      for (const Measure& measure : found.measures) {
        if (k == 1 && (measure.name.find("_at_1") != std::string::npos || measure.name == "one_error")) continue;
        EXPECT_NEAR(measure.value, wanted.find(measure.name)->value, 1e-12) << measure.name << " " << k;
      }
      EXPECT_NE(found.find("ndcg_at_1"), nullptr);
      EXPECT_THAT(reason_of(found, "macro_auc"), HasSubstr("shortlist"));
    }
  }
}

TEST(Evaluate, PresetsTreatTiesOfACompleteShortlistAsOfDenseScores) {
  for (const Preset preset : {Preset::sklearn, Preset::mulan, Preset::torchmetrics, Preset::xmc})
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      const Scale scale = seed % 2 ? Scale::probability : Scale::margin;
      const test::Toy toy = test::random_toy(seed, {.unknown = seed > 3 ? 0.2 : 0, .levels = 4, .scale = scale});
      const Scores list = shortlist(toy.scores, 9);
      const Evaluation wanted = evaluate(toy.judged(), {.preset = preset}, {});
      const Evaluation found = evaluate({.truth = &toy.truth, .scores = &list, .decisions = &toy.decisions}, {.preset = preset}, {});
      EXPECT_NE(found.find("precision_at_3"), nullptr);
      for (const Measure& measure : found.measures)
        EXPECT_NEAR(measure.value, wanted.find(measure.name)->value, 1e-12) << measure.name << " preset " << int(preset);
    }
}

TEST(Evaluate, LabelsBelowAShortlistAreNeverHits) {
  LabelMatrix truth(1000);
  const std::vector<LabelId> present{0, 1, 2};
  truth.add(present);
  const Scores list{.rows = 1, .labels = 1000, .values = {0.9f, 0.8f}, .starts = {0, 2}, .ids = {2, 500}};
  const Evaluation found = evaluate({.truth = &truth, .scores = &list}, {.at = {1, 3}}, {});
  EXPECT_DOUBLE_EQ(found.find("precision_at_1")->value, 1);
  EXPECT_DOUBLE_EQ(found.find("precision_at_3")->value, 1. / 3);
  EXPECT_DOUBLE_EQ(found.find("recall_at_3")->value, 1. / 3);
  EXPECT_DOUBLE_EQ(found.find("coverage_error")->value, 1000);
  EXPECT_DOUBLE_EQ(found.find("micro_recall")->value, 1. / 3);
}

TEST(Evaluate, MinusZeroTiesWithZero) {
  const test::Toy toy = test::toy_of({{0}, {1}}, {{0}, {1}}, {{-0.f}, {0.f}}, {{false}, {false}}, false, false, Scale::margin);
  for (const std::string_view name : {"macro_auc", "micro_auc"}) EXPECT_EQ(measure_one(name, toy.judged(), {}), 0.5) << name;
}

// The fold behind all row-wise metrics: any split of the rows, merged, is the whole.
TEST(Evaluate, MergingAnySplitGivesTheWhole) {
  test::Toy toy = test::random_toy(8, {.rows = 97});
  toy.scores.order = Order::logistic;
  const Judged judged = toy.judged();
  const Rules rules;
  const std::vector<Job> jobs = jobs_of({});
  const std::vector<double> propensities(9, 2.);
  RowPass pass(judged, rules, jobs, propensities, false);
  const RowTotals whole = pass.fold(0, 97);
  Rng rng(3);
  for (int trial = 0; trial < 10; ++trial) {
    RowTotals merged = pass.fold(0, 0);
    for (std::int64_t first = 0; first < 97;) {
      const auto last = std::min<std::int64_t>(97, first + 1 + static_cast<std::int64_t>(rng.below(30)));
      merged.merge(pass.fold(first, last));
      first = last;
    }
    for (std::size_t i = 0; i < whole.parts.size(); ++i) {
      EXPECT_NEAR(merged.parts[i].top, whole.parts[i].top, 1e-9);
      EXPECT_NEAR(merged.parts[i].bottom, whole.parts[i].bottom, 1e-9);
      EXPECT_EQ(merged.parts[i].support, whole.parts[i].support);
      EXPECT_EQ(merged.parts[i].undefined, whole.parts[i].undefined);
    }
    for (std::size_t i = 0; i < whole.bins.size(); ++i) EXPECT_NEAR(*merged.bins[i].gap(), *whole.bins[i].gap(), 1e-12);
  }
}

TEST(Evaluate, MulanPreset) {
  // Row 0: nothing true, nothing decided (1 everywhere). Row 1: a miss and a false label. Row 2: ties.
  const std::vector<std::vector<int>> cells{{0, 0, 0}, {1, 0, 0}, {0, 1, 0}};
  const std::vector<std::vector<double>> grades{{0, 0, 0}, {1, 0, 0}, {0, 1, 0}};
  const std::vector<std::vector<float>> scores{{.1f, .2f, .3f}, {.4f, .9f, .1f}, {.5f, .5f, .2f}};
  const std::vector<std::vector<bool>> decided{{false, false, false}, {false, true, false}, {true, true, false}};
  const test::Toy toy = test::toy_of(cells, grades, scores, decided, false, false, Scale::probability);
  const Evaluation found = evaluate(toy.judged(), {.preset = Preset::mulan}, {});
  EXPECT_NEAR(found.find("samples_f1")->value, (1 + 0 + 2. / 3) / 3, 1e-12);
  EXPECT_NEAR(found.find("samples_precision")->value, (1 + 0 + 0.5) / 3, 1e-12);
  EXPECT_NEAR(found.find("macro_f1")->value, (0 + 2. / 3 + 1) / 3, 1e-12);      // label 2: empty on both sides
  EXPECT_NEAR(found.find("macro_recall")->value, (0 + 1 + 1) / 3., 1e-12);
  EXPECT_NEAR(found.find("coverage_error")->value, (0 + 1 + 0) / 3., 1e-12);    // from 0; the later of tied labels first
  EXPECT_NEAR(found.find("ranking_loss")->value, (0 + 0.5 + 0) / 3, 1e-12);
  EXPECT_NEAR(found.find("lrap")->value, (0.5 + 1) / 2, 1e-12);                 // row 0 is left out
  EXPECT_NEAR(found.find("one_error")->value, (1 + 1 + 0) / 3., 1e-12);
  EXPECT_NEAR(found.find("macro_map")->value, (0.5 + 0.5) / 2, 1e-12);          // label 2 is left out
  EXPECT_THAT(reason_of(found, "macro_auc"), HasSubstr("undefined"));
}

TEST(Evaluate, TorchmetricsPreset) {
  const test::Toy toy = test::random_toy(4, {.unknown = 0});
  const Evaluation own = evaluate(toy.judged(), {}, {}), preset = evaluate(toy.judged(), {.preset = Preset::torchmetrics}, {});
  const double defined = static_cast<double>(own.find("macro_auc")->support);
  EXPECT_NEAR(preset.find("macro_auc")->value, own.find("macro_auc")->value * defined / 9, 1e-12);
  EXPECT_NEAR(preset.find("macro_map")->value, own.find("macro_map")->value * 8 / 9, 1e-12);
  EXPECT_THAT(preset.find("macro_map")->note, HasSubstr("count 0"));
  // Tied pairs: the later label stands above. Row: present label 1 ties with absent 0 and 2; one of two pairs is wrong.
  const test::Toy ties = test::toy_of({{0, 1, 0}}, {{0, 1, 0}}, {{.5f, .5f, .5f}}, {{false, false, false}}, false, false, Scale::probability);
  EXPECT_NEAR(evaluate(ties.judged(), {.preset = Preset::torchmetrics}, {}).find("ranking_loss")->value, 0.5, 1e-12);
  EXPECT_NEAR(evaluate(ties.judged(), {}, {}).find("ranking_loss")->value, 1, 1e-12);
  const Evaluation strict = evaluate({.truth = &ties.truth, .scores = &ties.scores}, {.preset = Preset::torchmetrics}, {});
  EXPECT_EQ(strict.find("micro_recall")->value, 0);  // 0.5 does not exceed 0.5
}

TEST(Evaluate, XmcPresetCountsEmptyRowsAsZero) {
  const test::Toy toy = test::random_toy(4, {.unknown = 0, .levels = 1000000});  // no ties
  const Evaluation xmc = evaluate(toy.judged(), {.zero_division = ZeroDivision::one, .preset = Preset::xmc}, {});
  EXPECT_EQ(xmc.find("recall_at_3")->value, evaluate(toy.judged(), {}, {}).find("recall_at_3")->value);
}

TEST(Evaluate, IntervalsHoldTheValueAndNarrowWithRows) {
  const auto width = [](std::int64_t rows, std::string_view name) {
    const test::Toy toy = test::random_toy(9, {.rows = rows, .levels = 1000});
    const Evaluation found = evaluate(toy.judged(), {.interval = true, .replicates = 200}, {});
    const Measure* measure = found.find(name);
    EXPECT_LE(measure->interval->low, measure->value) << name;
    EXPECT_GE(measure->interval->high, measure->value) << name;
    return measure->interval->high - measure->interval->low;
  };
  for (const std::string_view name : {"micro_f1", "macro_f1", "macro_map", "micro_auc", "lrap", "presence_brier", "psp_at_3"})
    EXPECT_LT(width(1600, name), 0.5 * width(100, name)) << name;
}

// The interval of a mean of independent rows is about 2 x 1.96 standard errors wide.
TEST(Evaluate, IntervalHasTheWidthOfTheNormalOne) {
  const test::Toy toy = test::random_toy(10, {.rows = 800, .unknown = 0});
  const Evaluation found = evaluate(toy.judged(), {.names = {"subset_accuracy"}, .interval = true, .replicates = 4000}, {});
  const double p = found.measures[0].value;
  const double wanted = 2 * 1.96 * std::sqrt(p * (1 - p) / 800);
  EXPECT_NEAR(found.measures[0].interval->high - found.measures[0].interval->low, wanted, 0.1 * wanted);
}

TEST(Evaluate, GroupsAreResampledWhole) {
  const test::Toy toy = test::random_toy(11, {.rows = 200});
  std::vector<std::string> one(200, "a"), single;
  for (int r = 0; r < 200; ++r) single.push_back(std::to_string(r));
  Judged judged = toy.judged();
  const MeasureOptions options{.names = {"macro_f1", "lrap"}, .interval = true, .replicates = 50};
  const Evaluation rows = evaluate(judged, options, {});
  judged.groups = single;
  EXPECT_EQ(evaluate(judged, options, {}).measures[0].interval->low, rows.measures[0].interval->low);
  judged.groups = one;  // one group: every resample is the data itself
  const Evaluation whole = evaluate(judged, options, {});
  for (const Measure& measure : whole.measures) {
    EXPECT_DOUBLE_EQ(measure.interval->low, measure.value);
    EXPECT_DOUBLE_EQ(measure.interval->high, measure.value);
  }
}

}  // namespace
}  // namespace tagma
