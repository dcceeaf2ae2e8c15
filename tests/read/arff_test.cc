#include <tagma/read/arff.h>

#include <tests/read/table_check.h>

#include <tagma/read/sink.h>

#include <gmock/gmock.h>

namespace tagma {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Rows = std::vector<std::vector<float>>;

Dataset arff(const std::string& text, const ReadOptions& options = {}, const Run& run = {}) {
  return read_text<Arff>("in.arff", text, options, run);
}

std::string fault(const std::string& text, const ReadOptions& options = {}) {
  return message_of([&] { arff(text, options); });
}

constexpr const char* dense_text = R"(% a comment
@RELATION 'songs: -C -2'

@Attribute tempo REAL
@attribute 'key of, it' {c,'d e',"f'"}
@attribute live {0,1}
@attribute happy {0,1}
@attribute grade numeric
@DATA
% another
1.5,c,1,1,0
-2e1 , 'd e' , 0 , ? , 2.5

0.25,"f'",1,0,1
)";

TEST(Arff, DenseRows) {
  const Dataset data = arff(dense_text);
  EXPECT_THAT(data.feature_names, ElementsAre("tempo", "key of, it=c", "key of, it=d e", "key of, it=f'", "live"));
  EXPECT_THAT(data.label_names, ElementsAre("happy", "grade"));
  EXPECT_FALSE(data.features.sparse());
  EXPECT_EQ(dense(data), (Rows{{1.5, 1, 0, 0, 1}, {-20, 0, 1, 0, 0}, {.25, 0, 0, 1, 1}}));
  EXPECT_EQ(truth(data), (Rows{{1, 0}, {-1, 2.5}, {0, 1}}));
  EXPECT_TRUE(data.labels.graded());
}

TEST(Arff, LabelsByMekaCount) {
  const std::string text = "@relation 'x: -C 1 -S'\n@attribute a {0,1}\n@attribute b numeric\n@data\n1,3\n0,4";
  const Dataset data = arff(text);
  EXPECT_THAT(data.label_names, ElementsAre("a"));
  EXPECT_EQ(dense(data), (Rows{{3}, {4}}));
  EXPECT_EQ(truth(data), (Rows{{1}, {0}}));
  EXPECT_FALSE(data.labels.graded());
}

TEST(Arff, LabelsByName) {
  ReadOptions options;
  options.labels = "happy,live";
  const Dataset data = arff(dense_text, options);
  EXPECT_THAT(data.label_names, ElementsAre("happy", "live"));
  EXPECT_EQ(truth(data), (Rows{{1, 1}, {-1, 0}, {0, 1}}));
  options.labels = "hapy";
  EXPECT_THAT(fault(dense_text, options), HasSubstr("did you mean 'happy'"));
}

constexpr const char* sparse_head = R"(@relation r
@attribute a numeric
@attribute b {x,y,z}
@attribute c {1,0}
@attribute l {0,1}
@attribute m {no,YES}
@data
)";

TEST(Arff, SparseRowsAndLeftOutValues) {
  ReadOptions options;
  options.label_count = 2;
  const Dataset data = arff(std::string(sparse_head) + "{0 1.5, 3 1}\n{4 YES,1 z,2 0}\n{}\n{ }\n", options);
  ASSERT_TRUE(data.features.sparse());
  EXPECT_THAT(data.feature_names, ElementsAre("a", "b=x", "b=y", "b=z", "c"));
  EXPECT_EQ(dense(data), (Rows{{1.5, 1, 0, 0, 1}, {0, 0, 0, 1, 0}, {0, 1, 0, 0, 1}, {0, 1, 0, 0, 1}}));
  EXPECT_EQ(truth(data), (Rows{{1, 0}, {0, 1}, {0, 0}, {0, 0}}));
}

