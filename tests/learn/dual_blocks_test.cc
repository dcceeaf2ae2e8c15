// Rows and duals in blocks: the optimum is that of one block, the bytes do not depend on what lies in files, and memory holds a block.
#include <tagma/learn/dual_blocks.h>

#include "tests/base/full_disk.h"
#include "tests/learn/dual_sample.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <malloc.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

namespace tagma {
namespace {

using test::Sample;
using test::primal;

class DualInBlocks : public testing::TestWithParam<bool> {
 protected:
  DualInBlocks() : folder_(std::filesystem::temp_directory_path() / ("tagma-dual-blocks-" + std::to_string(GetParam()))) {
    std::filesystem::create_directories(folder_);
  }
  ~DualInBlocks() override { std::filesystem::remove_all(folder_); }
  std::string beside() const { return (folder_ / "model").string(); }

  std::filesystem::path folder_;
};

// Bytes of all rows and duals of a panel of 32 lanes.
std::int64_t bytes_of(const PackedRows& rows) { return rows.bytes(0, rows.rows()) + 128 * rows.rows(); }

TEST_P(DualInBlocks, ReachTheOptimumOfOneBlock) {
  const Sample s(400, 30, 20, 0.1);
  const PackedRows rows(s.x, s.ids, s.row_weights, 1, false);
  const auto lanes = s.lanes(2, 0.7);
  Rng rng(3);
  Large<float> centre(static_cast<std::size_t>(rows.features()) * 32);
  for (std::size_t i = 0; i < centre.size(); ++i) centre[i] = i % 32 < 20 ? static_cast<float>(0.3 * rng.normal()) : 0.f;
  for (const Large<float>& from : {Large<float>(), centre}) {
    const auto value = [&](const DualSolved& at) { return primal(rows, s, lanes, at, GetParam(), from); };
    for (const std::int64_t blocks : {2, 7, 40}) {
      const std::int64_t block = bytes_of(rows) / blocks;
      EXPECT_GE(DualBlocks(rows, 32, {.block_bytes = block}).pieces(), 32u);
      const DualSolved whole = solve_dual(rows, lanes, Truth::absent, {GetParam(), 1e-4, 20000}, Rng(1), {}, from);
      const DualSolved cut = solve_dual(rows, lanes, Truth::absent, {GetParam(), 1e-4, 20000, block}, Rng(1), {}, from);
      EXPECT_EQ(cut.unsolved, 0);
      EXPECT_NE(cut.weights, whole.weights);
      EXPECT_NEAR(value(cut), value(whole), 1e-4 * value(whole)) << blocks;
      EXPECT_NEAR(value(cut), cut.objective, 1e-3 * value(cut)) << blocks;  // the duality gap
      const DualSolved loose = solve_dual(rows, lanes, Truth::absent, {GetParam(), 0.1, 1000, block}, Rng(1), {}, from);
      EXPECT_LE(value(loose), 1.05 * value(whole)) << blocks;
    }
  }
}

// Rows that are sorted by their labels: blocks of neighbouring rows would take ten times the passes, and drawn pieces do not.
TEST_P(DualInBlocks, SortedRowsTakeFewMorePasses) {
  const std::int32_t count = 3000, labels = 20;
  CsrArrays arrays;
  std::vector<std::int32_t> ids;
  std::vector<std::vector<std::int32_t>> present(labels);
  Rng rng(5);
  for (std::int32_t r = 0; r < count; ++r) {
    ids.push_back(r);
    const std::int32_t label = r * labels / count;
    present[static_cast<std::size_t>(label)].push_back(r);
    for (std::int32_t f = 0; f < 60; ++f)
      if (rng.chance(f % labels == label ? 0.5 : 0.15)) {
        arrays.columns_of.push_back(f);
        arrays.values.push_back(1);
      }
    arrays.starts.push_back(static_cast<std::int64_t>(arrays.values.size()));
  }
  std::vector<PanelLane> lanes;
  for (const auto& rows : present) lanes.push_back({rows, {}, 1, 1});
  const PackedRows rows(FeatureMatrix(std::move(arrays), 60), ids, {}, 1, true);
  const DualSolved whole = solve_dual(rows, lanes, Truth::absent, {GetParam()}, Rng(1), {});
  const DualSolved cut = solve_dual(rows, lanes, Truth::absent, {GetParam(), 0.1, 1000, bytes_of(rows) / 4}, Rng(1), {});
  EXPECT_LE(cut.passes, 2 * whole.passes);
  EXPECT_LE(std::abs(cut.objective - whole.objective), 0.01 * whole.objective);
}

TEST_P(DualInBlocks, OneThatHoldsAllIsAsIfThereWereNone) {
  const Sample s(200, 30, 20);
  const PackedRows rows(s.x, s.ids, {}, 1, true);
  const auto lanes = s.lanes();
  const DualSolved free = solve_dual(rows, lanes, Truth::absent, {GetParam()}, Rng(1), {});
  const std::int64_t all = bytes_of(rows);
  EXPECT_EQ(DualBlocks(rows, 32, {.block_bytes = all}).pieces(), 1u);
  EXPECT_GT(DualBlocks(rows, 32, {.block_bytes = all - 1}).pieces(), 15u);
  EXPECT_EQ(DualBlocks(rows, 32, {.block_bytes = 1}).pieces(), 200u);
  EXPECT_EQ(solve_dual(rows, lanes, Truth::absent, {.squared = GetParam(), .block_bytes = all}, Rng(1), {}).weights, free.weights);
}

TEST_P(DualInBlocks, SameBytesFromFiles) {
  const Sample s(3000, 30, 20, 0.1);
  const auto lanes = s.lanes();
  DualSettings settings{GetParam(), 0.1, 1000, 50000};
  const PackedRows held(s.x, s.ids, s.row_weights, 1, true), filed(s.x, s.ids, s.row_weights, 1, true, {beside(), settings.block_bytes});
  EXPECT_FALSE(held.in_file());
  EXPECT_TRUE(filed.in_file());
  EXPECT_FALSE(PackedRows(s.x, s.ids, s.row_weights, 1, true, {beside(), held.bytes(0, held.rows())}).in_file());
  const DualSolved first = solve_dual(held, lanes, Truth::absent, settings, Rng(1), {});
  for (const PackedRows* rows : {&held, &filed})
    for (const std::string& duals : {std::string(), beside()}) {
      settings.duals_beside = duals;
      const DualSolved solved = solve_dual(*rows, lanes, Truth::absent, settings, Rng(1), {});
      EXPECT_EQ(solved.weights, first.weights);
      EXPECT_EQ(solved.visits, first.visits);
      EXPECT_EQ(solved.objective, first.objective);
      EXPECT_TRUE(std::filesystem::is_empty(folder_));
    }
}

// Several panels at a time let go of the rows that the others are looking at.
TEST_P(DualInBlocks, SameBytesSideBySide) {
  const Sample s(2000, 30, 20);
  const auto lanes = s.lanes();
  const DualSettings settings{GetParam(), 0.1, 1000, 30000, beside()};
  const PackedRows rows(s.x, s.ids, {}, 1, true, {beside(), settings.block_bytes});
  const DualSolved alone = solve_dual(rows, lanes, Truth::absent, settings, Rng(1), {});
  std::vector<DualSolved> solved(3);
  {
    std::vector<std::jthread> threads;
    for (DualSolved& own : solved) threads.emplace_back([&] { own = solve_dual(rows, lanes, Truth::absent, settings, Rng(1), {}); });
  }
  for (const DualSolved& own : solved) EXPECT_EQ(own.weights, alone.weights);
}

TEST_P(DualInBlocks, StopOnTheWay) {
  const Sample s(400, 30, 5);
  const PackedRows rows(s.x, s.ids, {}, 1, false);
  std::stop_source source;
  std::jthread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    source.request_stop();
  });
  const DualSolved solved = solve_dual(rows, s.lanes(), Truth::absent, {GetParam(), -1, 1000000000, 3000}, Rng(1), source.get_token());
  EXPECT_EQ(solved.unsolved, 5);
}

