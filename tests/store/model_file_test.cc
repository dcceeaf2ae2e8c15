#include <tagma/base/error.h>
#include <tagma/base/rng.h>
#include <tagma/store/crc32c.h>
#include <tagma/store/layout.h>
#include <tagma/store/model_file.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstring>
#include <filesystem>

namespace tagma {
namespace {

using Bytes = std::vector<std::byte>;

const std::vector<float> weights{1.5f, -2, 0, 3};
const std::vector<std::int32_t> ids{7, -1, 1 << 30};
const std::vector<std::int64_t> starts{0, std::int64_t{1} << 40};
const std::vector<double> spread{0.1, 1e300};
const std::vector<std::string> names{"sky", "", "sea & \xc3\xb6", std::string("a\0b", 3)};

void fill(ModelWriter& writer) {
  writer.manifest()["model"] = {{"kind", "toy"}, {"labels", 2}};
  writer.add("weights", std::span<const float>(weights), {2, 2});
  writer.add("ids", std::span<const std::int32_t>(ids), {3});
  writer.add("starts", std::span<const std::int64_t>(starts), {2});
  writer.add("spread", std::span<const double>(spread), {2, 1});
  writer.add("empty", std::span<const float>(), {0, 5});
  writer.add("names", names);
}

Bytes small_file() {
  ModelWriter writer;
  fill(writer);
  return writer.bytes();
}
ModelReader open(const Bytes& bytes) { return {bytes, nullptr, "toy.tagma"}; }

// Looks at everything; throws Error or leaves the right values.
void read_all(const ModelReader& file) {
  EXPECT_EQ(file.manifest().at("model").at("kind"), "toy");
  EXPECT_THAT(file.floats("weights"), testing::ElementsAreArray(weights));
  EXPECT_THAT(file.ints("ids"), testing::ElementsAreArray(ids));
  EXPECT_THAT(file.longs("starts"), testing::ElementsAreArray(starts));
  EXPECT_THAT(file.doubles("spread"), testing::ElementsAreArray(spread));
  EXPECT_TRUE(file.floats("empty").empty());
  EXPECT_EQ(file.texts("names"), names);
}

std::string complaint(const Bytes& bytes) {
  try {
    read_all(open(bytes));
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::bad_model);
    return error.what();
  }
  return "";
}

// Puts a changed manifest into a file, with sums that fit: what only the checks of its content can catch.
Bytes with_manifest(const nlohmann::json& manifest) {
  const Bytes file = small_file();
  layout::Header header = layout::unpack(file, "toy");
  Bytes changed(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(header.manifest_offset));
  const std::string text = manifest.dump();
  const auto bytes = std::as_bytes(std::span(text));
  changed.insert(changed.end(), bytes.begin(), bytes.end());
  header.manifest_size = text.size();
  header.manifest_crc = crc32c(bytes);
  header.file_size = changed.size();
  const auto packed = layout::pack(header);
  std::copy(packed.begin(), packed.end(), changed.begin());
  return changed;
}

std::string complaint_about(const char* section, const char* key, const nlohmann::json& value) {
  nlohmann::json manifest = open(small_file()).manifest();
  for (nlohmann::json& entry : manifest["sections"])
    if (entry["name"] == section) entry[key] = value;
  return complaint(with_manifest(manifest));
}

TEST(Crc32c, KnownValues) {
  const std::string digits = "123456789";
  EXPECT_EQ(crc32c(std::as_bytes(std::span(digits))), 0xE3069283u);
  EXPECT_EQ(crc32c(Bytes(32)), 0x8A9136AAu);  // RFC 3720 B.4
  EXPECT_EQ(crc32c(Bytes(32, std::byte{0xff})), 0x62A8AB43u);
  const auto bytes = std::as_bytes(std::span(digits));
  EXPECT_EQ(crc32c(bytes.subspan(4), crc32c(bytes.first(4))), 0xE3069283u);
}

TEST(Crc32c, TheInstructionAndTheTablesAgree) {
  Bytes bytes;
  for (int i = 0; i < 200; ++i) bytes.push_back(static_cast<std::byte>(i * 37 % 251));
  for (std::size_t from = 0; from < 9; ++from)
    for (std::size_t count = 0; from + count <= bytes.size(); ++count) {
      const auto part = std::span<const std::byte>(bytes).subspan(from, count);
      ASSERT_EQ(crc32c(part, 77), crc32c_by_tables(part, 77));
    }
}

TEST(ModelFile, RoundTripInMemoryAndOnDisk) {
  const Bytes bytes = small_file();
  read_all(open(bytes));
  const std::string path = testing::TempDir() + "tagma_round_trip.tagma";
  ModelWriter writer;
  fill(writer);
  writer.write(path);
  const ModelReader file(path);
  read_all(file);
  EXPECT_EQ(file.file_size(), static_cast<std::int64_t>(bytes.size()));
  EXPECT_THAT(file.shape("weights"), testing::ElementsAre(2, 2));
  EXPECT_THAT(file.shape("empty"), testing::ElementsAre(0, 5));
  EXPECT_TRUE(file.has("ids"));
  EXPECT_FALSE(file.has("idz"));
  std::filesystem::remove(path);
}

TEST(ModelFile, SectionsAreAlignedEvenWhereTheBytesAreNot) {
  Bytes shifted(small_file().size() + 1);
  const Bytes bytes = small_file();
  std::copy(bytes.begin(), bytes.end(), shifted.begin() + 1);
  const ModelReader file(std::span<const std::byte>(shifted).subspan(1), nullptr, "toy");
  read_all(file);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(file.floats("weights").data()) % 64, 0u);
}