TEST(Arff, ErrorsNameLineAndColumn) {
  ReadOptions options;
  options.label_count = 2;
  const std::string head = sparse_head;
  EXPECT_EQ(fault(head + "{0 1.5}\n{0 1, 7 2}\n", options),
            "in.arff:9:7: found '7 2}', allowed attribute numbers from 0 to 4");
  EXPECT_EQ(fault(head + "1,x,0,1\n", options),
            "in.arff:8:8: found the end of the row, allowed 5 values in a row; there are 4");
  EXPECT_EQ(fault(head + "1,w,0,1,no\n", options), "in.arff:8:3: found 'w', allowed {x,y,z} or ?");
  EXPECT_EQ(fault(head + "1.5a,x,0,1,no\n", options),
            "in.arff:8:1: found '1.5a,x,0,1,no', allowed a finite number or ?");
  EXPECT_THAT(fault(head + "1,x,0,1,no,9\n", options),
              HasSubstr("in.arff:8:11: found ',9', allowed the end of the row"));
  EXPECT_THAT(fault(head + "?,x,0,1,no\n", options), HasSubstr("in.arff:8:1: found a missing value of 'a'"));
  EXPECT_THAT(fault(head + "{0 1,0 2}\n", options),
              HasSubstr("in.arff:8:6: found '0 2}', allowed each attribute once"));
  EXPECT_THAT(fault(head + "{0 1\n", options), HasSubstr("in.arff:8:5: found the end of the row"));
  EXPECT_THAT(fault(head + "1,'x,0,1,no\n", options), HasSubstr("in.arff:8:3"));
  EXPECT_THAT(fault(head + "inf,x,0,1,no\n", options), HasSubstr("in.arff:8:1"));
  EXPECT_THAT(fault("@relation r\n@attribute a nummeric\n@data\n"),
              HasSubstr("in.arff:2:14: found the type 'nummeric'"));
  EXPECT_THAT(fault("@relation r\n@attribute a {x,y\n"), HasSubstr("in.arff:2:"));
  EXPECT_THAT(fault("@relation r\n@attribute a numeric\n"), HasSubstr("in.arff:3:1: found the end of the file"));
  EXPECT_THAT(fault("@relation r\n@attribute d date 'yyyy'\n@data\n"), HasSubstr("--ignore-columns"));
  EXPECT_THAT(fault("@relation r\n@attribute s string\n@attribute t string\n@data\n"),
              HasSubstr("a second string attribute"));
  options.label_count = 1;
  EXPECT_THAT(fault("@relation r\n@attribute s {0,1}\n@attribute t {red,blue}\n@data\n", options),
              HasSubstr("the value 'red'"));
}

TEST(Arff, MissingValues) {
  ReadOptions options;
  options.label_count = 2;
  const std::string text = std::string(sparse_head) + "1,x,0,1,no\n?,?,?,?,YES\n4,z,1,0,no\n";
  options.impute = Impute::mean;
  EXPECT_EQ(dense(arff(text, options)), (Rows{{1, 1, 0, 0, 0}, {2.5, 0, 0, 0, .5}, {4, 0, 0, 1, 1}}));
  options.impute = Impute::zero;
  const Dataset data = arff(text, options);
  EXPECT_EQ(dense(data)[1], (std::vector<float>{0, 0, 0, 0, 0}));
  EXPECT_EQ(truth(data), (Rows{{1, 0}, {-1, 1}, {0, 0}}));
}

TEST(Arff, SkipsBadRows) {
  ReadOptions options;
  options.label_count = 2;
  options.skip_bad_rows = true;
  std::string log;
  tagma::Run run;
  run.log = [&](Level, std::string_view text) { log += text; };
  const Dataset data =
      arff(std::string(sparse_head) + "1,x,0,1,no\n2,y,5,1,no\n3,z,0,0,YES\n4,z\n5,x,1,0,no\n", options, run);
  EXPECT_EQ(dense(data), (Rows{{1, 1, 0, 0, 0}, {3, 0, 0, 1, 0}, {5, 1, 0, 0, 1}}));
  EXPECT_EQ(truth(data), (Rows{{1, 0}, {0, 1}, {0, 0}}));
  EXPECT_THAT(log, HasSubstr("left out 2 bad rows (lines 9, 11)"));
}

