// Batches on their way to a device, with the CPU for the device: what comes is what the feed gives, prepared ahead or not.
#include <tagma/deep/device_feed.h>

#include "tests/image/pictures.h"

#include <gtest/gtest.h>

#include <atomic>

namespace tagma::deep {
namespace {

class Noise final : public ImageSource {
 public:
  std::int64_t rows() const override { return 12; }
  std::string name(std::int64_t row) const override { return "picture " + std::to_string(row); }
  Image read(std::int64_t row) const override {
    if (row == 11) fail(Code::bad_data, "{}: damaged", name(row));
    return test::noise(9, 7, 3, static_cast<std::uint64_t>(row));
  }
};

std::unique_ptr<Feeder> pictures() {
  Augment augment;
  augment.flip = true;
  augment.crop = 0.2;
  const ImageForm form{8, 3, ImageFit::squash, {0.4f, 0.5f, 0.6f}, {0.2f, 0.3f, 0.4f}};
  return picture_feeder(std::make_shared<const ImageFeed>(Images(std::make_shared<Noise>()), form, augment, 0), 7);
}

TEST(DeviceFeed, PicturesAreThoseOfTheFeed) {
  const auto feed = pictures();
  tagma::Run run;
  run.threads = 3;
  DeviceFeed batches(*feed, at::kCPU, run);
  const std::vector<std::vector<std::int64_t>> asked{{1, 5, 2}, {0, 3}, {7, 7, 1}, {4}};
  for (std::size_t b = 0; b < asked.size(); ++b) {
    if (b + 1 < asked.size() && b != 1) batches.expect(asked[b + 1], b + 2);  // the third is not said before
    const Tensor there = batches.rows(asked[b], b + 1).dense, here = feed->rows(asked[b], b + 1).dense;
    ASSERT_EQ(there.sizes(), here.sizes());
    EXPECT_LT((there - here).abs().max().item<float>(), 1e-5f) << b;
  }
}

TEST(DeviceFeed, WhatWasExpectedInVainDoesNotCount) {
  const auto feed = pictures();
  const tagma::Run run;
  DeviceFeed batches(*feed, at::kCPU, run);
  const std::vector<std::int64_t> first{1}, second{2}, other{3};
  batches.expect(second, 5);
  batches.rows(first, 4);
  EXPECT_LT((batches.rows(other, 6).dense - feed->rows(other, 6).dense).abs().max().item<float>(), 1e-5f);
}

TEST(DeviceFeed, FaultsComeWithTheirBatch) {
  const auto feed = pictures();
  const tagma::Run run;
  DeviceFeed batches(*feed, at::kCPU, run);
  const std::vector<std::int64_t> good{1}, bad{11};
  batches.expect(bad, 2);
  EXPECT_NO_THROW(batches.rows(good, 1));
  EXPECT_THROW(batches.rows(bad, 2), Error);
  EXPECT_NO_THROW(batches.rows(good, 3));
}

}  // namespace
}  // namespace tagma::deep
