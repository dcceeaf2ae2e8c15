#include <tagma/base/memory.h>

#include <tagma/base/file.h>
#include <tagma/base/working_array.h>

#include "tests/base/full_disk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace tagma {
namespace {

TEST(Memory, SizesAsPeopleWriteThem) {
  EXPECT_EQ(parse_memory("4G", "--memory"), std::int64_t{4} << 30);
  EXPECT_EQ(parse_memory("512M", "--memory"), std::int64_t{512} << 20);
  EXPECT_EQ(parse_memory("1.5g", "--memory"), std::int64_t{3} << 29);
  EXPECT_EQ(parse_memory("2048KB", "--memory"), std::int64_t{2} << 20);
  EXPECT_EQ(parse_memory("1048576", "--memory"), 1048576);
  for (const char* wrong : {"", "G", "4X", "-1G", "4 G G", "nan", "inf", "1e30", "1000", "1023K"}) EXPECT_THROW(parse_memory(wrong, "--memory"), Error) << wrong;
  for (const std::int64_t bytes : {std::int64_t{1} << 20, (std::int64_t{1} << 20) + 1, std::int64_t{123456789}})
    EXPECT_GE(parse_memory(memory_text(bytes), ""), bytes);  // what is said to do may be given
}

TEST(Memory, RunningOutHasWords) {
  tagma::Run run;
  run.memory = 1 << 20;
  try {
    told("reading x.svm", "allow more", run, []() -> int { throw std::bad_alloc(); });
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::io);
    EXPECT_STREQ(error.what(), "out of memory while reading x.svm (--memory 1M); allow more");
  }
  EXPECT_EQ(told("", "", run, [] { return 3; }), 3);
}

TEST(ScratchFile, LeavesNothingBehindAndComesBackAfterRelease) {
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / "tagma-scratch-file-test";
  std::filesystem::create_directories(folder);
  std::shared_ptr<const MappedFile> mapped;
  {
    ScratchFile file((folder / "model").string());
    for (int i = 0; i < 300000; ++i) file.write(std::as_bytes(std::span(&i, 1)));
    EXPECT_EQ(file.written(), 1200000u);
    EXPECT_TRUE(std::filesystem::is_empty(folder));
    mapped = file.map();
  }
  const int* numbers = reinterpret_cast<const int*>(mapped->bytes().data());
  ASSERT_EQ(mapped->bytes().size(), 1200000u);
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 300000; ++i) ASSERT_EQ(numbers[i], i);
    mapped->release(mapped->bytes());
  }
  int elsewhere = 7;
  mapped->release(std::as_bytes(std::span(&elsewhere, 1)));
  EXPECT_EQ(elsewhere, 7);
  EXPECT_THROW(ScratchFile("/no such folder/model"), Error);
  std::filesystem::remove_all(folder);
}

TEST(WorkingArrays, AreTheSameHeldAndInFiles) {
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / "tagma-working-array-test";
  std::filesystem::create_directories(folder);
  for (const std::string& beside : {std::string(), (folder / "model").string()}) {
    WorkingArray<std::int32_t> array(beside);
    WorkingZeros<float> zeros(100000, beside);
    array.reserve(99000);
    for (std::int32_t i = 0; i < 33000; ++i) array.add(std::vector<std::int32_t>{3 * i, 3 * i + 1, 3 * i + 2});
    array.finish();
    EXPECT_EQ(array.in_file(), !beside.empty());
    EXPECT_EQ(zeros.in_file(), !beside.empty());
    ASSERT_EQ(array.size(), 99000u);
    for (std::size_t i = 0; i < 100000; ++i) ASSERT_EQ(zeros.data()[i], 0.f);
    for (int round = 1; round < 3; ++round) {
      array.ask(1000, 2000);
      zeros.ask(77, 3);
      for (std::size_t i = 0; i < array.size(); ++i) ASSERT_EQ(array.data()[i], static_cast<std::int32_t>(i));
      for (std::size_t i = 0; i < 100000; ++i) zeros.data()[i] += static_cast<float>(i);
      array.release(0, array.size());
      zeros.release(5, 70000);
      for (std::size_t i = 0; i < 100000; ++i) ASSERT_EQ(zeros.data()[i], static_cast<float>(round) * static_cast<float>(i));
    }
    EXPECT_TRUE(std::filesystem::is_empty(folder));
  }
  std::filesystem::remove_all(folder);
}

// A full disk is found while a file is made, and nothing stays behind.
TEST(WorkingArrays, FullDisksHaveWords) {
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / "tagma-full-disk-test";
  std::filesystem::create_directories(folder);
  const std::string beside = (folder / "model").string();
  {
    const test::FullDisk full(4 << 20);
    EXPECT_EQ(test::io_words([&] { WorkingZeros<float>(1 << 18, beside); }), "");
    EXPECT_THAT(test::io_words([&] { WorkingZeros<float>(1 << 21, beside); }), testing::HasSubstr("cannot write"));
    EXPECT_THAT(test::io_words([&] {
      WorkingArray<float> array(beside);
      for (int i = 0; i < 64; ++i) array.add(std::vector<float>(1 << 15));
      array.finish();
    }), testing::HasSubstr("cannot write"));
  }
  EXPECT_THAT(test::io_words([] { WorkingZeros<float>(5, "/no such folder/model"); }), testing::HasSubstr("/no such folder/"));
  EXPECT_THAT(test::io_words([] { WorkingArray<float>("/no such folder/model"); }), testing::HasSubstr("/no such folder/"));
  EXPECT_TRUE(std::filesystem::is_empty(folder));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace tagma
