// What row_loss() takes and what it refuses, in words that say what to do.
#include "tests/bridge/tensors.h"

#include <gmock/gmock.h>

namespace tagma {
namespace {

using testing::HasSubstr;

const std::shared_ptr<const LossFunction> bce = make_loss("bce", {});

std::string refused(const at::Tensor& outputs, const at::Tensor& truth, const at::Tensor& grades = {},
                    const at::Tensor& weights = {}, const std::string& loss = "bce") {
  return thrown([&] { row_loss(outputs, truth, grades, weights, make_loss(loss, {}), 1); });
}

TEST(Given, TruthMayHaveAnyTypeAndLayout) {
  const RandomBatch drawn(1, 12, 7, *bce);
  const Tensors given = tensors_of(drawn);
  const Tensors bare{given.outputs, given.truth, {}, {}};
  const Passed expected = pass(given.outputs, bare, bce);
  for (const at::ScalarType type : {at::kShort, at::kInt, at::kLong, at::kFloat, at::kDouble, at::kHalf}) {
    const Tensors other{given.outputs, given.truth.to(type), {}, {}};
    EXPECT_TRUE(same_bytes(pass(given.outputs, other, bce).gradient, expected.gradient)) << type;
  }
  const Tensors turned{given.outputs, given.truth.t().contiguous().t(), {}, {}};
  const at::Tensor strided = given.outputs.t().contiguous().t();
  EXPECT_TRUE(pass(strided, turned, bce).gradient.equal(expected.gradient));

  const at::Tensor known = given.truth.eq(1), outputs = given.outputs.nan_to_num(0);
  const Tensors as_bool{outputs, known, {}, {}}, as_byte{outputs, known.to(at::kByte), {}, {}},
      as_char{outputs, known.to(at::kChar), {}, {}};
  EXPECT_TRUE(same_bytes(pass(outputs, as_bool, bce).gradient, pass(outputs, as_char, bce).gradient));
  EXPECT_TRUE(same_bytes(pass(outputs, as_byte, bce).gradient, pass(outputs, as_char, bce).gradient));
}

TEST(Given, EmptyBatchesAreWorthNothing) {
  for (const auto& [rows, labels] : {std::pair{0, 3}, {3, 0}, {0, 0}}) {
    const at::Tensor outputs = at::zeros({rows, labels});
    const Passed passed = pass(outputs, {outputs, at::zeros({rows, labels}, at::kChar), {}, {}}, bce);
    EXPECT_EQ(passed.value.item<float>(), 0);
    EXPECT_EQ(passed.gradient.sizes(), outputs.sizes());
  }
}

TEST(Given, TruthOfOtherNumbersIsRefused) {
  const at::Tensor outputs = at::zeros({3, 5});
  for (const at::ScalarType type : {at::kChar, at::kByte, at::kLong, at::kFloat}) {
    at::Tensor truth = at::zeros({3, 5}, type);
    truth[2][4] = 2;
    EXPECT_EQ(refused(outputs, truth), "truth of row 2, label 4 is 2; allowed: 1 present, 0 absent, -1 unknown") << type;
  }
  EXPECT_THAT(refused(outputs, at::full({3, 5}, 256, at::kLong)), HasSubstr("row 0, label 0 is 256"));
  EXPECT_THAT(refused(outputs, at::full({3, 5}, 255, at::kByte)), HasSubstr("is 255"));
  EXPECT_THAT(refused(outputs, at::full({3, 5}, std::nan(""))), HasSubstr("is nan"));
  EXPECT_THAT(refused(outputs, at::full({3, 5}, 0.5)), HasSubstr("is 0.5"));
}

TEST(Given, ShapesThatDoNotFitAreRefused) {
  const at::Tensor truth = at::zeros({3, 5}, at::kChar);
  EXPECT_EQ(refused(at::zeros({3, 4}), truth),
            "outputs of shape [3 x 4], expected [3 x 5]: loss bce has 5 outputs per row for the 5 labels of truth");
  EXPECT_THAT(refused(at::zeros({3, 5}), truth, {}, {}, "unimlr"), HasSubstr("expected [3 x 10]: loss unimlr has 10"));
  EXPECT_THAT(refused(at::zeros({5}), at::zeros({5})), HasSubstr("truth of shape [5], expected [rows x labels]"));
  EXPECT_THAT(refused(at::zeros({3, 5}), truth, at::zeros({3, 4})), HasSubstr("grades of shape [3 x 4], expected"));
  EXPECT_THAT(refused(at::zeros({3, 5}), truth, {}, at::zeros({3, 1})), HasSubstr("row weights of shape [3 x 1], expected"));
}

TEST(Given, TypesAndWeightsThatDoNotFitAreRefused) {
  const at::Tensor outputs = at::zeros({3, 5}), truth = at::zeros({3, 5}, at::kChar);
  EXPECT_THAT(refused(outputs.to(at::kInt), truth), HasSubstr("outputs of type Int"));
  EXPECT_THAT(refused(outputs, {}), HasSubstr("must both be given"));
  EXPECT_THAT(refused(outputs, truth.to(at::kComplexFloat)), HasSubstr("complex"));
  EXPECT_THAT(refused(outputs, truth.to_sparse()), HasSubstr("sparse"));
  EXPECT_THAT(refused(outputs, truth, {}, at::full({3}, -1)), HasSubstr("weight -1"));
  EXPECT_THAT(refused(outputs, truth, at::zeros({3, 5}).requires_grad_()), HasSubstr("detach it"));
  EXPECT_THAT(refused(outputs.to("meta"), truth), HasSubstr("device meta"));
  EXPECT_THAT(refused(outputs, truth.to("meta")), HasSubstr("move one to the other"));
  EXPECT_THAT(thrown([&] { row_loss(outputs, truth, {}, {}, nullptr, 1); }), HasSubstr("without a loss"));
}

}  // namespace
}  // namespace tagma
