#include <tagma/report/model_page.h>

#include <tagma/measure/catalog.h>
#include <tagma/report/curves.h>
#include <tagma/report/metric_group.h>
#include <tagma/report/number.h>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace tagma {
namespace {

// What the catalog says of a metric; of "precision_at_3", what it says of precision_at_k.
std::string meaning(std::string_view metric) {
  std::string name(metric);
  if (const std::size_t at = name.find("_at_"); at != std::string::npos) name = name.substr(0, at) + "_at_k";
  std::string says;
  Metrics::each([&]<class M>(std::type_identity<M>) {
    if (M::name == name) says = std::string(M::says);
  });
  return says;
}

const Evaluation& of(const ShownModel& model, bool tuned) { return tuned ? model.tuned : model.standard; }

std::vector<std::string> metrics_of(const ModelReport& report, MetricGroup group, bool tuned) {
  std::vector<std::string> names;
  for (const ShownModel& model : report.models)
    for (const Measure& measure : of(model, tuned).measures)
      if (metric_group(measure.name) == group && std::find(names.begin(), names.end(), measure.name) == names.end())
        names.push_back(measure.name);
  return names;
}

std::string reason(const Evaluation& evaluation, std::string_view metric) {
  for (const auto& [name, why] : evaluation.left_out)
    if (name == metric) return why;
  return {};
}

// Marks the best values of a row, as shown; nothing when all are shown alike.
void mark_best(std::vector<PageCell>& cells, const std::vector<double>& values, Better better) {
  std::vector<double> finite;
  std::copy_if(values.begin(), values.end(), std::back_inserter(finite), [](double v) { return std::isfinite(v); });
  if (finite.size() < 2) return;
  const double best = better == Better::higher ? *std::max_element(finite.begin(), finite.end())
                                               : *std::min_element(finite.begin(), finite.end());
  const std::string shown = number_text(best);
  std::vector<PageCell*> winners;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (std::isfinite(values[i]) && number_text(values[i]) == shown) winners.push_back(&cells[i + 1]);
  if (winners.size() < finite.size())
    for (PageCell* winner : winners) winner->best = true;
}

PageCell value_cell(const Measure& measure) {
  PageCell cell{.text = number_text(measure.value)};
  if (measure.interval)
    cell.more =
        interval_text(measure.value, measure.interval->low, measure.interval->high).substr(cell.text.size() + 1);
  cell.hint = fmt::format("support {}", count_text(measure.support));
  if (measure.undefined > 0) cell.hint += fmt::format(", {} undefined and left out", count_text(measure.undefined));
  if (!measure.note.empty()) cell.hint += "; " + measure.note;
  return cell;
}

PageRow metric_row(const ModelReport& report, const std::string& metric, bool tuned) {
  PageRow row{{{.text = metric, .hint = meaning(metric)}}};
  std::vector<double> values;
  Better better = Better::higher;
  for (const ShownModel& model : report.models) {
    const Measure* measure = of(model, tuned).find(metric);
    values.push_back(measure ? measure->value : std::nan(""));
    if (measure) better = measure->better;
    row.cells.push_back(measure ? value_cell(*measure)
                                : PageCell{.text = "–", .hint = reason(of(model, tuned), metric)});
  }
  if (better == Better::lower) row.cells.front().more = "lower is better";
  mark_best(row.cells, values, better);
  return row;
}

PageTable measures_table(const ModelReport& report) {
  const bool rules =
      std::any_of(report.models.begin(), report.models.end(), [](const ShownModel& m) { return m.decider != nullptr; });
  PageTable table{.caption = "Measures", .header = {"metric"}};
  bool intervals = false;
  for (const ShownModel& model : report.models) {
    table.header.push_back(model.title);
    for (const Measure& measure : model.tuned.measures) intervals |= measure.interval.has_value();
  }
  const auto add = [&](const std::string& title, MetricGroup group, bool tuned) {
    const std::vector<std::string> metrics = metrics_of(report, group, tuned);
    if (metrics.empty()) return;
    table.rows.push_back({{{.text = title}}});
    for (const std::string& metric : metrics) table.rows.push_back(metric_row(report, metric, tuned));
  };
  add("Ranking of labels, no threshold", MetricGroup::ranking, true);
  add("Label sets at the standard cut (probability 0.5, margin 0)", MetricGroup::sets, false);
  if (rules) add("Label sets at tuned thresholds", MetricGroup::sets, true);
  add("Order and significance", MetricGroup::order, true);
  add("Calibration", MetricGroup::calibration, true);
  table.note = report.models.size() > 1 ? "Bold and tinted: the best of the row. " : "";
  if (intervals)
    table.note += fmt::format("Brackets: {} intervals by bootstrap over the rows. ", percent_text(report.level));
  table.note += "Point at a metric for its meaning, at a value for its support.";
  return table;
}

FactRow facts_of(const ModelReport& report) {
  const LabelMatrix& truth = *report.data.truth;
  std::int64_t negative = 0;
  for (std::int64_t row = 0; row < truth.rows(); ++row) negative += truth[row].present.empty();
  const double rows = std::max(1., static_cast<double>(truth.rows()));
  const std::int64_t unknown = truth.unknown_count();
  FactRow facts{
      {{"rows", count_text(truth.rows()), ""},
       {"labels", count_text(truth.labels()), truth.graded() ? "with grades" : ""},
       {"labels per row", number_text(static_cast<double>(truth.present_count()) / rows), "on average"},
       {"rows without a label", percent_text(static_cast<double>(negative) / rows), count_text(negative) + " rows"}}};
  if (unknown > 0)
    facts.facts.push_back({"unknown cells",
                           percent_text(static_cast<double>(unknown) / (rows * std::max(1, truth.labels()))),
                           "left out everywhere"});
  return facts;
}

PageTable label_table(const ModelReport& report) {
  constexpr std::size_t most = 200;
  PageTable table{.caption = "Label by label", .header = {"label", "rows"}, .folded = true};
  std::vector<const Measure*> columns;
  for (const char* metric : {"macro_map", "macro_f1"})
    for (const ShownModel& model : report.models)
      if (const Measure* measure = model.tuned.find(metric); measure && !measure->by_label.empty()) {
        table.header.push_back(
            fmt::format("{} {}", model.title, metric == std::string_view("macro_map") ? "AP" : "F1"));
        columns.push_back(measure);
      }
  if (columns.empty()) return table;
  for (const LabelFrequency& label : label_frequencies(*report.data.truth)) {
    if (table.rows.size() == most) break;
    PageRow row{{{.text = report.data.label_name(label.label)}, {.text = count_text(label.present)}}};
    for (const Measure* column : columns)
      row.cells.push_back({.text = number_text(column->by_label[static_cast<std::size_t>(label.label)])});
    table.rows.push_back(std::move(row));
  }
  if (static_cast<std::size_t>(report.data.truth->labels()) > most)
    table.note = fmt::format("The {} most frequent of {} labels.", most, count_text(report.data.truth->labels()));
  return table;
}

std::vector<Block> chart_blocks(const ModelReport& report) {
  const std::span<const ShownModel> models = report.models;
  FigureRow curves, decisions, reliabilities, significance;
  curves.figures.push_back(chart_figure(precision_recall_chart(models, report.data, std::nullopt)));
  for (LabelId label : telling_labels(*report.data.truth))
    curves.figures.push_back(chart_figure(precision_recall_chart(models, report.data, label)));
  for (const Scale scale : {Scale::probability, Scale::margin})
    if (std::any_of(models.begin(), models.end(),
                    [&](const ShownModel& m) { return m.scores && m.scores->scale == scale; }))
      decisions.figures.push_back(chart_figure(threshold_chart(models, report.data, scale)));
  for (std::size_t m = 0; m < models.size(); ++m) {
    if (models[m].scores && !models[m].scores->probabilities().empty())
      reliabilities.figures.push_back(chart_figure(reliability_chart(models[m], report.data, static_cast<int>(m))));
    if (const std::optional<Chart> chart = grade_chart(models[m], report.data, static_cast<int>(m)))
      significance.figures.push_back(chart_figure(*chart));
  }
  std::vector<Block> blocks;
  const auto add = [&](const char* title, FigureRow& row) {
    if (row.figures.empty()) return;
    blocks.push_back(Heading{title});
    blocks.push_back(std::move(row));
  };
  add("Ranking of labels", curves);
  add("Choice of thresholds", decisions);
  add("Calibration", reliabilities);
  add("Significance", significance);
  return blocks;
}

}  // namespace

