#include "files.h"
#include "table_check.h"

#include <tagma/read/fasttext.h>
#include <tagma/read/read.h>

#include <gmock/gmock.h>

namespace tagma {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Fasttext, LabelsAndText) {
  const Dataset data = read_text<Fasttext>("a.ft",
                                           "__label__sky __label__plant  A text,  with blanks \r\n"
                                           "no label\n"
                                           "__label__sky\n"
                                           "\n"
                                           " \n"
                                           "in the __label__b middle __label__a\n"
                                           "a __label_ b\t__label__sky end");
  data.check();
  EXPECT_THAT(data.label_names, ElementsAre("a", "b", "plant", "sky"));
  EXPECT_THAT(data.texts, ElementsAre("A text,  with blanks", "no label", "", "", "in the middle", "a __label_ b end"));
  EXPECT_THAT(data.labels[0].present, ElementsAre(2, 3));
  EXPECT_TRUE(data.labels[1].present.empty());
  EXPECT_THAT(data.labels[4].present, ElementsAre(0, 1));
  EXPECT_THAT(data.labels[5].present, ElementsAre(3));
  EXPECT_FALSE(data.has_features());
}

TEST(Fasttext, NothingIsADataSetWithoutRows) {
  EXPECT_EQ(read_text<Fasttext>("a.ft", "").rows(), 0);
  EXPECT_EQ(read_text<Fasttext>("a.ft", "\n\n").rows(), 0);
}

TEST(Fasttext, FaultsNameLineAndColumn) {
  const auto error = [](const std::string& text, ReadOptions options = {}) {
    return test::error_of([&] { read_text<Fasttext>("a.ft", text, options); });
  };
  EXPECT_THAT(error("x\n__label__a b __label__\n"), HasSubstr("a.ft:2:14: found __label__ without a name"));
  EXPECT_THAT(error("__label__a __label__a x\n"), HasSubstr("a.ft:1:12: found the label 'a' a second time"));
  ReadOptions fixed;
  fixed.labels = "a,b";
  EXPECT_THAT(error("__label__c x\n", fixed), HasSubstr("a.ft:1:1: found the label 'c'"));
  fixed.skip_bad_rows = true;
  const Dataset data = read_text<Fasttext>("a.ft", "__label__c x\n__label__b y\n", fixed);
  EXPECT_THAT(data.texts, ElementsAre("y"));
  EXPECT_THAT(data.label_names, ElementsAre("a", "b"));
  EXPECT_THAT(data.labels[0].present, ElementsAre(1));
}

TEST(Fasttext, ManyBlocksGiveTheSameForAnyNumberOfThreads) {
  std::string text;
  for (int i = 0; i < 60000; ++i) text += fmt::format("__label__l{} __label__m{} the text of row {} and more of it\n", i % 97, i % 13, i);
  tagma::Run one, many;
  many.threads = 4;
  const Dataset a = read_text<Fasttext>("a.ft", text, {}, one), b = read_text<Fasttext>("a.ft", text, {}, many);
  EXPECT_EQ(a.texts, b.texts);
  EXPECT_EQ(test::shown(a), test::shown(b));
  EXPECT_EQ(a.labels.labels(), 110);
  EXPECT_EQ(a.texts[59999], "the text of row 59999 and more of it");
}

TEST(Fasttext, WritesWhatItReads) {
  const test::Folder folder;
  const std::string lines = "__label__a __label__b some text\n \nno label\n__label__b\n";
  test::put(folder / "a.ft", lines);
  write_dataset(read_dataset(folder / "a.ft", {}, {}), folder / "b.ft", {}, {});
  EXPECT_EQ(test::get(folder / "b.ft"), lines);
}

TEST(Fasttext, SaysWhatALineCannotHold) {
  const test::Folder folder;
  Dataset data;
  data.labels = LabelMatrix(2);
  data.labels.add(std::vector<LabelId>{0});
  data.texts = {"two\nlines"};
  data.label_names = {"a", "b"};
  data.weights = {2};
  EXPECT_THAT(Fasttext::lost(data), ElementsAre("weights", "labels that no row mentions", "line ends in texts"));
  write_dataset(data, folder / "a.ft", {}, {});
  EXPECT_EQ(test::get(folder / "a.ft"), "__label__a two lines\n");
  data.texts = {"a __label__b"};
  EXPECT_THAT(test::error_of([&] { write_dataset(data, folder / "c.ft", {}, {}); }), HasSubstr("takes for a label"));
  data.label_names = {"two words", "b"};
  EXPECT_THAT(test::error_of([&] { write_dataset(data, folder / "c.ft", {}, {}); }), HasSubstr("names there are one word"));
  EXPECT_FALSE(std::filesystem::exists(folder / "c.ft"));
}

TEST(Fasttext, FilesCalledTxtAreToldByTheirFirstLine) {
  const test::Folder folder;
  test::put(folder / "a.txt", "__label__a some text\n");
  test::put(folder / "b.txt", "1 0:1\n");
  EXPECT_THAT(read_dataset(folder / "a.txt", {}, {}).texts, ElementsAre("some text"));
  EXPECT_EQ(read_dataset(folder / "b.txt", {}, {}).features.columns(), 1);
  ReadOptions svm;
  svm.format = "svm";
  EXPECT_THAT(test::error_of([&] { read_dataset(folder / "a.txt", svm, {}); }), HasSubstr("a.txt:1:"));
}

}  // namespace
}  // namespace tagma
