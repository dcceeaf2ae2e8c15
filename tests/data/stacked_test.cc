// Two data sets as one, rows behind rows.
#include <tagma/base/error.h>
#include <tagma/data/stacked.h>

#include <gmock/gmock.h>

namespace tagma {
namespace {

using ::testing::ElementsAre;

Dataset some(FeatureMatrix features, Truth rest = Truth::absent) {
  Dataset data;
  data.features = std::move(features);
  data.labels = LabelMatrix(4, rest);
  for (std::int64_t row = 0; row < data.features.rows(); ++row) {
    const std::vector<LabelId> present{static_cast<LabelId>(row)}, other{3};
    data.labels.add(present, {}, other);
  }
  return data;
}

FeatureMatrix sparse_rows() {  // 1 2 . / . . 3
  CsrArrays arrays;
  arrays.starts = {0, 2, 3};
  arrays.columns_of = {0, 1, 2};
  arrays.values = {1, 2, 3};
  return {std::move(arrays), 3};
}

TEST(Stacked, SparseBehindDense) {
  Dataset first = some(FeatureMatrix(DenseArrays{{5, 0, 6}}, 1, 3));
  const Dataset second = some(sparse_rows());
  first.weights = {2};
  first.label_names = {"a", "b", "c", "d"};
  const Dataset both = stacked(first, second);
  both.check();
  EXPECT_EQ(both.rows(), 3);
  EXPECT_THAT(both.features.csr_view().starts, ElementsAre(0, 2, 4, 5));
  EXPECT_THAT(both.features.csr_view().columns_of, ElementsAre(0, 2, 0, 1, 2));
  EXPECT_THAT(both.features.csr_view().values, ElementsAre(5, 6, 1, 2, 3));
  EXPECT_THAT(both.labels[2].present, ElementsAre(1));
  EXPECT_THAT(both.labels[2].exceptions, ElementsAre(3));
  EXPECT_THAT(both.weights, ElementsAre(2, 1, 1));
  EXPECT_THAT(both.label_names, ElementsAre("a", "b", "c", "d"));
}

TEST(Stacked, RowsOfAChosenPartOfAMatrix) {
  const std::vector<std::int64_t> last{1};
  const Dataset part = some(sparse_rows()).select(last);
  EXPECT_THAT(stacked(part, part).features.csr_view().columns_of, ElementsAre(2, 2));
}

TEST(Stacked, WhatDoesNotNumberAlikeIsRefused) {
  Dataset wider = some(FeatureMatrix(DenseArrays{{1, 1, 1, 1}}, 1, 4)), more = some(sparse_rows());
  EXPECT_THROW(stacked(some(sparse_rows()), wider), Error);
  more.labels.grow(5);
  EXPECT_THROW(stacked(some(sparse_rows()), more), Error);
  EXPECT_THROW(stacked(some(sparse_rows()), some(sparse_rows(), Truth::unknown)), Error);
}

}  // namespace
}  // namespace tagma
