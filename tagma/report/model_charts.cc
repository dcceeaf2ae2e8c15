#include <tagma/report/model_charts.h>

#include <tagma/decide/threshold_decider.h>
#include <tagma/report/curves.h>
#include <tagma/report/number.h>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace tagma {
namespace {

using Kind = ChartSeries::Kind;

// Where a tuned rule stands on the axis of thresholds: its own, or the middle of its thresholds.
std::optional<double> threshold_of(const Decider* decider) {
  const auto* rule = dynamic_cast<const ThresholdDecider*>(decider);
  if (!rule) return std::nullopt;
  std::vector<float> sorted(rule->thresholds().begin(), rule->thresholds().end());
  std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2), sorted.end());
  return static_cast<double>(sorted[sorted.size() / 2]);
}

}  // namespace

Chart precision_recall_chart(std::span<const ShownModel> models, const ShownData& data, std::optional<LabelId> label) {
  const std::string what = label ? data.label_name(*label) : "all labels (micro)";
  Chart chart{
      .title = fmt::format("Precision and recall: {}", what), .x = {.title = "recall"}, .y = {.title = "precision"}};
  chart.alt = fmt::format("Precision against recall, {}:", what);
  PrecisionRecall curve;
  for (std::size_t m = 0; m < models.size(); ++m) {
    if (!models[m].scores) continue;
    curve = label ? precision_recall(*models[m].scores, *data.truth, *label)
                  : precision_recall(*models[m].scores, *data.truth);
    ChartSeries series{.name = fmt::format("{} (AP {})", models[m].title, number_text(curve.average_precision)),
                       .colour = static_cast<int>(m)};
    for (std::size_t i = 0; i < curve.recall.size(); ++i)
      series.marks.push_back(
          {curve.recall[i], curve.precision[i],
           fmt::format("{}: precision {}, recall {}, threshold {}", models[m].title, number_text(curve.precision[i]),
                       number_text(curve.recall[i]), number_text(curve.threshold[i]))});
    chart.alt += fmt::format(" {} has average precision {}.", models[m].title, number_text(curve.average_precision));
    chart.series.push_back(std::move(series));
  }
  if (curve.cells == 0) return chart;
  const double base = static_cast<double>(curve.present) / static_cast<double>(curve.cells);
  chart.series.push_back({.name = "by chance", .kind = Kind::guide, .marks = {{0, base, ""}, {1, base, ""}}});
  chart.note = fmt::format("{} present of {} known cells.", count_text(curve.present), count_text(curve.cells));
  return chart;
}

std::vector<LabelId> telling_labels(const LabelMatrix& truth) {
  constexpr std::int64_t enough = 8;
  std::vector<LabelId> seen;
  for (const LabelFrequency& label : label_frequencies(truth))
    if (label.present >= enough) seen.push_back(label.label);
  if (seen.size() <= 3) return seen;
  return {seen.front(), seen[seen.size() / 2], seen.back()};
}

