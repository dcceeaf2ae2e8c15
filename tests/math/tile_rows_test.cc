#include <tagma/math/tile_rows.h>

#include <tagma/base/rng.h>
#include <tagma/math/panel.h>

#include <gtest/gtest.h>

#include <vector>

namespace tagma {
namespace {

TEST(TileRows, EveryLevelGivesTheSameBytes) {
  Rng rng(2);
  const std::int64_t height = 50;
  for (const std::int64_t width : {16, 32, 48, 64, 80, 128, 528, 4176}) {
    std::vector<float> tile(static_cast<std::size_t>(height * width));
    std::vector<std::int8_t> whole_tile(tile.size());
    for (float& weight : tile) weight = static_cast<float>(rng.normal());
    for (std::int8_t& weight : whole_tile) weight = static_cast<std::int8_t>(static_cast<int>(rng.below(255)) - 127);
    for (const std::int64_t count : {0, 2, 8, 130}) {
      std::vector<std::int32_t> rows;
      std::vector<float> x;
      std::vector<std::int16_t> whole_x;
      for (std::int64_t i = 0; i < count; ++i) {
        rows.push_back(static_cast<std::int32_t>(rng.below(height)));
        x.push_back(static_cast<float>(rng.normal()));
        whole_x.push_back(static_cast<std::int16_t>(i == 0 ? -32767 : static_cast<int>(rng.below(65535)) - 32767));
      }
      std::vector<float> expected(static_cast<std::size_t>(width), 0.f);
      std::vector<std::int32_t> whole_expected(expected.size(), 0);
      for (std::size_t i = 0; i < rows.size(); ++i)
        for (std::size_t lane = 0; lane < expected.size(); ++lane) {
          const std::size_t at = static_cast<std::size_t>(rows[i]) * expected.size() + lane;
          expected[lane] = expected[lane] + x[i] * tile[at];
          whole_expected[lane] += whole_x[i] * whole_tile[at];
        }
      for (int level = 0; level < math::detail::panel_levels(); ++level) {
        std::vector<float> out(expected.size(), 7.f);
        math::detail::sum_tile_rows(level, tile.data(), width, rows.data(), x.data(), count, out.data());
        EXPECT_EQ(out, expected) << width << " " << count << " " << level;
        std::vector<std::int32_t> whole(expected.size(), 7);
        math::detail::sum_tile_rows(level, whole_tile.data(), width, rows.data(), whole_x.data(), count, whole.data());
        EXPECT_EQ(whole, whole_expected) << width << " " << count << " " << level;
      }
    }
  }
}

TEST(TileRows, SumsAreScaled) {
  Rng rng(3);
  for (const std::int64_t count : {1, 15, 16, 50}) {
    std::vector<std::int32_t> sums;
    std::vector<float> bias, scale, out(static_cast<std::size_t>(count)), expected;
    for (std::int64_t i = 0; i < count; ++i) {
      sums.push_back(static_cast<std::int32_t>(rng.below(2000000000)) - 1000000000);
      bias.push_back(static_cast<float>(rng.normal()));
      scale.push_back(static_cast<float>(rng.uniform()));
      expected.push_back(bias.back() + static_cast<float>(sums.back()) * (0.37f * scale.back()));
    }
    math::scale_sums(sums.data(), bias.data(), scale.data(), 0.37f, count, out.data());
    EXPECT_EQ(out, expected);
  }
}

TEST(TileRows, AnyAtLeast) {
  for (const std::int64_t count : {1, 16, 17, 70})
    for (std::int64_t at = 0; at < count; ++at) {
      std::vector<float> values(static_cast<std::size_t>(count), -1.f);
      EXPECT_FALSE(math::any_at_least(values.data(), count, 2.f));
      values[static_cast<std::size_t>(at)] = 2.f;
      EXPECT_TRUE(math::any_at_least(values.data(), count, 2.f)) << count << " " << at;
    }
}

}  // namespace
}  // namespace tagma
