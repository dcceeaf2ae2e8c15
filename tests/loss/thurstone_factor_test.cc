// The factor model against its formulas, written out plainly in double precision with the covariance matrix of a row.
#include <tagma/loss/thurstone_factor.h>
#include <tagma/loss/unimlr.h>

#include "tests/laws/loss_examples.h"

#include <gtest/gtest.h>

#include <cmath>

namespace tagma {
namespace {

using laws::Example;

double surprise(double x) { return -std::log(std::erfc(-x / std::sqrt(2)) / 2); }

// Where loadings begin: 1; 1 and +1, -1, ..; and +1, +1, -1, -1, .. besides, over the root of the number of factors.
double first_loading(std::size_t j, int factor, int rank) {
  const int signs[] = {1, j % 2 == 0 ? 1 : -1, j / 2 % 2 == 0 ? 1 : -1};
  return signs[factor] / std::sqrt(rank);
}

double plain_value(const Example& e, Ranking mode, PairSet set, int rank) {
  const auto k = static_cast<std::size_t>(e.labels);
  const auto loading = [&](std::size_t j, int f) { return first_loading(j, f, rank) + e.outputs[j + static_cast<std::size_t>(2 + f) * k]; };
  const auto covariance = [&](std::size_t i, std::size_t j) {
    double sum = i == j ? std::exp(e.outputs[i + k]) : 0;
    for (int f = 0; f < rank; ++f) sum += loading(i, f) * loading(j, f);
    return sum;
  };
  const auto grade = [&](std::size_t j) {
    return e.truth[j] != Truth::present ? 0.0 : mode == Ranking::weak ? 1.0 : static_cast<double>(e.grades[j]);
  };
  double value = 0;
  for (std::size_t i = 0; i < k; ++i) {
    if (e.truth[i] == Truth::unknown) continue;
    const double weight = e.weights[i], x = e.outputs[i] / std::sqrt(covariance(i, i));
    value += weight * surprise(e.truth[i] == Truth::present ? x : -x);
    for (std::size_t j = 0; j < k; ++j) {
      if (e.truth[j] == Truth::unknown || !(grade(i) > grade(j)) || (set == PairSet::present && !(grade(j) > 0))) continue;
      const double square = covariance(i, i) + covariance(j, j) - 2 * covariance(i, j);
      value += weight * static_cast<double>(e.weights[j]) * surprise((e.outputs[i] - e.outputs[j]) / std::sqrt(square));
    }
  }
  return value;
}

TEST(ThurstoneFactorLoss, IsItsFormula) {
  Rng rng(15);
  for (const int rank : {1, 2, 3})
    for (const auto mode : {Ranking::strong, Ranking::weak})
      for (const auto set : {PairSet::all, PairSet::present})
        for (int repeat = 0; repeat < 30; ++repeat) {
          ThurstoneFactor loss;
          loss.rank = rank;
          loss.ranking = mode;
          loss.pair_set = set;
          const Example example = laws::random_example(rng, loss.outputs(), 7, 1);
          ASSERT_EQ(example.outputs.size(), static_cast<std::size_t>(7 * (2 + rank)));
          const double expected = plain_value(example, mode, set, rank);
          EXPECT_NEAR(laws::visit(loss, example).value, expected, 1e-8 * (1 + std::abs(expected)));
        }
}

TEST(ThurstoneFactorLoss, TwoFactorsOfThreeHaveTheSlopesOfThreeWithoutTheThird) {
  Rng rng(17);
  ThurstoneFactor two, three;
  two.rank = 2, three.rank = 3;
  Example example = laws::random_example(rng, Outputs::four, 6, 1), wide = example;
  for (std::size_t f = 0; f < 3; ++f)
    for (std::size_t j = 0; j < 6; ++j) {
      const double loading = f == 2 ? 0 : example.outputs[j + (2 + f) * 6] + first_loading(j, static_cast<int>(f), 2);
      wide.outputs.resize(30);
      wide.outputs[j + (2 + f) * 6] = loading - first_loading(j, static_cast<int>(f), 3);
    }
  const auto ours = laws::visit(two, example), theirs = laws::visit(three, wide);
  EXPECT_NEAR(ours.value, theirs.value, 1e-12 * (1 + theirs.value));
  for (std::size_t o = 0; o < 24; ++o) EXPECT_NEAR(ours.slopes[o], theirs.slopes[o], 1e-11 * (1 + std::abs(theirs.slopes[o]))) << o;
}

// From where loadings begin, a step down the slopes leaves those of later factors unlike those of the first.
TEST(ThurstoneFactorLoss, FactorsPart) {
  Rng rng(18);
  ThurstoneFactor loss;
  loss.rank = 2;
  Example example = laws::random_example(rng, Outputs::four, 6, 0);
  example.truth.assign(6, Truth::absent);
  for (std::size_t j = 0; j < 3; ++j) example.truth[j] = Truth::present, example.grades[j] = static_cast<float>(1 + j);
  for (std::size_t j = 0; j < 6; ++j) example.outputs[j] = 0.5 * static_cast<double>(j) - 1;
  const auto outcome = laws::visit(loss, example);
  const auto along = [&](std::size_t j, int f) { return outcome.slopes[j + static_cast<std::size_t>(2 + f) * 6] / first_loading(j, f, 2); };
  double apart = 0;
  for (std::size_t j = 0; j < 6; ++j) apart = std::max(apart, std::abs(along(j, 0) - along(j, 1)));
  EXPECT_GT(apart, 0.01);
}

// Loadings of 0 leave nothing shared.
TEST(ThurstoneFactorLoss, WithoutLoadingsIsUniMlr) {
  Rng rng(16);
  for (int repeat = 0; repeat < 20; ++repeat) {
    Example example = laws::random_example(rng, Outputs::three, 9, 2), plain = example;
    for (std::size_t j = 18; j < 27; ++j) example.outputs[j] = -1;
    plain.outputs.resize(18);
    const auto ours = laws::visit(ThurstoneFactor{}, example), theirs = laws::visit(UniMlr{}, plain);
    EXPECT_NEAR(ours.value, theirs.value, 1e-12 * (1 + theirs.value));
    for (std::size_t o = 0; o < 18; ++o) EXPECT_NEAR(ours.slopes[o], theirs.slopes[o], 1e-11 * (1 + std::abs(theirs.slopes[o])));
  }
}

// A loading common to all labels makes presence unsure; what is shared is told beside it.
TEST(ThurstoneFactorLoss, ReadsWhatIsShared) {
  const double outputs[] = {0.5, -0.25, 0, 0, 2, 2};  // deviations 1, loadings 3
  double score[2], spread[2], presence[2], shared[2];
  ThurstoneFactor{}.read(outputs, 2, Readout<double>{.score = score, .spread = spread, .presence = presence, .shared = shared});
  EXPECT_DOUBLE_EQ(score[1], -0.25);
  EXPECT_DOUBLE_EQ(spread[0], std::sqrt(10));
  EXPECT_DOUBLE_EQ(shared[1], 3);
  EXPECT_NEAR(presence[0], std::erfc(-0.5 / std::sqrt(20)) / 2, 1e-12);
  ThurstoneFactor two;
  two.rank = 2;
  const double more[] = {0.5, -0.25, 0, 0, 0, 1, 2, 0}, root = 1 / std::sqrt(2);
  double loadings[4];
  two.read(more, 2, Readout<double>{.score = score, .spread = spread, .shared = loadings});
  const double expected[] = {root, root + 2, root + 1, -root};
  for (int i = 0; i < 4; ++i) EXPECT_NEAR(loadings[i], expected[i], 1e-12) << i;
  EXPECT_NEAR(spread[1], std::sqrt(1 + (root + 1) * (root + 1) + 0.5), 1e-12);
}

}  // namespace
}  // namespace tagma