Page model_page(const ModelReport& report) {
  Page page{.title = report.title, .subtitle = report.subtitle, .footer = report.footer};
  page.blocks.push_back(facts_of(report));
  page.blocks.push_back(measures_table(report));
  for (const ShownModel& model : report.models)
    if (model.decider)
      page.blocks.push_back(
          Paragraph{fmt::format("{}: rule {}, {}.", model.title, model.decider->rule(), model.decider->summary()),
                    Paragraph::Tone::note});
  for (const std::string& note : report.notes) page.blocks.push_back(Paragraph{note, Paragraph::Tone::note});
  const bool drawable =
      std::any_of(report.models.begin(), report.models.end(), [](const ShownModel& m) { return m.scores != nullptr; });
  if (drawable)
    for (Block& block : chart_blocks(report)) page.blocks.push_back(std::move(block));
  if (!report.courses.empty()) {
    page.blocks.push_back(Heading{"Along sequences"});
    page.blocks.push_back(course_figures(report.courses));
  }
  if (!report.examples.empty()) {
    page.blocks.push_back(Heading{"Examples"});
    page.blocks.push_back(Paragraph{examples_note(report.models), Paragraph::Tone::note});
    page.blocks.push_back(example_cards(report.examples, report.models, report.data));
  }
  page.blocks.push_back(Heading{"Labels"});
  page.blocks.push_back(FigureRow{{frequency_figure(report.data)}});
  if (PageTable table = label_table(report); !table.rows.empty()) page.blocks.push_back(std::move(table));
  return page;
}

}  // namespace tagma
