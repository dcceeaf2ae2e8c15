#include "files.h"

#include <tagma/read/arrays.h>
#include <tagma/read/read.h>

#include <gmock/gmock.h>

#include <limits>

namespace tagma {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::vector<std::string> names{"sky", "sea, deep", "a \"b\""};

Scores dense_scores() {
  Scores scores;
  scores.rows = 2;
  scores.labels = 3;
  scores.values = {0.5f, 0.25f, 0.1f, 0, 1, 0.33333334f};
  return scores;
}

void expect_same(const Scores& a, const Scores& b) {
  EXPECT_EQ(a.rows, b.rows);
  EXPECT_EQ(a.labels, b.labels);
  EXPECT_EQ(a.values, b.values);
  EXPECT_EQ(a.spread, b.spread);
  EXPECT_EQ(a.presence, b.presence);
  EXPECT_EQ(a.shared, b.shared);
  EXPECT_EQ(a.starts, b.starts);
  EXPECT_EQ(a.ids, b.ids);
}

TEST(Scores, WhatIsWrittenReadsBack) {
  const test::Folder folder;
  for (const char* name : {"s.npy", "s.jsonl", "s.csv", "s.jsonl.gz", "s.npy.zst"})
    for (const int beside : {4, 3, 2, 1, 0}) {  // parts told beside the scores, and factors
      Scores scores = dense_scores();
      if (beside >= 1) scores.spread = {1, 2, 3, 4, 5, 6.5f};
      if (beside >= 2) scores.presence = {0, 0.125f, 1, 0.5f, 0.5f, 0.5f};
      for (int i = 0; i < 6 * (beside - 2); ++i) scores.shared.push_back(0.5f * static_cast<float>(i) - 2);
      write_scores(scores, names, folder / name, {});
      SCOPED_TRACE(name);
      expect_same(read_scores(folder / name, {}, {}), scores);
    }
}

TEST(Scores, ShortlistsReadBackBestFirst) {
  const test::Folder folder;
  Scores best = shortlist(dense_scores(), 2);
  best.starts.push_back(best.starts.back());  // a row without any
  ++best.rows;
  for (const char* name : {"s.svm", "s.jsonl", "s.svm.gz"}) {
    write_scores(best, names, folder / name, {});
    SCOPED_TRACE(name);
    expect_same(read_scores(folder / name, {}, {}), best);
  }
  EXPECT_EQ(test::get(folder / "s.svm"), "3 3\n0:0.5 1:0.25\n1:1 2:0.33333334\n \n");
  EXPECT_THAT(test::get(folder / "s.jsonl"),
              StartsWith(R"({"of":3,"ids":[0,1],"labels":["sky","sea, deep"],"scores":[0.5,0.25]})"));
  EXPECT_THAT(test::error_of([&] { write_scores(best, names, folder / "s.npy", {}); }), StartsWith("usage: "));
  EXPECT_THAT(test::error_of([&] { write_scores(best, names, folder / "s.csv", {}); }), StartsWith("usage: "));
  write_scores(dense_scores(), names, folder / "all.svm", {});
  expect_same(read_scores(folder / "all.svm", {}, {}), shortlist(dense_scores(), 3));
}

TEST(Scores, TheScaleFollowsFromTheNumbersOrIsGiven) {
  const test::Folder folder;
  Scores scores = dense_scores();
  write_scores(scores, {}, folder / "a.npy", {});
  EXPECT_EQ(read_scores(folder / "a.npy", {}, {}).scale, Scale::probability);
  EXPECT_EQ(read_scores(folder / "a.npy", Scale::margin, {}).scale, Scale::margin);
  scores.values[3] = -0.5f;
  write_scores(scores, {}, folder / "a.npy", {});
  EXPECT_EQ(read_scores(folder / "a.npy", {}, {}).scale, Scale::margin);
  EXPECT_THAT(test::error_of([&] { read_scores(folder / "a.npy", Scale::probability, {}); }),
              HasSubstr("a.npy: scores: row 1, label 0: -0.5 is not a probability (0 to 1)"));
}

TEST(Scores, EarlierSpreadIsNotTakenForThatOfNewScores) {
  const test::Folder folder;
  Scores scores = dense_scores();
  scores.spread = scores.values;
  write_scores(scores, {}, folder / "a.npy", {});
  EXPECT_TRUE(std::filesystem::exists(folder / "a.spread.npy"));
  write_scores(dense_scores(), {}, folder / "a.npy", {});
  EXPECT_TRUE(read_scores(folder / "a.npy", {}, {}).spread.empty());
  write_npy<float>(folder / "a.presence.npy", {1, 0, 0}, {1, 3});
  EXPECT_THAT(test::error_of([&] { read_scores(folder / "a.npy", {}, {}); }),
              HasSubstr("a.presence.npy: shape [1 x 3], allowed [2 x 3]"));
  std::filesystem::remove(folder / "a.presence.npy");
  write_npy<float>(folder / "a.shared.npy", {1, 0, 0, 1, 2, 3}, {2, 3});
  EXPECT_THAT(test::error_of([&] { read_scores(folder / "a.npy", {}, {}); }),
              HasSubstr("a.shared.npy: shape [2 x 3], allowed [2 x 3 x factors] as of"));
}

TEST(Scores, FactorsStandLabelAfterLabel) {
  const test::Folder folder;
  Scores scores = dense_scores();
  for (int i = 0; i < 12; ++i) scores.shared.push_back(static_cast<float>(i));
  write_scores(scores, {"a", "b", "c"}, folder / "s.csv", {});
  EXPECT_THAT(test::get(folder / "s.csv"),
              StartsWith("a,b,c,shared1:a,shared1:b,shared1:c,shared2:a,shared2:b,shared2:c\n0.5,0.25,0.1,0,2,4,1,3,5\n"));
  write_scores(scores, {}, folder / "s.jsonl", {});
  EXPECT_THAT(test::get(folder / "s.jsonl"), HasSubstr("\"shared\":[6,7,8,9,10,11]"));
  write_scores(scores, {}, folder / "s.npy", {});
  EXPECT_EQ(read_npy(folder / "s.shared.npy").shape, (std::vector<std::int64_t>{2, 3, 2}));
}

TEST(Scores, ErrorsNameThePlace) {
  const test::Folder folder;
  const auto error = [&](const std::string& name, const std::string& text) {
    test::put(folder / name, text);
    return test::error_of([&] { read_scores(folder / name, {}, {}); });
  };
  EXPECT_THAT(error("a.csv", "a,b\n0.5,0.1\n0.5,x\n"), HasSubstr("a.csv:3:5: found 'x', allowed a finite number"));
  EXPECT_THAT(error("a.csv", "a,b\n0.5\n"), HasSubstr("a.csv:2:4: found the end of the line, allowed 2 numbers"));
  EXPECT_THAT(error("a.csv", "a,b\n0.5,1,2\n"), HasSubstr("a.csv:2:6: found ',2', allowed 2 numbers"));
  EXPECT_THAT(error("a.csv", "a,\"b\n0.5,1,2\n"),
              HasSubstr("a.csv:1:5: found the end of the line, allowed a closing quote"));
  EXPECT_THAT(error("a.csv", "a,b,shared1:a\n1,2,3\n"), HasSubstr("a.csv:1:1: found 3 columns for 2 labels"));
  EXPECT_THAT(error("a.csv", "shared1:a,a\n1,2\n"), HasSubstr("allowed one column of each kind per label, scores first"));
  EXPECT_THAT(error("a.jsonl", "{\"scores\":[1,0],\"shared\":[1]}\n"),
              HasSubstr("a.jsonl:1:1: found 1 numbers in 'shared', allowed as many of each of the 2 labels"));
  EXPECT_THAT(error("a.jsonl", "{\"scores\":[1,0],\"shared\":[1,1]}\n{\"scores\":[1,0]}\n"),
              HasSubstr("a.jsonl:2:1: found 0 numbers in 'shared', allowed 2 in every row"));
  EXPECT_THAT(error("a.jsonl", "{\"scores\":[1,0]}\n{\"scores\":[1]}\n"),
              HasSubstr("a.jsonl:2:1: found 1 scores, allowed 2 as before"));
  EXPECT_THAT(error("a.jsonl", "{\"scores\":[1,\"a\"]}\n"),
              HasSubstr("a.jsonl:1:1: found a string in 'scores', allowed numbers"));
  EXPECT_THAT(error("a.jsonl", "{\"scores\":[1,\n"), HasSubstr("a.jsonl:1:14: found"));
  EXPECT_THAT(error("a.jsonl", "[1,2]\n"), HasSubstr("allowed a JSON object"));
  EXPECT_THAT(error("a.jsonl", R"({"of":3,"ids":[1,2],"scores":[0.1,0.2]})"),
              HasSubstr("allowed the best score first"));
  EXPECT_THAT(error("a.jsonl", R"({"of":3,"ids":[1,3],"scores":[0.3,0.2]})"),
              HasSubstr("found label 3, allowed whole numbers from 0 to 2"));
  EXPECT_THAT(error("a.svm", "1:0.5\n"), HasSubstr("a.svm:1:1: found '1:0.5', allowed a first line ROWS LABELS"));
  EXPECT_THAT(error("a.svm", "2 3\n1:0.5\n"), HasSubstr("a.svm: found 1 rows, allowed the 2"));
  EXPECT_THAT(error("a.svm", "1 3\n1:0.5 3:1\n"),
              HasSubstr("a.svm:2:7: found feature 3, allowed feature ids from 0 to 2"));
  EXPECT_THAT(error("a.svm", "1 3\n1,2\n"), HasSubstr("allowed LABEL:SCORE pairs"));
  EXPECT_THAT(error("a.bin", ""), StartsWith("usage: "));
}

// Rows of nothing as other programs write them: empty lines, also the last, which its first line counts.
TEST(Scores, EmptyLinesAreRowsWhereTheyAreCounted) {
  const test::Folder folder;
  for (const char* text : {"3 3\n\n1:0.5 0:0.25\n\n", "3 3\r\n\r\n1:0.5 0:0.25\r\n\r\n", "3 3\n \n1:0.5 0:0.25\n \n\n", "3 3\n\n1:0.5 0:0.25\n\n\n"}) {
    test::put(folder / "a.svm", text);
    const Scores scores = read_scores(folder / "a.svm", {}, {});
    EXPECT_EQ(scores.starts, (std::vector<std::int64_t>{0, 0, 2, 2})) << text;
    EXPECT_EQ(scores.ids, (std::vector<LabelId>{1, 0})) << text;
  }
  test::put(folder / "a.svm", "1 3\n\n1:0.5\n\n");  // not counted: passed over
  EXPECT_EQ(read_scores(folder / "a.svm", {}, {}).ids, std::vector<LabelId>{1});
  test::put(folder / "d.svm", "3 0 3\n0,2\n\n\n");
  EXPECT_EQ(read_decisions(folder / "d.svm", 3, {}, {}).rows(), 3);
  for (const char* text : {"3 3\n\n1:0.5\n", "4 3\n1:0.5\n\n"}) {
    test::put(folder / "a.svm", text);
    EXPECT_THAT(test::error_of([&] { read_scores(folder / "a.svm", {}, {}); }), HasSubstr("rows, allowed the"));
  }
}

TEST(Decisions, WhatIsWrittenReadsBack) {
  const test::Folder folder;
  Decisions decisions(3);
  decisions.add(std::vector<LabelId>{0, 2});
  decisions.add({});
  decisions.add(std::vector<LabelId>{1});
  for (const char* name : {"d.npy", "d.csv", "d.jsonl", "d.svm", "d.csv.gz"})
    for (const auto& some : {names, std::vector<std::string>{}}) {
      write_decisions(decisions, some, folder / name, {});
      const Decisions back = read_decisions(folder / name, 3, some, {});
      ASSERT_EQ(back.rows(), 3) << name;
      for (std::int64_t row = 0; row < 3; ++row)
        EXPECT_TRUE(std::ranges::equal(back[row], decisions[row])) << name << row;
    }
  EXPECT_EQ(test::get(folder / "d.svm"), "3 0 3\n0,2\n \n1\n");
  EXPECT_EQ(read_dataset(folder / "d.svm", {}, {}).labels.present_count(), 3);
}

TEST(Decisions, ErrorsNameThePlace) {
  const test::Folder folder;
  const auto error = [&](const std::string& name, const std::string& text, const std::vector<std::string>& some) {
    test::put(folder / name, text);
    return test::error_of([&] { read_decisions(folder / name, 3, some, {}); });
  };
  EXPECT_THAT(error("d.csv", "row,labels\n0,sky|sun\n", names),
              HasSubstr("d.csv:2:1: found label 'sun', allowed the names of the 3 labels"));
  EXPECT_THAT(error("d.csv", "row,labels\n0,3\n", {}), HasSubstr("found label '3', allowed label numbers from 0 to 2"));
  EXPECT_THAT(error("d.csv", "row,labels\n1,2\n", {}), HasSubstr("allowed row number 0 and a list"));
  EXPECT_THAT(error("d.jsonl", "{\"labels\":[\"sun\"]}\n", names), HasSubstr("d.jsonl:1:1: found label 'sun'"));
  EXPECT_THAT(error("d.jsonl", "{\"labels\":[1,1]}\n", {}), HasSubstr("a label twice"));
  EXPECT_THAT(error("d.svm", "1 0 4\n1\n", {}), HasSubstr("4 labels, allowed 3"));
  Decisions decisions(1);
  EXPECT_THAT(test::error_of([&] { write_decisions(decisions, {"a|b"}, folder / "d.csv", {}); }),
              HasSubstr("cannot stand in a list"));
}

}  // namespace
}  // namespace tagma
