// Two feature matrices as one: numbers of texts behind measured ones.
#include <tagma/base/error.h>
#include <tagma/data/beside.h>

#include <gmock/gmock.h>

namespace tagma {
namespace {

using ::testing::ElementsAre;

FeatureMatrix sparse() {  // 1 2 . / . . 3
  CsrArrays arrays;
  arrays.starts = {0, 2, 3};
  arrays.columns_of = {0, 1, 2};
  arrays.values = {1, 2, 3};
  return {std::move(arrays), 3};
}

TEST(Beside, DenseAndSparse) {
  const FeatureMatrix both = beside(FeatureMatrix(DenseArrays{{5, 0, 0, 6}}, 2, 2), sparse());
  EXPECT_EQ(both.columns(), 5);
  EXPECT_THAT(both.csr_view().starts, ElementsAre(0, 3, 5));
  EXPECT_THAT(both.csr_view().columns_of, ElementsAre(0, 2, 3, 1, 4));
  EXPECT_THAT(both.csr_view().values, ElementsAre(5, 1, 2, 6, 3));
}

TEST(Beside, SparseAndSparse) {
  const FeatureMatrix both = beside(sparse(), sparse());
  EXPECT_THAT(both.csr_view().starts, ElementsAre(0, 4, 6));
  EXPECT_THAT(both.csr_view().columns_of, ElementsAre(0, 1, 3, 4, 2, 5));
}

TEST(Beside, RowsMustFit) {
  EXPECT_THROW(beside(FeatureMatrix(DenseArrays{{1}}, 1, 1), sparse()), Error);
}

}  // namespace
}  // namespace tagma
