// Sums of softplus terms with one logarithm for many of them, against sums of logarithms in double precision: small terms
// keep their digits, many large ones do not overflow, and totals of parts add up.
#include <tagma/loss/log_total.h>

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace tagma {
namespace {

template <class Real>
void sums_like_logarithms(const std::vector<double>& excesses, double bound) {
  LogTotal<Real> total(0), low(0), high(0);
  double want = 0;
  for (std::size_t i = 0; i < excesses.size(); ++i) {
    const LogTotal<Real> term(Real(i % 3), static_cast<Real>(excesses[i]));
    want += static_cast<double>(i % 3) + std::log1p(static_cast<double>(term.growth));
    total += term;
    (i % 5 < 2 ? low : high) += term;
  }
  EXPECT_NEAR(static_cast<double>(in_all(total)), want, bound * want);
  low += high;
  EXPECT_NEAR(static_cast<double>(in_all(low)), want, bound * want);
  EXPECT_EQ(in_all(settled(total)), in_all(total));
}

TEST(LogTotal, ManyTermsOfAllSizes) {
  std::vector<double> excesses;
  for (int i = 0; i < 3000; ++i) excesses.push_back(std::exp(-0.01 * ((i * 37) % 2000)));
  sums_like_logarithms<float>(excesses, 2e-6);
  sums_like_logarithms<double>(excesses, 1e-13);
}

TEST(LogTotal, LargestTermsDoNotOverflow) {
  sums_like_logarithms<float>(std::vector<double>(10000, 1.0), 1e-5);
  sums_like_logarithms<double>(std::vector<double>(10000, 1.0), 1e-12);
}

TEST(LogTotal, SmallTermsKeepTheirDigits) {
  LogTotal<float> total(0);
  for (int i = 0; i < 1000; ++i) total += LogTotal<float>(0, 1e-12f);
  EXPECT_NEAR(in_all(total), 1e-9f, 1e-14f);
  LogTotal<float> even(0);
  for (int i = 0; i < 64; ++i) even += LogTotal<float>(0, 1e-7f);
  EXPECT_NEAR(in_all(even), 6.4e-6f, 1e-11f);
}

// Where weights are all 1 and said to be, a split jet stays split; elsewhere it is worth its value.
struct Unweighted {
  static constexpr bool unweighted = true;
};
struct Weighted {
  static constexpr bool unweighted = false;
};

TEST(LogTotal, TermsOfALabel) {
  const SplitJet<double> jet{2, 0.5, 0, 0};
  const double value = 2 + std::log1p(0.5);
  EXPECT_DOUBLE_EQ(jet_of(jet).value, value);
  EXPECT_DOUBLE_EQ(in_all(term_of<Unweighted>(jet, 1.0, true)), value);
  EXPECT_DOUBLE_EQ(term_of<Weighted>(jet, 3.0, true), 3 * value);
  EXPECT_EQ(in_all(term_of<Unweighted>(jet, 1.0, false)), 0);
  EXPECT_EQ(term_of<Weighted>(SplitJet<double>{NAN, NAN, 0, 0}, 3.0, false), 0);
}

}  // namespace
}  // namespace tagma
