#include <tagma/base/large_pages.h>

#include <gtest/gtest.h>

#include <cstdint>
#include <numeric>
#include <vector>

namespace tagma {
namespace {

TEST(LargePages, HoldWhatTheyAreGiven) {
  Large<int> values;
  for (int i = 0; i < 300'000; ++i) values.push_back(i);  // grows from small memory into pages
  const Large<int> copy = values;
  values.assign(10, 7);
  values.shrink_to_fit();
  EXPECT_EQ(std::accumulate(values.begin(), values.end(), 0), 70);
  for (int i = 0; i < 300'000; ++i) ASSERT_EQ(copy[static_cast<std::size_t>(i)], i);
}

TEST(LargePages, LargeArraysBeginAtAPage) {
  const Large<float> large(least_large / sizeof(float)), small(least_large / sizeof(float) - 1);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(large.data()) % large_page, 0u);
  EXPECT_EQ(large_bytes(small.size() * sizeof(float)), small.size() * sizeof(float));
  EXPECT_EQ(large_bytes(least_large), large_page);
  EXPECT_EQ(large_bytes(large_page + 1), 2 * large_page);
}

TEST(LargePages, SmallArraysBeginWhereTheirValuesMay) {
  struct alignas(64) Line {
    char bytes[64];
  };
  std::vector<Large<Line>> all;
  for (std::size_t lines = 1; lines < 2000; lines += 97) all.emplace_back(lines);
  for (const Large<Line>& lines : all) EXPECT_EQ(reinterpret_cast<std::uintptr_t>(lines.data()) % 64, 0u) << lines.size();
}

TEST(LargePages, RefuseWhatNoMachineHolds) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer ends the program there";
#endif
  Large<double> values;
  EXPECT_THROW(values.reserve(std::size_t{1} << 59), std::bad_alloc);
}

}  // namespace
}  // namespace tagma
