// Class balancing: weights from counts, and the batch denominator, for every loss.
#include "random_batch.h"

#include <tagma/base/error.h>
#include <tagma/drive/balance.h>

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace tagma {
namespace {

TEST(Balance, EffectiveNumbersAndTheirScale) {
  const ClassWeights weights = class_weights({{50, 10, 2000}, 8000}, 0.9999);
  const double known[] = {0.6637256568828898, 3.312000641787305, 0.018262122054618177, 0.00601157927518731};
  for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(weights.label[k], known[k], 1e-12);
  EXPECT_NEAR(weights.negative, known[3], 1e-12);
}

TEST(Balance, ClassesNeverSeenStayFiniteAndOutOfTheScale) {
  const ClassWeights with = class_weights({{50, 0, 10}, 80}, 0.999), without = class_weights({{50, 10}, 80}, 0.999);
  EXPECT_EQ(with.label[0], without.label[0]);
  EXPECT_EQ(with.negative, without.negative);
  EXPECT_TRUE(std::isfinite(with.label[1]));
  EXPECT_GT(with.label[1], with.label[2]);
  const ClassWeights even = class_weights({{5, 900}, 3}, 0);
  EXPECT_EQ(even.label, (std::vector<double>{1, 1}));
  EXPECT_EQ(even.negative, 1);
}

TEST(Balance, CountsNegativeRowsThatSayIt) {
  LabelMatrix truth(2);
  truth.add({});                                                                  // nothing present
  truth.add(std::vector<LabelId>{1});                                             // one label
  truth.add({}, {}, std::vector<LabelId>{0});                                     // absent and unknown
  truth.add({}, {}, std::vector<LabelId>{0, 1});                                  // says nothing
  const ClassCounts counts = count_classes(truth);
  EXPECT_EQ(counts.present, (std::vector<std::int64_t>{0, 1}));
  EXPECT_EQ(counts.negative_rows, 2);
  LabelMatrix weak(2, Truth::unknown);
  weak.add({});
  weak.add({}, {}, std::vector<LabelId>{1});
  EXPECT_EQ(count_classes(weak).negative_rows, 1);
}

// Under reduction sum, balance only multiplies rows; under paper it also sets the divisor.
TEST(Balance, WeighsRowsAndSetsTheDivisorOfEveryLoss) {
  for (const Entry& entry : loss_entries()) {
    const auto sum = make_loss(entry.name, {{"reduction", "sum"}});
    const RandomBatch random(7, 40, 9, *sum);
    ClassCounts counts{{90, 12, 5, 300, 70, 44, 8, 21, 60}, 500};
    const ClassWeights weights = class_weights(counts, 0.99);
    std::vector<double> rows(40);
    std::vector<float> slopes(random.outputs.size()), weighted(random.outputs.size());
    Batch<float> batch = random.view(random.outputs);
    batch.row_values = rows.data();
    batch.slopes = slopes.data();
    sum->run(batch, {});
    double want = 0;
    std::vector<double> factors(40);
    std::int64_t divisor = 0;
    for (std::size_t r = 0; r < 40; ++r) {
      std::int64_t present = 0, known = 0;
      for (std::size_t j = 0; j < 9; ++j) {
        const Truth truth = random.truth[r * 9 + j];
        known += truth != Truth::unknown;
        present += truth == Truth::present;
        if (truth == Truth::present) factors[r] += weights.label[j];
      }
      if (present == 0) factors[r] = weights.negative;
      divisor += present > 0 ? present : known > 0;
      want += factors[r] * rows[r];
    }
    const Settings settings{{"balance", "effective"}, {"beta", "0.99"}, {"reduction", "sum"}};
    const auto balanced = make_loss(entry.name, settings);
    balanced->set_counts(counts);
    batch.slopes = weighted.data();
    EXPECT_NEAR(balanced->run(batch, {}), want, 1e-9 * std::abs(want)) << entry.name;
    for (std::size_t o = 0; o < weighted.size(); ++o) {
      const double expected = factors[o / static_cast<std::size_t>(random.width)] * slopes[o];
      ASSERT_NEAR(weighted[o], expected, 1e-6 * (1 + std::abs(expected))) << entry.name;
    }

    Settings paper = settings;
    paper.set("reduction", "paper");
    const auto paper_loss = make_loss(entry.name, paper);
    paper_loss->set_counts(counts);
    const double value = paper_loss->run(batch, {});
    double bound_sum = 0;  // row values again: those of a loss that is bound to totals differ under this reduction
    for (std::size_t r = 0; r < 40; ++r) bound_sum += factors[r] * rows[r];
    EXPECT_NEAR(value, bound_sum / static_cast<double>(divisor), 1e-9 * std::abs(value)) << entry.name;
  }
}

TEST(Balance, NeedsCountsThatFit) {
  const auto loss = make_loss("bce", {{"balance", "effective"}});
  const RandomBatch random(8, 4, 3, *loss);
  EXPECT_THROW(loss->run(random.view(random.outputs), {}), Error);
  loss->set_counts({{1, 2}, 3});
  EXPECT_THROW(loss->run(random.view(random.outputs), {}), Error);
  loss->set_counts({{1, 2, 3}, 3});
  EXPECT_GT(loss->run(random.view(random.outputs), {}), 0);
}

// Divisors of each source, counted by hand from the truth.
TEST(Reductions, PaperDivisorOfEverySource) {
  const auto ratio = [](std::string_view name, const Settings& own) {
    Settings settings = own;
    settings.set("reduction", "sum");
    const auto sum = make_loss(name, settings);
    settings.set("reduction", "paper");
    const RandomBatch random(9, 30, 11, *sum);
    return make_loss(name, settings)->run(random.view(random.outputs), {}) / sum->run(random.view(random.outputs), {});
  };
  const RandomBatch random(9, 30, 11, *make_loss("bce", {}));
  double known = 0, present = 0, negative = 0;
  for (std::size_t r = 0; r < 30; ++r) {
    double here = 0, said = 0;
    for (std::size_t j = 0; j < 11; ++j) {
      said += random.truth[r * 11 + j] != Truth::unknown;
      here += random.truth[r * 11 + j] == Truth::present;
    }
    known += said;
    present += here;
    negative += said > 0 && here == 0;
  }
  EXPECT_NEAR(ratio("bce", {}), 1 / known, 1e-12);
  EXPECT_NEAR(ratio("focal", {}), 1 / present, 1e-12);
  EXPECT_NEAR(ratio("asymmetric", {}), 1, 1e-12);
  EXPECT_NEAR(ratio("any-class", {}), 1 / (present + negative), 1e-12);
  EXPECT_NEAR(ratio("hinge", {}), 1.0 / 30, 1e-12);
  EXPECT_NEAR(ratio("squared-hinge", {}), 1.0 / 30, 1e-12);
}

TEST(Reductions, NothingKnownIsWorthNothingForEveryLoss) {
  for (const Entry& entry : loss_entries())
    for (const char* reduction : {"paper", "sum", "mean-rows"}) {
      const auto loss = make_loss(entry.name, {{"reduction", reduction}});
      RandomBatch random(10, 3, 6, *loss);
      std::fill(random.truth.begin(), random.truth.end(), Truth::unknown);
      if (loss->outputs() == Outputs::one) std::fill(random.outputs.begin(), random.outputs.end(), NAN);
      std::vector<float> slopes(random.outputs.size(), 5);
      Batch<float> batch = random.view(random.outputs);
      batch.slopes = slopes.data();
      EXPECT_EQ(loss->run(batch, {}), 0) << entry.name;
      for (const float slope : slopes) EXPECT_EQ(slope, 0) << entry.name;
    }
}

}  // namespace
}  // namespace tagma