TEST(ModelFile, OwnerKeepsViewsAliveWhereverTheBytesLay) {
  const Bytes bytes = small_file();
  for (const std::size_t shift : {0, 1}) {  // aligned to 64 and not
    Bytes memory(bytes.size() + 64 + shift);
    const std::size_t start = (64 - reinterpret_cast<std::uintptr_t>(memory.data()) % 64) % 64 + shift;
    std::copy(bytes.begin(), bytes.end(), memory.begin() + static_cast<std::ptrdiff_t>(start));
    std::span<const float> view;
    std::shared_ptr<const void> owner;
    {
      const ModelReader file(std::span<const std::byte>(memory).subspan(start, bytes.size()), nullptr, "toy");
      view = file.floats("weights");
      owner = file.owner();
    }
    std::fill(memory.begin(), memory.end(), std::byte{0x55});
    EXPECT_THAT(view, testing::ElementsAreArray(weights)) << "shift " << shift;
  }
}

TEST(ModelFile, EveryFlippedBitIsFoundOrHarmless) {
  const Bytes bytes = small_file();
  int found = 0, harmless = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at)
    for (int bit = 0; bit < 8; ++bit) {
      Bytes changed = bytes;
      changed[at] ^= static_cast<std::byte>(1 << bit);
      ++(complaint(changed).empty() ? harmless : found);
    }
  EXPECT_GT(found, 0);
  // only the zeros between sections may change unnoticed
  int padding = 0;
  const ModelReader file = open(bytes);
  for (const auto& entry : file.manifest()["sections"]) {
    const std::uint64_t size = entry["size"];
    padding += static_cast<int>(layout::aligned(size) - size);
  }
  EXPECT_EQ(harmless, padding * 8);
}

TEST(ModelFile, EveryTruncationIsFound) {
  const Bytes bytes = small_file();
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_NE(complaint(Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size))), "") << size;
  Bytes longer = bytes;
  longer.push_back(std::byte{});
  EXPECT_THAT(complaint(longer), testing::HasSubstr("added to"));
}

TEST(ModelFile, HostileManifests) {
  using testing::HasSubstr;
  const std::uint64_t huge = std::uint64_t{1} << 62;
  EXPECT_EQ(complaint_about("weights", "dtype", "f32"), "");  // the helper itself does no harm
  EXPECT_THAT(complaint_about("weights", "offset", huge), HasSubstr("lies at"));
  EXPECT_THAT(complaint_about("weights", "offset", 0), HasSubstr("lies at"));
  EXPECT_THAT(complaint_about("weights", "offset", 68), HasSubstr("lies at"));
  EXPECT_THAT(complaint_about("weights", "offset", -64), HasSubstr("no whole number"));
  EXPECT_THAT(complaint_about("weights", "size", UINT64_MAX - 63), HasSubstr("lies at"));
  EXPECT_THAT(complaint_about("weights", "shape", {huge, 4}), HasSubstr("impossible shape"));
  EXPECT_THAT(complaint_about("weights", "shape", {2, 3}), HasSubstr("its shape asks for 24"));
  EXPECT_THAT(complaint_about("weights", "shape", "many"), HasSubstr("no shape"));
  EXPECT_THAT(complaint_about("weights", "dtype", "f16"), HasSubstr("unknown type 'f16'"));
  EXPECT_THAT(complaint_about("weights", "dtype", "i32"), HasSubstr("holds i32, expected f32"));
  EXPECT_THAT(complaint_about("weights", "name", "ids"), HasSubstr("twice"));
  EXPECT_THAT(complaint_about("weights", "name", "weight"), HasSubstr("'weights' is missing"));
  EXPECT_THAT(complaint_about("weights", "crc32c", 1), HasSubstr("damaged"));
  EXPECT_THAT(complaint(with_manifest({{"sections", {1, 2}}})), HasSubstr("no object"));
  EXPECT_THAT(complaint(with_manifest(nlohmann::json::object())), HasSubstr("no sections"));
  EXPECT_THAT(complaint(with_manifest("text")), HasSubstr("no JSON object"));
}

TEST(ModelFile, ForeignAndNewerFilesAreNamed) {
  Bytes file = small_file();
  layout::Header header = layout::unpack(file, "toy");
  header.major = 2;
  const auto packed = layout::pack(header);
  std::copy(packed.begin(), packed.end(), file.begin());
  EXPECT_THAT(complaint(file), testing::HasSubstr("written in format 2.0"));
  header.major = 1;
  header.minor = 9;  // newer, same major version: read
  const auto minor = layout::pack(header);
  std::copy(minor.begin(), minor.end(), file.begin());
  EXPECT_EQ(complaint(file), "");
  file[1] = std::byte{'X'};
  EXPECT_THAT(complaint(file), testing::HasSubstr("not a tagma model file"));
}

TEST(ModelFile, WriterRefusesWhatDoesNotFit) {
  ModelWriter writer;
  EXPECT_THROW(writer.add("w", std::span<const float>(weights), {3}), Error);
  writer.add("w", std::span<const float>(weights), {4});
  EXPECT_THROW(writer.add("w", std::span<const float>(weights), {4}), Error);
}

}  // namespace
}  // namespace tagma