TEST(Arff, TextAndWeights) {
  const Dataset data = arff(
      "@relation 'r -C 1'\n@attribute l {0,1}\n@attribute s string\n@data\n1,'it\\'s, \\n',{0.5}\n0,plain words\n");
  EXPECT_THAT(data.texts, ElementsAre("it's, \n", "plain words"));
  EXPECT_THAT(data.weights, ElementsAre(.5f, 1.f));
  EXPECT_EQ(data.features.columns(), 0);
  EXPECT_EQ(data.rows(), 2);
}

TEST(Arff, IgnoresColumns) {
  ReadOptions options;
  options.ignore_columns = "when, s";
  const Dataset data = arff(
      "@relation 'r: -C 1'\n@attribute l {0,1}\n@attribute when date \"yyyy-MM-dd\"\n@attribute s string\n@attribute x "
      "integer\n"
      "@data\n1,\"2020-01-01\",'a,b',7\n{0 1,3 2}\n",
      options);
  EXPECT_EQ(dense(data), (Rows{{7}, {2}}));
}

TEST(Arff, RepeatedNamesAreNumbered) {
  const Dataset data = arff(
      "@relation r\n@attribute a real\n@attribute a_2 real\n@attribute a real\n@attribute a real\n@data\n1,2,3,4\n");
  EXPECT_THAT(data.feature_names, ElementsAre("a", "a_2", "a_3", "a_4"));
}

TEST(Arff, ClusTree) {
  const Dataset data = arff(
      "@RELATION t\n@ATTRIBUTE x numeric\n@ATTRIBUTE class hierarchical "
      "1,1/2/3,1/2,2,2/1\n@DATA\n0.5,1/2/3@2\n1,2/1\n2,1\n");
  EXPECT_THAT(data.label_names, ElementsAre("1", "1/2", "1/2/3", "2", "2/1"));
  ASSERT_TRUE(data.taxonomy);
  EXPECT_EQ(data.taxonomy->parents, (std::vector<std::vector<LabelId>>{{}, {0}, {1}, {}, {3}}));
  EXPECT_EQ(truth(data), (Rows{{1, 1, 1, 1, 0}, {0, 0, 0, 1, 1}, {1, 0, 0, 0, 0}}));
  const std::string head = "@RELATION t\n@ATTRIBUTE x numeric\n@ATTRIBUTE class hierarchical 1,1/2\n@DATA\n";
  EXPECT_THAT(fault(head + "1,1@1/3\n"), HasSubstr("in.arff:5:5: found the label '1/3'"));
  EXPECT_THAT(fault("@RELATION t\n@ATTRIBUTE class hierarchical 1,1//2\n@DATA\n"), HasSubstr("in.arff:2:"));
}

TEST(Arff, ClusGraph) {
  const Dataset data = arff(
      "@RELATION t\n@ATTRIBUTE x numeric\n@ATTRIBUTE class hierarchical "
      "root/a,root/b,a/c,b/c,c/d\n@DATA\n0.5,d\n1,b@a\n");
  EXPECT_THAT(data.label_names, ElementsAre("a", "b", "c", "d"));
  EXPECT_EQ(data.taxonomy->parents, (std::vector<std::vector<LabelId>>{{}, {}, {0, 1}, {2}}));
  EXPECT_EQ(truth(data), (Rows{{1, 1, 1, 1}, {1, 1, 0, 0}}));
  EXPECT_THAT(fault("@RELATION t\n@ATTRIBUTE class hierarchical root/a,a/b,b/a\n@DATA\n"), HasSubstr("circle"));
}

void write_file(const std::string& path, std::string_view text) {
  Sink sink(path);
  sink.write(text);
  sink.commit();
}

constexpr const char* small =
    "@relation r\n@attribute x numeric\n@attribute a {0,1}\n@attribute b {0,1}\n@data\n1,0,1\n";