Chart threshold_chart(std::span<const ShownModel> models, const ShownData& data, Scale scale) {
  const bool chances = scale == Scale::probability;
  Chart chart{.title = chances ? "Micro F1 against one threshold" : "Micro F1 against one threshold on the margin",
              .x = {.title = chances ? "threshold on the presence probability" : "threshold on the margin"},
              .y = {.title = "micro F1"}};
  chart.alt = chart.title + ":";
  bool first = true;
  for (std::size_t m = 0; m < models.size(); ++m) {
    const ShownModel& model = models[m];
    if (!model.scores || model.scores->scale != scale) continue;
    const ThresholdSweep sweep = threshold_sweep(*model.scores, *data.truth);
    ChartSeries line{.name = model.title, .colour = static_cast<int>(m)};
    for (std::size_t i = 0; i < sweep.threshold.size(); ++i)
      line.marks.push_back(
          {sweep.threshold[i], sweep.f1[i],
           fmt::format("{}: F1 {} at {}", model.title, number_text(sweep.f1[i]), number_text(sweep.threshold[i]))});
    if (!sweep.threshold.empty()) {
      chart.x.low = first ? sweep.threshold.front() : std::min(chart.x.low, sweep.threshold.front());
      chart.x.high = first ? sweep.threshold.back() : std::max(chart.x.high, sweep.threshold.back());
      first = false;
    }
    ChartSeries cut{.kind = Kind::dots, .colour = static_cast<int>(m)},
        tuned{.kind = Kind::rings, .colour = static_cast<int>(m)};
    cut.marks.push_back(
        {sweep.cut, sweep.f1_at_cut,
         fmt::format("{} at {}: F1 {}", model.title, number_text(sweep.cut), number_text(sweep.f1_at_cut))});
    chart.alt += fmt::format(" {} has {} at {}, at best {} at {}.", model.title, number_text(sweep.f1_at_cut),
                             number_text(sweep.cut), number_text(sweep.f1_at_best), number_text(sweep.best));
    if (const Measure* f1 = model.tuned.find("micro_f1"); f1 && model.decider)
      tuned.marks.push_back(
          {threshold_of(model.decider).value_or(sweep.best), f1->value,
           fmt::format("{} tuned ({}): F1 {}", model.title, model.decider->summary(), number_text(f1->value))});
    chart.series.push_back(std::move(line));
    chart.series.push_back(std::move(cut));
    chart.series.push_back(std::move(tuned));
  }
  chart.note = fmt::format(
      "Full marks: the standard cut {}. Hollow marks: the tuned rule, at its middle threshold where it has one per "
      "label.",
      chances ? "0.5" : "0");
  return chart;
}

Chart reliability_chart(const ShownModel& model, const ShownData& data, int colour) {
  Chart chart{.title = fmt::format("Reliability: {}", model.title),
              .x = {.title = "presence probability"},
              .y = {.title = "share present"},
              .width = 340};
  const Reliability found = model.scores ? reliability(*model.scores, *data.truth) : Reliability{};
  std::int64_t most = 1;
  for (const ReliabilityBin& bin : found.bins) most = std::max(most, bin.count);
  ChartSeries counts{.name = "cells (log)", .kind = Kind::bars, .colour = 7, .pale = true}, line{.colour = colour};
  ChartSeries dots{.name = "share present", .kind = Kind::dots, .colour = colour};
  for (const ReliabilityBin& bin : found.bins) {
    const std::string text =
        fmt::format("{} to {}: {} cells, predicted {}, observed {}", number_text(bin.low), number_text(bin.high),
                    count_text(bin.count), number_text(bin.predicted), number_text(bin.observed));
    const double height = std::log1p(static_cast<double>(bin.count)) / std::log1p(static_cast<double>(most));
    counts.marks.push_back(
        {.x = (bin.low + bin.high) / 2, .y = 0.3 * height, .hint = text, .width = 0.9 * (bin.high - bin.low)});
    line.marks.push_back({bin.predicted, bin.observed, ""});
    dots.marks.push_back({bin.predicted, bin.observed, text});
  }
  chart.alt = fmt::format("Reliability of {}: expected calibration error {} over {} cells.", model.title,
                          number_text(found.expected_error), count_text(found.cells));
  if (found.bins.empty()) return chart;
  chart.note = fmt::format("Expected calibration error {} over {} cells; the fullest bin holds {}.",
                           number_text(found.expected_error), count_text(found.cells), count_text(most));
  chart.series = {std::move(counts),
                  {.name = "calibrated", .kind = Kind::guide, .marks = {{0, 0, ""}, {1, 1, ""}}},
                  std::move(line),
                  std::move(dots)};
  return chart;
}

