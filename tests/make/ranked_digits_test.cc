#include <tagma/make/digit_scene.h>

#include <tests/make/tools.h>

#include <tagma/make/canvas.h>
#include <tagma/make/glyphs.h>
#include <tagma/make/rows.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <set>

namespace tagma {
namespace {

using ::testing::HasSubstr;

RankedDigits digits_with(DigitFactor factor, RankedBy by = RankedBy::scale) {
  RankedDigits settings;
  settings.factor = factor, settings.ranked_by = by;
  settings.valid = settings.test = 0;
  settings.size = 112;
  return settings;
}

// What is lit inside of a square: how far it reaches and how bright it is at most.
struct Seen {
  int top = 1 << 20, bottom = -1, left = 1 << 20, right = -1, brightest = 0;
  int longer_side() const { return std::max(bottom - top, right - left) + 1; }
};
Seen seen(const Image& image, const DigitPiece& piece) {
  Seen found;
  for (int y = static_cast<int>(piece.top); y < static_cast<int>(std::ceil(piece.top + piece.side)); ++y)
    for (int x = static_cast<int>(piece.left); x < static_cast<int>(std::ceil(piece.left + piece.side)); ++x) {
      const int value = image.pixels[static_cast<std::size_t>(y * image.width + x)];
      found.brightest = std::max(found.brightest, value);
      if (value < 40) continue;
      found.top = std::min(found.top, y), found.bottom = std::max(found.bottom, y);
      found.left = std::min(found.left, x), found.right = std::max(found.right, x);
    }
  return found;
}

TEST(RankedDigits, SizesOnTheCanvasFollowTheFactors) {
  const RankedDigits settings = digits_with(DigitFactor::scale);
  const Rng part = stream(run_with(), Stream::train);
  const Generated made = settings.make(400, run_with());
  int pairs = 0, agree = 0;
  for (std::int64_t row = 0; row < 400; ++row) {
    const Image image = made.train.pictures.read(row);
    std::vector<std::pair<double, int>> sizes;
    for (const DigitPiece& piece : digit_scene(settings, part, row)) {
      if (piece.digit < 0) continue;
      const int side = seen(image, piece).longer_side();
      EXPECT_GT(side, 0.5 * piece.side);  // a figure of about 20 in a square of 28
      EXPECT_LE(side, 0.95 * piece.side + 2);
      sizes.emplace_back(piece.scale, side);
    }
    for (std::size_t i = 0; i < sizes.size(); ++i)
      for (std::size_t j = 0; j < i; ++j)
        if (std::abs(sizes[i].first - sizes[j].first) > 0.6)
          ++pairs, agree += (sizes[i].first > sizes[j].first) == (sizes[i].second > sizes[j].second);
  }
  EXPECT_GT(pairs, 1000);
  EXPECT_GT(agree, 0.98 * pairs);
}

TEST(RankedDigits, BrightnessOnTheCanvasIsTheFactor) {
  for (const DigitFactor factor : {DigitFactor::brightness, DigitFactor::both}) {
    const RankedDigits settings = digits_with(factor, RankedBy::brightness);
    const Generated made = settings.make(200, run_with());
    const Rng part = stream(run_with(), Stream::train);
    for (std::int64_t row = 0; row < 200; ++row) {
      const Image image = made.train.pictures.read(row);
      for (const DigitPiece& piece : digit_scene(settings, part, row)) {
        if (piece.digit < 0) continue;
        EXPECT_LE(seen(image, piece).brightest, 255 * piece.brightness + 1);
        EXPECT_GE(seen(image, piece).brightest, 0.6 * 255 * piece.brightness - 1);  // thin pens at small scales
        EXPECT_FLOAT_EQ(made.train_truth.factors[static_cast<std::size_t>(row * 10 + piece.digit)], static_cast<float>(piece.brightness));
      }
    }
  }
}

TEST(RankedDigits, RanksAreTheOrderOfTheFactors) {
  for (const RankedBy by : {RankedBy::scale, RankedBy::brightness}) {
    RankedDigits settings = digits_with(DigitFactor::both, by);
    const Generated ranks = settings.make(1000, run_with());
    settings.grades = DigitGrades::factor;
    const Generated factors = settings.make(1000, run_with());
    std::set<std::int64_t> counts;
    for (std::int64_t row = 0; row < 1000; ++row) {
      const LabelRow labels = ranks.train.labels[row], same = factors.train.labels[row];
      counts.insert(std::ssize(labels.present));
      for (std::size_t i = 0; i < labels.present.size(); ++i) {
        float rank = 1;
        for (std::size_t j = 0; j < labels.present.size(); ++j) rank += same.grades[j] < same.grades[i];
        EXPECT_EQ(labels.grades[i], rank);
        EXPECT_EQ(same.grades[i], ranks.train_truth.factors[static_cast<std::size_t>(row * 10 + labels.present[i])]);
      }
    }
    EXPECT_GE(counts.size(), 10u);
  }
}

TEST(RankedDigits, NothingOverlapsOrLeavesTheCanvas) {
  RankedDigits settings = digits_with(DigitFactor::scale);
  settings.clutter = true;
  settings.negatives = 0.3;
  const Rng part = stream(run_with(3), Stream::train);
  for (std::int64_t row = 0; row < 2000; ++row) {
    const std::vector<DigitPiece> pieces = digit_scene(settings, part, row);
    ASSERT_FALSE(pieces.empty());
    std::set<int> digits;
    for (const DigitPiece& a : pieces) {
      EXPECT_GE(std::min(a.top, a.left), 1);
      EXPECT_LE(std::max(a.top, a.left) + a.side, settings.size - 1);
      EXPECT_TRUE(a.digit < 0 || digits.insert(a.digit).second);
      for (const DigitPiece& b : pieces) {
        const bool across = std::abs(a.left - b.left) < (a.left < b.left ? a.side : b.side);
        const bool down = std::abs(a.top - b.top) < (a.top < b.top ? a.side : b.side);
        EXPECT_TRUE(&a == &b || !(across && down));
      }
    }
  }
}

TEST(RankedDigits, ShareOfNegatives) {
  for (const double share : {0.0, 0.3, 1.0}) {
    RankedDigits settings = digits_with(DigitFactor::scale);
    settings.negatives = share;
    const Generated made = settings.make(4000, run_with());
    EXPECT_NEAR(share_without_labels(made.train.labels), share, 0.03);
  }
}

TEST(RankedDigits, CalibrationSet) {
  for (const bool brightness : {false, true}) {
    RankedDigits settings = digits_with(brightness ? DigitFactor::brightness : DigitFactor::scale);
    settings.set = DigitSet::calibration;
    settings.grades = DigitGrades::factor;
    const Generated made = settings.make(50, run_with());
    EXPECT_EQ(made.train.rows(), 0);
    ASSERT_EQ(made.test.rows(), 50);
    for (std::int64_t row = 0; row < 50; ++row) {
      const auto grades = made.test.labels[row].grades;
      std::vector<float> sorted(grades.begin(), grades.end());
      std::sort(sorted.begin(), sorted.end());
      EXPECT_EQ(sorted, brightness ? (std::vector<float>{0.25f, 0.5f, 0.75f, 1}) : (std::vector<float>{1, 1.5f, 2, 2.5f}));
      const std::vector<DigitPiece> pieces = digit_scene(settings, stream(run_with(), Stream::test), row);
      std::set<std::pair<double, double>> centres;
      for (const DigitPiece& piece : pieces) centres.insert({piece.left + piece.side / 2, piece.top + piece.side / 2});
      EXPECT_EQ(centres, (std::set<std::pair<double, double>>{{28, 28}, {28, 84}, {84, 28}, {84, 84}}));
    }
  }
}

TEST(RankedDigits, InterpolationSequences) {
  RankedDigits settings = digits_with(DigitFactor::scale);
  settings.set = DigitSet::interpolation;
  settings.grades = DigitGrades::factor;
  const Generated made = settings.make(100, run_with());
  ASSERT_EQ(made.test.groups.size(), 100u);
  EXPECT_EQ(made.test.groups[49], "s0");
  EXPECT_EQ(made.test.groups[50], "s1");
  const LabelRow first = made.test.labels[0], last = made.test.labels[49];
  ASSERT_EQ(first.present.size(), 3u);
  EXPECT_TRUE(std::equal(first.present.begin(), first.present.end(), last.present.begin()));
  std::multiset<float> sums;
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(first.grades[i] + last.grades[i], 4);
    sums.insert(first.grades[i]);
  }
  EXPECT_EQ(sums, (std::multiset<float>{1, 2, 3}));
  settings.factor = DigitFactor::brightness;
  const Generated fading = settings.make(50, run_with());
  EXPECT_EQ(fading.test.labels[0].present.size(), 2u);  // one is not there yet
  EXPECT_EQ(fading.test.labels[25].present.size(), 3u);
}

TEST(RankedDigits, DrawnDigitsAreNotClutterAndNotAlike) {
  Rng rng(1);
  std::set<std::vector<std::uint8_t>> shapes;
  for (int i = 0; i < 50; ++i)
    for (int digit = 0; digit < 10; ++digit) {
      const Image glyph = drawn_digit(digit, rng);
      ASSERT_EQ(glyph.pixels.size(), 784u);
      EXPECT_TRUE(shapes.insert(glyph.pixels).second);
      double light = 0, border = 0;
      for (int y = 0; y < 28; ++y)
        for (int x = 0; x < 28; ++x) {
          const int value = glyph.pixels[static_cast<std::size_t>(28 * y + x)];
          light += value / 255.0;
          if (std::min({x, y, 27 - x, 27 - y}) < 1) border += value;
        }
      EXPECT_GT(light, 20) << digit;
      EXPECT_LT(light, 200) << digit;
      EXPECT_EQ(border, 0) << digit;
    }
}

TEST(RankedDigits, CanvasStampsWithoutMovingOrLosingLight) {
  const Image white{28, 28, 1, std::vector<std::uint8_t>(784, 255)};
  for (const double side : {7.0, 13.5, 28.0, 50.25}) {
    Canvas canvas(64, 1);
    canvas.stamp(white, 5, 6, side, {0.5, 0.5, 0.5});
    const Image image = canvas.take();
    double light = 0, x_sum = 0, y_sum = 0;
    for (int y = 0; y < 64; ++y)
      for (int x = 0; x < 64; ++x) {
        const double value = image.pixels[static_cast<std::size_t>(64 * y + x)] / 127.5;
        light += value, x_sum += value * (x + 0.5), y_sum += value * (y + 0.5);
      }
    EXPECT_NEAR(std::sqrt(light), side, 0.75);
    EXPECT_NEAR(x_sum / light, 6 + side / 2, 0.3);
    EXPECT_NEAR(y_sum / light, 5 + side / 2, 0.3);
  }
  EXPECT_EQ(rgb_of(0, 1, 1), (std::array{1.0, 0.0, 0.0}));
  EXPECT_EQ(rgb_of(0.5, 1, 0.5), (std::array{0.0, 0.5, 0.5}));
  EXPECT_EQ(rgb_of(0.7, 0, 0.25), (std::array{0.25, 0.25, 0.25}));
}

TEST(RankedDigits, DigitsOfMnist) {
  if (!std::filesystem::exists(TAGMA_SHARED_DATA "/mnist")) GTEST_SKIP() << TAGMA_SHARED_DATA "/mnist is absent";
  RankedDigits settings = digits_with(DigitFactor::scale);
  settings.digits = TAGMA_SHARED_DATA "/mnist";
  settings.set = DigitSet::calibration;  // needs the test digits alone
  const Generated one = settings.make(20, run_with(1, 1)), three = settings.make(20, run_with(1, 3));
  EXPECT_EQ(fingerprint(one), fingerprint(three));
  settings.digits = "";
  EXPECT_NE(fingerprint(settings.make(20, run_with())), fingerprint(one));
}

TEST(RankedDigits, SaysWhatIsWrong) {
  const auto fault = [](const Settings& settings) -> std::string {
    try {
      generate("ranked-digits", settings, 10, run_with());
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(fault({{"digits", "/nowhere"}}), HasSubstr("/nowhere/train-images-idx3-ubyte: no such file"));
  EXPECT_THAT(fault({{"scale_low", "2"}, {"scale_high", "1"}}), HasSubstr("scale_low: 2 is above"));
}

}  // namespace
}  // namespace tagma
