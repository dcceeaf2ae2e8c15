#include <tagma/base/portable_math.h>

#include <tagma/base/rng.h>

#include <gtest/gtest.h>

#include <cmath>

namespace tagma {
namespace {

TEST(PortableMath, AgreesWithTheLibrary) {
  Rng rng(1);
  for (int i = 0; i < 100000; ++i) {
    const double x = rng.uniform(-700, 700), small = rng.uniform(-1, 1);
    EXPECT_NEAR(portable_exp(x) / std::exp(x), 1, 4e-16);
    EXPECT_NEAR(portable_exp(small) / std::exp(small), 1, 4e-16);
    const double y = std::exp(x);
    EXPECT_NEAR(portable_log(y), std::log(y), 1e-15 * std::abs(std::log(y)) + 1e-16);
    EXPECT_NEAR(portable_logistic(x / 20), 1 / (1 + std::exp(-x / 20)), 4e-16);
  }
}

TEST(PortableMath, SineAndCosine) {
  Rng rng(2);
  for (int i = 0; i < 100000; ++i) {
    const double x = rng.uniform(-10, 10), far = rng.uniform(-1e6, 1e6);
    EXPECT_NEAR(portable_sin(x), std::sin(x), 3e-15);
    EXPECT_NEAR(portable_cos(x), std::cos(x), 3e-15);
    EXPECT_NEAR(portable_sin(far), std::sin(far), 2e-10);
  }
  EXPECT_EQ(portable_sin(0), 0);
}

TEST(PortableMath, Ends) {
  EXPECT_EQ(portable_exp(0), 1);
  EXPECT_EQ(portable_exp(-800), 0);
  EXPECT_TRUE(std::isfinite(portable_exp(800)));
  EXPECT_EQ(portable_log(1), 0);
  EXPECT_EQ(portable_logistic(0), 0.5);
  EXPECT_EQ(portable_logistic(800), 1);
  EXPECT_EQ(portable_logistic(-800), 0);
}

}  // namespace
}  // namespace tagma