std::optional<Chart> grade_chart(const ShownModel& model, const ShownData& data, int colour) {
  const GradeCurves found = model.scores ? grades(*model.scores, *data.truth) : GradeCurves{};
  if (found.groups.empty()) return std::nullopt;
  const bool spread =
      std::any_of(found.groups.begin(), found.groups.end(), [](const GradeGroup& group) { return group.spread > 0; });
  Chart chart{.title = fmt::format("Significance against grade: {}", model.title),
              .x = {.title = "grade in the data"},
              .y = {.title = model.scores->scale == Scale::probability ? "score (probability)" : "score (margin)"},
              .width = 340};
  ChartSeries dots{.kind = Kind::faint, .colour = colour}, boxes{.kind = Kind::boxes, .colour = colour};
  chart.y.low = model.scores->cut(), chart.y.high = chart.y.low;
  chart.alt = fmt::format("Scores of {} by grade; medians:", model.title);
  for (std::size_t i = 0; i < found.groups.size(); ++i) {
    const GradeGroup& group = found.groups[i];
    chart.x.names.push_back(group.name);
    chart.y.low = std::min(chart.y.low, group.quantiles.front());
    chart.y.high = std::max(chart.y.high, group.quantiles.back());
    chart.alt += fmt::format(" {} {};", group.name, number_text(group.quantiles[2]));
    const std::string sure =
        group.spread > 0 ? fmt::format(", mean predicted deviation {}", number_text(group.spread)) : "";
    boxes.marks.push_back({.x = static_cast<double>(i),
                           .hint = fmt::format("{}: {} cells, median {}, middle half {} to {}{}", group.name,
                                               count_text(group.count), number_text(group.quantiles[2]),
                                               number_text(group.quantiles[1]), number_text(group.quantiles[3]), sure),
                           .quantiles = group.quantiles,
                           .spread = group.spread});
  }
  for (const auto& [x, y] : found.sample) dots.marks.push_back({x, y, ""});
  const double room = 0.04 * (chart.y.high - chart.y.low);
  chart.y.low -= room, chart.y.high += room;
  chart.x.low = -0.6, chart.x.high = static_cast<double>(found.groups.size()) - 0.4;
  chart.note = spread ? "Boxes: middle half and median; whiskers: 5 to 95 %; brackets: median ± the mean deviation the "
                        "model predicts."
                      : "Boxes: middle half and median; whiskers: 5 to 95 %.";
  chart.series = {std::move(dots), std::move(boxes)};
  return chart;
}

Figure frequency_figure(const ShownData& data) {
  constexpr std::size_t with_names = 40;
  const std::vector<LabelFrequency> all = label_frequencies(*data.truth);
  const double rows = std::max(1., static_cast<double>(data.truth->rows()));
  if (all.size() <= with_names) {
    std::vector<NamedBar> bars;
    for (const LabelFrequency& label : all) {
      const double share = static_cast<double>(label.present) / rows;
      bars.push_back(
          {data.label_name(label.label), static_cast<double>(label.present),
           fmt::format("{} ({})", count_text(label.present), percent_text(share)),
           fmt::format("{}: present in {} of {} rows, unknown in {}", data.label_name(label.label),
                       count_text(label.present), count_text(data.truth->rows()), count_text(label.unknown))});
    }
    return {"Label frequencies", bar_list_svg(bars, "Rows in which each label is present, most frequent first"), ""};
  }
  Chart chart{
      .title = "Label frequencies",
      .x = {.title = "rank of the label", .low = 1, .high = static_cast<double>(all.size()), .logarithmic = true},
      .y = {.title = "rows with the label", .low = 1, .logarithmic = true}};
  chart.y.high = std::max(10., static_cast<double>(all.front().present));
  ChartSeries line{.colour = 0};
  std::int64_t never = 0;
  double next = 1;
  for (std::size_t i = 0; i < all.size(); ++i) {
    never += all[i].present == 0;
    if (all[i].present == 0 || (static_cast<double>(i + 1) < next && i + 1 < all.size() && all[i + 1].present > 0))
      continue;
    next = std::max(next + 1, next * 1.03);
    line.marks.push_back(
        {static_cast<double>(i + 1), static_cast<double>(all[i].present),
         fmt::format("rank {}: {}, {} rows", i + 1, data.label_name(all[i].label), count_text(all[i].present))});
  }
  chart.series.push_back(std::move(line));
  chart.alt = fmt::format("Rows per label by rank, {} labels, the most frequent in {} rows", all.size(),
                          count_text(all.front().present));
  chart.note = fmt::format("{} labels, {} of them never present.", count_text(static_cast<std::int64_t>(all.size())),
                           count_text(never));
  return chart_figure(chart);
}

}  // namespace tagma
