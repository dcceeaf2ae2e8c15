// What gives way to a limit on memory, and in which order, from needs of round numbers.
#include <tagma/learn/memory_plan.h>

#include <gtest/gtest.h>

namespace tagma {
namespace {

constexpr std::int64_t mega = std::int64_t{1} << 20;

struct Case {
  std::int64_t memory;
  int threads;
  bool packed, duals;
  std::int64_t planned;
};

void check(const MemoryNeeds& needs, std::initializer_list<Case> cases, std::int64_t least) {
  Dataset train;
  train.features = FeatureMatrix(CsrArrays{}, 1);
  train.labels = LabelMatrix(1);
  tagma::Run run;
  run.threads = 4;
  run.scratch = "m.tagma";
  for (const Case& given : cases) {
    run.memory = given.memory * mega;
    const MemoryPlan plan = plan_memory(needs, "ovr", train, true, run);
    EXPECT_EQ(plan.threads, given.threads) << given.memory;
    EXPECT_EQ(plan.packed_in_file, given.packed) << given.memory;
    EXPECT_EQ(plan.duals_in_file, given.duals) << given.memory;
    EXPECT_EQ(plan.planned, given.planned * mega) << given.memory;
    EXPECT_EQ(plan.least, least * mega);
  }
  run.memory = least * mega - 1;
  EXPECT_THROW(plan_memory(needs, "ovr", train, true, run), Error);
}

TEST(MemoryPlan, FewerPanelsThenPackedRowsThenDuals) {
  MemoryNeeds needs;
  needs.standing = 50 * mega;
  needs.packed = 1000 * mega;
  needs.duals = 500 * mega;
  needs.panel = 10 * mega;
  needs.block = 64 * mega;
  check(needs,
        {{3090, 4, false, false, 3090},
         {3089, 3, false, false, 2580},
         {1560, 1, false, false, 1560},
         {1559, 2, true, false, 1326},
         {688, 1, true, false, 688},
         {687, 2, true, true, 518},
         {284, 1, true, true, 284}},
        284);
  needs.packed_by_each = true;
  check(needs, {{6090, 4, false, false, 6090}, {1560, 1, false, false, 1560}, {1559, 2, true, false, 1326}}, 284);
}

TEST(MemoryPlan, WhatFitsABlockIsHeld) {
  MemoryNeeds needs;
  needs.packed = 60 * mega;
  needs.duals = 500 * mega;
  needs.block = 64 * mega;
  check(needs, {{559, 4, false, true, 444}, {156, 1, false, true, 156}}, 156);
}

TEST(MemoryPlan, WithoutBlocksRowsHaveToFit) {
  MemoryNeeds needs;
  needs.shared = 1000 * mega;
  needs.panel = 510 * mega;
  check(needs, {{3040, 4, false, false, 3040}, {1510, 1, false, false, 1510}}, 1510);
}

}  // namespace
}  // namespace tagma
