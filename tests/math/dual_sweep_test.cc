#include <tagma/math/dual_sweep.h>

#include <tagma/base/rng.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace tagma::math {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

struct Sample {
  int lanes;
  std::int64_t rows = 60, features = 23;
  std::vector<std::int64_t> starts{0};
  std::vector<std::int32_t> columns, order;
  std::vector<float> values, squares, inverse_costs, weights, duals;
  std::vector<std::uint64_t> present, unknown;
  DualPanel panel;
  DualPass pass;

  Sample(int lanes_in, bool squared) : lanes(lanes_in) {
    Rng rng(static_cast<std::uint64_t>(lanes));
    for (std::int32_t i = 0; i < rows; ++i) {
      double square = 0;
      for (std::int32_t f = 0; f < features; ++f)
        if (f == 0 || rng.chance(0.3)) {
          columns.push_back(f);
          values.push_back(f == 0 ? 1.f : static_cast<float>(rng.normal()));
          square += static_cast<double>(values.back()) * static_cast<double>(values.back());
        }
      starts.push_back(static_cast<std::int64_t>(values.size()));
      squares.push_back(static_cast<float>(square));
      inverse_costs.push_back(static_cast<float>(rng.uniform(0.5, 2)));
      present.push_back(rng.bits() & rng.bits());
      unknown.push_back(rng.bits() & rng.bits() & rng.bits());
      order.push_back(i);
    }
    weights.assign(static_cast<std::size_t>(features * lanes), 0.f);
    duals.assign(static_cast<std::size_t>(rows * lanes), 0.f);
    panel.lanes = lanes;
    panel.squared = squared;
    for (std::size_t l = 0; l < 64; ++l) {
      panel.present_cost[l] = 1 + 0.1f * static_cast<float>(l);
      panel.absent_cost[l] = 0.5f + 0.01f * static_cast<float>(l);
    }
    panel.present = present.data();
    panel.unknown = unknown.data();
    pass.live = ~std::uint64_t{0} ^ 4;  // lane 2 stands still
    pass.above.fill(infinity);
    pass.below.fill(-infinity);
  }

  std::int64_t sweep(int level) {
    panel.weights = weights.data();
    panel.duals = duals.data();
    const DualRows view{{starts.data(), columns.data(), values.data()}, squares.data(), inverse_costs.data()};
    return detail::dual_sweep(level, view, panel, order, pass);
  }
};

// The same pass in double precision, lane by lane, as the algorithm is written in the paper.
struct Slow {
  const Sample& s;
  std::vector<double> weights, duals, most, least;

  explicit Slow(const Sample& sample)
      : s(sample), weights(sample.weights.begin(), sample.weights.end()), duals(sample.duals.begin(), sample.duals.end()),
        most(64, -1e300), least(64, 1e300) {
    for (int l = 0; l < s.lanes; ++l)
      for (const std::int32_t row : s.order) step(row, l);
  }
  void step(std::int32_t row, int l) {
    const auto r = static_cast<std::size_t>(row);
    const auto lane = static_cast<std::size_t>(l), width = static_cast<std::size_t>(s.lanes);
    if ((s.pass.live >> l & 1) == 0 || (s.unknown[r] >> l & 1) != 0) return;
    const bool yes = (s.present[r] >> l & 1) != 0;
    const double sign = yes ? 1 : -1;
    const double cost = static_cast<double>((yes ? s.panel.present_cost[lane] : s.panel.absent_cost[lane]) / s.inverse_costs[r]);
    const double diagonal = s.panel.squared ? 1 / (2 * cost) : 0, most_dual = s.panel.squared ? 1e300 : cost;
    double product = 0, square = 0;
    for (auto k = static_cast<std::size_t>(s.starts[r]); k < static_cast<std::size_t>(s.starts[r + 1]); ++k) {
      const auto x = static_cast<double>(s.values[k]);
      product += x * weights[static_cast<std::size_t>(s.columns[k]) * width + lane];
      square += x * x;
    }
    double& dual = duals[r * width + lane];
    const double gradient = sign * product - 1 + diagonal * dual;
    double projected = gradient;
    if (dual <= 0) projected = std::min(gradient, 0.0);
    else if (dual >= most_dual) projected = std::max(gradient, 0.0);
    most[lane] = std::max(most[lane], projected);
    least[lane] = std::min(least[lane], projected);
    const double next = std::clamp(dual - gradient / (square + diagonal), 0.0, most_dual);
    for (auto k = static_cast<std::size_t>(s.starts[r]); k < static_cast<std::size_t>(s.starts[r + 1]); ++k)
      weights[static_cast<std::size_t>(s.columns[k]) * width + lane] += sign * (next - dual) * static_cast<double>(s.values[k]);
    dual = next;
  }
};

