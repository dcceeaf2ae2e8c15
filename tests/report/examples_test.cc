// Which rows are shown, and that their cards say what is so.
#include <tagma/report/base64.h>
#include <tagma/report/examples.h>
#include <tagma/report/html.h>
#include <tagma/report/label_bars.h>
#include <tests/decide/toys.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pugixml.hpp>

#include <cmath>
#include <limits>
#include <set>

namespace tagma {
namespace {

using testing::HasSubstr;

std::vector<std::byte> bytes(std::string_view text) {
  const auto all = std::as_bytes(std::span(text));
  return {all.begin(), all.end()};
}

TEST(Base64, IsThatOfTheStandard) {
  const std::pair<const char*, const char*> known[] = {{"", ""},         {"f", "Zg=="},         {"fo", "Zm8="},        {"foo", "Zm9v"},
                                                       {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}, {"\xFF\xFE\xFD", "//79"}};
  for (const auto& [plain, coded] : known) EXPECT_EQ(base64(bytes(plain)), coded);
}

// Four labels, four rows; scores, decisions at 0 and their faults are plain to see.
struct Small {
  LabelMatrix truth{4};
  Scores scores{.rows = 4, .labels = 4, .scale = Scale::margin};
  Decisions decisions{4};
  ShownModel model{.title = "a<b"};

