// Losses of single labels against their formulas written out plainly in double precision.
#include <tagma/loss/asymmetric.h>
#include <tagma/loss/bce.h>
#include <tagma/loss/squared_hinge.h>

#include <gtest/gtest.h>

#include <cmath>

namespace tagma {
namespace {

double sigmoid_of(double z) { return 1 / (1 + std::exp(-z)); }

template <class Loss, class Plain>
void same_as(const Loss& loss, Plain plain) {
  for (double z = -12; z <= 12; z += 0.173)
    for (const bool present : {false, true}) {
      const auto exact = loss.at(z, present);
      const double want = plain(z, present), h = 1e-6;
      EXPECT_NEAR(exact.value, want, 1e-10 * (1 + want)) << z << present;
      EXPECT_NEAR(exact.slope, (plain(z + h, present) - plain(z - h, present)) / (2 * h), 1e-6) << z << present;
      const auto single = loss.at(static_cast<float>(z), present);
      EXPECT_NEAR(single.value, want, 2e-6 * (1 + want)) << z << present;
      EXPECT_NEAR(single.slope, exact.slope, 2e-6 * (1 + std::abs(exact.slope))) << z << present;
    }
}

TEST(LabelLosses, Bce) {
  same_as(Bce{}, [](double z, bool y) { return std::log1p(std::exp(y ? -z : z)); });
}

TEST(LabelLosses, FocalWithWholeAndOtherPowers) {
  for (const float gamma : {0.f, 1.f, 2.f, 5.f, 7.f, 0.5f, 2.5f, 8.f})
    same_as(Focal{gamma}, [gamma](double z, bool y) {
      const double wrong = sigmoid_of(y ? -z : z);
      return std::pow(wrong, gamma) * std::log1p(std::exp(y ? -z : z));
    });
}

TEST(LabelLosses, Asymmetric) {
  for (const Asymmetric& loss : {Asymmetric{}, Asymmetric{4, 0, 0.05f}, Asymmetric{2, 1, 0}, Asymmetric{3.5f, 0.5f, 0.1f},
                                 Asymmetric{2.5f, 1.5f, 0}})
    same_as(loss, [&](double z, bool y) {
      const double p = sigmoid_of(z), right = sigmoid_of(-z);
      const double t = std::max(p - static_cast<double>(loss.clip), 0.0);
      if (y) return -std::pow(right, loss.gamma_present) * std::log(p);
      return -std::pow(t, loss.gamma_absent) * (loss.clip > 0 ? std::log(1 - t) : std::log(right));
    });
}

TEST(LabelLosses, AsymmetricForgetsEasyAbsentLabels) {
  const auto jet = Asymmetric{}.at(-3.0, false);  // p = 0.047 < clip
  EXPECT_EQ(jet.value, 0);
  EXPECT_EQ(jet.slope, 0);
}

TEST(LabelLosses, Hinges) {
  EXPECT_EQ(Hinge{}.at(0.25, true).value, 0.75);
  EXPECT_EQ(Hinge{}.at(0.25, false).slope, 1);
  EXPECT_EQ(Hinge{}.at(2.0, true).slope, 0);
  EXPECT_EQ(SquaredHinge{}.at(-1.0, true).value, 4);
  EXPECT_EQ(SquaredHinge{}.at(-1.0, true).slope, -4);
  EXPECT_EQ(SquaredHinge{}.at(-0.5, false).curve, 2);
  EXPECT_EQ(SquaredHinge{}.at(-1.5, false).curve, 0);
}

// Wrong by a lot, right by a lot: numbers stay finite, slopes reach their limits.
TEST(LabelLosses, ExtremeLogits) {
  const auto check = [](const auto& loss) {
    for (const float z : {-1e4f, -200.f, -95.f, 95.f, 200.f, 1e4f})
      for (const bool present : {false, true}) {
        const auto jet = loss.at(z, present);
        EXPECT_TRUE(std::isfinite(jet.value)) << z << present;
        EXPECT_TRUE(std::isfinite(jet.slope)) << z << present;
        EXPECT_TRUE((z > 0) != present || jet.value < 1e-6f) << z << present;
      }
  };
  check(Bce{});
  check(Focal{});
  check(Focal{2.5f});
  check(Asymmetric{});
  check(Asymmetric{3.5f, 0.5f, 0.1f});
  check(Asymmetric{4, 1, 0});
  EXPECT_FLOAT_EQ(Bce{}.at(-1e4f, true).value, 1e4f);
  EXPECT_FLOAT_EQ(Focal{}.at(-1e4f, true).slope, -1.f);
}

}  // namespace
}  // namespace tagma
