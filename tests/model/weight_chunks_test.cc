#include "random_chunks.h"

#include <tagma/base/error.h>
#include <tagma/model/chunk_tile.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <limits>

namespace tagma {
namespace {

// Widths of all forms: masks of 1 to 8 bytes, lanes, the widest.
const std::vector<std::int32_t> widths{32, 1, 7, 64, 128, 16, 65, 33};

TEST(WeightChunks, KeepWhatTheyWereGiven) {
  for (const std::int64_t features : {1, 40, 300, 70000})
    for (const double density : {0.02, 0.6})
      for (const WeightPrecision precision : all_precisions) {
        if (features == 70000 && density > 0.1) continue;
        const RandomChunks random(features, features == 70000 ? std::vector<std::int32_t>{16, 1} : widths, density, 3);
        const WeightChunks chunks = random.chunks(precision);
        ASSERT_EQ(chunks.chunks(), static_cast<std::int64_t>(random.widths.size()));
        ASSERT_EQ(chunks.outputs(), random.outputs);
        EXPECT_TRUE(std::equal(chunks.bias().begin(), chunks.bias().end(), random.bias.begin(), random.bias.end()));
        for (std::int64_t c = 0; c < chunks.chunks(); ++c) {
          EXPECT_EQ(chunks.view(c).check(features), "");
          const WeightChunks::Dense dense = chunks.dense(c);
          std::size_t at = 0;
          for (std::int64_t f = 0; f < features; ++f) {
            const bool held = at < dense.features.size() && dense.features[at] == f;
            for (std::int32_t lane = 0; lane < chunks.width(c); ++lane) {
              const std::int64_t output = chunks.first_output(c) + lane;
              const float found = held ? dense.weights[at * static_cast<std::size_t>(chunks.width(c)) + static_cast<std::size_t>(lane)] : 0.f;
              if (features < 70000 || random.weight(f, output) != 0 || found != 0) {
                const double most = features < 70000 ? random.weight_error(f, output, precision) : 0.04;
                ASSERT_NEAR(found, random.weight(f, output), most) << features << " " << c << " " << f << " " << lane;
              }
            }
            at += held;
          }
          EXPECT_EQ(at, dense.features.size());
        }
      }
}

TEST(WeightChunks, FeaturesAreFound) {
  const RandomChunks random(1000, widths, 0.05, 5);
  const WeightChunks chunks = random.chunks(WeightPrecision::fp32);
  for (std::int64_t c = 0; c < chunks.chunks(); ++c) {
    const ChunkView view = chunks.view(c);
    std::vector<std::int64_t> row_of(1000, -1);
    std::uint32_t entry = 0;
    view.each_row([&](std::int32_t feature, std::uint32_t row) {
      row_of[static_cast<std::size_t>(feature)] = row;
      ASSERT_EQ(view.first_entry(row), entry);
      entry = view.each_lane(row, entry, [](int, std::uint32_t) {});
    });
    for (std::int32_t f = 0; f < 1000; ++f) ASSERT_EQ(view.find(f), row_of[static_cast<std::size_t>(f)]);
  }
}

// A chunk that is copied, and one that is read and built again with its scales, have the bytes they had.
TEST(WeightChunks, CopiesAreTheSameBytes) {
  const RandomChunks random(300, widths, 0.2, 4);
  const std::string scratch = (std::filesystem::temp_directory_path() / "tagma-weight-chunks-test").string();
  for (const WeightPrecision precision : all_precisions)
    for (const std::string& place : {std::string(), scratch}) {
      const WeightChunks chunks = random.chunks(precision);
      ChunkBuilder builder(300, precision, false, place);
      for (std::int64_t c = 0; c < chunks.chunks(); ++c) {
        const WeightChunks::Dense dense = chunks.dense(c);
        if (c % 2 == 0) builder.add_copy(chunks, c);
        else builder.add(chunks.width(c), dense.features, dense.weights, chunks.bias(c), chunks.scale(c));
      }
      const WeightChunks again = builder.finish();
      ASSERT_EQ(again.chunks(), chunks.chunks());
      EXPECT_TRUE(std::ranges::equal(again.bias(), chunks.bias()));
      EXPECT_TRUE(std::ranges::equal(again.scale(), chunks.scale()));
      EXPECT_TRUE(std::ranges::equal(again.sums(), chunks.sums()));
      for (std::int64_t c = 0; c < chunks.chunks(); ++c) EXPECT_TRUE(std::ranges::equal(again.bytes_of(c), chunks.bytes_of(c))) << c;
    }
  ChunkBuilder other(301, WeightPrecision::fp32), coarse(300, WeightPrecision::bf16);
  const WeightChunks chunks = random.chunks(WeightPrecision::fp32);
  EXPECT_THROW(other.add_copy(chunks, 0), Error);
  EXPECT_THROW(coarse.add_copy(chunks, 0), Error);
}

TEST(WeightChunks, SurviveTheFile) {
  const RandomChunks random(300, widths, 0.2, 4);
  for (const WeightPrecision precision : all_precisions) {
    const WeightChunks chunks = random.chunks(precision);
    const WeightChunks loaded = WeightChunks::load(written([&](ModelWriter& file) { chunks.save(file, "toy"); }), "toy");
    EXPECT_EQ(loaded.precision(), precision);
    EXPECT_EQ(loaded.features(), 300);
    ASSERT_EQ(loaded.chunks(), chunks.chunks());
    for (std::int64_t c = 0; c < chunks.chunks(); ++c) {
      EXPECT_EQ(loaded.dense(c).features, chunks.dense(c).features);
      EXPECT_EQ(loaded.dense(c).weights, chunks.dense(c).weights);
    }
  }
}

TEST(WeightChunks, TheFormsAreTheSmallerOnes) {
  std::vector<std::int32_t> ids;
  std::vector<float> full, thin;
  for (std::int32_t f = 0; f < 2000; ++f) {
    ids.push_back(f);
    for (int lane = 0; lane < 32; ++lane) {
      full.push_back(1);
      thin.push_back(lane == f % 32 ? 1.f : 0.f);
    }
  }
  ChunkBuilder builder(2000, WeightPrecision::int8);
  builder.add(32, ids, full, {});
  builder.add(32, ids, thin, {});
  builder.add(32, std::span(ids).first(3), std::span(full).first(96), {});
  const WeightChunks chunks = builder.finish();
  EXPECT_TRUE(chunks.view(0).masks);
  EXPECT_FALSE(chunks.view(1).masks);
  EXPECT_EQ(chunks.view(0).id_bits, 8U);
  EXPECT_EQ(chunks.view(2).id_bits, 16U);
  EXPECT_LT(chunks.bytes(), 2000 * (32 + 4 + 1) + 2000 * (1 + 1 + 1) + 1500);
}

TEST(WeightChunks, RefuseWhatDoesNotFit) {
  const auto adding = [](std::int32_t width, std::vector<std::int32_t> ids, std::vector<float> weights, std::vector<float> bias) {
    return [=] { ChunkBuilder(10, WeightPrecision::bf16).add(width, ids, weights, bias); };
  };
  EXPECT_THROW(adding(0, {}, {}, {})(), Error);
  EXPECT_THROW(adding(129, {}, {}, {})(), Error);
  EXPECT_THROW(adding(2, {1}, {1}, {})(), Error);
  EXPECT_THROW(adding(1, {1}, {1}, {1, 2})(), Error);
  EXPECT_THROW(adding(1, {10}, {1}, {})(), Error);
  EXPECT_THROW(adding(1, {-1}, {1}, {})(), Error);
  EXPECT_THROW(adding(1, {3, 3}, {1, 1}, {})(), Error);
  EXPECT_THROW(adding(1, {3}, {std::numeric_limits<float>::quiet_NaN()}, {})(), Error);
  EXPECT_THROW(adding(1, {3}, {std::numeric_limits<float>::max()}, {})(), Error);  // rounds to infinity in bf16
  EXPECT_NO_THROW(adding(1, {3}, {1}, {})());
  EXPECT_THROW(ChunkBuilder(-1, WeightPrecision::fp32), Error);
}

// The outputs of rows, unpacked, listed and in place, against sums in double.
void check_outputs(double density, WeightPrecision precision) {
  const RandomRows rows(60, 290, 0.2, 9);
  const RandomChunks random(300, widths, density, 8);
  const WeightChunks chunks = random.chunks(precision);
  const QueryRows queries(rows.sparse(), 0, rows.rows, random.features, precision, false);
  ChunkTile tile(chunks, rows.columns), in_place(chunks, rows.columns), between(chunks, rows.columns);
  int by_whole = 0;
  for (std::int64_t c = 0; c < chunks.chunks(); ++c) {
    tile.turn_to(c, 1000000, 1000000);
    in_place.turn_to(c, 1, 1);
    between.turn_to(c, 2, 60);  // listed, where that pays
    for (std::int64_t r = 0; r < rows.rows; ++r) {
      const QueryRow query = queries[r];
      by_whole += query.step > 0;
      const float* outputs = tile.outputs(query);
      const std::vector<float> unpacked(outputs, outputs + chunks.width(c));
      const float* same = in_place.outputs(query);
      ASSERT_TRUE(std::equal(unpacked.begin(), unpacked.end(), same));
      ASSERT_TRUE(std::equal(unpacked.begin(), unpacked.end(), between.outputs(query)));
      for (std::int32_t lane = 0; lane < chunks.width(c); ++lane) {
        const std::int64_t output = chunks.first_output(c) + lane;
        double sum = static_cast<double>(random.bias[static_cast<std::size_t>(output)]), most = 1e-5, size = 0;
        for (std::int64_t f = 0; f < rows.columns; ++f) {
          const double x = static_cast<double>(rows.value(r, f)), w = static_cast<double>(random.weight(f, output));
          sum += x * w;
          size += std::abs(x * w);
          if (x == 0) continue;
          most += std::abs(x) * random.weight_error(f, output, precision);
          most += std::abs(w) * static_cast<double>(query.step) / 2 * 1.01;
        }
        ASSERT_NEAR(unpacked[static_cast<std::size_t>(lane)], sum, most + 1e-6 * size) << c << " " << r << " " << lane;
      }
    }
  }
  if (precision == WeightPrecision::int8) EXPECT_GT(by_whole, 300);
  else EXPECT_EQ(by_whole, 0);
}

TEST(ChunkTile, OutputsAreTheProduct) {
  for (const WeightPrecision precision : all_precisions)
    for (const double density : {0.3, 0.01}) check_outputs(density, precision);  // many lanes of a feature, and few
}

TEST(QueryRows, WholeNumbersNeverOverflow) {
  const std::int64_t columns = 200000;
  const std::vector<float> values(static_cast<std::size_t>(columns), -3.f);
  const QueryRows queries(FeatureMatrix(DenseArrays{values}, 1, columns), 0, 1, columns, WeightPrecision::int8, false);
  std::int64_t sum = 0;
  for (const std::int16_t whole : queries[0].whole) sum += std::abs(std::int64_t{whole});
  EXPECT_LT(sum * 127, std::int64_t{1} << 31);
  EXPECT_GT(sum * 127, std::int64_t{1} << 29);
}

TEST(WeightChunks, WrittenAsTheyComeAreTheSameFile) {
  const RandomChunks random(300, widths, 0.3, 5);
  const std::string beside = (std::filesystem::temp_directory_path() / "tagma-weight-chunks-test").string();
  for (const WeightPrecision precision : all_precisions) {
    const WeightChunks held = random.chunks(precision), streamed = random.chunks(precision, beside);
    ModelWriter one, two;
    held.save(one, "w");
    streamed.save(two, "w");
    EXPECT_EQ(one.bytes(), two.bytes());
    EXPECT_EQ(two.bytes(), two.bytes());  // its memory was let go, the bytes are still there
    EXPECT_EQ(held.dense(3).weights, streamed.dense(3).weights);
  }
  EXPECT_THROW(ChunkBuilder(10, WeightPrecision::fp32, false, "/no such folder/model"), Error);
}

}  // namespace
}  // namespace tagma
