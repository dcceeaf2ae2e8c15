#include <tagma/math/panel.h>

#include <tagma/base/rng.h>

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

namespace tagma::math {
namespace {

struct PanelSample {
  std::int64_t rows, columns, width, leap;
  std::vector<float> dense, in, start;
  std::vector<std::int64_t> starts{0};
  std::vector<std::int32_t> columns_of;
  std::vector<float> values;

  PanelSample(std::int64_t r, std::int64_t c, std::int64_t w) : rows(r), columns(c), width(w), leap(w + 3) {
    Rng rng(static_cast<std::uint64_t>(r * 1000 + c * 10 + w));
    for (std::int64_t i = 0; i < rows; ++i) {
      for (std::int32_t j = 0; j < columns; ++j) {
        const float value = rng.chance(0.3) ? static_cast<float>(rng.normal()) : 0;
        dense.push_back(value);
        if (value == 0) continue;
        columns_of.push_back(j);
        values.push_back(value);
      }
      starts.push_back(static_cast<std::int64_t>(values.size()));
    }
    for (std::int64_t i = 0; i < columns * leap; ++i) in.push_back(static_cast<float>(rng.normal()));
    for (std::int64_t i = 0; i < width; ++i) start.push_back(static_cast<float>(rng.normal()));
  }
  SparseRows sparse_rows() const { return {starts.data(), columns_of.data(), values.data()}; }
  DenseRows dense_rows() const { return {dense.data(), columns, columns}; }

  double expected(std::int64_t r, std::int64_t l) const {
    double sum = start[static_cast<std::size_t>(l)];
    for (std::int64_t c = 0; c < columns; ++c)
      sum += static_cast<double>(dense[static_cast<std::size_t>(r * columns + c)]) * in[static_cast<std::size_t>(c * leap + l)];
    return sum;
  }
};

template <class Rows>
std::vector<float> product(int level, const PanelSample& s, const Rows& a, std::int64_t first, std::int64_t last) {
  std::vector<float> out(static_cast<std::size_t>((last - first) * s.leap), 7.f);
  detail::times_panel(level, a, first, last, {s.in.data(), s.start.data(), out.data(), s.width, s.leap});
  return out;
}

template <class Rows>
void check(const PanelSample& s, const Rows& a) {
  const std::vector<float> whole = product(0, s, a, 0, s.rows);
  for (std::int64_t r = 0; r < s.rows; ++r) {
    for (std::int64_t l = 0; l < s.width; ++l)
      ASSERT_NEAR(whole[static_cast<std::size_t>(r * s.leap + l)], s.expected(r, l), 1e-3) << r << " " << l << " of " << s.width;
    for (std::int64_t l = s.width; l < s.leap; ++l)
      ASSERT_EQ(whole[static_cast<std::size_t>(r * s.leap + l)], 7.f) << "written past the panel";
  }
  for (int level = 0; level < detail::panel_levels(); ++level) {
    EXPECT_EQ(product(level, s, a, 0, s.rows), whole) << level;  // the same bytes at every instruction set
    const std::int64_t cut = s.rows / 3;
    std::vector<float> parts = product(level, s, a, 0, cut);
    const std::vector<float> rest = product(level, s, a, cut, s.rows);
    parts.insert(parts.end(), rest.begin(), rest.end());
    EXPECT_EQ(parts, whole) << level;
  }
}

TEST(Panel, EveryWidthAndTail) {
  for (std::int64_t width = 1; width <= 70; ++width) {
    const PanelSample s(13, 29, width);
    check(s, s.sparse_rows());
    check(s, s.dense_rows());
  }
}

TEST(Panel, LongRowsAreSummedInChunks) {
  const PanelSample s(5, 3000, 17);
  check(s, s.sparse_rows());
  check(s, s.dense_rows());
}

TEST(Panel, EmptyRowsAndNoStart) {
  const std::vector<std::int64_t> starts{0, 0, 0};
  std::vector<float> in(16), out(32, 5.f);
  times_panel(SparseRows{starts.data(), nullptr, nullptr}, 0, 2, {in.data(), nullptr, out.data(), 16, 16});
  EXPECT_EQ(out, std::vector<float>(32, 0.f));
}

}  // namespace
}  // namespace tagma::math
