#include <tagma/data/align.h>
#include <tagma/data/dataset.h>
#include <tagma/data/scores.h>

#include <tagma/base/error.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace tagma {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

template <class F>
std::string error_of(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(LabelMatrix, KeepsPresentAbsentUnknownAndGrades) {
  LabelMatrix truth(5);
  truth.add(std::array<LabelId, 2>{3, 1}, std::array<float, 2>{2.f, 1.f}, std::array<LabelId, 1>{4});
  truth.add({});
  std::array<Truth, 5> row{};
  truth.fill(0, row);
  EXPECT_THAT(row, ElementsAre(Truth::absent, Truth::present, Truth::absent, Truth::present, Truth::unknown));
  std::array<float, 5> grades{};
  truth.fill_grades(0, grades);
  EXPECT_THAT(grades, ElementsAre(0.f, 1.f, 0.f, 2.f, 0.f));
  truth.fill(1, row);
  EXPECT_THAT(row, testing::Each(Truth::absent));
  EXPECT_EQ(truth.unknown_count(), 1);
  EXPECT_THAT(truth.unknown_per_label(), ElementsAre(0, 0, 0, 0, 1));
}

TEST(LabelMatrix, UnlistedMayBeUnknown) {
  LabelMatrix truth(4, Truth::unknown);
  truth.add(std::array<LabelId, 1>{0}, {}, std::array<LabelId, 1>{2});
  std::array<Truth, 4> row{};
  truth.fill(0, row);
  EXPECT_THAT(row, ElementsAre(Truth::present, Truth::unknown, Truth::absent, Truth::unknown));
  EXPECT_EQ(truth.unknown_count(), 2);
  EXPECT_THAT(truth.unknown_per_label(), ElementsAre(0, 1, 0, 1));
}

TEST(LabelMatrix, GradesOfEarlierRowsAreOne) {
  LabelMatrix truth(3);
  truth.add(std::array<LabelId, 1>{0});
  truth.add(std::array<LabelId, 1>{1}, std::array<float, 1>{2.5f});
  EXPECT_THAT(truth[0].grades, ElementsAre(1.f));
  EXPECT_THAT(truth[1].grades, ElementsAre(2.5f));
}

TEST(LabelMatrix, RefusesBadRowsAndNamesThem) {
  LabelMatrix truth(3);
  truth.add({});
  EXPECT_THAT(error_of([&] { truth.add(std::array<LabelId, 1>{3}); }), HasSubstr("row 1: present label 3"));
  EXPECT_THAT(error_of([&] { truth.add(std::array<LabelId, 2>{1, 1}); }), HasSubstr("listed twice"));
  EXPECT_THAT(error_of([&] { truth.add(std::array<LabelId, 1>{1}, std::array<float, 1>{0.f}); }), HasSubstr("grade 0"));
  EXPECT_THAT(error_of([&] { truth.add(std::array<LabelId, 1>{1}, {}, std::array<LabelId, 1>{1}); }), HasSubstr("both"));
  EXPECT_EQ(truth.rows(), 1);
}

TEST(Align, MapsByNameAndSaysWhatItLeftOut) {
  Dataset data;
  data.labels = LabelMatrix(2);
  data.labels.add(std::array<LabelId, 2>{0, 1});
  data.label_names = {"dog", "cat"};
  data.features = FeatureMatrix(DenseArrays{{1.f, 2.f}}, 1, 2);
  data.feature_names = {"height", "age"};
  std::vector<std::string> notes;
  const Dataset fitted = aligned(data, {2, 2, {"cat", "cow"}, {"age", "weight"}}, notes);
  EXPECT_THAT(fitted.labels[0].present, ElementsAre(0));
  EXPECT_THAT(fitted.features.dense_view().row(0), ElementsAre(2.f, 0.f));
  EXPECT_EQ(notes.size(), 3u);
}

TEST(Align, RefusesDenseColumnsOfAnotherNumber) {
  Dataset data;
  data.labels = LabelMatrix(1);
  data.labels.add({});
  data.features = FeatureMatrix(DenseArrays{{1.f, 2.f}}, 1, 2);
  std::vector<std::string> notes;
  EXPECT_THAT(error_of([&] { aligned(data, {1, 3, {}, {}}, notes); }), HasSubstr("2 feature columns"));
}

TEST(Scores, TrimmedKeepsTheFirstOfARowAndWhatIsNotBelowTheFloor) {
  Scores dense;
  dense.rows = 2, dense.labels = 4;
  dense.values = {0.1f, 0.9f, 0.5f, 0.7f, 0.2f, 0.1f, 0.f, 0.3f};
  const Scores listed = shortlist(dense, 4);
  const Scores two = trimmed(listed, 2), high = trimmed(listed, 3, 0.5f);
  EXPECT_EQ(two.ids, (std::vector<LabelId>{1, 3, 3, 0}));
  EXPECT_EQ(two.starts, (std::vector<std::int64_t>{0, 2, 4}));
  EXPECT_EQ(high.values, (std::vector<float>{0.9f, 0.7f, 0.5f}));
  EXPECT_EQ(high.starts, (std::vector<std::int64_t>{0, 3, 3}));
}

TEST(Scores, ShortlistKeepsTheBestWithTiesById) {
  Scores dense;
  dense.rows = 1, dense.labels = 4, dense.values = {0.5f, 0.9f, 0.5f, 0.1f};
  const Scores best = shortlist(dense, 3);
  EXPECT_THAT(best.short_row(0).ids, ElementsAre(1, 0, 2));
  best.check();
}

TEST(Scores, CheckNamesTheCell) {
  Scores dense;
  dense.rows = 1, dense.labels = 2, dense.values = {0.5f, 1.5f};
  EXPECT_THAT(error_of([&] { dense.check(); }), HasSubstr("row 0, label 1"));
}

}  // namespace
}  // namespace tagma
