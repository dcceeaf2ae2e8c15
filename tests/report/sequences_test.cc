// Roles, courses and proportionality, against numbers worked out by hand and scores made to measure.
#include <tagma/report/sequence_charts.h>
#include <tagma/report/sequences.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace tagma {
namespace {

struct Case {
  Scores scores;
  LabelMatrix truth{4};
  std::vector<std::string> groups;
};

// Sequences side by side, row by row: label 0 grows from 1 to 3, 1 stays at 2, 2 shrinks from 3 to 1 (it has gone at the last step),
// 3 is never there. Scores are slope * grade + offset of the sequence.
Case made(int sequences, int steps, double slope) {
  Case out;
  for (int step = 0; step < steps; ++step)
    for (int sequence = 0; sequence < sequences; ++sequence) {
      const float share = static_cast<float>(step) / static_cast<float>(steps - 1);
      std::vector<LabelId> present{0, 1, 2};
      std::vector<float> grades{1 + 2 * share, 2, 3 - 2 * share};
      if (step + 1 == steps) present.pop_back(), grades.pop_back();
      out.truth.add(present, grades);
      grades.resize(4, 0.f);
      for (const float grade : grades) out.scores.values.push_back(static_cast<float>(slope) * grade + static_cast<float>(sequence));
      out.groups.push_back("s" + std::to_string(sequence));
    }
  out.scores.rows = static_cast<std::int64_t>(out.groups.size());
  out.scores.labels = 4;
  out.scores.scale = Scale::margin;
  return out;
}

TEST(Sequences, RolesFollowTheGrades) {
  const Case data = made(3, 11, 1);
  const Courses found = courses(data.scores, data.truth, data.groups);
  EXPECT_EQ(found.sequences, 3);
  EXPECT_EQ(found.shortest, 11);
  ASSERT_EQ(found.courses.size(), 4u);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(found.courses[i].role, static_cast<CourseRole>(i));
    EXPECT_EQ(found.courses[i].labels, 3);
    ASSERT_EQ(found.courses[i].score.size(), 11u);
  }
  EXPECT_FLOAT_EQ(static_cast<float>(found.courses[0].grade[5]), 2);
  EXPECT_FLOAT_EQ(static_cast<float>(found.courses[0].score[10]), 4) << "3, and the mean 1 of the offsets";
  EXPECT_EQ(found.courses[2].grade[10], 0) << "absent counts 0";
  EXPECT_EQ(found.courses[3].score[4], 1);
  EXPECT_NEAR(found.courses[1].spread[3], std::sqrt(2. / 3), 1e-6) << "between the sequences";
  EXPECT_FALSE(found.predicted);
}

TEST(Sequences, ProportionalityIsOneForAnyRisingLine) {
  for (const double slope : {0.1, 1., 30.}) {
    const Case data = made(2, 9, slope);
    const Courses found = courses(data.scores, data.truth, data.groups);
    EXPECT_NEAR(found.pearson, 1, 1e-6);
    EXPECT_NEAR(found.concordance, 1, 1e-6);
  }
  const Case against = made(2, 9, -1);
  EXPECT_NEAR(courses(against.scores, against.truth, against.groups).pearson, -1, 1e-6);
  EXPECT_LT(courses(against.scores, against.truth, against.groups).concordance, 0);
}

TEST(Sequences, ConcordanceByHand) {
  LabelMatrix truth(1);
  Scores scores{.rows = 3, .labels = 1, .values = {0, 3, 4}};
  for (const float grade : {1.f, 2.f, 3.f}) truth.add(std::vector<LabelId>{0}, std::vector<float>{grade});
  // In [0, 1]: grades 0 .5 1, scores 0 .75 1; means 1/2, 7/12; variances 1/6, 13/72; covariance 1/6.
  const Courses found = courses(scores, truth, std::vector<std::string>{"a", "a", "a"});
  EXPECT_NEAR(found.pearson, (1. / 6) / std::sqrt(1. / 6 * 13 / 72), 1e-9);
  EXPECT_NEAR(found.concordance, 2. / 6 / (1. / 6 + 13. / 72 + 1. / 144), 1e-9);
}

TEST(Sequences, UnknownCellsUnevenLengthsAndRowsWithoutGroup) {
  LabelMatrix truth(2);
  truth.add(std::vector<LabelId>{0}, std::vector<float>{1});
  truth.add(std::vector<LabelId>{0}, std::vector<float>{2}, std::vector<LabelId>{1});
  truth.add(std::vector<LabelId>{1}, std::vector<float>{9});
  truth.add(std::vector<LabelId>{0}, std::vector<float>{5});
  const Scores scores{.rows = 4, .labels = 2, .values = {1, 2, 3, 100, 7, 7, 5, 6}, .spread = {.5, 1, .5, 1, 1, 1, .5, 1}};
  const Courses found = courses(scores, truth, std::vector<std::string>{"a", "a", "", "b"});
  EXPECT_EQ(found.sequences, 2);
  EXPECT_EQ(found.shortest, 1);
  EXPECT_EQ(found.longest, 2);
  EXPECT_EQ(found.undefined, 1) << "a single grade has nothing to follow";
  EXPECT_TRUE(found.predicted);
  EXPECT_EQ(found.courses.front().role, CourseRole::growing);
  EXPECT_THAT(found.courses.front().spread, testing::Each(0.5));
  const Course& absent = found.courses.back();
  EXPECT_EQ(absent.role, CourseRole::absent);
  EXPECT_EQ(absent.score[0], 4) << "of 2 and 6";
  EXPECT_TRUE(std::isnan(absent.score[1])) << "100 belongs to an unknown cell";
  EXPECT_TRUE(courses_json(found)["roles"]["absent"]["score"][1].is_null());
}

TEST(Sequences, NothingWithoutGroupsOrWithoutDifferences) {
  const Case data = made(2, 4, 1);
  EXPECT_EQ(courses(data.scores, data.truth, {}).sequences, 0);
  EXPECT_EQ(courses(shortlist(data.scores, 2), data.truth, data.groups).sequences, 0);
  LabelMatrix flat(1);
  for (int row = 0; row < 3; ++row) flat.add(std::vector<LabelId>{0});
  const Courses found = courses({.rows = 3, .labels = 1, .values = {0, 1, 2}}, flat, std::vector<std::string>{"a", "a", "a"});
  EXPECT_EQ(found.courses.front().role, CourseRole::constant);
  EXPECT_TRUE(courses_json(found)["pearson"].is_null());
  EXPECT_EQ(proportionality_text(found), "no sequence whose grades differ");
}

TEST(Sequences, ChartsSayInWordsWhatTheyShow) {
  const Case data = made(2, 6, 1);
  const ShownCourses model{"<m>", Scale::margin, courses(data.scores, data.truth, data.groups)};
  const FigureRow row = course_figures(std::vector<ShownCourses>{model, model});
  ASSERT_EQ(row.figures.size(), 3u);
  EXPECT_THAT(row.figures[0].note, testing::HasSubstr("2 sequences of 6 steps; 2 labels growing"));
  EXPECT_THAT(row.figures[1].note, testing::HasSubstr("Pearson 1"));
  EXPECT_THAT(row.figures[1].svg, testing::HasSubstr("&lt;m&gt;"));
  EXPECT_THAT(row.figures[1].svg, testing::HasSubstr("class=\"band\""));
  EXPECT_THAT(row.figures[1].svg, testing::Not(testing::HasSubstr("nan")));
}

}  // namespace
}  // namespace tagma
