#include <tagma/base/rng.h>

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace tagma {
namespace {

TEST(Rng, StreamsAreFixedForEver) {
  Rng rng(1);
  EXPECT_EQ(rng.bits(), 0xb3f2af6d0fc710c5u);
  EXPECT_EQ(Rng(1).fork(0).bits(), Rng(1).fork(0).bits());
  EXPECT_NE(Rng(1).fork(0).bits(), Rng(1).fork(1).bits());
}

TEST(Rng, NormalHasTheRightMoments) {
  Rng rng(7);
  double sum = 0, square = 0, fourth = 0;
  constexpr int n = 200000;
  for (int i = 0; i < n; ++i) {
    const double x = rng.normal();
    sum += x, square += x * x, fourth += x * x * x * x;
  }
  EXPECT_NEAR(sum / n, 0, 0.01);
  EXPECT_NEAR(square / n, 1, 0.02);
  EXPECT_NEAR(fourth / n, 3, 0.1);
}

TEST(Rng, BelowIsUniform) {
  Rng rng(3);
  std::vector<int> counts(7);
  for (int i = 0; i < 70000; ++i) ++counts[rng.below(7)];
  for (int count : counts) EXPECT_NEAR(count, 10000, 500);
}

}  // namespace
}  // namespace tagma
