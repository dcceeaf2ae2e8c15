#include <tagma/measure/curve_tiles.h>

#include <tests/measure/toys.h>

#include <gtest/gtest.h>

namespace tagma {
namespace {

WeightSets drawn(std::int64_t sets, std::int64_t rows, std::uint64_t most) {
  WeightSets weights;
  weights.sets = sets;
  weights.rows = rows;
  Rng rng(9);
  for (std::int64_t i = 0; i < sets * rows; ++i) weights.counts.push_back(static_cast<std::uint8_t>(rng.below(most + 1)));
  return weights;
}

void expect_same(const Curve& a, const Curve& b) {
  EXPECT_EQ(a.precision_sum, b.precision_sum);
  EXPECT_EQ(a.right_pairs, b.right_pairs);
  EXPECT_EQ(a.present, b.present);
  EXPECT_EQ(a.absent, b.absent);
}

// Against walks one by one, which row weights of 1 lead to.
TEST(CurveTiles, SumWhatWalksOneByOneSum) {
  for (const auto& [rows, levels, share, sets, most] : {std::tuple{700, 100000, 0.02, 35, 3}, std::tuple{900, 20, 0.1, 16, 255},
                                                           std::tuple{40, 3, 0.3, 1, 1}, std::tuple{50, 1000, 0.0, 17, 2}}) {
    const test::Toy toy = test::random_toy(5, {.rows = rows, .labels = 3, .present = share, .levels = levels});
    const Judged judged = toy.judged();
    const WeightSets tiled = drawn(sets, rows, static_cast<std::uint64_t>(most));
    ASSERT_FALSE(CurveTiles(tiled).empty());
    WeightSets single = tiled;
    const std::vector<float> ones(static_cast<std::size_t>(rows), 1.f);
    single.row_weights = ones;
    ASSERT_TRUE(CurveTiles(single).empty());
    for (const bool strict : {false, true}) {
      std::vector<Curve> found, wanted;
      const auto into = [](std::vector<Curve>& all) {
        return [&all](LabelId, std::span<const Curve> curves) { all.insert(all.end(), curves.begin(), curves.end()); };
      };
      weighted_label_curves(judged, tiled, strict, {}, into(found));
      weighted_label_curves(judged, single, strict, {}, into(wanted));
      ASSERT_EQ(found.size(), static_cast<std::size_t>(3 * sets));
      ASSERT_EQ(found.size(), wanted.size());
      for (std::size_t i = 0; i < found.size(); ++i) expect_same(found[i], wanted[i]);
    }
    const std::vector<Curve> found = weighted_micro_curves(judged, tiled, {}), wanted = weighted_micro_curves(judged, single, {});
    ASSERT_EQ(found.size(), wanted.size());
    for (std::size_t i = 0; i < found.size(); ++i) expect_same(found[i], wanted[i]);
  }
}

}  // namespace
}  // namespace tagma
