#include <tagma/report/sequence_charts.h>

#include <tagma/report/number.h>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace tagma {
namespace {

using Kind = ChartSeries::Kind;
using Json = nlohmann::ordered_json;

constexpr std::array<int, 4> role_colours{0, 2, 1, 7};

std::string_view name_of(const Course& course) { return course_role_names[static_cast<std::size_t>(course.role)]; }

void reach(ChartAxis& axis, double value) {
  if (std::isfinite(value)) axis.low = std::min(axis.low, value), axis.high = std::max(axis.high, value);
}

Chart frame(const Courses& courses, std::string title, std::string y, double from) {
  Chart chart{.title = std::move(title), .x = {.title = "step", .low = 1}, .y = {.title = std::move(y)}};
  chart.x.high = std::max(2., static_cast<double>(courses.longest));
  chart.y.low = chart.y.high = from;
  chart.alt = chart.title + ", from the first step to the last:";
  return chart;
}

// A line per role and, of scores, its band behind it.
void draw(Chart& chart, const Course& course, const std::vector<double>& values, const std::vector<double>* spread) {
  const std::string name(name_of(course));
  const int colour = role_colours[static_cast<std::size_t>(course.role)];
  ChartSeries line{.name = name, .colour = colour}, band{.kind = Kind::band, .colour = colour};
  for (std::size_t step = 0; step < values.size(); ++step) {
    const double x = static_cast<double>(step + 1), deviation = spread ? (*spread)[step] : 0;
    const std::string sure = spread ? " ± " + number_text(deviation) : "";
    line.marks.push_back({x, values[step], fmt::format("{}, step {}: {}{}", name, step + 1, number_text(values[step]), sure)});
    band.marks.push_back({.x = x, .y = values[step], .spread = deviation});
    reach(chart.y, values[step] - deviation), reach(chart.y, values[step] + deviation);
  }
  chart.alt += fmt::format(" {} {} to {};", name, number_text(values.front()), number_text(values.back()));
  if (spread) chart.series.insert(chart.series.begin(), std::move(band));
  chart.series.push_back(std::move(line));
}

void give_room(ChartAxis& axis) {
  const double room = axis.high > axis.low ? 0.04 * (axis.high - axis.low) : 1;
  axis.low -= room, axis.high += room;
}

Chart grade_course_chart(const Courses& courses) {
  Chart chart = frame(courses, "Grades along the sequences", "mean grade", 0);
  for (const Course& course : courses.courses) draw(chart, course, course.grade, nullptr);
  give_room(chart.y);
  chart.note = fmt::format("{} sequences of {} steps", count_text(courses.sequences),
                           courses.shortest == courses.longest ? count_text(courses.longest)
                                                               : count_text(courses.shortest) + " to " + count_text(courses.longest));
  for (const Course& course : courses.courses) chart.note += fmt::format("; {} labels {}", count_text(course.labels), name_of(course));
  chart.note += ".";
  return chart;
}

Chart score_course_chart(const ShownCourses& model) {
  const double cut = cut_of(model.scale);
  Chart chart = frame(model.courses, "Scores along the sequences: " + model.title,
                      model.scale == Scale::probability ? "score (probability)" : "score (margin)", cut);
  for (const Course& course : model.courses.courses) draw(chart, course, course.score, course.role == CourseRole::absent ? nullptr : &course.spread);
  chart.series.push_back({.name = "presence threshold", .kind = Kind::guide, .marks = {{1, cut, ""}, {chart.x.high, cut, ""}}});
  give_room(chart.y);
  chart.alt += " " + proportionality_text(model.courses) + ".";
  chart.note = fmt::format("{}. Bands: {}.", proportionality_text(model.courses),
                           model.courses.predicted ? "one standard deviation as the model predicts it, on average"
                                                   : "one standard deviation of the scores between sequences");
  return chart;
}

Json list(const std::vector<double>& values) {
  Json all = Json::array();
  for (const double value : values) all.push_back(std::isfinite(value) ? Json(value) : Json(nullptr));
  return all;
}

}  // namespace

std::string proportionality_text(const Courses& courses) {
  const std::int64_t defined = courses.sequences - courses.undefined;
  if (defined == 0) return "no sequence whose grades differ";
  return fmt::format("Pearson {}, concordance {} of scores with grades, mean over {} sequences", number_text(courses.pearson),
                     number_text(courses.concordance), count_text(defined));
}

FigureRow course_figures(std::span<const ShownCourses> models) {
  FigureRow row;
  if (models.empty()) return row;
  row.figures.push_back(chart_figure(grade_course_chart(models.front().courses)));
  for (const ShownCourses& model : models) row.figures.push_back(chart_figure(score_course_chart(model)));
  return row;
}

Json courses_json(const Courses& courses) {
  const auto number = [](double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); };
  Json out = {{"sequences", courses.sequences}, {"shortest", courses.shortest}, {"longest", courses.longest},
              {"pearson", number(courses.pearson)}, {"concordance", number(courses.concordance)}, {"undefined", courses.undefined},
              {"spread", courses.predicted ? "predicted" : "between sequences"}, {"roles", Json::object()}};
  for (const Course& course : courses.courses)
    out["roles"][std::string(name_of(course))] = {{"labels", course.labels}, {"grade", list(course.grade)}, {"score", list(course.score)}, {"spread", list(course.spread)}};
  return out;
}

}  // namespace tagma
