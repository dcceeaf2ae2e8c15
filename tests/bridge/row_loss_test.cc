// Every loss through LibTorch's autograd: the CPU driver's numbers, true derivatives, unknown labels, short number types.
#include "tests/bridge/tensors.h"

#include <gmock/gmock.h>

#include <cmath>

namespace tagma {
namespace {

template <class Real>
Passed driven(const RandomBatch& drawn, const LossFunction& loss) {
  const std::vector<Real> outputs(drawn.outputs.begin(), drawn.outputs.end());
  std::vector<Real> slopes(outputs.size());
  Batch<Real> batch = drawn.view(outputs);
  batch.grades = drawn.grades.data();
  batch.row_weights = drawn.row_weights.data();
  batch.slopes = slopes.data();
  const auto type = c10::CppTypeToScalarType<Real>::value;
  const double value = loss.run(batch, Run{});
  return {at::scalar_tensor(value, at::TensorOptions(type)), tensor_of(slopes, drawn.rows, drawn.width, type)};
}

TEST(RowLoss, IsTheCpuDriversNumbersByteForByte) {
  each_loss([](const auto& loss) {
    const RandomBatch drawn(3, 37, 19, *loss);
    const Tensors given = tensors_of(drawn);
    for (const at::ScalarType type : {at::kFloat, at::kDouble}) {
      const Passed expected = type == at::kFloat ? driven<float>(drawn, *loss) : driven<double>(drawn, *loss);
      for (const int threads : {1, 3}) {
        const Passed passed = pass(given.outputs.to(type), given, loss, threads);
        EXPECT_TRUE(same_bytes(passed.value, expected.value)) << passed.value << expected.value;
        EXPECT_TRUE(same_bytes(passed.gradient, expected.gradient));
      }
    }
  });
}

TEST(RowLoss, ReductionAndBalanceAreThoseOfTheLoss) {
  auto loss = make_loss("any-class", {{"reduction", "paper"}, {"balance", "effective"}, {"beta", "0.9"}});
  const RandomBatch drawn(4, 30, 5, *loss);
  loss->set_counts({{3, 9, 1, 0, 5}, 20});
  const std::shared_ptr<const LossFunction> shared = std::move(loss);
  const Passed passed = pass(tensors_of(drawn).outputs, tensors_of(drawn), shared), expected = driven<float>(drawn, *shared);
  EXPECT_TRUE(same_bytes(passed.value, expected.value));
  EXPECT_TRUE(same_bytes(passed.gradient, expected.gradient));
}

// What the gradient says of a small step in a random direction is what the value does, also behind other nodes.
double step_error(const std::shared_ptr<const LossFunction>& loss, double slope_factor) {
  const RandomBatch drawn(5, 8, 6, *loss);
  Tensors given = tensors_of(drawn);
  const at::Tensor start = given.outputs.to(at::kDouble).nan_to_num(0);
  const auto value_at = [&](const at::Tensor& x) {
    return row_loss(x.mul(x).add(x), given.truth, given.grades, given.weights, loss, 1).mul(-3);
  };
  const at::Tensor leaf = start.clone().requires_grad_();
  value_at(leaf).backward();
  Rng rng(6);
  double worst = 0;
  for (int repeat = 0; repeat < 8; ++repeat) {
    at::Tensor direction = at::zeros_like(start);
    for (std::int64_t i = 0; i < direction.numel(); ++i) direction.data_ptr<double>()[i] = rng.normal(0, 1);
    constexpr double step = 1e-6;
    const double rise = value_at(start + step * direction).item<double>() - value_at(start - step * direction).item<double>();
    const double slope = slope_factor * leaf.grad().mul(direction).sum().item<double>();
    worst = std::max(worst, std::abs(rise / (2 * step) - slope) / (1 + std::abs(slope)));
  }
  return worst;
}

TEST(RowLoss, GradientIsTheDerivative) {
  each_loss([](const auto& loss) { EXPECT_LT(step_error(loss, 1), 2e-6); });
}

TEST(RowLoss, AGradientOneThousandthOffIsNoticed) {
  each_loss([](const auto& loss) { EXPECT_GT(step_error(loss, 1.001), 1e-5); });
}

TEST(RowLoss, NanAtUnknownLabelsChangesNothing) {
  each_loss([](const auto& loss) {
    if (loss->outputs() != Outputs::one) return;
    const Tensors given = tensors_of(RandomBatch(7, 25, 11, *loss));
    const at::Tensor clean = given.outputs.nan_to_num(0.5);
    ASSERT_TRUE(given.outputs.isnan().any().item<bool>());
    const Passed planted = pass(given.outputs, given, loss), plain = pass(clean, given, loss);
    EXPECT_TRUE(same_bytes(planted.value, plain.value));
    EXPECT_TRUE(same_bytes(planted.gradient, plain.gradient));
    EXPECT_EQ(planted.gradient.masked_select(given.truth.eq(-1)).count_nonzero().item<std::int64_t>(), 0);
  });
}

// Short outputs cost their own rounding and nothing else: the value is that of the float32 outputs they are, the gradient
// is that of these, rounded once (bfloat16 keeps 8 bits, float16 11, and nothing below 2^-24).
TEST(RowLoss, ShortNumberTypesRoundOnce) {
  each_loss([](const auto& loss) {
    const Tensors given = tensors_of(RandomBatch(8, 31, 13, *loss));
    for (const at::ScalarType type : {at::kBFloat16, at::kHalf}) {
      const at::Tensor shorter = given.outputs.to(type);
      const Passed passed = pass(shorter, given, loss), full = pass(shorter.to(at::kFloat), given, loss);
      EXPECT_TRUE(same_bytes(passed.value, full.value));
      ASSERT_EQ(passed.gradient.scalar_type(), type);
      const at::Tensor gap = passed.gradient.to(at::kFloat).sub(full.gradient).abs();
      const double unit = type == at::kBFloat16 ? 0x1p-8 : 0x1p-11, floor = type == at::kBFloat16 ? 0 : 0x1p-25;
      EXPECT_TRUE(gap.le(full.gradient.abs().mul(unit).add(floor)).all().item<bool>());
    }
  });
}

TEST(RowLoss, ScaledLossesKeepSmallSlopesOfHalfPrecision) {
  const std::shared_ptr<const LossFunction> loss = make_loss("bce", {});
  const std::int64_t rows = 20000;
  const at::Tensor leaf = at::full({rows, 1}, -7, at::kHalf).requires_grad_();
  row_loss(leaf, at::zeros({rows, 1}, at::kChar), {}, {}, loss, 1).mul(65536.f).backward();
  const double slope = 1 / (1 + std::exp(7.)) / rows;  // 4.6e-8, below half of float16's least number
  EXPECT_NEAR(leaf.grad()[0][0].item<double>() / 65536, slope, 1e-3 * slope);
}

TEST(RowLoss, AddsUpWhereOutputsAreUsedTwice) {
  const std::shared_ptr<const LossFunction> bce = make_loss("bce", {}), zlpr = make_loss("zlpr", {});
  const RandomBatch drawn(9, 10, 4, *bce);
  const Tensors given = tensors_of(drawn);
  const at::Tensor leaf = given.outputs.clone().requires_grad_();
  (row_loss(leaf, given.truth, {}, {}, bce, 1) + row_loss(leaf, given.truth, {}, {}, zlpr, 1)).backward();
  Tensors bare{given.outputs, given.truth, {}, {}};
  const at::Tensor sum = pass(given.outputs, bare, bce).gradient + pass(given.outputs, bare, zlpr).gradient;
  EXPECT_TRUE(leaf.grad().allclose(sum, 1e-6, 1e-9));
}

TEST(RowLoss, RefusesASecondDerivative) {
  each_loss([](const auto& loss) {
    const Tensors given = tensors_of(RandomBatch(10, 6, 4, *loss));
    const at::Tensor leaf = given.outputs.nan_to_num(0).requires_grad_();
    const at::Tensor value = row_loss(leaf, given.truth, {}, {}, loss, 1);
    EXPECT_THAT(thrown([&] { torch::autograd::grad({value}, {leaf}, {}, true, true); }), testing::HasSubstr("create_graph"));
    EXPECT_EQ(thrown([&] { torch::autograd::grad({value}, {leaf}); }), "");
  });
}

TEST(RowLoss, WithoutAGradientItIsAPlainNumber) {
  const std::shared_ptr<const LossFunction> loss = make_loss("zlpr", {});
  const Tensors given = tensors_of(RandomBatch(11, 6, 4, *loss));
  EXPECT_FALSE(row_loss(given.outputs, given.truth, {}, {}, loss, 1).requires_grad());
  const at::NoGradGuard guard;
  EXPECT_FALSE(row_loss(given.outputs.requires_grad_(), given.truth, {}, {}, loss, 1).requires_grad());
}

}  // namespace
}  // namespace tagma