TEST(Arff, LabelsFromXmlBeside) {
  const Folder folder("arff_xml");
  write_file(folder / "set-train.arff.gz", small);
  write_file(
      folder / "set.xml",
      R"(<?xml version="1.0"?><m:labels xmlns:m="u"><m:label name="b"><m:label name="a"/></m:label></m:labels>)");
  write_file(folder / "other.xml", R"(<labels><label name="x"/></labels>)");
  const Dataset data = Arff::read(Source(folder / "set-train.arff.gz"), {}, {});
  EXPECT_THAT(data.label_names, ElementsAre("a", "b"));  // in the order of the attributes
  ASSERT_TRUE(data.taxonomy);
  EXPECT_EQ(data.taxonomy->parents, (std::vector<std::vector<LabelId>>{{1}, {}}));
  EXPECT_EQ(truth(data), (Rows{{0, 1}}));
  ReadOptions options;
  options.labels_xml = folder / "other.xml";
  EXPECT_THAT(Arff::read(Source(folder / "set-train.arff.gz"), options, {}).label_names, ElementsAre("x"));
}

TEST(Arff, OnlyXmlOfTheFolder) {
  const Folder folder("arff_only");
  write_file(folder / "one.arff", small);
  write_file(folder / "two.xml", R"(<labels><label name="b"/></labels>)");
  std::string log;
  tagma::Run run;
  run.log = [&](Level, std::string_view text) { log += text; };
  EXPECT_THAT(Arff::read(Source(folder / "one.arff"), {}, run).label_names, ElementsAre("b"));
  EXPECT_THAT(log, HasSubstr("the only .xml of the folder"));
  write_file(folder / "two.xml", R"(<labels><label name="foreign"/></labels>)");
  log.clear();
  EXPECT_EQ(Arff::read(Source(folder / "one.arff"), {}, run).labels.labels(), 0);
  EXPECT_THAT(log, HasSubstr("no labels known"));
}

Dataset example(bool sparse) {
  Dataset data;
  data.labels = LabelMatrix(3);
  data.labels.add(std::vector<LabelId>{0, 2}, std::vector<float>{1, 2.5});
  data.labels.add({}, {}, std::vector<LabelId>{1});
  data.labels.add(std::vector<LabelId>{1});
  data.label_names = {"a b", "it's", "p%"};
  data.feature_names = {"x", "y,z"};
  if (sparse) data.features = FeatureMatrix(CsrArrays{{0, 1, 1, 3}, {1, 0, 1}, {1.25f, -3e-8f, 7}}, 2);
  else data.features = FeatureMatrix(DenseArrays{{1, 2, 0, .1f, -5, 1e30f}}, 3, 2);
  data.weights = {1, .5f, 2};
  data.texts = {"one", "", "two\nlines 'quoted' \\ % ?"};
  data.taxonomy = Taxonomy{{{}, {0}, {0}}};
  return data;
}

TEST(Arff, RoundTrip) {
  const Folder folder("arff_round");
  for (const bool sparse : {false, true})
    for (const char* name : {"a.arff", "b.arff.gz", "c.arff.zst"}) {
      const Dataset data = example(sparse);
      Arff::write(data, folder / name, {}, {});
      const Dataset back = Arff::read(Source(folder / name), {}, {});
      EXPECT_EQ(back.features.sparse(), sparse);
      expect_same(data, back);
    }
  EXPECT_THAT(Arff::lost(example(true)), ElementsAre());
}

TEST(Arff, SameForAnyNumberOfThreads) {
  std::string text = "@relation 'r: -C 1'\n@attribute l numeric\n@attribute x numeric\n@attribute y numeric\n@data\n";
  for (int i = 0; i < 200000; ++i)
    text += fmt::format("{},{},{}\n", i % 3, i * 0.25, i % 7 == 0 ? "?" : std::to_string(i % 11));
  text.pop_back();
  ReadOptions options;
  options.impute = Impute::mean;
  tagma::Run two;
  two.threads = 2;
  const Dataset a = arff(text, options), b = arff(text, options, two);
  ASSERT_EQ(a.rows(), 200000);
  EXPECT_TRUE(std::ranges::equal(a.features.dense_view().row(199999), b.features.dense_view().row(199999)));
  EXPECT_EQ(dense(a), dense(b));
  EXPECT_EQ(a.labels.present_count(), b.labels.present_count());
}

}  // namespace
}  // namespace tagma
