#include <tagma/read/csv.h>

#include <tests/read/table_check.h>

#include <gmock/gmock.h>

namespace tagma {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Rows = std::vector<std::vector<float>>;

ReadOptions with(const std::vector<std::pair<std::string, std::string>>& settings) {
  ReadOptions options;
  Settings all;
  for (const auto& [key, value] : settings) all.set(key, value);
  configure(options, all);
  return options;
}

Dataset csv(const std::string& text, const ReadOptions& options = {}, const tagma::Run& run = {}) {
  return read_text<Csv>("in.csv", text, options, run);
}

std::string csv_fault(const std::string& text, const ReadOptions& options = {}) {
  return message_of([&] { csv(text, options); });
}

TEST(Csv, LabelColumnsByName) {
  const Dataset data = csv("\xef\xbb\xbfx,sky,y,\"a \"\"plant\"\"\"\r\n1.5,1,-2,0\r\n 3 ,2.5, 4e1 ,?\r\n\r\n0,,7,1",
                           with({{"labels", "a \"plant\",sky"}}));
  EXPECT_THAT(data.label_names, ElementsAre("a \"plant\"", "sky"));
  EXPECT_THAT(data.feature_names, ElementsAre("x", "y"));
  EXPECT_EQ(dense(data), (Rows{{1.5, -2}, {3, 40}, {0, 7}}));
  EXPECT_EQ(truth(data), (Rows{{0, 1}, {-1, 2.5}, {1, -1}}));
}

TEST(Csv, LabelColumnsByPrefixAndCount) {
  const std::string text = "l:a,x,l:b\n1,5,0\n0,6,1\n";
  const Dataset by_prefix = csv(text, with({{"label-prefix", "l:"}}));
  EXPECT_THAT(by_prefix.label_names, ElementsAre("a", "b"));
  EXPECT_EQ(truth(by_prefix), (Rows{{1, 0}, {0, 1}}));
  const Dataset by_count = csv(text, with({{"label-count", "2"}}));
  EXPECT_THAT(by_count.label_names, ElementsAre("x", "l:b"));
  EXPECT_THAT(by_count.feature_names, ElementsAre("l:a"));
  const Dataset none = csv(text);
  EXPECT_EQ(none.labels.labels(), 0);
  EXPECT_EQ(none.rows(), 2);
  EXPECT_EQ(none.features.columns(), 3);
}

TEST(Csv, LabelLists) {
  const Dataset data = csv("x,tags\n1,sky|plant\n2,sky>plant=water\n3,\n4,!sky|?water|sand\n5,\"water\"\n",
                           with({{"label-column", "tags"}}));
  EXPECT_THAT(data.label_names, ElementsAre("plant", "sand", "sky", "water"));
  EXPECT_EQ(truth(data), (Rows{{1, 0, 1, 0}, {1, 0, 2, 1}, {0, 0, 0, 0}, {0, 1, 0, -1}, {0, 0, 0, 1}}));
  const Dataset unlisted =
      csv("x,tags\n1,sky\n2,!sky|?water\n", with({{"label-column", "tags"}, {"unlisted-unknown", "true"}}));
  EXPECT_EQ(truth(unlisted), (Rows{{1, -1}, {0, -1}}));
  const Dataset fixed = csv("x,tags\n1,sky\n", with({{"label-column", "tags"}, {"labels", "water,sky"}}));
  EXPECT_THAT(fixed.label_names, ElementsAre("water", "sky"));
  EXPECT_EQ(truth(fixed), (Rows{{0, 1}}));
  EXPECT_EQ(csv_fault("x,tags\n1,skye\n", with({{"label-column", "tags"}, {"labels", "water,sky"}})),
            "in.csv:2:3: found the label 'skye', allowed the labels that were named, like 'sky'");
}

TEST(Csv, NominalFeaturesAreOneHot) {
  const Dataset data = csv("color,n\nred,1\nblue,2\n\"re,d\",3\nred,4\n");
  EXPECT_THAT(data.feature_names, ElementsAre("color=blue", "color=re,d", "color=red", "n"));
  EXPECT_EQ(dense(data), (Rows{{0, 0, 1, 1}, {1, 0, 0, 2}, {0, 1, 0, 3}, {0, 0, 1, 4}}));
}

// Blocks that see other words in another order, missing cells, and rows left out whose words nobody else has.
TEST(Csv, WordsInManyBlocks) {
  constexpr int rows = 200000, first = 150000;
  const auto color = [](int i) { return i < first ? i % 3 : 40 - i % 40; };
  std::string text = "color,x,shape,l\n", unlike = text;
  for (int i = 0; i < rows; ++i) {
    const std::string row = fmt::format("c{:02},{},{},{}\n", color(i), i % 5, i % 7 == 0 ? "" : "\"s\"", i % 2);
    text += row;
    unlike += row;
    if (i % 10000 == 9999) unlike += fmt::format("bad{},1,also{},-1\nbad,1,s\n", i, i);
  }
  for (const char* impute : {"zero", "mean"})
    for (const int threads : {1, 2}) {
      tagma::Run run;
      run.threads = threads;
      const Dataset data = csv(text, with({{"label-count", "1"}, {"impute", impute}}), run);
      ASSERT_EQ(data.rows(), rows);
      ASSERT_EQ(data.feature_names.size(), 41u + 1 + 1);
      EXPECT_EQ(data.feature_names[7], "color=c07");
      EXPECT_EQ(data.feature_names[42], "shape=s");
      ASSERT_TRUE(data.features.sparse());
      const CsrView& view = data.features.csr_view();
      for (int i = 0; i < rows; ++i) {
        std::vector<std::int32_t> wanted{color(i)};
        std::vector<float> values{1};
        if (i % 5 > 0) wanted.push_back(41), values.push_back(static_cast<float>(i % 5));
        if (i % 7 > 0) wanted.push_back(42), values.push_back(1);
        const auto at = static_cast<std::size_t>(view.starts[static_cast<std::size_t>(i)]);
        const auto size = static_cast<std::size_t>(view.starts[static_cast<std::size_t>(i) + 1]) - at;
        ASSERT_EQ(std::vector<std::int32_t>(view.columns_of.begin() + at, view.columns_of.begin() + at + size), wanted);
        ASSERT_EQ(std::vector<float>(view.values.begin() + at, view.values.begin() + at + size), values);
      }
      const Dataset skipped =
          csv(unlike, with({{"label-count", "1"}, {"impute", impute}, {"skip-bad-rows", "true"}}), run);
      EXPECT_EQ(skipped.feature_names, data.feature_names);
      EXPECT_EQ(skipped.rows(), rows);
      EXPECT_TRUE(std::equal(view.values.begin(), view.values.end(), skipped.features.csr_view().values.begin(),
                             skipped.features.csr_view().values.end()));
      EXPECT_TRUE(std::equal(view.columns_of.begin(), view.columns_of.end(),
                             skipped.features.csr_view().columns_of.begin(),
                             skipped.features.csr_view().columns_of.end()));
    }
}

// Missing numbers beside many words: sparse, each with the mean of its column in its place.
TEST(Csv, MissingNumbersBesideWords) {
  const Dataset data = csv("c,x,l\na,1,0\nb,,1\nc,4,0\nd,?,1\ne,0,0\n", with({{"label-count", "1"}, {"impute", "mean"}}));
  EXPECT_TRUE(data.features.sparse());
  const float mean = 5.f / 3;
  EXPECT_EQ(dense(data), (Rows{{1, 0, 0, 0, 0, 1},
                               {0, 1, 0, 0, 0, mean},
                               {0, 0, 1, 0, 0, 4},
                               {0, 0, 0, 1, 0, mean},
                               {0, 0, 0, 0, 1, 0}}));
}

TEST(Csv, WordsAfterManyNumbers) {  // in columns that look numeric for a long time, in blocks of their own
  std::string text = "a,b,l\n";
  for (int i = 0; i < 300000; ++i)
    text += fmt::format("{},{},{}\n", i == 250000 ? "word" : "1", i == 299999 ? "late" : "2", i % 2);
  for (const int threads : {1, 2}) {
    tagma::Run run;
    run.threads = threads;
    const Dataset data = csv(text, with({{"label-count", "1"}}), run);
    EXPECT_THAT(data.feature_names, ElementsAre("a=1", "a=word", "b=2", "b=late"));
    ASSERT_EQ(data.rows(), 300000);
    const auto rows = dense(data);
    EXPECT_EQ(rows[249999], (std::vector<float>{1, 0, 1, 0}));
    EXPECT_EQ(rows[250000], (std::vector<float>{0, 1, 1, 0}));
    EXPECT_EQ(rows[299999], (std::vector<float>{1, 0, 0, 1}));
    EXPECT_EQ(data.labels.present_count(), 150000);
  }
}

TEST(Csv, QuotedLineEnds) {
  std::string text = "text,x\n";
  for (int i = 0; i < 100000; ++i) text += fmt::format("\"line one\nline, {}\",{}\n", i, i);
  text += "\"the last, \"\"unended\"\"\",7";
  tagma::Run run;
  run.threads = 2;
  const Dataset data = csv(text, with({{"text-column", "text"}}), run);
  ASSERT_EQ(data.rows(), 100001);
  EXPECT_EQ(data.texts[99999], "line one\nline, 99999");
  EXPECT_EQ(data.texts[100000], "the last, \"unended\"");
  EXPECT_EQ(data.features.dense_view().row(100000)[0], 7);
  EXPECT_THAT(csv_fault(text + "\n\"a\nb\",1,2\n", with({{"text-column", "text"}})),
              HasSubstr("in.csv:200004:6: found more values"));
}

TEST(Csv, OtherColumns) {
  const Dataset data = csv("id,who,w,image,x\n1,p1,0.5,a.png,7\n2,p2,2,b.png,8\n",
                           with({{"group-column", "who"}, {"weight-column", "w"}, {"ignore-columns", "id"}}));
  EXPECT_THAT(data.groups, ElementsAre("p1", "p2"));
  EXPECT_THAT(data.weights, ElementsAre(.5f, 2.f));
  EXPECT_THAT(data.images, ElementsAre("a.png", "b.png"));
  EXPECT_EQ(dense(data), (Rows{{7}, {8}}));
}

TEST(Csv, MissingValues) {
  const std::string text = "x,c,l\n1,a,1\n,?,\nNA,b,0\n4,a,1\n";
  EXPECT_EQ(csv_fault(text, with({{"label-count", "1"}})),
            "in.csv:3:1: found a missing value of 'x', allowed a value; --impute mean or --impute zero puts one there");
  EXPECT_EQ(dense(csv(text, with({{"label-count", "1"}, {"impute", "mean"}}))),
            (Rows{{1, 1, 0}, {2.5, 0, 0}, {2.5, 0, 1}, {4, 1, 0}}));
  EXPECT_EQ(dense(csv(text, with({{"label-count", "1"}, {"impute", "zero"}}))),
            (Rows{{1, 1, 0}, {0, 0, 0}, {0, 0, 1}, {4, 1, 0}}));
}

TEST(Csv, ErrorsNameLineAndColumn) {
  EXPECT_EQ(csv_fault("a,b\n1,2\n3\n"),
            "in.csv:3:2: found the end of the row, allowed 2 values, as in the header; there are 1");
  EXPECT_EQ(csv_fault("a,b\n1,2,3\n"), "in.csv:2:5: found more values: '3', allowed 2 values, as in the header");
  EXPECT_EQ(csv_fault("a,b\n1,\"x\"y\n"),
            "in.csv:2:6: found 'y', allowed a separator or the end of the line after a closing quote");
  EXPECT_THAT(csv_fault("a,b\n1,\"x\n"), HasSubstr("in.csv:2:3: found a quote that is never closed"));
  EXPECT_THAT(csv_fault("a,l\n1,yes\n", with({{"labels", "l"}})), HasSubstr("in.csv:2:3: found 'yes' for the label 'l'"));
  EXPECT_THAT(csv_fault("a,l\n1,-1\n", with({{"labels", "l"}})), HasSubstr("in.csv:2:3: found -1 for the label 'l'"));
  EXPECT_THAT(csv_fault("a,l\n1,a||b\n", with({{"label-column", "l"}})), HasSubstr("in.csv:2:5: found an empty name"));
  EXPECT_THAT(csv_fault("a,l\n1,a|b>c\n", with({{"label-column", "l"}})),
              HasSubstr("in.csv:2:5: found an order beside other labels"));
  EXPECT_THAT(csv_fault("a,l\n1,a|b|a\n", with({{"label-column", "l"}})),
              HasSubstr("in.csv:2:7: found the label 'a' a second time"));
  EXPECT_THAT(csv_fault("a,w\n1,-2\n", with({{"weight-column", "w"}})), HasSubstr("in.csv:2:3: found '-2' for the weight"));
  EXPECT_THAT(csv_fault("a,tags\n1,x\n", with({{"label-column", "tagz"}})),
              HasSubstr("no column 'tagz'; did you mean 'tags'?"));
  EXPECT_THAT(csv_fault("a,b\n1,x\n", with({{"labels", "a"}, {"label-count", "1"}})),
              HasSubstr("labels are named by one of"));
  EXPECT_THAT(csv_fault("a,b\n1,x\n", with({{"labels", "a"}, {"group-column", "a"}})),
              HasSubstr("has another use already"));
  EXPECT_THAT(csv_fault("0.5,-1.25,a>b\n1,2,a>b\n"), HasSubstr("in.csv:1:1: found numbers in the first line"));
  EXPECT_THAT(csv_fault(""), HasSubstr("in.csv:1:1: found nothing"));
}

TEST(Csv, SkipsBadRows) {
  std::string log;
  tagma::Run run;
  run.log = [&](Level, std::string_view text) { log += text; };
  const Dataset data = csv("a,c,l\n1,r,0\n2,r\n3,bad,x\n4,s,1\n5,worst,x\n",
                           with({{"label-count", "1"}, {"skip-bad-rows", "true"}}), run);
  EXPECT_THAT(data.feature_names, ElementsAre("a", "c=r", "c=s"));
  EXPECT_EQ(dense(data), (Rows{{1, 1, 0}, {4, 0, 1}}));
  EXPECT_EQ(truth(data), (Rows{{0}, {1}}));
  EXPECT_THAT(log, HasSubstr("left out 3 bad rows (lines 3, 4, 6)"));
}

TEST(Csv, RowsLeftOutDoNotTouchTheNext) {
  const Dataset data = csv("c,l\nr,0\nworst,x\ns,1\ns,0\n", with({{"label-count", "1"}, {"skip-bad-rows", "true"}}));
  EXPECT_FALSE(data.features.sparse());
  EXPECT_EQ(dense(data), (Rows{{1, 0}, {0, 1}, {0, 1}}));
}

TEST(Csv, RowsLeftOutOfManyBlocks) {
  std::string text = "x,y,l\n";
  Rows wanted;
  for (int i = 0; i < 300000; ++i) {
    const bool bad = i % 1000 == 7;
    text += fmt::format("{},{},{}\n", i, i % 10, bad ? "bad" : "1");
    if (!bad) wanted.push_back({static_cast<float>(i), static_cast<float>(i % 10)});
  }
  for (const int threads : {1, 2}) {
    tagma::Run run;
    run.threads = threads;
    const Dataset data = csv(text, with({{"label-count", "1"}, {"skip-bad-rows", "true"}}), run);
    ASSERT_EQ(data.rows(), 299700);
    EXPECT_TRUE(dense(data) == wanted);
  }
}

TEST(Tsv, QuotesMayBePlainText) {
  const Dataset data =
      read_text<Tsv>("in.tsv", "text\tlabels\n\"Well\" he said\ta|b\n\"in \"\"quotes\"\"\tx\"\tb\n\"open\t\n",
                     with({{"text-column", "text"}, {"label-column", "labels"}}));
  EXPECT_THAT(data.texts, ElementsAre("\"Well\" he said", "in \"quotes\"\tx", "\"open"));
  EXPECT_EQ(truth(data), (Rows{{1, 1}, {0, 1}, {0, 0}}));
}

Dataset example() {
  Dataset data;
  data.labels = LabelMatrix(3);
  data.labels.add(std::vector<LabelId>{0, 2}, std::vector<float>{1, 2});
  data.labels.add({}, {}, std::vector<LabelId>{1});
  data.labels.add(std::vector<LabelId>{1, 2});
  data.label_names = {"a b", "it's \"c\"", "p,q"};
  data.feature_names = {"x", "y,z"};
  data.features = FeatureMatrix(DenseArrays{{1, 2, 0, .1f, -5, 1e30f}}, 3, 2);
  data.weights = {1, .5f, 2};
  data.groups = {"g", "", "h,\"i\""};
  data.images = {"a.png", "b.png", "c d.png"};
  data.texts = {"one", "", " two\nlines, \"quoted\" "};
  return data;
}

TEST(Tsv, WithoutAHeaderColumnsAreNumbered) {
  const Dataset data = read_text<Tsv>("a.tsv",
                                      "A \"text\", of words\tp12 p3\tid1\n"
                                      "\"Quoted\" and not\t\tid2\n"
                                      "3.5\tp3  <http://x/y?a=b|c>\tid3\n",
                                      with({{"no-header", "true"},
                                            {"text-column", "column1"},
                                            {"label-column", "column2"},
                                            {"label-separator", " "},
                                            {"ignore-columns", "column3"}}));
  EXPECT_THAT(data.texts, ElementsAre("A \"text\", of words", "\"Quoted\" and not", "3.5"));
  EXPECT_THAT(data.label_names, ElementsAre("<http://x/y?a=b|c>", "p12", "p3"));
  EXPECT_THAT(data.labels[0].present, ElementsAre(1, 2));
  EXPECT_TRUE(data.labels[1].present.empty());
  EXPECT_THAT(data.labels[2].present, ElementsAre(0, 2));
  EXPECT_FALSE(data.has_features());
}

TEST(Csv, WithoutAHeaderNumbersAreRowsAndLinesCountFromTheFirst) {
  const Dataset data = read_text<Csv>("a.csv", "1.5,2,1\n0,4,0\n", with({{"no-header", "true"}, {"label-count", "1"}}));
  EXPECT_THAT(data.feature_names, ElementsAre("column1", "column2"));
  EXPECT_THAT(data.label_names, ElementsAre("column3"));
  EXPECT_EQ(data.rows(), 2);
  EXPECT_THAT(message_of([] { read_text<Csv>("a.csv", "1,2\n3\n", with({{"no-header", "true"}})); }), HasSubstr("a.csv:2:2"));
  EXPECT_THAT(message_of([] { read_text<Csv>("a.csv", "1,2\n", with({{"no-header", "true"}, {"text-column", "text"}})); }),
              HasSubstr("no column 'text'"));
}

TEST(Csv, ListsWithASeparatorHoldPlainNames) {
  const auto read = [](const std::string& separator, const std::string& cell) {
    return read_text<Csv>("a.csv", "x,l\n1," + cell + "\n", with({{"label-column", "l"}, {"label-separator", separator}}));
  };
  EXPECT_THAT(read(";", "a; b>c ;!d;?e|f").label_names, ElementsAre("!d", "?e|f", "a", "b>c"));
  EXPECT_THAT(read(",", "\"27,3\"").label_names, ElementsAre("27", "3"));
  EXPECT_THAT(message_of([&] { read(";", "a;;b"); }), HasSubstr("a.csv:2:5: found an empty name"));
  EXPECT_THAT(message_of([&] { read(";", "a;a"); }), HasSubstr("a second time"));
  EXPECT_THAT(message_of([&] { read(", ", "a"); }), HasSubstr("one character stands between labels"));
  EXPECT_THAT(message_of([] { read_text<Csv>("a.csv", "x,l\n1,1\n", with({{"labels", "l"}, {"label-separator", ";"}})); }),
              HasSubstr("name their column with label-column"));
}

TEST(Csv, RoundTrip) {
  const Folder folder("csv_round");
  const Dataset data = example();
  const std::vector<std::pair<std::string, std::string>> parts{
      {"group-column", "group"}, {"weight-column", "weight"}, {"text-column", "text"}};
  for (const std::pair<std::string, std::string>& labels :
       {std::pair<std::string, std::string>{"label-count", "3"}, {"label-prefix", "l:"}, {"label-column", "tags"}}) {
    auto settings = parts;
    settings.push_back(labels);
    const std::string path = folder / "a.csv.gz";
    Csv::write(data, path, with(settings), {});
    const Dataset back = Csv::read(Source(path), with(settings), {});
    expect_same(data, back);
  }
  EXPECT_THAT(Csv::lost(data), ElementsAre());
}

TEST(Csv, RoundTripOfLabelsAlone) {
  const Folder folder("csv_labels");
  Dataset data;
  data.labels = LabelMatrix(2);
  data.labels.add({});
  data.labels.add(std::vector<LabelId>{0, 1});
  data.label_names = {"a", "b"};
  Csv::write(data, folder / "a.csv", with({{"label-column", "tags"}}), {});
  expect_same(data, Csv::read(Source(folder / "a.csv"), with({{"label-column", "tags"}}), {}));
  data.label_names = {"a>b", "c"};
  EXPECT_THAT(message_of([&] {
                Csv::write(data, folder / "b.csv", with({{"label-column", "tags"}}), {});
              }),
              HasSubstr("cannot stand in a list"));
  EXPECT_FALSE(std::filesystem::exists(folder / "b.csv"));
}

}  // namespace
}  // namespace tagma
