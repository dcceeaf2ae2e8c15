#include <tagma/math/products.h>

#include <tagma/base/rng.h>
#include <tagma/math/panel.h>

#include <gtest/gtest.h>

#include <vector>

namespace tagma {
namespace {

TEST(Products, EveryLevelGivesTheSameBytes) {
  Rng rng(3);
  for (const std::int64_t columns : {1, 7, 16, 31, 64, 250}) {
    std::vector<float> rows(static_cast<std::size_t>(40 * columns)), x(static_cast<std::size_t>(columns));
    for (float& value : rows) value = static_cast<float>(rng.normal());
    for (float& value : x) value = static_cast<float>(rng.normal());
    for (const std::int64_t count : {0, 1, 3, 4, 9}) {
      std::vector<std::int32_t> ids;
      for (std::int64_t i = 0; i < count; ++i) ids.push_back(static_cast<std::int32_t>(rng.below(40)));
      std::vector<float> expected;
      for (const std::int32_t id : ids) {
        float sum[16] = {};
        for (std::size_t c = 0; c < x.size(); ++c) sum[c % 16] = sum[c % 16] + x[c] * rows[static_cast<std::size_t>(id) * x.size() + c];
        for (int half = 8; half > 0; half /= 2)
          for (int i = 0; i < half; ++i) sum[i] += sum[i + half];
        expected.push_back(sum[0]);
      }
      std::vector<float> out(ids.size(), 7.f);
      math::products_with(x.data(), rows.data(), columns, ids.data(), count, out.data());
      EXPECT_EQ(out, expected) << columns;
      for (int level = 0; level < math::detail::panel_levels(); ++level) {
        out.assign(ids.size(), 7.f);
        math::detail::products_with(level, x.data(), rows.data(), columns, ids.data(), count, out.data());
        EXPECT_EQ(out, expected) << "level " << level << ", " << columns;
      }
    }
  }
}

}  // namespace
}  // namespace tagma
