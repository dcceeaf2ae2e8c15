// Thurstone and Plackett-Luce against their formulas, written out plainly in double precision, and where they are other losses.
#include <tagma/loss/plackett_luce.h>
#include <tagma/loss/thurstone.h>
#include <tagma/loss/unimlr.h>

#include "tests/laws/loss_examples.h"

#include <gtest/gtest.h>

#include <cmath>

namespace tagma {
namespace {

using laws::Example;

double share(Thurstone::Noise noise, double x) {
  switch (noise) {
    case Thurstone::Noise::davidson:
    case Thurstone::Noise::logistic: return 1 / (1 + std::exp(-std::acos(-1) / std::sqrt(3) * x));
    case Thurstone::Noise::laplace: return x < 0 ? std::exp(std::sqrt(2) * x) / 2 : 1 - std::exp(-std::sqrt(2) * x) / 2;
    default: return std::erfc(-x / std::sqrt(2)) / 2;
  }
}

double above(const Thurstone& loss, double x) {
  if (loss.noise != Thurstone::Noise::davidson) return share(loss.noise, x - loss.tie);
  const double p = share(loss.noise, x), q = share(loss.noise, -x);
  return p / (p + q + loss.tie * std::sqrt(p * q));
}
double tied(const Thurstone& loss, double x) {
  if (loss.noise != Thurstone::Noise::davidson) return share(loss.noise, x + loss.tie) - share(loss.noise, x - loss.tie);
  return 1 - above(loss, x) - above(loss, -x);
}

double plain_value(const Thurstone& loss, const Example& e) {
  struct Label {
    double mean, deviation, weight, grade;
  };
  std::vector<Label> known;
  for (int j = 0; j < e.labels; ++j) {
    const auto at = static_cast<std::size_t>(j);
    if (e.truth[at] == Truth::unknown) continue;
    known.push_back({e.outputs[at], std::exp(e.outputs[static_cast<std::size_t>(j + e.labels)] / 2), static_cast<double>(e.weights[at]),
                     e.truth[at] == Truth::present ? static_cast<double>(e.grades[at]) : 0});
  }
  double value = 0, weights = 0, logvars = 0, present = 0;
  for (const Label& k : known) {
    value -= k.weight * std::log(share(loss.noise, (k.grade > 0 ? 1 : -1) * k.mean / k.deviation));
    weights += k.weight;
    logvars += k.weight * 2 * std::log(k.deviation);
    present += k.grade > 0;
    for (const Label& other : known) {
      const double x = (k.mean - other.mean) / std::hypot(k.deviation, other.deviation);
      if (k.grade > other.grade) value -= k.weight * other.weight * std::log(above(loss, x));
      if (&k < &other && loss.tie > 0 && k.grade > 0 && k.grade == other.grade)
        value -= k.weight * other.weight * std::log(tied(loss, x));
    }
  }
  if (known.empty()) return 0;
  value += loss.anchor / 2 * weights * (logvars / weights) * (logvars / weights);
  double above = 0, below = 0, square = 0;
  for (const Label& k : known) {
    const double w = k.weight * (present == 0 || k.grade > 0 ? 1 : loss.lambda), precision = 1 / (k.deviation * k.deviation);
    above += w * k.mean * (loss.any_mean == detail::AnyMean::precision ? precision : std::sqrt(precision));
    below += w;
    square += w * w * precision;
  }
  const double x = above / (loss.any_mean == detail::AnyMean::precision ? std::sqrt(square) : below);
  return value - loss.any * std::log(share(loss.noise, present > 0 ? x : -x));
}

TEST(ThurstoneLoss, IsItsFormula) {
  Rng rng(5);
  for (const auto noise : {Thurstone::Noise::gaussian, Thurstone::Noise::logistic, Thurstone::Noise::laplace, Thurstone::Noise::davidson})
    for (const auto any_mean : {detail::AnyMean::mean, detail::AnyMean::precision})
      for (const double tie : {0.0, 0.4})
        for (int repeat = 0; repeat < 20; ++repeat) {
          Thurstone loss;
          loss.noise = noise;
          loss.any_mean = any_mean;
          loss.tie = tie;
          loss.any = 0.7;
          loss.anchor = 0.3;
          const Example example = laws::random_example(rng, Outputs::two, 7, 1);
          const double expected = plain_value(loss, example);
          EXPECT_NEAR(laws::visit(loss, example).value, expected, 1e-8 * (1 + std::abs(expected)));
        }
}

TEST(ThurstoneLoss, WithoutWhatItAddsIsUniMlr) {
  Rng rng(6);
  Thurstone loss;
  loss.anchor = 0;
  for (int repeat = 0; repeat < 20; ++repeat) {
    const Example example = laws::random_example(rng, Outputs::two, 9, 2);
    const auto ours = laws::visit(loss, example), theirs = laws::visit(UniMlr{}, example);
    EXPECT_DOUBLE_EQ(ours.value, theirs.value);
    for (std::size_t o = 0; o < ours.slopes.size(); ++o) EXPECT_DOUBLE_EQ(ours.slopes[o], theirs.slopes[o]);
  }
}

// (mu, sigma) -> c (mu, sigma) changes nothing but the anchor's term, which is least where the mean log-variance is 0.
TEST(ThurstoneLoss, TheAnchorAloneHoldsTheScale) {
  Rng rng(7);
  Thurstone loss;
  loss.any = 0.5;
  const Example example = laws::random_example(rng, Outputs::two, 6, 1);
  double known = 0, logvars = 0;
  for (std::size_t j = 0; j < 6; ++j)
    if (example.truth[j] != Truth::unknown) known += example.weights[j], logvars += example.weights[j] * example.outputs[j + 6];
  const auto scaled = [&](double c) {
    Example other = example;
    for (std::size_t j = 0; j < 6; ++j) other.outputs[j] *= c, other.outputs[j + 6] += 2 * std::log(c);
    return other;
  };
  const double anchored = std::exp(-logvars / known / 2);
  const double here = laws::visit(loss, scaled(anchored)).value;
  EXPECT_GT(laws::visit(loss, scaled(2 * anchored)).value, here);
  EXPECT_GT(laws::visit(loss, scaled(anchored / 2)).value, here);
  loss.anchor = 0;
  EXPECT_NEAR(laws::visit(loss, scaled(3)).value, laws::visit(loss, example).value, 1e-9);
}

TEST(PlackettLuceLoss, IsTheProbabilityOfTheOrder) {
  Rng rng(8);
  for (const auto mode : {Ranking::strong, Ranking::weak})
    for (int repeat = 0; repeat < 30; ++repeat) {
      const Example e = laws::random_example(rng, Outputs::one, 7, 2);
      double expected = 0, rest = 1, known = 0;
      const auto grade = [&](std::size_t j) {
        return e.truth[j] != Truth::present ? 0.0 : mode == Ranking::weak ? 1.0 : static_cast<double>(e.grades[j]);
      };
      for (std::size_t u = 0; u < 7; ++u) {
        if (e.truth[u] == Truth::unknown) continue;
        ++known;
        if (e.truth[u] == Truth::absent) {
          rest += std::exp(e.outputs[u]);
          continue;
        }
        double sum = 1 + std::exp(e.outputs[u]);
        for (std::size_t v = 0; v < 7; ++v)
          if (e.truth[v] != Truth::unknown && grade(v) < grade(u)) sum += std::exp(e.outputs[v]);
        expected += static_cast<double>(e.weights[u]) * (std::log(sum) - e.outputs[u]);
      }
      if (known > 0) expected += std::log(rest);
      PlackettLuce loss;
      loss.ranking = mode;
      EXPECT_NEAR(laws::visit(loss, e).value, expected, 1e-9 * (1 + expected));
    }
}

TEST(PlackettLuceLoss, ManyPresentLabelsCrossBlocks) {
  Example e;
  e.labels = 200;
  Rng rng(9);
  for (int j = 0; j < e.labels; ++j) {
    e.outputs.push_back(rng.normal());
    e.truth.push_back(j % 4 == 0 ? Truth::absent : Truth::present);
    e.grades.push_back(j % 4 == 0 ? 0.f : static_cast<float>(1 + j % 7));
    e.weights.push_back(1);
  }
  const PlackettLuce loss;
  const auto outcome = laws::visit(loss, e);
  for (const std::size_t o : {std::size_t{1}, std::size_t{63}, std::size_t{64}, std::size_t{130}, std::size_t{199}}) {
    Example up = e, down = e;
    up.outputs[o] += 1e-5;
    down.outputs[o] -= 1e-5;
    EXPECT_NEAR(outcome.slopes[o], (laws::visit(loss, up).value - laws::visit(loss, down).value) / 2e-5, 1e-6);
    EXPECT_EQ(outcome.visits[o], 1);
  }
}

}  // namespace
}  // namespace tagma
