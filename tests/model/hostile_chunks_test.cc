// Model files whose checksums are right and whose contents are not: an Error{bad_model} or some scores, never a crash or a
// read out of bounds (the sanitizer presets see those).
#include "random_chunks.h"

#include <tagma/base/error.h>
#include <tagma/model/ovr.h>
#include <tagma/model/tree.h>
#include <tagma/score/score.h>
#include <tagma/store/crc32c.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <limits>
#include <map>
#include <string>
#include <utility>

namespace tagma {
namespace {

constexpr std::int64_t features = 90;
constexpr LabelId labels = 96;

// The sections and the manifest of a model, to be changed and written anew with checksums that fit.
struct Pieces {
  std::string name;
  nlohmann::json manifest;
  std::map<std::string, std::vector<std::int32_t>> ints;
  std::map<std::string, std::vector<float>> floats;
  std::vector<std::int64_t> starts;
  std::vector<std::byte> bytes;

  explicit Pieces(const Model& model) : name(model.kind()) {
    const ModelReader file = written([&](ModelWriter& writer) { model.save(writer); });
    manifest = file.manifest();
    manifest.erase("sections");
    const auto keep = [](const auto& span) { return std::vector(span.begin(), span.end()); };
    for (const char* key : {".widths", ".labels", ".roots", ".below"})
      if (file.has(name + key)) ints[name + key] = keep(file.ints(name + key));
    for (const char* key : {".bias", ".scale"})
      if (file.has(name + key)) floats[name + key] = keep(file.floats(name + key));
    starts = keep(file.longs(name + ".starts"));
    bytes = keep(file.bytes(name + ".bytes"));
  }

  std::vector<std::byte> file() const {
    ModelWriter writer;
    writer.manifest() = manifest;
    const auto extent = [](const auto& values) { return std::vector{static_cast<std::int64_t>(values.size())}; };
    for (const auto& [key, values] : ints) writer.add(key, std::span(values), extent(values));
    for (const auto& [key, values] : floats) writer.add(key, std::span(values), extent(values));
    std::vector<std::int32_t> sums;
    for (std::size_t c = 0; c + 1 < starts.size(); ++c) {
      const auto from = static_cast<std::size_t>(starts[c]), to = static_cast<std::size_t>(starts[c + 1]);
      sums.push_back(from <= to && to <= bytes.size() ? static_cast<std::int32_t>(crc32c(std::span(bytes).subspan(from, to - from))) : 0);
    }
    writer.add(name + ".starts", std::span(starts), extent(starts));
    writer.add(name + ".sums", std::span(sums), extent(sums));
    writer.add(name + ".bytes", std::span(std::as_const(bytes)), extent(bytes));
    return writer.bytes();
  }
};

// Loads and scores in every way; says whether it was refused.
bool refused(const std::vector<std::byte>& file) {
  static const RandomRows rows(70, features, 0.2, 4);  // more than are scored one by one
  static const FeatureMatrix x = rows.sparse();
  try {
    const auto model = load_model(ModelReader(file, nullptr, "toy"));
    score_top(*model, x, 5, {});
    model->top(x, 0, 1, 5, {});
    model->score(x, 0, 9, {});
    return false;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::bad_model) << error.what();
    return true;
  }
}

std::vector<std::unique_ptr<const Model>> models() {
  std::vector<std::unique_ptr<const Model>> all;
  for (const WeightPrecision precision : all_precisions) {
    std::vector<LabelId> names;
    for (LabelId label = labels; label-- > 0;) names.push_back(label);
    for (const double density : {0.05, 0.4}) {  // lists of lanes, and masks
      all.push_back(std::make_unique<OvrModel>(RandomChunks(features, {32, 40, 24}, density, 3).chunks(precision), names, labels,
                                               make_loss("bce", {})));
      all.push_back(std::make_unique<TreeModel>(RandomChunks(features, {3, 32, 40, 24}, density, 3).chunks(precision),
                                                TreeShape{{0}, {1, ~0, ~32, ~72}, names}, labels, make_loss("squared-hinge", {})));
    }
  }
  return all;
}

TEST(HostileChunks, AnyBytesInAChunk) {
  Rng rng(11);
  for (const auto& model : models()) {
    const Pieces good(*model);
    ASSERT_FALSE(refused(good.file()));
    int refusals = 0;
    for (int i = 0; i < 300; ++i) {
      Pieces bad = good;
      const std::size_t header = static_cast<std::size_t>(good.starts[rng.below(good.starts.size() - 1)]);
      for (std::uint64_t change = rng.below(3) + 1; change-- > 0;) {
        const std::size_t at = i % 2 == 0 ? header + rng.below(40) : rng.below(bad.bytes.size());
        bad.bytes[at] = rng.chance(0.3) ? std::byte{255} : static_cast<std::byte>(rng.below(256));
      }
      refusals += refused(bad.file());
    }
    EXPECT_GT(refusals, 100) << model->kind();
  }
}

TEST(HostileChunks, AnyStartsWidthsAndShapes) {
  Rng rng(12);
  for (const auto& model : models()) {
    const Pieces good(*model);
    for (int i = 0; i < 200; ++i) {
      Pieces bad = good;
      const std::int64_t odd[] = {0, -1, 1, 17, INT64_MAX, INT64_MIN, INT32_MAX, INT32_MIN, static_cast<std::int64_t>(good.bytes.size())};
      const std::int64_t value = odd[rng.below(std::size(odd))];
      if (i % 2 == 0) {
        auto& entry = bad.starts[rng.below(bad.starts.size())];
        if (entry == value) continue;
        entry = value;
      } else {
        auto at = bad.ints.begin();
        std::advance(at, static_cast<std::ptrdiff_t>(rng.below(bad.ints.size())));
        auto& entry = at->second[rng.below(at->second.size())];
        if (entry == static_cast<std::int32_t>(value)) continue;
        entry = static_cast<std::int32_t>(value);
        // A leaf may hold a label that another holds too, and a label that no search meets is not looked at.
        if (at->first == "tree.labels") {
          refused(bad.file());
          continue;
        }
      }
      EXPECT_TRUE(refused(bad.file()));
    }
  }
}

TEST(HostileChunks, WhatIsNoNumberIsRefused) {
  for (const auto& model : models()) {
    Pieces bad(*model);
    for (auto& [key, values] : bad.floats) {
      const float before = values[5];
      for (const float value : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
        values[5] = value;
        EXPECT_TRUE(refused(bad.file())) << key;
      }
      values[5] = before;
    }
    Pieces large(*model);
    large.manifest[large.name]["features"] = 2000000000;
    large.manifest["model"]["features"] = 2000000000;
    EXPECT_TRUE(refused(large.file()));
    Pieces unknown(*model);
    unknown.manifest[unknown.name]["precision"] = "fp8";
    EXPECT_TRUE(refused(unknown.file()));
  }
}

}  // namespace
}  // namespace tagma
