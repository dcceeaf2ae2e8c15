// Scores by grade: the groups, their quantiles and a sample of dots.
#include <tagma/report/curves.h>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace tagma {
namespace {

struct Dot {
  float grade = 0, score = 0, spread = 0;
};

struct Cells {
  std::vector<Dot> absent, present;
};

Cells known_cells(const Scores& scores, const LabelMatrix& truth) {
  Cells cells;
  std::vector<Truth> row_truth(static_cast<std::size_t>(scores.labels));
  std::vector<float> row_grades(row_truth.size());
  for (std::int64_t row = 0; row < scores.rows; ++row) {
    truth.fill(row, row_truth);
    truth.fill_grades(row, row_grades);
    for (std::size_t label = 0; label < row_truth.size(); ++label) {
      const std::size_t at = static_cast<std::size_t>(row) * row_truth.size() + label;
      const Dot dot{row_grades[label], scores.values[at], scores.spread.empty() ? 0 : scores.spread[at]};
      if (row_truth[label] == Truth::present) cells.present.push_back(dot);
      if (row_truth[label] == Truth::absent) cells.absent.push_back(dot);
    }
  }
  std::sort(cells.present.begin(), cells.present.end(),
            [](const Dot& a, const Dot& b) { return a.grade != b.grade ? a.grade < b.grade : a.score < b.score; });
  return cells;
}

// Where groups begin and end in dots that ascend by grade: at every new grade, or at equal counts without tearing a grade.
std::vector<std::size_t> bounds(const std::vector<Dot>& dots, std::size_t groups) {
  std::set<float> distinct;
  for (const Dot& dot : dots)
    if (distinct.size() <= groups) distinct.insert(dot.grade);
  const bool every = distinct.size() <= groups;
  std::vector<std::size_t> ends{0};
  for (std::size_t i = 1; i < dots.size(); ++i)
    if (dots[i].grade != dots[i - 1].grade && (every || i * groups >= ends.size() * dots.size())) ends.push_back(i);
  if (!dots.empty()) ends.push_back(dots.size());
  return ends;
}

GradeGroup group_of(std::vector<Dot> dots, std::string name) {
  GradeGroup group{.name = std::move(name), .count = static_cast<std::int64_t>(dots.size())};
  std::sort(dots.begin(), dots.end(), [](const Dot& a, const Dot& b) { return a.score < b.score; });
  for (const Dot& dot : dots) {
    group.grade += static_cast<double>(dot.grade);
    group.spread += static_cast<double>(dot.spread);
  }
  group.grade /= static_cast<double>(dots.size());
  group.spread /= static_cast<double>(dots.size());
  constexpr std::array<double, 5> shares{0.05, 0.25, 0.5, 0.75, 0.95};
  for (std::size_t i = 0; i < shares.size(); ++i) {  // linear between order statistics
    const double place = shares[i] * static_cast<double>(dots.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const double low = dots[below].score, high = dots[std::min(below + 1, dots.size() - 1)].score;
    group.quantiles[i] = low + (high - low) * (place - static_cast<double>(below));
  }
  return group;
}

}  // namespace

GradeCurves grades(const Scores& scores, const LabelMatrix& truth, std::size_t groups, std::size_t dots) {
  GradeCurves result;
  if (scores.is_shortlist() || !truth.graded()) return result;
  const Cells cells = known_cells(scores, truth);
  const auto add = [&](std::vector<Dot> members, std::string name) {
    const auto at = static_cast<double>(result.groups.size());
    const std::size_t share = std::max<std::size_t>(dots / (groups + 1), 1),
                      step = (members.size() + share - 1) / share;
    for (std::size_t i = 0; i < members.size(); i += step)  // the golden ratio spreads the jitter evenly
      result.sample.emplace_back(at + 0.3 * (2 * std::fmod(static_cast<double>(i / step) * 0.6180339887, 1.) - 1),
                                 members[i].score);
    result.groups.push_back(group_of(std::move(members), std::move(name)));
  };
  if (!cells.absent.empty()) add(cells.absent, "absent");
  const std::vector<std::size_t> ends = bounds(cells.present, groups);
  for (std::size_t i = 0; i + 1 < ends.size(); ++i) {
    const auto begin = cells.present.begin();
    std::vector<Dot> members(begin + static_cast<std::ptrdiff_t>(ends[i]),
                             begin + static_cast<std::ptrdiff_t>(ends[i + 1]));
    const float low = members.front().grade, high = members.back().grade;
    const std::string name = low == high ? fmt::format("{:.3g}", low) : fmt::format("{:.2g}–{:.2g}", low, high);
    add(std::move(members), name);
  }
  return result;
}

}  // namespace tagma