  Small() {
    const auto add = [&](std::vector<LabelId> present, std::vector<float> grades, std::vector<float> values, std::vector<LabelId> unknown = {}) {
      truth.add(present, grades, unknown);
      std::vector<LabelId> given;
      for (std::size_t i = 0; i < values.size(); ++i)
        if (values[i] >= 0) given.push_back(static_cast<LabelId>(i));
      decisions.add(given);
      scores.values.insert(scores.values.end(), values.begin(), values.end());
    };
    add({0, 1}, {1, 2}, {1, 2, -1, -1});              // all right
    add({}, {}, {-1, -2, 3, -1});                     // 2 is wrong: 1 of 4
    add({0, 1}, {2, 1}, {-1, 1, 2, -3});              // 0 missed, 2 wrong; pairs 0>1, 0>2, 1>2 wrong of 5: 5 of 9
    add({3}, {1}, {5, -1, -1, 2}, {0});               // 0 is unknown: nothing wrong
    scores.spread.assign(scores.values.size(), 0.25f);
    model.scores = &scores, model.decisions = &decisions;
  }
};

TEST(Examples, ShareWrongByHand) {
  const Small data;
  const double wanted[] = {0, 0.25, 5. / 9, 0};
  for (std::int64_t row = 0; row < 4; ++row)
    EXPECT_NEAR(share_wrong(data.scores, data.decisions, data.truth, row), wanted[row], 1e-12) << row;
}

TEST(Examples, TakesEveryKindAndTheWorstAndMergesReasons) {
  const Small data;
  const std::vector<ShownExample> chosen = choose_examples(std::span(&data.model, 1), data.truth);
  ASSERT_EQ(chosen.size(), 3u);
  EXPECT_EQ(chosen[0].row, 0);
  EXPECT_EQ(chosen[1].row, 2);
  EXPECT_EQ(chosen[1].why, "one with several labels; among the worst of a<b");
  EXPECT_EQ(chosen[2].row, 1);
  EXPECT_EQ(chosen[2].why, "one without labels; among the worst of a<b");
}

TEST(Examples, AreFewAndDistinctForManyModels) {
  const toys::Case data = toys::make({.rows = 500, .labels = 30, .unknown = 0.1}, 3);
  Decisions decisions = standard_decider()->decide(data.scores, {});
  std::vector<ShownModel> models(20, ShownModel{.title = "m", .scores = &data.scores, .decisions = &decisions});
  std::vector<ShownExample> chosen = choose_examples(models, data.truth);
  EXPECT_LE(chosen.size(), most_examples);
  std::set<std::int64_t> rows;
  for (const ShownExample& example : chosen) rows.insert(example.row);
  EXPECT_EQ(rows.size(), chosen.size());
  const CardRow cards = example_cards(chosen, models, {&data.truth, {}});
  ASSERT_EQ(cards.cards.size(), chosen.size());
  EXPECT_EQ(cards.cards.front().figures.size(), most_models_of_examples);
  EXPECT_THAT(examples_note(models), HasSubstr("6 of 20 models"));
  EXPECT_TRUE(choose_examples({}, data.truth).empty());
  models.front().decisions = nullptr;
  EXPECT_TRUE(choose_examples(std::span(models).first(1), data.truth).empty());
}

TEST(Examples, CardsNameTruthInItsOrderAndMarkMistakes) {
  const Small data;
  std::vector<ShownExample> chosen = choose_examples(std::span(&data.model, 1), data.truth);
  chosen[1].name = "d/\"x\".png", chosen[1].png = bytes("PNG"), chosen[1].width = 20, chosen[1].height = 10;
  chosen[2].fault = "gone & lost";
  Page page{.title = "t"};
  page.blocks.push_back(example_cards(chosen, std::span(&data.model, 1), {&data.truth, {"<a>", "b", "c", "d"}}));
  const std::string html = render_html(page);
  pugi::xml_document parsed;
  ASSERT_TRUE(parsed.load_buffer(html.data(), html.size(), pugi::parse_full));
  const auto cards = parsed.select_nodes("//article");
  ASSERT_EQ(cards.size(), 3u);
  const pugi::xml_node image = cards[1].node().select_node(".//img").node();
  EXPECT_STREQ(image.attribute("src").value(), "data:image/png;base64,UE5H");
  EXPECT_STREQ(image.attribute("alt").value(), "Picture of row 3, d/\"x\".png; true labels: <a> > b");
  EXPECT_STREQ(image.attribute("width").value(), "120") << "six times 20";
  EXPECT_STREQ(cards[1].node().select_node(".//svg").node().attribute("aria-label").value(),
               "a<b: c 2.000 ± 0.250, wrong; b 1.000 ± 0.250, right; <a> -1.000 ± 0.250, missed; d -3.000 ± 0.250");
  EXPECT_EQ(cards[1].node().select_nodes(".//*[@class='word']").size(), 3u);
  EXPECT_EQ(cards[1].node().select_nodes(".//*[@class='sure']").size(), 4u);
  EXPECT_EQ(cards[1].node().select_nodes(".//*[@class='cut']").size(), 1u);
  EXPECT_EQ(cards[2].node().select_nodes(".//img").size(), 0u);
  EXPECT_STREQ(cards[2].node().select_node(".//p[@class='unseen']").node().text().get(), "gone & lost");
  for (const auto& found : parsed.select_nodes("//*[@src]"))
    EXPECT_THAT(found.node().attribute("src").value(), testing::StartsWith("data:image/png;base64,"));
}

TEST(Examples, TruthWithTiesAndWithoutGrades) {
  LabelMatrix graded(3), plain(3);
  graded.add(std::vector<LabelId>{0, 1, 2}, std::vector<float>{1, 2, 2});
  plain.add(std::vector<LabelId>{0, 2});
  const std::vector<ShownExample> row{{.row = 0}};
  EXPECT_EQ(example_cards(row, {}, {&graded, {}}).cards[0].facts[0].second, "1 = 2 > 0");
  EXPECT_EQ(example_cards(row, {}, {&plain, {}}).cards[0].facts[0].second, "0, 2");
}

TEST(LabelBars, StayOnTheirAxis) {
  const double infinity = std::numeric_limits<double>::infinity();
  const LabelBars panel{.alt = "m:",
                        .low = -1,
                        .bars = {{.name = "up", .score = infinity, .spread = infinity, .threshold = infinity},
                                 {.name = "down", .score = -infinity, .threshold = -0.5, .mark = LabelBar::Mark::missed},
                                 {.name = "<none>", .score = std::nan("")}},
                        .more = "and 3 more"};
  const std::string svg = label_bars_svg(panel);
  pugi::xml_document parsed;
  ASSERT_TRUE(parsed.load_string(svg.c_str()));
  for (const auto& found : parsed.select_nodes("//rect")) {
    EXPECT_GE(found.node().attribute("x").as_double(), 90);
    EXPECT_LE(found.node().attribute("x").as_double() + found.node().attribute("width").as_double(), 265);
  }
  EXPECT_EQ(parsed.select_nodes("//*[@class='own']").size(), 1u) << "an infinite threshold has no place";
  EXPECT_EQ(parsed.select_nodes("//*[@class='missed']").size(), 1u);
  EXPECT_THAT(svg, HasSubstr("and 3 more"));
}

}  // namespace
}  // namespace tagma
