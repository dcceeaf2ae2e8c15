#include <tagma/image/feed.h>

#include "tests/image/pictures.h"

#include <gmock/gmock.h>

#include <numeric>

namespace tagma {
namespace {

using ::testing::HasSubstr;
using namespace test;

// Counts how often it is read; some rows cannot be.
class Counting final : public ImageSource {
 public:
  explicit Counting(std::int64_t rows, std::vector<std::int64_t> bad = {}) : rows_(rows), bad_(std::move(bad)) {}
  std::int64_t rows() const override { return rows_; }
  std::string name(std::int64_t row) const override { return "picture " + std::to_string(row); }
  Image read(std::int64_t row) const override {
    ++reads;
    if (std::find(bad_.begin(), bad_.end(), row) != bad_.end()) fail(Code::bad_data, "{}: damaged", name(row));
    return noise(9 + static_cast<int>(row % 3), 12, row % 2 == 0 ? 1 : 3, static_cast<std::uint64_t>(row));
  }
  mutable std::atomic<int> reads{0};

 private:
  std::int64_t rows_;
  std::vector<std::int64_t> bad_;
};

ImageForm form_for_test() { return {8, 3, ImageFit::squash, {0.4f, 0.5f, 0.6f}, {0.2f, 0.3f, 0.4f}}; }
Augment augment_for_test() {
  Augment augment;
  augment.flip = true;
  augment.crop = 0.2;
  augment.policy_operations = 2;
  return augment;
}
Run with_threads(int threads) {
  Run run;
  run.threads = threads;
  return run;
}
std::vector<float> filled(const ImageFeed& feed, const std::vector<std::int64_t>& rows, std::uint64_t stream, const Run& run) {
  std::vector<float> out(rows.size() * static_cast<std::size_t>(feed.form().values()));
  feed.fill(rows, stream, out.data(), run);
  return out;
}

TEST(ImageFeed, SameBytesForThreadsAndMemory) {
  const Images pictures(std::make_shared<Counting>(40));
  const ImageFeed kept(pictures, form_for_test(), augment_for_test()), unkept(pictures, form_for_test(), augment_for_test(), 0);
  EXPECT_TRUE(kept.keeps());
  EXPECT_FALSE(unkept.keeps());
  std::vector<std::int64_t> rows(40);
  std::iota(rows.begin(), rows.end(), 0);
  rows.push_back(7);
  const std::vector<float> first = filled(kept, rows, 5, with_threads(1));
  EXPECT_EQ(filled(kept, rows, 5, with_threads(3)), first);
  EXPECT_EQ(filled(unkept, rows, 5, with_threads(3)), first);
  EXPECT_NE(filled(kept, rows, 6, with_threads(1)), first);
  const std::size_t values = static_cast<std::size_t>(kept.form().values());
  const std::vector<float> alone = filled(kept, {7}, 5, {});
  EXPECT_TRUE(std::equal(alone.begin(), alone.end(), first.begin() + static_cast<std::ptrdiff_t>(7 * values)));  // whatever the batch
}

TEST(ImageFeed, IsWhatItsPartsSay) {
  const Images pictures(std::make_shared<Counting>(4));
  const ImageFeed feed(pictures, form_for_test());
  std::vector<float> expected(static_cast<std::size_t>(form_for_test().values()));
  to_planes(fitted(pictures.read(3), form_for_test()), form_for_test(), expected.data());
  EXPECT_EQ(filled(feed, {3}, 0, {}), expected);
  EXPECT_EQ(filled(feed, {3}, 9, {}), expected);  // nothing is drawn without changes
}

TEST(ImageFeed, ReadsOnceWhenItKeeps) {
  const auto source = std::make_shared<Counting>(10);
  const ImageFeed feed(Images(source), form_for_test());
  EXPECT_EQ(source->reads, 0);
  for (int i = 0; i < 3; ++i) filled(feed, {1, 2, 3}, 0, {});
  EXPECT_EQ(source->reads, 3);
}

TEST(ImageFeed, ErrorsNameThePicture) {
  const Images pictures(std::make_shared<Counting>(30, std::vector<std::int64_t>{5, 20}));
  const ImageFeed feed(pictures, form_for_test());
  for (const int threads : {1, 3})
    EXPECT_EQ(said([&] { filled(feed, {1, 2, 3, 4, 20, 6, 7, 8, 9, 5}, 0, with_threads(threads)); }), "picture 20: damaged");
  std::vector<std::string> faults;
  const std::vector<std::int64_t> good = readable(pictures, with_threads(3), faults);
  EXPECT_EQ(good.size(), 28u);
  EXPECT_EQ(good[5], 6);
  EXPECT_EQ(faults, (std::vector<std::string>{"picture 5: damaged", "picture 20: damaged"}));
}

TEST(ImageFeed, ObeysTheStopToken) {
  const ImageFeed feed(Images(std::make_shared<Counting>(10)), form_for_test());
  std::stop_source stop;
  tagma::Run run;
  run.stop = stop.get_token();
  filled(feed, {1}, 0, run);
  stop.request_stop();
  try {
    filled(feed, {1}, 0, run);
    FAIL() << "not interrupted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::interrupted);
  }
}

TEST(ImageFeed, BytesAreThePicturesBeforeTheirScale) {
  const ImageForm form = form_for_test();
  const ImageFeed feed(Images(std::make_shared<Counting>(9)), form, augment_for_test());
  const std::vector<std::int64_t> rows{4, 1, 4, 8};
  const auto values = static_cast<std::size_t>(form.values()), channels = static_cast<std::size_t>(form.channels), places = values / channels;
  std::vector<std::uint8_t> bytes(rows.size() * values);
  feed.fill(rows, 3, bytes.data(), with_threads(2));
  const std::vector<float> numbers = filled(feed, rows, 3, {});
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const std::size_t row = i / values, channel = i % values / places, place = i % places;
    const float scaled = (static_cast<float>(bytes[row * values + place * channels + channel]) / 255 - form.mean[channel]) / form.deviation[channel];
    EXPECT_NEAR(numbers[i], scaled, 1e-5);
  }
}

}  // namespace
}  // namespace tagma
