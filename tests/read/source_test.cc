#include "files.h"

#include <tagma/base/rng.h>
#include <tagma/read/sink.h>
#include <tagma/read/source.h>

#include <gmock/gmock.h>

namespace tagma {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string some_text(std::size_t size) {
  Rng rng(7);
  std::string text;
  while (text.size() < size) text += fmt::format("{} {:x}\n", rng.below(1000), rng.bits() >> rng.below(60));
  return text;
}

const std::vector<std::string> packings{"", ".gz", ".zst", ".bz2"};

TEST(Source, NamesComeApart) {
  const FileName name = parts_of("data.v2/train.SVM.gz");
  EXPECT_EQ(name.stem, "data.v2/train");
  EXPECT_EQ(name.ending, "svm");
  EXPECT_EQ(name.packing, Packing::gzip);
  EXPECT_EQ(parts_of("data.v2/train").ending, "");
  EXPECT_EQ(parts_of("data.v2/train").stem, "data.v2/train");
}

TEST(Source, WhatIsPackedComesBack) {
  const test::Folder folder;
  for (std::size_t size : {std::size_t{0}, std::size_t{10}, std::size_t{3000000}}) {
    const std::string text = some_text(size);
    for (const std::string& packing : packings) {
      const std::string path = folder / ("text.txt" + packing);
      Sink sink(path);
      for (std::size_t at = 0; at < text.size(); at += 70001) sink.write(std::string_view(text).substr(at, 70001));
      EXPECT_FALSE(std::filesystem::exists(path)) << "appears only when it is whole";
      sink.commit();
      EXPECT_TRUE(Source(path).whole().view == text) << path;
      if (size > 10 && !packing.empty()) {
        EXPECT_LT(Source(path).packed_size(), static_cast<std::int64_t>(text.size()) * 3 / 4);
      }
      std::filesystem::remove(path);
    }
  }
}

TEST(Source, StreamsBehindOneAnotherAreOneText) {
  const test::Folder folder;
  for (const std::string& packing : packings) {
    std::string both;
    for (const char* part : {"first\n", "second\n"}) {
      Sink sink(folder / ("part.txt" + packing));
      sink.write(part);
      sink.commit();
      both += test::get(folder / ("part.txt" + packing));
    }
    EXPECT_EQ(Source("both.txt" + packing, both).whole().view, "first\nsecond\n") << packing;
  }
}

TEST(Source, TruncatedAndDamagedFilesAreErrors) {
  const test::Folder folder;
  const std::string text = some_text(400000);
  for (const std::string packing : {".gz", ".zst", ".bz2"}) {
    const std::string path = folder / ("text.txt" + packing);
    Sink sink(path);
    sink.write(text);
    sink.commit();
    const std::string packed = test::get(path);
    for (std::size_t left : {std::size_t{0}, std::size_t{5}, packed.size() / 2, packed.size() - 1}) {
      const std::string error = test::error_of([&] { Source("cut.txt" + packing, packed.substr(0, left)).whole(); });
      EXPECT_THAT(error, StartsWith("bad_data: cut.txt" + packing)) << left << " of " << packed.size();
      EXPECT_THAT(error, HasSubstr("truncated")) << left;
    }
    std::string damaged = packed;
    for (std::size_t i = 0; i < 8; ++i) damaged[damaged.size() / 2 + i] ^= 0x55;
    EXPECT_THAT(test::error_of([&] { Source("bad.txt" + packing, damaged).whole(); }),
                StartsWith("bad_data: bad.txt" + packing));
    EXPECT_THAT(test::error_of([&] { Source("no.txt" + packing, "plain text").whole(); }),
                StartsWith("bad_data: no.txt" + packing));
  }
}

TEST(Source, MissingFilesAndFoldersAreErrorsOfInput) {
  EXPECT_THAT(test::error_of([] { Source("/no/such/file.svm").whole(); }), StartsWith("io: /no/such/file.svm"));
  EXPECT_THAT(test::error_of([] { Source("/no/such/file.svm.gz").whole(); }), StartsWith("io: /no/such/file.svm.gz"));
  EXPECT_THAT(test::error_of([] { Source("/").whole(); }), StartsWith("io: /"));
  std::vector<Chunk> chunks;
  EXPECT_THAT(test::error_of([&] { Chunks(Source("/")).next(chunks, 1); }), StartsWith("io: /"));
}

TEST(Chunks, AreTheTextInWholeLinesWithTheirNumbers) {
  const std::string text = some_text(100000) + std::string(5000, 'x') + "\n\n\r\n" + some_text(3000) + "last";
  const Source source("text.txt", "\xef\xbb\xbf" + text);
  for (std::size_t size : {16, 100, 4096, 1000000}) {
    Chunks reader(source, size);
    std::vector<Chunk> chunks;
    std::string whole;
    std::int64_t line = 1;
    for (std::size_t count; (count = reader.next(chunks, 3)) > 0;)
      for (std::size_t i = 0; i < count; ++i) {
        ASSERT_EQ(chunks[i].first_line, line);
        line += std::count(chunks[i].text.begin(), chunks[i].text.end(), '\n');
        whole += chunks[i].text;
        ASSERT_TRUE(whole.ends_with('\n') || whole.size() == text.size());
      }
    EXPECT_TRUE(whole == text) << size;
  }
}

TEST(Sink, LeavesNothingBehindWithoutCommit) {
  const test::Folder folder;
  test::put(folder / "kept.txt.gz", "before");
  {
    Sink sink(folder / "kept.txt.gz");
    sink.write("half");
  }
  EXPECT_EQ(test::get(folder / "kept.txt.gz"), "before");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder / ""), {}), 1);
}

TEST(Place, SaysWhatAndWhere) {
  EXPECT_EQ(test::error_of([] {
              fail_at({"a.svm", 3, 7}, "'x'", "a number");
            }),
            "bad_data: a.svm:3:7: found 'x', allowed a number");
  EXPECT_EQ(excerpt(std::string("a\tb\0c", 5)), "'a\\x09b\\x00c'");
  EXPECT_EQ(excerpt(std::string(50, 'a')), "'" + std::string(40, 'a') + "..'");
}

}  // namespace
}  // namespace tagma
