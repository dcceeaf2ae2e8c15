#include <tagma/learn/dual.h>

#include "tests/learn/dual_sample.h"

#include <tagma/base/rng.h>

#include <gtest/gtest.h>

#include <algorithm>

namespace tagma {
namespace {

using test::Sample;
using test::margin_of;
using test::primal;

class Dual : public testing::TestWithParam<bool> {};

TEST_P(Dual, PrimalMeetsDual) {
  for (const std::size_t labels : {std::size_t{5}, std::size_t{20}, std::size_t{64}}) {
    const Sample s(150, 30, labels, 0.1);
    const PackedRows rows(s.x, s.ids, s.row_weights, 1, false);
    const auto lanes = s.lanes(2, 0.7);
    const DualSolved solved = solve_dual(rows, lanes, Truth::absent, {GetParam(), 1e-4, 20000}, Rng(1), {});
    EXPECT_EQ(solved.unsolved, 0);
    const double least = primal(rows, s, lanes, solved, GetParam());
    EXPECT_NEAR(least, solved.objective, 1e-3 * least);  // the duality gap
  }
}

// With a centre: the gap to the primal with ||w - centre||^2, which weights far from the centre would leave open.
TEST_P(Dual, CentreTakesThePlaceOfZero) {
  const Sample s(150, 30, 20, 0.1);
  const PackedRows rows(s.x, s.ids, s.row_weights, 1, false);
  const auto lanes = s.lanes(2, 0.7);
  Rng rng(3);
  Large<float> centre(static_cast<std::size_t>(rows.features()) * 32);
  for (std::size_t i = 0; i < centre.size(); ++i) centre[i] = i % 32 < 20 ? static_cast<float>(rng.normal()) : 0.f;
  const DualSolved solved = solve_dual(rows, lanes, Truth::absent, {GetParam(), 1e-4, 20000}, Rng(1), {}, centre);
  EXPECT_EQ(solved.unsolved, 0);
  const DualSolved plain = solve_dual(rows, lanes, Truth::absent, {GetParam(), 1e-4, 20000}, Rng(1), {});
  const auto value = [&](const DualSolved& at) { return primal(rows, s, lanes, at, GetParam(), centre); };
  const double least = value(solved);
  EXPECT_NEAR(least, solved.objective, 1e-3 * least);
  EXPECT_GT(value(plain), 1.01 * least);
}

TEST_P(Dual, LooseToleranceIsNearEnough) {
  const Sample s(150, 30, 20);
  const PackedRows rows(s.x, s.ids, {}, 1, false);
  const auto lanes = s.lanes();
  const DualSolved tight = solve_dual(rows, lanes, Truth::absent, {GetParam(), 1e-4, 20000}, Rng(1), {});
  const DualSolved loose = solve_dual(rows, lanes, Truth::absent, {GetParam(), 0.1, 1000}, Rng(1), {});
  EXPECT_LT(loose.passes, tight.passes);
  EXPECT_LE(primal(rows, s, lanes, loose, GetParam()), 1.05 * primal(rows, s, lanes, tight, GetParam()));
  EXPECT_LE(loose.objective, tight.objective * (1 + 1e-5));
}

// A lane's problem is its own: alone, it is solved to the same point.
TEST_P(Dual, LanesDoNotMix) {
  const Sample s(120, 20, 24);
  const PackedRows rows(s.x, s.ids, {}, 1, true);
  const auto lanes = s.lanes();
  const DualSettings settings{GetParam(), 1e-5, 100000};
  const DualSolved all = solve_dual(rows, lanes, Truth::absent, settings, Rng(1), {});
  for (const std::size_t l : {std::size_t{0}, std::size_t{23}}) {
    const DualSolved alone = solve_dual(rows, std::span(lanes).subspan(l, 1), Truth::absent, settings, Rng(2), {});
    for (std::int64_t r = 0; r < rows.rows(); ++r)
      EXPECT_NEAR(margin_of(rows, r, all, l), margin_of(rows, r, alone, 0), 3e-3) << l << " " << r;
  }
}

TEST_P(Dual, UnknownRowsAreAsIfNotThere) {
  const Sample s(120, 20, 3);
  Sample holes = s;
  std::vector<std::int32_t> rest;
  for (const std::int32_t r : s.ids)
    if (r % 4 == 0) {
      for (std::size_t l = 0; l < 3; ++l) {
        holes.exceptions[l].push_back(r);
        std::erase(holes.present[l], r);
      }
    } else {
      rest.push_back(r);
    }
  Sample fewer = s;
  for (auto& rows : fewer.present) {
    std::vector<std::int32_t> places;
    for (const std::int32_t r : rows)
      if (r % 4 != 0) places.push_back(static_cast<std::int32_t>(std::lower_bound(rest.begin(), rest.end(), r) - rest.begin()));
    rows = places;
  }
  const PackedRows all(s.x, s.ids, {}, 1, false), some(s.x, rest, {}, 1, false);
  const DualSettings settings{GetParam(), 1e-5, 100000};
  const DualSolved a = solve_dual(all, holes.lanes(), Truth::absent, settings, Rng(1), {});
  const DualSolved b = solve_dual(some, fewer.lanes(), Truth::absent, settings, Rng(1), {});
  EXPECT_NEAR(a.objective, b.objective, 1e-3 * b.objective);
  for (std::size_t l = 0; l < 3; ++l) EXPECT_NEAR(margin_of(all, rest[5], a, l), margin_of(some, 5, b, l), 3e-3);
  // The same where the rest is unknown and the absent rows are listed.
  Sample listed = holes;
  for (std::size_t l = 0; l < 3; ++l) {
    listed.exceptions[l].clear();
    for (const std::int32_t r : rest)
      if (!std::binary_search(holes.present[l].begin(), holes.present[l].end(), r)) listed.exceptions[l].push_back(r);
  }
  const DualSolved c = solve_dual(all, listed.lanes(), Truth::unknown, settings, Rng(1), {});
  EXPECT_EQ(a.weights, c.weights);
}

TEST_P(Dual, StopsWhenAsked) {
  const Sample s(120, 20, 3);
  std::stop_source raised;
  raised.request_stop();
  const DualSolved solved =
      solve_dual(PackedRows(s.x, s.ids, {}, 1, false), s.lanes(), Truth::absent, {GetParam(), 0.1, 1000}, Rng(1), raised.get_token());
  EXPECT_EQ(solved.unsolved, 3);
  EXPECT_EQ(solved.passes, 0);
}

INSTANTIATE_TEST_SUITE_P(Losses, Dual, testing::Bool(), [](const auto& tested) { return tested.param ? "squared" : "hinge"; });

TEST(PackedRows, FrequentFeaturesFirstUnitRowsAndConstant) {
  CsrArrays arrays;
  arrays.starts = {0, 2, 3, 4};
  arrays.columns_of = {1, 5, 5, 5};
  arrays.values = {3, 4, 2, 0};
  const FeatureMatrix x(std::move(arrays), 100);
  const std::vector<std::int32_t> ids{0, 1, 2};
  const std::vector<float> weights{1, 0, 4};
  const PackedRows rows(x, ids, weights, 2, true);
  EXPECT_EQ(rows.features(), 3);
  EXPECT_EQ(std::vector<std::int32_t>(rows.columns().begin(), rows.columns().end()), (std::vector<std::int32_t>{1, 5}));
  EXPECT_EQ(std::vector<std::int32_t>(rows.feature_of().begin(), rows.feature_of().end()), (std::vector<std::int32_t>{2, 1}));
  EXPECT_EQ(rows.visited(), (std::vector<std::int32_t>{0, 2}));
  const math::DualRows view = rows.view();
  EXPECT_EQ(std::vector<float>(view.x.values, view.x.values + 6), (std::vector<float>{2, 0.6f, 0.8f, 2, 1, 2}));
  EXPECT_EQ(std::vector<std::int32_t>(view.x.columns, view.x.columns + 6), (std::vector<std::int32_t>{0, 2, 1, 0, 1, 0}));
  EXPECT_FLOAT_EQ(view.squares[0], 5);
  EXPECT_FLOAT_EQ(view.squares[2], 4);
  EXPECT_FLOAT_EQ(view.inverse_costs[2], 0.25f);
}

}  // namespace
}  // namespace tagma