TEST_P(DualInBlocks, FullDisksAndMissingFoldersHaveWords) {
  const Sample s(3000, 30, 20);
  const PackedRows rows(s.x, s.ids, {}, 1, true);
  const auto solve = [&](const std::string& place) {
    solve_dual(rows, s.lanes(), Truth::absent, {GetParam(), 0.1, 1000, 50000, place}, Rng(1), {});
  };
  const auto pack = [&](const std::string& place) { PackedRows(s.x, s.ids, {}, 1, true, {place, 1000}); };
  EXPECT_THAT(test::io_words([&] { solve("/no such folder/model"); }), testing::HasSubstr("/no such folder/"));
  EXPECT_THAT(test::io_words([&] { pack("/no such folder/model"); }), testing::HasSubstr("/no such folder/"));
  const test::FullDisk full(40000);
  EXPECT_THAT(test::io_words([&] { solve(beside()); }), testing::HasSubstr("cannot write"));
  EXPECT_THAT(test::io_words([&] { pack(beside()); }), testing::HasSubstr("cannot write"));
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

INSTANTIATE_TEST_SUITE_P(Losses, DualInBlocks, testing::Bool(), [](const auto& tested) { return tested.param ? "squared" : "hinge"; });

// Kilobytes of a line of /proc/self/status.
std::int64_t status_of(const std::string& key) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(key + ":")) return std::stoll(line.substr(key.size() + 1));
  return 0;
}

