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

double plain_value(const Example& e, Ranking mode, PairSet set) {
  const auto k = static_cast<std::size_t>(e.labels);
  const auto loading = [&](std::size_t j) { return 1 + e.outputs[j + 2 * k]; };
  const auto covariance = [&](std::size_t i, std::size_t j) {
    return loading(i) * loading(j) + (i == j ? std::exp(e.outputs[i + k]) : 0);
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
  for (const auto mode : {Ranking::strong, Ranking::weak})
    for (const auto set : {PairSet::all, PairSet::present})
      for (int repeat = 0; repeat < 30; ++repeat) {
        ThurstoneFactor loss;
        loss.ranking = mode;
        loss.pair_set = set;
        const Example example = laws::random_example(rng, Outputs::three, 7, 1);
        const double expected = plain_value(example, mode, set);
        EXPECT_NEAR(laws::visit(loss, example).value, expected, 1e-8 * (1 + std::abs(expected)));
      }
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
}

}  // namespace
}  // namespace tagma
