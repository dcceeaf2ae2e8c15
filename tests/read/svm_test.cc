#include "files.h"

#include <tagma/base/rng.h>
#include <tagma/read/read.h>
#include <tagma/read/svm.h>

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

namespace tagma {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

Dataset read(const std::string& text, const ReadOptions& options = {}, const Run& run = {}) {
  return Svm::read(Source("a.svm", text), options, run);
}
std::string rows(const std::string& text, const ReadOptions& options = {}) { return test::shown(read(text, options)); }
std::string svm_error(const std::string& text, const ReadOptions& options = {}) {
  return test::error_of([&] { read(text, options); });
}

TEST(Svm, ReadsTheRowsOfTheFormat) {
  EXPECT_EQ(rows("4 10 20\n3,17 5:0.2 9:1\n 5:0.5\n2:1e-3 4:-.5\n8\n"),
            "4 rows, 20 labels, rest 0, 10 features, graded false\n"
            "3 17 | 5:0.2 9:1\n"
            "| 5:0.5\n"
            "| 2:0.001 4:-0.5\n"
            "8 |\n\n\n");
}

TEST(Svm, BlankLinesCommentsAndLineEndsOfAllKinds) {
  EXPECT_EQ(rows("# made by hand\r\n\r\n3 2 5\r\n1 0:1 # a note\r\n \r\n   # only a note\r\n\n4\t1:2\t"),
            "3 rows, 5 labels, rest 0, 2 features, graded false\n1 | 0:1\n|\n4 | 1:2\n\n\n");
  EXPECT_EQ(read("").rows(), 0);
  EXPECT_EQ(read("0 3 4\n").labels.labels(), 4);
  EXPECT_EQ(read("\xef\xbb\xbf" "1 1:2").rows(), 1);
}

TEST(Svm, GradesUnknownAndKnownAbsent) {
  const std::string text = "3^2.5,17^1,!9,?8 0:1\n?1\n!2\n";
  EXPECT_EQ(rows(text), "3 rows, 18 labels, rest 0, 1 features, graded true\n3^2.5 17^1 x8 | 0:1\nx1 |\n|\n\n\n");
  ReadOptions weak;
  weak.unlisted_unknown = true;
  EXPECT_EQ(rows(text, weak),
            "3 rows, 18 labels, rest -1, 1 features, graded true\n3^2.5 17^1 x9 | 0:1\n|\nx2 |\n\n\n");
}

TEST(Svm, FirstFeatureIsZeroOrOneDetectedOrGiven) {
  EXPECT_EQ(read("1 1:5 3:2\n").features.columns(), 3);                // no 0 anywhere: from one
  EXPECT_EQ(read("1 1:5 3:2\n 0:1\n").features.columns(), 4);          // a 0: from zero
  EXPECT_EQ(read("1 4 2\n1 1:5 3:2\n").features.csr_view().columns_of[0], 1);  // header: from zero
  ReadOptions options;
  options.index_base = IndexBase::one;
  EXPECT_EQ(read("1 3 2\n1 1:5 3:2\n", options).features.csr_view().columns_of[1], 2);
  EXPECT_EQ(svm_error("1 0:5\n", options),
            "bad_data: a.svm:1:3: found feature 0, allowed feature ids from 1 to 2147483646");
  options.index_base = IndexBase::zero;
  EXPECT_EQ(read("1 1:5 3:2\n", options).features.columns(), 4);
}

TEST(Svm, SortsFeaturesAndRefusesDoubles) {
  EXPECT_EQ(rows("7,2^3 5:1 0:2 3:4\n"),
            "1 rows, 8 labels, rest 0, 6 features, graded true\n2^3 7^1 | 0:2 3:4 5:1\n\n\n");
  EXPECT_EQ(svm_error("1 0:2\n3 5:1 0:2 5:4\n"),
            "bad_data: a.svm:2:11: found feature 5 a second time, allowed each feature once in a row");
  EXPECT_EQ(svm_error("1 2:1 2:2\n"),
            "bad_data: a.svm:1:7: found feature 2 a second time, allowed each feature once in a row");
  EXPECT_EQ(svm_error("4,11,?4 0:2\n"),
            "bad_data: a.svm:1:6: found label 4 a second time, allowed each label once in a row");
}

TEST(Svm, ErrorsNameLineAndColumn) {
  EXPECT_EQ(svm_error("1 2:1\n3,x 2:1\n"), "bad_data: a.svm:2:3: found 'x', allowed a label id");
  EXPECT_EQ(svm_error("1 2:1\n-1 2:1\n"), "bad_data: a.svm:2:1: found '-1', allowed a label id");
  EXPECT_EQ(svm_error("1, 2:1\n"), "bad_data: a.svm:1:3: found the end of the line, allowed a label id");
  EXPECT_EQ(svm_error("1 2:1 3\n"), "bad_data: a.svm:1:7: found '3', allowed a feature ID:VALUE");
  EXPECT_EQ(svm_error("1 2:1 3:\n"), "bad_data: a.svm:1:9: found the end of the line, allowed a finite number after ':'");
  EXPECT_EQ(svm_error("1 2:nan\n"), "bad_data: a.svm:1:5: found 'nan', allowed a finite number after ':'");
  EXPECT_EQ(svm_error("1 2:1e99\n"), "bad_data: a.svm:1:5: found '1e99', allowed a finite number after ':'");
  EXPECT_EQ(svm_error("1 2:1x\n"),
            "bad_data: a.svm:1:6: found 'x', allowed a blank or the end of the line after a feature");
  EXPECT_EQ(svm_error("1^0 2:1\n"), "bad_data: a.svm:1:3: found '0', allowed a grade: a finite number greater than 0");
  EXPECT_EQ(svm_error("1^-2 2:1\n"), "bad_data: a.svm:1:3: found '-2', allowed a grade: a finite number greater than 0");
  EXPECT_EQ(svm_error("1 qid:3 2:1\n"), "bad_data: a.svm:1:3: found 'qid:3', allowed a feature ID:VALUE");
  EXPECT_THAT(svm_error(std::string("1 2:1\0 3:1\n", 11)), StartsWith("bad_data: a.svm:1:6: found"));
  EXPECT_THAT(svm_error("99999999999999999999 2:1\n"), HasSubstr("allowed label ids from 0 to 2147483646"));
  EXPECT_THAT(svm_error("1 99999999999999999999:1\n"), HasSubstr("allowed feature ids from 0 to 2147483646"));
}

TEST(Svm, HeadersAreCheckedNeverTrusted) {
  EXPECT_EQ(svm_error("2 10 5\n1 2:1\n5 2:1\n"), "bad_data: a.svm:3:1: found label 5, allowed label ids from 0 to 4");
  EXPECT_EQ(svm_error("2 10 5\n1 2:1\n4 10:1\n"), "bad_data: a.svm:3:3: found feature 10, allowed feature ids from 0 to 9");
  EXPECT_EQ(svm_error("1 10 5\n1 2:1\n4 9:1\n"),
            "bad_data: a.svm:3:1: found one row more, allowed the 1 rows that the header tells of");
  EXPECT_THAT(svm_error("3 10 5\n1 2:1\n4 9:1\n"), HasSubstr("found 2 rows, allowed the 3 rows that the header tells of"));
  EXPECT_THAT(svm_error("1 99999999999 5\n1 2:1\n"), HasSubstr("a.svm:1:1: found a header with 99999999999 features"));
  EXPECT_THAT(svm_error("999999999999999999 2147483646 2147483646\n1 2:1\n"),
              HasSubstr("allowed the 999999999999999999 rows"));
}

TEST(Svm, BadRowsAreLeftOutOnRequest) {
  ReadOptions options;
  options.skip_bad_rows = true;
  std::vector<std::string> warnings;
  tagma::Run run;
  run.log = [&](Level level, std::string_view text) {
    if (level == Level::warning) warnings.emplace_back(text);
  };
  const Dataset data = read("5 10 20\n1 1:1\n2,x 1:1\n3 1:1 1:2\n4^2,!5,?6 2:1 x\n5 2:2\n", options, run);
  EXPECT_EQ(test::shown(data), "2 rows, 20 labels, rest 0, 10 features, graded false\n1 | 1:1\n5 | 2:2\n\n\n");
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_EQ(warnings[0],
            "a.svm: left out 3 bad rows (lines 3, 4, 5); the first: a.svm:3:3: found 'x', allowed a label id");
}

// A made-up data set with everything the format can say.
Dataset random_set(std::int64_t rows, Truth rest) {
  Rng rng(11);
  Dataset data;
  data.labels = LabelMatrix(40, rest);
  CsrArrays arrays;
  for (std::int64_t row = 0; row < rows; ++row) {
    std::vector<LabelId> present, exceptions;
    std::vector<float> grades;
    for (LabelId id = 0; id < 40; ++id) {
      if (rng.chance(0.05)) present.push_back(id), grades.push_back(std::exp(static_cast<float>(rng.normal())));
      else if (rng.chance(0.03)) exceptions.push_back(id);
    }
    data.labels.add(present, grades, exceptions);
    for (std::int32_t column = 0; column < 100 && row % 7 != 0; ++column) {
      if (!rng.chance(0.1)) continue;
      arrays.columns_of.push_back(column);
      arrays.values.push_back(static_cast<float>(rng.normal() * std::pow(10., rng.uniform(-40, 38))));
    }
    arrays.starts.push_back(static_cast<std::int64_t>(arrays.values.size()));
  }
  data.features = FeatureMatrix(std::move(arrays), 100);
  for (int i = 0; i < 40; ++i) data.label_names.push_back(fmt::format("label {}", i));
  for (int i = 0; i < 100; ++i) data.feature_names.push_back(fmt::format("feature,{}", i));
  return data;
}

TEST(Svm, WhatIsWrittenReadsBackExactly) {
  const test::Folder folder;
  for (Truth rest : {Truth::absent, Truth::unknown})
    for (const char* name : {"a.svm", "b.svm.gz", "c.txt.zst", "d.svm.bz2"}) {
      const Dataset data = random_set(300, rest);
      ReadOptions options;
      write_dataset(data, folder / name, options, {});
      options.unlisted_unknown = rest == Truth::unknown;
      EXPECT_TRUE(test::shown(read_dataset(folder / name, options, {})) == test::shown(data)) << name;
      EXPECT_EQ(lost_in(data, folder / name, {}).size(), rest == Truth::unknown ? 1u : 0u);
    }
}

TEST(Svm, DenseFeaturesAreWrittenSparse) {
  const test::Folder folder;
  Dataset data;
  data.features = FeatureMatrix(DenseArrays{{0, 1.5f, 0, 0}}, 2, 2);
  data.labels = LabelMatrix(3);
  data.labels.add({});
  data.labels.add(std::vector<LabelId>{2});
  write_dataset(data, folder / "a.svm", {}, {});
  EXPECT_EQ(test::get(folder / "a.svm"), "2 2 3\n 1:1.5\n2\n");
}

TEST(Svm, TheNumberOfThreadsChangesNothing) {
  const test::Folder folder;
  write_dataset(random_set(20000, Truth::absent), folder / "big.svm", {}, {});
  ASSERT_GT(std::filesystem::file_size(folder / "big.svm"), 1u << 21) << "several chunks";
  tagma::Run one, three;
  three.threads = 3;
  EXPECT_TRUE(test::shown(read_dataset(folder / "big.svm", {}, one)) ==
              test::shown(read_dataset(folder / "big.svm", {}, three)));
  std::string text = test::get(folder / "big.svm");
  for (std::size_t at : {text.size() / 4, text.size() / 2, text.size() - 100}) text[text.find('\n', at) - 1] = '@';
  test::put(folder / "bad.svm", text);
  const std::string first = test::error_of([&] { read_dataset(folder / "bad.svm", {}, one); });
  EXPECT_EQ(first, test::error_of([&] { read_dataset(folder / "bad.svm", {}, three); }));
  EXPECT_THAT(first,
              HasSubstr(fmt::format(
                  "bad.svm:{}:",
                  std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(text.find('@')), '\n') + 1)));
}

