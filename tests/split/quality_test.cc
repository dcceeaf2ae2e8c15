#include <tagma/split/quality.h>

#include <tagma/split/bucket_queue.h>
#include <tagma/split/split.h>
#include <tests/split/sample.h>

#include <gtest/gtest.h>

namespace tagma {
namespace {

std::vector<Part> folds(int count) {
  std::vector<Part> parts;
  for (int i = 0; i < count; ++i) parts.push_back({"fold" + std::to_string(i), 1.0 / count});
  return parts;
}

SplitQuality quality_of(const Dataset& data, std::span<const Part> parts, Stratify kind) {
  return split_quality(data.labels, split_rows(data, parts, {kind, false}, run_with()).rows);
}

TEST(SplitQuality, ByHand) {
  LabelMatrix labels(3);
  const LabelId both[] = {0, 1}, first[] = {0};
  labels.add(both);
  labels.add(both);
  labels.add(first);
  labels.add({});
  const std::vector<std::vector<std::int64_t>> parts{{0, 2}, {1, 3}};
  // label 0: whole 3/1; parts 2/0 -> 2 / 0.5 = 4 and 1/1. label 1: whole 2/2; parts 1/1, 1/1. label 2 never occurs.
  const SplitQuality quality = split_quality(labels, parts);
  EXPECT_DOUBLE_EQ(quality.label_error, (1.0 + 2.0 + 0 + 0) / 4);
  EXPECT_DOUBLE_EQ(quality.pair_error, 0);
  EXPECT_EQ(quality.empty, 0);
  const std::vector<std::vector<std::int64_t>> uneven{{0, 1}, {2, 3}};
  EXPECT_EQ(split_quality(labels, uneven).empty, 1);
  EXPECT_DOUBLE_EQ(split_quality(labels, uneven).pair_error, (3.0 + 1.0) / 2);
}

TEST(SplitQuality, StratifiedBeatsRandomClearly) {
  const Dataset data = sample_data(7395, 159, 1);
  for (const auto& parts : {folds(10), parse_parts("train=0.8,test=0.2"), parse_parts("a=0.1,b=0.3,c=0.6")}) {
    const SplitQuality random = quality_of(data, parts, Stratify::none);
    const SplitQuality labels = quality_of(data, parts, Stratify::labels);
    const SplitQuality pairs = quality_of(data, parts, Stratify::pairs);
    EXPECT_LT(labels.label_error, random.label_error / 5);
    EXPECT_LT(pairs.label_error, random.label_error / 4);
    EXPECT_LT(pairs.pair_error, random.pair_error * 0.75);
    EXPECT_LT(pairs.pair_error, labels.pair_error * 0.95);
    EXPECT_LE(labels.empty, random.empty);
  }
}

TEST(SplitQuality, RareLabelsReachEveryFold) {
  Dataset data;
  data.labels = LabelMatrix(21);
  Rng rng(4);
  for (std::int64_t row = 0; row < 1000; ++row) {  // label 20 is common; each of the others has ten rows
    std::vector<LabelId> present;
    if (row < 200) present.push_back(static_cast<LabelId>(row / 10));
    if (rng.chance(0.7)) present.push_back(20);
    data.labels.add(present);
  }
  EXPECT_EQ(quality_of(data, folds(10), Stratify::labels).empty, 0);
  EXPECT_GT(quality_of(data, folds(10), Stratify::none).empty, 30);
}

TEST(BucketQueue, YieldsTheLeastAsPrioritiesFall) {
  BucketQueue queue({3, 1, 2, 0}, {3, 2, 1, 0});
  EXPECT_EQ(queue.least(), 1);
  queue.fall(2), queue.fall(1);
  EXPECT_EQ(queue.least(), 2);
  queue.fall(2);
  EXPECT_EQ(queue.least(), 0);
  queue.fall(0), queue.fall(0), queue.fall(0);
  EXPECT_EQ(queue.least(), -1);
}

}  // namespace
}  // namespace tagma
