#include <tagma/base/text.h>
#include <tagma/report/axis.h>
#include <tagma/report/html.h>
#include <tagma/report/model_page.h>
#include <tests/decide/toys.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pugixml.hpp>

#include <functional>
#include <regex>
#include <set>

namespace tagma {
namespace {

// Strict enough for a page: tags match, attributes are quoted, entities are known, nothing follows the root.
pugi::xml_document parsed(const std::string& html) {
  pugi::xml_document document;
  const pugi::xml_parse_result result = document.load_buffer(html.data(), html.size(), pugi::parse_full);
  EXPECT_TRUE(result) << result.description() << " at " << html.substr(static_cast<std::size_t>(result.offset), 80);
  EXPECT_THAT(html, testing::StartsWith("<!DOCTYPE html>"));
  static const std::regex stray("&(?!(amp|lt|gt|quot|#39);)");
  EXPECT_FALSE(std::regex_search(html, stray)) << "a bare &";
  return document;
}

void each_node(const pugi::xml_node& node, const std::function<void(const pugi::xml_node&)>& f) {
  f(node);
  for (const pugi::xml_node& child : node.children()) each_node(child, f);
}

std::size_t count(const pugi::xml_document& document, const char* path) { return document.select_nodes(path).size(); }

struct Report {
  toys::Case data;
  std::unique_ptr<const Decider> decider;
  ModelReport report;
};

Report made(const toys::Shape& shape, bool graded = false) {
  Report out{.data = toys::make(shape, 1), .decider = nullptr, .report = {}};
  if (graded) {
    LabelMatrix with_grades(shape.labels);
    for (std::int64_t row = 0; row < shape.rows; ++row) {
      std::vector<float> marks;
      for (LabelId label : out.data.truth[row].present)
        marks.push_back(0.5f * static_cast<float>(1 + (label + row) % 4));
      with_grades.add(out.data.truth[row].present, marks);
    }
    out.data.truth = with_grades;
  }
  out.decider = fit_rule("label-thresholds", {}, out.data.scores, out.data.truth, {});
  out.report.title = "a <test> & more";
  return out;
}

std::string rendered(Report& made, const std::vector<std::string>& titles, std::vector<std::string> names = {}) {
  made.report.data = {&made.data.truth, std::move(names)};
  made.report.models.clear();
  for (const std::string& title : titles) {
    ShownModel model{.title = title, .scores = &made.data.scores, .decider = made.decider.get()};
    model.standard.measures.push_back({.name = "micro_f1", .value = 0.5, .support = 3});
    model.tuned.measures.push_back({.name = "micro_f1",
                                    .value = 0.6 + 0.1 * static_cast<double>(made.report.models.size()),
                                    .support = 3,
                                    .interval = Interval{0.5, 0.7}});
    model.tuned.measures.push_back({.name = "ranking_loss",
                                    .value = 0.1 + 0.1 * static_cast<double>(made.report.models.size()),
                                    .better = Better::lower});
    model.tuned.measures.push_back(
        {.name = "macro_f1",
         .value = 0.4,
         .by_label = std::vector<double>(static_cast<std::size_t>(made.data.scores.labels), 0.4)});
    made.report.models.push_back(std::move(model));
  }
  return render_html(model_page(made.report));
}

TEST(ModelPage, IsWellFormedAndAccessible) {
  Report report = made({.rows = 300, .labels = 6, .unknown = 0.05}, true);
  const pugi::xml_document page =
      parsed(rendered(report, {"bce", "any-class & co"}, {"<sky>", "a&b", "\"q\"", "d'", "図", "f"}));
  EXPECT_STREQ(page.child("html").attribute("lang").value(), "en");
  EXPECT_STREQ(page.select_node("//title").node().text().get(), "a <test> & more");
  EXPECT_STREQ(page.select_node("//h1").node().text().get(), "a <test> & more");
  EXPECT_EQ(count(page, "//table[not(caption)]"), 0u);
  EXPECT_EQ(count(page, "//tbody/tr[not(th[@scope])]"), 0u);
  EXPECT_EQ(count(page, "//thead/tr/th[not(@scope)]"), 0u);
  EXPECT_GT(count(page, "//figure"), 5u);
  EXPECT_EQ(count(page, "//figure[not(figcaption)]"), 0u);
  EXPECT_EQ(count(page, "//svg[not(@aria-label) or not(@role)]"), 0u);
  EXPECT_GT(count(page, "//svg//title"), 20u) << "tooltips";
  for (const auto& title : page.select_nodes("//figcaption"))  // what people read, not names of the code
    EXPECT_FALSE(std::regex_search(title.node().text().get(), std::regex("[a-z][A-Z]"))) << title.node().text().get();
}

TEST(ModelPage, AsksForNothingFromOutside) {
  Report report = made({.rows = 50});
  const std::string html = rendered(report, {"a", "b"});
  EXPECT_EQ(count(parsed(html), "//script | //link | //img | //iframe | //*[@src] | //*[@href]"), 0u);
  EXPECT_THAT(html, testing::Not(testing::HasSubstr("url(")));
  EXPECT_THAT(html, testing::Not(testing::HasSubstr("@import")));
}

TEST(ModelPage, MarksTheBestInItsDirection) {
  Report report = made({.rows = 50});
  const pugi::xml_document page = parsed(rendered(report, {"a", "b"}));
  std::set<std::string> best;
  for (const auto& found : page.select_nodes("//td[@class='best']")) {
    int column = 0;
    for (pugi::xml_node at = found.node(); at; at = at.previous_sibling()) ++column;
    best.insert(std::string(trimmed(found.node().parent().child("th").text().get())) + " " +
                std::to_string(column - 1));
  }
  EXPECT_EQ(best, (std::set<std::string>{"micro_f1 2", "ranking_loss 1"}))
      << "micro_f1 at the cut is equal and has no best";
}

TEST(ModelPage, HoldsNoNumberThatIsNone) {
  for (const toys::Shape& shape : {toys::Shape{.rows = 0},
                                   {.rows = 1, .labels = 1},
                                   {.rows = 30, .labels = 1},
                                   {.rows = 30, .present = 0},
                                   {.rows = 30, .unknown = 1},
                                   {.rows = 40, .labels = 6, .scale = Scale::margin},
                                   {.rows = 3, .labels = 0}}) {
    Report report = made(shape);
    const pugi::xml_document page = parsed(rendered(report, {"only"}));
    each_node(page, [](const pugi::xml_node& node) {
      for (const pugi::xml_attribute& attribute : node.attributes()) {
        EXPECT_EQ(std::string_view(attribute.value()).find("nan"), std::string_view::npos)
            << node.name() << " " << attribute.name();
        EXPECT_EQ(std::string_view(attribute.value()).find("inf"), std::string_view::npos)
            << node.name() << " " << attribute.value();
      }
    });
  }
}

TEST(ModelPage, StaysSmallWithManyLabelsAndModels) {
  Report report = made({.rows = 400, .labels = 1000, .levels = 0, .fade = 0.995}, true);
  const std::string html = rendered(report, {"bce", "any-class", "unimlr"});
  parsed(html);
  EXPECT_LT(html.size(), 500'000u);
}

TEST(ModelPage, WithoutScoresIsATable) {
  Report report = made({});
  report.report.data = {&report.data.truth, {}};
  report.report.models.push_back({.title = "published"});
  const pugi::xml_document page = parsed(render_html(model_page(report.report)));
  EXPECT_EQ(count(page, "//figure"), 1u) << "the label frequencies";
}

TEST(Page, EscapesEveryText) {
  const std::string evil = "</style><script>alert('1')</script>&\"";
  Page page{.title = evil, .subtitle = evil, .footer = evil};
  page.blocks = {
      Heading{evil}, Paragraph{evil, Paragraph::Tone::warning}, FactRow{{{evil, evil, evil}}},
      PageTable{
          .caption = evil,
          .header = {evil, evil},
          .rows = {{{{.text = evil}}}, {{{.text = evil, .hint = evil}, {.text = evil, .more = evil, .best = true}}}},
          .note = evil,
          .folded = true},
      FigureRow{{chart_figure({.title = evil,
                               .alt = evil,
                               .x = {.title = evil, .names = {evil}},
                               .y = {.title = evil},
                               .series = {{.name = evil, .kind = ChartSeries::Kind::dots, .marks = {{0, 0.5, evil}}}},
                               .note = evil}),
                 {evil, bar_list_svg({{evil, 1, evil, evil}}, evil), evil}}}};
  const std::string html = render_html(page);
  EXPECT_EQ(count(parsed(html), "//script"), 0u);
  EXPECT_EQ(html.find("alert('"), std::string::npos);
}

TEST(Chart, LeavesOutWhatIsNotFinite) {
  const double nan = std::nan(""), infinity = std::numeric_limits<double>::infinity();
  Chart chart{.title = "t", .alt = "a"};
  for (const auto kind : {ChartSeries::Kind::line, ChartSeries::Kind::dots, ChartSeries::Kind::bars,
                          ChartSeries::Kind::boxes, ChartSeries::Kind::faint})
    chart.series.push_back({.kind = kind,
                            .marks = {{.x = nan, .y = 0.5, .quantiles = {nan, nan, nan, nan, nan}},
                                      {.x = 0.5, .y = infinity, .width = 0.1},
                                      {.x = 0.2, .y = -infinity}}});
  const std::string svg = chart_svg(chart);
  EXPECT_THAT(svg, testing::Not(testing::HasSubstr("nan")));
  EXPECT_THAT(svg, testing::Not(testing::HasSubstr("inf")));
  EXPECT_THAT(chart_svg({.title = "empty", .alt = "a"}), testing::HasSubstr("nothing to draw"));
}

std::vector<std::string> texts(const std::vector<Tick>& ticks) {
  std::vector<std::string> all;
  for (const Tick& tick : ticks) all.push_back(tick.text);
  return all;
}

TEST(Ticks, AreRound) {
  EXPECT_THAT(texts(linear_ticks(0, 1)), testing::ElementsAre("0.0", "0.2", "0.4", "0.6", "0.8", "1.0"));
  EXPECT_THAT(texts(linear_ticks(-3.1, 4.2)), testing::ElementsAre("-2", "0", "2", "4"));
  EXPECT_THAT(texts(linear_ticks(0, 46000)), testing::ElementsAre("0", "10,000", "20,000", "30,000", "40,000"));
  EXPECT_THAT(texts(linear_ticks(0.5, 0.5)), testing::ElementsAre("0.500"));
  EXPECT_THAT(texts(logarithmic_ticks(1, 1000)), testing::ElementsAre("1", "10", "100", "1,000"));
  EXPECT_THAT(texts(logarithmic_ticks(1, 20)), testing::ElementsAre("1", "2", "5", "10", "20"));
}

}  // namespace
}  // namespace tagma
