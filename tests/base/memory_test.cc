#include <tagma/base/memory.h>

#include <tagma/base/file.h>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

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

}  // namespace
}  // namespace tagma
