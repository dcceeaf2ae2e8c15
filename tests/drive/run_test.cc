// The driver end to end: shapes, reductions, weights, truth in both forms, errors.
#include <tagma/base/error.h>
#include <tagma/drive/loss_function.h>

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace tagma {
namespace {

constexpr Truth A = Truth::absent, P = Truth::present, U = Truth::unknown;

double soft(double z) { return std::log1p(std::exp(z)); }
double sigmoid_of(double z) { return 1 / (1 + std::exp(-z)); }

struct Small {
  std::vector<double> logits{0.5, -1, 2, NAN, 1, -0.5};
  std::vector<Truth> truth{P, A, A, U, P, A};
  std::vector<double> rows{soft(-0.5) + soft(-1) + soft(2), soft(-1) + soft(-0.5)};
  Batch<double> batch() const {
    Batch<double> b;
    b.rows = 2;
    b.labels = 3;
    b.outputs = logits.data();
    b.truth = truth.data();
    return b;
  }
};

TEST(RunLoss, ReductionsDivideTheSum) {
  const Small small;
  const double sum = small.rows[0] + small.rows[1];
  EXPECT_NEAR(make_loss("bce", {{"reduction", "sum"}})->run(small.batch(), {}), sum, 1e-12);
  EXPECT_NEAR(make_loss("bce", {})->run(small.batch(), {}), sum / 2, 1e-12);
  EXPECT_NEAR(make_loss("bce", {{"reduction", "paper"}})->run(small.batch(), {}), sum / 5, 1e-12);
}

TEST(RunLoss, SlopesAndCurvesBelongToTheBatchValue) {
  const Small small;
  std::vector<double> slopes(6, 7), curves(6, 7), values(2);
  Batch<double> batch = small.batch();
  const std::vector<float> row_weights{2, 0.5f}, label_weights{1, 3, 0};
  batch.slopes = slopes.data();
  batch.curves = curves.data();
  batch.row_values = values.data();
  batch.row_weights = row_weights.data();
  batch.label_weights = label_weights.data();
  const double value = make_loss("bce", {})->run(batch, {});
  const double first = soft(-0.5) + 3 * soft(-1), second = 3 * soft(-1);
  EXPECT_NEAR(values[0], first, 1e-12);
  EXPECT_NEAR(values[1], second, 1e-12);
  EXPECT_NEAR(value, (2 * first + 0.5 * second) / 2, 1e-12);
  EXPECT_NEAR(slopes[0], sigmoid_of(0.5) - 1, 1e-12);
  EXPECT_NEAR(slopes[1], 3 * sigmoid_of(-1), 1e-12);
  EXPECT_EQ(slopes[2], 0);
  EXPECT_EQ(slopes[3], 0);
  EXPECT_NEAR(slopes[4], 0.25 * 3 * (sigmoid_of(1) - 1), 1e-12);
  EXPECT_NEAR(curves[1], 3 * sigmoid_of(-1) * sigmoid_of(1), 1e-12);
  EXPECT_EQ(curves[3], 0);
}

TEST(RunLoss, LabelMatrixEqualsDenseTruth) {
  const Small small;
  LabelMatrix matrix(3);
  matrix.add(std::vector<LabelId>{1}, {}, std::vector<LabelId>{0});
  matrix.add(std::vector<LabelId>{0});
  Batch<double> batch = small.batch();
  std::vector<double> dense(6), listed(6);
  batch.slopes = dense.data();
  const auto loss = make_loss("bce", {});
  const double value = loss->run(batch, {});
  batch.truth = nullptr;
  batch.matrix = &matrix;
  const std::vector<std::int64_t> ids{1, 0};
  batch.row_ids = ids.data();
  batch.slopes = listed.data();
  EXPECT_EQ(loss->run(batch, {}), value);
  EXPECT_EQ(dense, listed);
}

// Row losses are given their present labels: found in dense truth of any width, or listed by the matrix.
TEST(RunLoss, PresentLabelsAreFoundAtEveryPlace) {
  const auto loss = make_loss("lsep", {{"mode", "weak"}});
  for (const LabelId labels : {1, 8, 31, 32, 33, 64, 77})
    for (LabelId at = 0; at < labels; ++at) {
      std::vector<double> logits(static_cast<std::size_t>(labels), 0), slopes(logits.size());
      std::vector<Truth> truth(logits.size(), A);
      truth[static_cast<std::size_t>(at)] = P;
      if (labels > 2) truth[static_cast<std::size_t>((at + 1) % labels)] = U;
      Batch<double> batch;
      batch.rows = 1;
      batch.labels = labels;
      batch.outputs = logits.data();
      batch.truth = truth.data();
      batch.slopes = slopes.data();
      const double absent = labels - (labels > 2 ? 2 : 1);
      EXPECT_NEAR(loss->run(batch, {}), std::log1p(absent), 1e-12) << labels << " " << at;
      EXPECT_NEAR(slopes[static_cast<std::size_t>(at)], -absent / (1 + absent), 1e-12) << labels << " " << at;
    }
}

TEST(RunLoss, RowsOfWeightZeroSayNothingEvenWithNaN) {
  Small small;
  small.logits[1] = NAN;
  Batch<double> batch = small.batch();
  std::vector<double> slopes(6, 7);
  const std::vector<float> weights{0, 1};
  batch.row_weights = weights.data();
  batch.slopes = slopes.data();
  EXPECT_NEAR(make_loss("bce", {{"reduction", "sum"}})->run(batch, {}), small.rows[1], 1e-12);
  for (int j = 0; j < 3; ++j) EXPECT_EQ(slopes[static_cast<std::size_t>(j)], 0);
}

TEST(RunLoss, EmptyAndUnknownBatchesAreWorthNothing) {
  for (const char* reduction : {"paper", "sum", "mean-rows"}) {
    const auto loss = make_loss("bce", {{"reduction", reduction}});
    Batch<float> batch;
    EXPECT_EQ(loss->run(batch, {}), 0);
    const std::vector<float> logits(8, NAN);
    const std::vector<Truth> truth(8, U);
    std::vector<float> slopes(8, 3);
    batch.rows = 2;
    batch.labels = 4;
    batch.outputs = logits.data();
    batch.truth = truth.data();
    batch.slopes = slopes.data();
    EXPECT_EQ(loss->run(batch, {}), 0);
    EXPECT_EQ(slopes, std::vector<float>(8, 0.f));
  }
}

TEST(RunLoss, ErrorsSayWhatDoesNotFit) {
  const Small small;
  const auto loss = make_loss("bce", {});
  const auto message = [&](auto change) {
    Batch<double> batch = small.batch();
    change(batch);
    try {
      loss->run(batch, {});
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Code::usage);
      return std::string(error.what());
    }
    return std::string();
  };
  const LabelMatrix matrix(4);
  const std::vector<float> negative{1, -1, 1};
  EXPECT_NE(message([](auto& b) { b.truth = nullptr; }).find("neither"), std::string::npos);
  EXPECT_NE(message([&](auto& b) { b.truth = nullptr, b.matrix = &matrix; }).find("4 labels"), std::string::npos);
  EXPECT_NE(message([&](auto& b) { b.label_weights = negative.data(); }).find("label 1"), std::string::npos);
  EXPECT_THROW(make_loss("bcee", {}), Error);
  EXPECT_THROW(make_loss("bce", {{"gama", "2"}}), Error);
  EXPECT_THROW(make_loss("bce", {{"balance", "effective"}})->run(small.batch(), {}), Error);
}

TEST(ReadLoss, SigmoidScores) {
  const std::vector<float> logits{0, 2, -1e4f, 1e4f};
  const Scores scores = make_loss("bce", {})->read(logits.data(), 2, 2, {});
  EXPECT_EQ(scores.order, Order::logistic);
  EXPECT_FLOAT_EQ(scores.values[0], 0.5f);
  EXPECT_FLOAT_EQ(scores.values[1], 0.880797078f);
  EXPECT_EQ(scores.values[2], 0);
  EXPECT_EQ(scores.values[3], 1);
  scores.check();
}

}  // namespace
}  // namespace tagma
