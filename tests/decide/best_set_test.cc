#include <tagma/decide/best_set.h>

#include <tagma/base/rng.h>
#include <tagma/decide/expected_f.h>
#include <tests/decide/toys.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>

namespace tagma {
namespace {

// Expected F-beta of deciding `set`, over all 2^K truths.
double enumerated(const std::vector<float>& probabilities, unsigned set, double beta) {
  double sum = 0;
  for (unsigned truth = 0; truth < 1u << probabilities.size(); ++truth) {
    double chance = 1;
    for (std::size_t i = 0; i < probabilities.size(); ++i)
      chance *=
          (truth >> i & 1) != 0 ? static_cast<double>(probabilities[i]) : 1 - static_cast<double>(probabilities[i]);
    const double hits = std::popcount(truth & set), below = std::popcount(set) + beta * beta * std::popcount(truth);
    sum += chance * (below > 0 ? (1 + beta * beta) * hits / below : 1);
  }
  return sum;
}

unsigned bits(std::span<const LabelId> set) {
  unsigned all = 0;
  for (LabelId label : set) all |= 1u << label;
  return all;
}

TEST(BestSet, IsTheBestOfAllSets) {
  Rng rng(3);
  for (const double beta : {0.5, 1.0, 1.3, 2.0})
    for (int round = 0; round < 60; ++round) {
      std::vector<float> p(1 + rng.below(7));
      const double shape = rng.uniform(0.3, 4);
      for (float& value : p) value = static_cast<float>(std::pow(rng.uniform(), shape));
      if (round % 5 == 0) p[rng.below(p.size())] = 1;
      if (round % 7 == 0) p[rng.below(p.size())] = 0;
      if (round % 3 == 0) p.back() = p.front();
      BestSet search(beta);
      const unsigned found = bits(search.find(p));
      EXPECT_NEAR(search.expected(), enumerated(p, found, beta), 1e-13);
      double best = 0;
      for (unsigned set = 0; set < 1u << p.size(); ++set) best = std::max(best, enumerated(p, set, beta));
      EXPECT_NEAR(search.expected(), best, 1e-13) << "beta " << beta << ", round " << round;
    }
}

TEST(BestSet, ARowThatProbablyHasNoLabelIsDecidedEmpty) {
  BestSet search(1);
  EXPECT_THAT(search.find(std::vector<float>{0.1f, 0.2f, 0.05f}), testing::IsEmpty());
  EXPECT_NEAR(search.expected(), 0.9 * 0.8 * 0.95, 1e-7);
  // Each label is improbable, but one of them is probably there: below 0.5 and still decided.
  EXPECT_THAT(search.find(std::vector<float>{0.4f, 0.45f, 0.4f, 0.42f}), testing::Not(testing::IsEmpty()));
}

TEST(BestSet, CertainLabelsAndNoLabels) {
  BestSet search(1);
  EXPECT_THAT(search.find(std::vector<float>{1, 0, 1}), testing::ElementsAre(0, 2));
  EXPECT_EQ(search.expected(), 1);
  EXPECT_THAT(search.find(std::vector<float>{}), testing::IsEmpty());
  EXPECT_EQ(search.expected(), 1);
}

// Independent reference in long double: for every k, the joint counts of the top k and of the rest by convolution.
double convolved(std::vector<float> p, double beta, std::size_t k) {
  std::sort(p.begin(), p.end(), std::greater<>());
  const auto counts = [&](std::size_t first, std::size_t last) {
    std::vector<long double> c{1};
    for (std::size_t i = first; i < last; ++i) {
      c.push_back(0);
      for (std::size_t t = c.size(); t-- > 0;)
        c[t] = (t > 0 ? p[i] * c[t - 1] : 0) + (1 - static_cast<long double>(p[i])) * c[t];
    }
    return c;
  };
  const auto in = counts(0, k), out = counts(k, p.size());
  long double sum = 0;
  for (std::size_t a = 0; a < in.size(); ++a)
    for (std::size_t b = 0; b < out.size(); ++b) {
      const long double below = static_cast<long double>(k) + beta * beta * static_cast<long double>(a + b);
      sum += in[a] * out[b] * (below > 0 ? (1 + beta * beta) * static_cast<long double>(a) / below : 1);
    }
  return static_cast<double>(sum);
}

TEST(BestSet, ManyLabelsKeepTheirDigits) {
  Rng rng(5);
  for (const double shape : {0.2, 1.0, 6.0})
    for (const double beta : {0.7, 1.0, 2.0}) {
      std::vector<float> p(300);
      for (float& value : p) value = static_cast<float>(std::pow(rng.uniform(), shape));
      BestSet search(beta);
      const std::size_t size = search.find(p).size();
      EXPECT_NEAR(search.expected(), convolved(p, beta, size), 1e-12);
      for (std::size_t k = 0; k <= p.size(); k += 7) EXPECT_LE(convolved(p, beta, k), search.expected() + 1e-12) << k;
    }
}

TEST(ExpectedF, SaysWhatItNeeds) {
  const toys::Case margins = toys::make({.scale = Scale::margin}, 1);
  const auto text = [](const Scores& scores, const LabelMatrix& truth) {
    try {
      (void)ExpectedF{}.fit(scores, truth, {});
    } catch (const Error& fault) {
      EXPECT_EQ(fault.code(), Code::usage);
      return std::string(fault.what());
    }
    return std::string();
  };
  EXPECT_THAT(text(margins.scores, margins.truth), testing::HasSubstr("presence probabilities"));
  const toys::Case chances = toys::make({}, 1);
  EXPECT_THAT(text(shortlist(chances.scores, 2), chances.truth), testing::HasSubstr("shortlist"));
  const auto rule = ExpectedF{}.fit(chances.scores, chances.truth, {});
  const Decisions all = rule->decide(chances.scores, {}), listed = rule->decide(shortlist(chances.scores, chances.scores.labels), {});
  for (std::int64_t r = 0; r < all.rows(); ++r)
    EXPECT_THAT(listed[r], testing::ElementsAreArray(all[r].begin(), all[r].end()));
  const Decisions few = rule->decide(shortlist(chances.scores, 2), {});
  for (std::int64_t r = 0; r < few.rows(); ++r)
    for (const LabelId label : few[r]) EXPECT_THAT(shortlist(chances.scores, 2).short_row(r).ids, testing::Contains(label));
  Scores both = margins.scores;
  both.presence.assign(both.values.size(), 0.9f);
  EXPECT_EQ(ExpectedF{}.fit(both, margins.truth, {})->decide(both, {})[0].size(), 5u);
}

}  // namespace
}  // namespace tagma