TEST(Svm, NamesStandBesideTheFile) {
  const test::Folder folder;
  test::put(folder / "a.svm", "1 0:1\n");
  test::put(folder / "a.labels.txt", "sky\nsea\r\nsand");
  const Dataset data = read_dataset(folder / "a.svm", {}, {});
  EXPECT_EQ(data.label_names, (std::vector<std::string>{"sky", "sea", "sand"}));
  EXPECT_EQ(data.labels.labels(), 3);
  test::put(folder / "a.svm", "1 1 2\n1 0:1\n");
  EXPECT_THAT(test::error_of([&] { read_dataset(folder / "a.svm", {}, {}); }),
              HasSubstr("a.labels.txt: found 3 names, allowed 2"));
}

TEST(Svm, NumbersAreTheNearestFloats) {
  Rng rng(3);
  for (int i = 0; i < 20000; ++i) {
    const double wide = rng.normal() * std::pow(10., rng.uniform(-12, 12));
    const std::string text =
        i % 3 == 0 ? fmt::format("{:.{}f}", wide, rng.below(14)) : fmt::format("{:.{}g}", wide, 1 + rng.below(17));
    const float value = read("0:" + text).features.csr_view().values[0];
    ASSERT_EQ(value, std::strtof(text.c_str(), nullptr)) << text;
  }
  EXPECT_EQ(read("0:3.4028235e38 1:1e-45 2:+1.5").features.csr_view().values[1],
            std::numeric_limits<float>::denorm_min());
}

}  // namespace
}  // namespace tagma
