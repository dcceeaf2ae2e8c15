// The special functions against the C library in double precision, over dense grids and at the edges.
#include <tagma/math/special.h>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace tagma::math {
namespace {

constexpr float inf = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
constexpr double smallest = std::numeric_limits<float>::min();  // of the normal floats; below, errors are absolute

template <class Float, class Exact>
double worst(double low, double high, Float f, Exact exact, int points = 200000) {
  double found = 0;
  for (int i = 0; i <= points; ++i) {
    const auto x = static_cast<float>(low + (high - low) * i / points);
    const double want = exact(static_cast<double>(x)), got = static_cast<double>(f(x));
    const double error = std::abs(got - want) / std::max(std::abs(want), smallest);
    if (!(error <= found)) found = error;
  }
  return found;
}

const auto exp_f = [](float x) { return exp(x); };
const auto exp_d = [](double x) { return std::exp(x); };
const auto down_f = [](float x) { return exp_down(x); };
const auto log_f = [](float x) { return log(x); };
const auto log_d = [](double x) { return std::log(x); };
const auto log1p_f = [](float x) { return log1p(x); };
const auto log1p_d = [](double x) { return std::log1p(x); };
const auto unit_f = [](float x) { return log1p_unit(x); };
const auto log_phi_f = [](float x) { return log_phi(x); };
const auto log_phi_d = [](double x) { return log_phi(x); };
const auto mills_f = [](float x) { return mills(x); };
const auto mills_d = [](double x) { return mills(x); };
const auto cdf_f = [](float x) { return phi_cdf(x); };
const auto cdf_d = [](double x) { return phi_cdf(x); };

TEST(Special, ExponentialsAndLogarithmsAreWithin3e7) {
  EXPECT_LT(worst(-104, 88.7, exp_f, exp_d), 3e-7);
  EXPECT_LT(worst(-1, 1, exp_f, exp_d), 3e-7);
  EXPECT_LT(worst(-87.3, 0, down_f, exp_d), 3e-7);
  EXPECT_LT(worst(1e-40, 1e-37, log_f, log_d), 3e-7);
  EXPECT_LT(worst(1e-6, 10, log_f, log_d), 3e-7);
  EXPECT_LT(worst(0.99, 1.01, log_f, log_d), 3e-7);
  EXPECT_LT(worst(1, 3e38, log_f, log_d), 3e-7);
  EXPECT_LT(worst(-0.999, 4, log1p_f, log1p_d), 3e-7);
  EXPECT_LT(worst(-1e-3, 1e-3, log1p_f, log1p_d), 3e-7);
  EXPECT_LT(worst(1, 1e30, log1p_f, log1p_d), 3e-7);
  EXPECT_LT(worst(0, 1, unit_f, log1p_d), 3e-7);
  EXPECT_LT(worst(0, 1e-30, unit_f, log1p_d), 3e-7);
}

// The logarithm of a number that is known by its distance from 1, too, near 1 and away from it.
TEST(Special, LogGivenIsWithin3e7) {
  const auto given = [](float less_one) { return log_given(1.f + less_one, less_one); };
  EXPECT_LT(worst(-0.7, 1, given, log1p_d), 3e-7);
  EXPECT_LT(worst(-1e-3, 1e-3, given, log1p_d), 3e-7);
  EXPECT_LT(worst(0, 1e-9, given, log1p_d), 3e-7);
  EXPECT_LT(worst(1e-30, 1e-3, [](float x) { return log_given(x, x - 1.f); }, log_d), 3e-7);
  EXPECT_NEAR(log_given(1 - 1e-12, -1e-12), -1e-12, 1e-24);
  EXPECT_EQ(log_given(1e-20, -1.0), std::log(1e-20));
}

TEST(Special, NormalDistributionIsWithin1e6) {
  for (const auto& [low, high] : {std::pair{-1e4, -100.0}, {-100.0, -10.0}, {-10.0, 0.0}, {-1.0, 1.0}, {0.0, 5.0}, {5.0, 12.9}}) {
    EXPECT_LT(worst(low, high, log_phi_f, log_phi_d), 1e-6) << low;
    EXPECT_LT(worst(low, high, mills_f, mills_d), 1e-6) << low;
    EXPECT_LT(worst(low, high, cdf_f, cdf_d), 1e-6) << low;
  }
}

TEST(Special, EdgesAreThoseOfTheCLibrary) {
  EXPECT_EQ(exp(inf), inf);
  EXPECT_EQ(exp(1e4f), inf);
  EXPECT_EQ(exp(-inf), 0);
  EXPECT_EQ(exp(-1e4f), 0);
  EXPECT_EQ(exp(0.f), 1);
  EXPECT_EQ(exp_down(0.f), 1);
  EXPECT_EQ(exp_down(-inf), 0);
  EXPECT_EQ(exp_down(-1e4f), 0);
  EXPECT_EQ(log(inf), inf);
  EXPECT_EQ(log(0.f), -inf);
  EXPECT_EQ(log(1.f), 0);
  EXPECT_EQ(log1p(inf), inf);
  EXPECT_EQ(log1p(-1.f), -inf);
  EXPECT_EQ(log1p(0.f), 0);
  EXPECT_EQ(log1p_unit(0.f), 0);
  EXPECT_EQ(log1p(1e-40f), 1e-40f);
  for (const float x : {exp(nan), exp_down(nan), log(nan), log(-1.f), log1p(nan), log1p(-2.f), log1p_unit(nan), log_phi(nan),
                        mills(nan), phi_cdf(nan)})
    EXPECT_TRUE(std::isnan(x));
}

TEST(Special, TailsOfTheNormalDistributionStayFinite) {
  EXPECT_FLOAT_EQ(log_phi(-1e4f), -5e7f);
  EXPECT_EQ(log_phi(1e4f), 0);
  EXPECT_EQ(log_phi(inf), 0);
  EXPECT_EQ(log_phi(-inf), -inf);
  EXPECT_FLOAT_EQ(mills(-1e4f), 1e4f);
  EXPECT_EQ(mills(1e4f), 0);
  EXPECT_EQ(phi_cdf(-1e4f), 0);
  EXPECT_EQ(phi_cdf(1e4f), 1);
  EXPECT_TRUE(std::isfinite(mills(-1e18f)));
}

// Numbers to 60 digits by the series of Phi (|x| < 3) and its continued fraction, rounded.
TEST(Special, DoublePrecisionOfTheNormalDistribution) {
  const struct {
    double x, log_phi, mills;
  } known[] = {
      {-10000.0, -50000010.129278913, 10000.000099999997}, {-300.0, -45006.62273211866, 300.0033332592634},
      {-38.5, -745.69527029041103, 38.525939096854493}, {-20.0, -203.91715537109727, 20.049753068527849},
      {-8.25, -37.074589931901535, 8.3678869605835899}, {-6.5, -23.938149495161838, 6.6473013611904905},
      {-5.75, -19.227630092220455, 5.9147046216532599}, {-3.0, -6.6077262215103492, 3.2830986549304364},
      {-1.0, -1.8410216450092636, 1.5251352761609811}, {-0.5, -1.1759117615936185, 1.1410777703680646},
      {0.0, -0.69314718055994529, 0.79788456080286541}, {0.5, -0.3689464152886564, 0.50916043383703347},
      {1.0, -0.17275377902344988, 0.28759997093917838}, {3.0, -0.0013508099647481938, 0.0044378390421256639},
      {5.75, -4.4621724638571034e-09, 2.6392432153473318e-08}, {8.25, -7.9197263146424782e-17, 6.6271374559687523e-16},
      {20.0, -2.7536241186062337e-89, 5.5209483621597635e-88}};
  for (const auto& [x, want_log, want_mills] : known) {
    EXPECT_NEAR(log_phi(x) / want_log, 1, 1e-13) << x;
    EXPECT_NEAR(mills(x) / want_mills, 1, 1e-13) << x;
  }
  EXPECT_NEAR(log_phi(std::nextafter(-6, -7)) / log_phi(std::nextafter(-6, 0)), 1, 1e-13);
  EXPECT_NEAR(mills(std::nextafter(-6, -7)) / mills(std::nextafter(-6, 0)), 1, 1e-13);
}

}  // namespace
}  // namespace tagma::math