// By how many megabytes memory grows at most while work() is at it; less than 0 where the system does not say.
template <class Work>
double growth_of(Work&& work) {
  ::malloc_trim(0);
  std::ofstream reset("/proc/self/clear_refs");
  if (!(reset << 5 << std::flush)) return -1;
  const std::int64_t before = status_of("VmRSS");
  work();
  return static_cast<double>(status_of("VmHWM") - before) / 1024;
}

TEST(DualInFiles, HoldABlockAtATime) {
  if (status_of("VmSize") > std::int64_t{1} << 30) GTEST_SKIP() << "under a sanitizer";
  constexpr std::int32_t count = 100000, values = 40, features = 2000;
  CsrArrays arrays;
  std::vector<std::int32_t> ids;
  std::vector<std::vector<std::int32_t>> present(40);
  Rng rng(1);
  for (std::int32_t r = 0; r < count; ++r) {
    ids.push_back(r);
    for (std::int32_t i = 0; i < values; ++i) {
      arrays.columns_of.push_back(i * (features / values) + static_cast<std::int32_t>(rng.below(features / values)));
      arrays.values.push_back(1);
    }
    arrays.starts.push_back(static_cast<std::int64_t>(arrays.values.size()));
    present[rng.below(40)].push_back(r);
  }
  const FeatureMatrix x(std::move(arrays), features);
  std::vector<PanelLane> lanes;
  for (const auto& rows : present) lanes.push_back({rows, {}, 1, 1});
  const std::string beside = (std::filesystem::temp_directory_path() / "tagma-dual-in-files").string();
  Large<float> held, filed;
  const auto learn = [&](const std::string& place) {
    const PackedRows rows(x, ids, {}, 1, true, {place, 2 << 20});
    const std::int64_t before = status_of("RssFile");
    Large<float> weights = solve_dual(rows, lanes, Truth::absent, {true, 0.1, 2, 2 << 20, place}, Rng(1), {}).weights;
    EXPECT_LT(status_of("RssFile") - before, 8 << 10);  // what was looked at has been let go of
    return weights;
  };
  const double in_files = growth_of([&] { filed = learn(beside); }), in_memory = growth_of([&] { held = learn({}); });
  EXPECT_EQ(held, filed);
  if (in_files < 0 || in_memory < 0) GTEST_SKIP() << "the system does not tell peak memory";
  EXPECT_GT(in_memory, 52);             // 33 MB of rows, 26 MB of duals, a few of lists
  EXPECT_LT(in_files, in_memory - 5);  // at a block, the system maps up to 2 MB around each piece of it, much for blocks so small
}

}  // namespace
}  // namespace tagma