class DualSweep : public testing::TestWithParam<std::pair<int, bool>> {};

TEST_P(DualSweep, EqualsTheSlowOne) {
  Sample s(GetParam().first, GetParam().second);
  for (int pass = 0; pass < 3; ++pass) {
    const Slow slow(s);
    EXPECT_EQ(s.sweep(detail::panel_levels() - 1), s.rows);
    for (std::size_t i = 0; i < s.weights.size(); ++i) ASSERT_NEAR(s.weights[i], slow.weights[i], 1e-4) << i;
    for (std::size_t i = 0; i < s.duals.size(); ++i) ASSERT_NEAR(s.duals[i], slow.duals[i], 1e-4) << i;
    for (int l = 0; l < s.lanes; ++l) {
      if (l == 2) continue;
      EXPECT_NEAR(s.pass.most[static_cast<std::size_t>(l)], slow.most[static_cast<std::size_t>(l)], 1e-3) << l;
      EXPECT_NEAR(s.pass.least[static_cast<std::size_t>(l)], slow.least[static_cast<std::size_t>(l)], 1e-3) << l;
    }
  }
}

TEST_P(DualSweep, SameBytesAtEveryLevel) {
  Sample first(GetParam().first, GetParam().second);
  for (int pass = 0; pass < 3; ++pass) first.sweep(0);
  for (int level = 1; level < detail::panel_levels(); ++level) {
    Sample s(GetParam().first, GetParam().second);
    for (int pass = 0; pass < 3; ++pass) s.sweep(level);
    EXPECT_EQ(s.weights, first.weights) << level;
    EXPECT_EQ(s.duals, first.duals) << level;
    EXPECT_EQ(s.pass.most, first.pass.most) << level;
    EXPECT_EQ(s.pass.least, first.pass.least) << level;
  }
}

TEST_P(DualSweep, DropsRowsThatEveryLaneHoldsAtABound) {
  Sample s(GetParam().first, GetParam().second);
  for (int pass = 0; pass < 100; ++pass) s.sweep(0);
  s.pass.above.fill(0.05f);
  s.pass.below.fill(-0.05f);
  const std::vector<float> duals = s.duals;
  const auto kept = static_cast<std::size_t>(s.sweep(0));
  std::vector<std::int32_t> ids = s.order;
  std::sort(ids.begin(), ids.end());
  for (std::int32_t i = 0; i < s.rows; ++i) ASSERT_EQ(ids[static_cast<std::size_t>(i)], i) << "a row is lost";
  for (std::size_t i = kept; i < s.order.size(); ++i)
    for (int l = 0; l < s.lanes; ++l) {
      if (l == 2) continue;
      const auto r = static_cast<std::size_t>(s.order[i]);
      const auto lane = static_cast<std::size_t>(l);
      if ((s.unknown[r] >> l & 1) != 0) continue;
      const float dual = duals[r * static_cast<std::size_t>(s.lanes) + lane];
      const float cost = ((s.present[r] >> l & 1) != 0 ? s.panel.present_cost[lane] : s.panel.absent_cost[lane]) / s.inverse_costs[r];
      EXPECT_TRUE(dual == 0 || (!s.panel.squared && dual >= cost)) << r << " " << l << " " << dual;
    }
}

TEST(DualSweepDrops, ASatisfiedRow) {
  Sample s(16, true);
  s.pass.live = 1;
  for (auto& row : s.unknown) row = 0;
  for (int pass = 0; pass < 200; ++pass) s.sweep(0);
  s.pass.above.fill(0.01f);
  EXPECT_LT(s.sweep(0), s.rows);
}

INSTANTIATE_TEST_SUITE_P(Widths, DualSweep,
                         testing::Values(std::pair{16, true}, std::pair{16, false}, std::pair{32, true}, std::pair{32, false},
                                         std::pair{64, true}, std::pair{64, false}));

}  // namespace
}  // namespace tagma::math
