#include <tagma/report/sequences.h>

#include <tagma/measure/rank_correlation.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace tagma {
namespace {

using Rows = std::vector<std::int64_t>;

// In the order of their first rows.
std::vector<Rows> sequences_of(std::span<const std::string> groups) {
  std::map<std::string_view, std::size_t> places;
  std::vector<Rows> all;
  for (std::size_t row = 0; row < groups.size(); ++row) {
    if (groups[row].empty()) continue;
    const auto [place, is_new] = places.try_emplace(groups[row], all.size());
    if (is_new) all.emplace_back();
    all[place->second].push_back(static_cast<std::int64_t>(row));
  }
  return all;
}

struct Point {
  bool known = false;
  double grade = 0, score = 0, spread = 0;
};

// One sequence: [steps x labels].
struct Table {
  std::size_t steps = 0, labels = 0;
  std::vector<Point> cells;
  const Point& at(std::size_t step, std::size_t label) const { return cells[step * labels + label]; }
};

Table table_of(const Scores& scores, const LabelMatrix& truth, const Rows& rows) {
  Table table{.steps = rows.size(), .labels = static_cast<std::size_t>(scores.labels), .cells = {}};
  std::vector<Truth> cells(table.labels);
  std::vector<float> grades(table.labels);
  for (const std::int64_t row : rows) {
    truth.fill(row, cells);
    truth.fill_grades(row, grades);
    for (std::size_t label = 0; label < table.labels; ++label) {
      const std::size_t at = static_cast<std::size_t>(row) * table.labels + label;
      table.cells.push_back({cells[label] != Truth::unknown, grades[label], scores.values[at], scores.spread.empty() ? 0 : scores.spread[at]});
    }
  }
  return table;
}

// By how much the line fitted to the grades rises over the sequence.
double rise(const Table& table, std::size_t label) {
  double n = 0, x = 0, y = 0, xx = 0, xy = 0;
  for (std::size_t step = 0; step < table.steps; ++step) {
    const Point& cell = table.at(step, label);
    if (!cell.known) continue;
    const auto t = static_cast<double>(step);
    ++n, x += t, y += cell.grade, xx += t * t, xy += t * cell.grade;
  }
  const double across = n * xx - x * x;
  return across > 0 ? (n * xy - x * y) / across * static_cast<double>(table.steps - 1) : 0;
}

std::vector<CourseRole> roles_of(const Table& table) {
  constexpr double share = 0.25, rounding = 1e-9;
  std::vector<CourseRole> roles(table.labels, CourseRole::absent);
  std::vector<double> rises(table.labels);
  double greatest = 0;
  for (std::size_t label = 0; label < table.labels; ++label)
    for (std::size_t step = 0; step < table.steps; ++step)
      if (table.at(step, label).grade > 0) {
        rises[label] = rise(table, label);
        greatest = std::max(greatest, std::abs(rises[label]));
        roles[label] = CourseRole::constant;
        break;
      }
  for (std::size_t label = 0; label < table.labels; ++label)
    if (roles[label] != CourseRole::absent && greatest > rounding && std::abs(rises[label]) >= share * greatest)
      roles[label] = rises[label] > 0 ? CourseRole::growing : CourseRole::shrinking;
  return roles;
}

struct Sums {
  std::vector<double> count, grade, score, square, spread;
  std::int64_t labels = 0;

  void add(const Table& table, std::size_t label) {
    ++labels;
    for (std::vector<double>* part : {&count, &grade, &score, &square, &spread})
      if (part->size() < table.steps) part->resize(table.steps);
    for (std::size_t step = 0; step < table.steps; ++step) {
      const Point& cell = table.at(step, label);
      if (!cell.known) continue;
      ++count[step], grade[step] += cell.grade, score[step] += cell.score, square[step] += cell.score * cell.score, spread[step] += cell.spread;
    }
  }

  Course course(CourseRole role, bool predicted) const {
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    Course out{.role = role, .labels = labels, .grade = {}, .score = {}, .spread = {}};
    for (std::size_t step = 0; step < count.size(); ++step) {
      const double n = count[step], mean = score[step] / n;
      out.grade.push_back(n > 0 ? grade[step] / n : none);
      out.score.push_back(n > 0 ? mean : none);
      out.spread.push_back(n > 0 ? (predicted ? spread[step] / n : std::sqrt(std::max(square[step] / n - mean * mean, 0.))) : none);
    }
    return out;
  }
};

void to_unit(std::vector<double>& values) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const double from = *low, range = *high - *low;
  for (double& value : values) value = range > 0 ? (value - from) / range : 0;
}

}  // namespace

Courses courses(const Scores& scores, const LabelMatrix& truth, std::span<const std::string> groups) {
  Courses out{.predicted = !scores.spread.empty(), .courses = {}};
  if (scores.is_shortlist()) return out;
  std::array<Sums, course_role_names.size()> sums;
  for (const Rows& rows : sequences_of(groups)) {
    const auto length = static_cast<std::int64_t>(rows.size());
    out.shortest = out.sequences == 0 ? length : std::min(out.shortest, length);
    out.longest = std::max(out.longest, length);
    ++out.sequences;
    const Table table = table_of(scores, truth, rows);
    const std::vector<CourseRole> roles = roles_of(table);
    std::vector<double> grades, values;
    for (std::size_t label = 0; label < table.labels; ++label) {
      sums[static_cast<std::size_t>(roles[label])].add(table, label);
      for (std::size_t step = 0; step < table.steps && roles[label] != CourseRole::absent; ++step)
        if (const Point& cell = table.at(step, label); cell.known) grades.push_back(cell.grade), values.push_back(cell.score);
    }
    if (std::adjacent_find(grades.begin(), grades.end(), std::not_equal_to<>()) == grades.end()) {
      ++out.undefined;
      continue;
    }
    to_unit(grades), to_unit(values);
    out.pearson += pearson(values, grades);
    out.concordance += concordance(values, grades);
  }
  const auto defined = static_cast<double>(out.sequences - out.undefined);
  out.pearson /= defined, out.concordance /= defined;
  for (std::size_t role = 0; role < sums.size(); ++role)
    if (sums[role].labels > 0) out.courses.push_back(sums[role].course(static_cast<CourseRole>(role), out.predicted));
  return out;
}

}  // namespace tagma
