#include <tagma/read/jsonl.h>

#include <tests/read/table_check.h>

#include <gmock/gmock.h>

namespace tagma {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Rows = std::vector<std::vector<float>>;

Dataset jsonl(const std::string& text, const ReadOptions& options = {}, const tagma::Run& run = {}) {
  return read_text<Jsonl>("in.jsonl", text, options, run);
}

std::string jsonl_fault(const std::string& text, const ReadOptions& options = {}) {
  return message_of([&] { jsonl(text, options); });
}

TEST(Jsonl, ListsBucketsAndGrades) {
  const Dataset data = jsonl(
      "{\"text\":\"a \\\"b\\\" \\u00e9\\ud83d\\ude00\\n\",\"labels\":[\"sky\",\"plant\"]}\n"
      " { \"labels\" : [[\"sky\"],[\"plant\",\"water\"]] }\r\n\n"
      "{\"labels\":{\"water\":2.5,\"sky\":0},\"absent\":[\"plant\"],\"unknown\":[\"sand\"]}\n"
      "{\"labels\":[[],[\"sky\"],[]]}\n{}");
  EXPECT_THAT(data.label_names, ElementsAre("plant", "sand", "sky", "water"));
  EXPECT_EQ(truth(data), (Rows{{1, 0, 1, 0}, {1, 0, 2, 1}, {0, -1, 0, 2.5}, {0, 0, 2, 0}, {0, 0, 0, 0}}));
  EXPECT_THAT(data.texts, ElementsAre("a \"b\" é😀\n", "", "", "", ""));
  ReadOptions options;
  options.unlisted_unknown = true;
  EXPECT_EQ(truth(jsonl("{\"labels\":[\"a\"],\"absent\":[\"b\"]}\n{\"labels\":{\"b\":0}}\n{}", options)),
            (Rows{{1, 0}, {-1, 0}, {-1, -1}}));
}

TEST(Jsonl, Features) {
  const Dataset lists = jsonl("{\"features\":[1,-2.5e1]}\n{\"features\":[0,3]}\n");
  EXPECT_FALSE(lists.features.sparse());
  EXPECT_EQ(dense(lists), (Rows{{1, -25}, {0, 3}}));
  const Dataset numbered = jsonl("{\"features\":{\"10\":1,\"2\":0.5}}\n{\"features\":{}}\n");
  ASSERT_TRUE(numbered.features.sparse());
  EXPECT_EQ(numbered.features.columns(), 11);
  EXPECT_EQ(dense(numbered)[0][2], .5f);
  EXPECT_THAT(numbered.feature_names, ElementsAre());
  const Dataset named = jsonl("{\"features\":{\"2\":1,\"10\":2}}\n{\"features\":{\"b\":3,\"a\":4,\"2\":5}}\n");
  EXPECT_THAT(named.feature_names, ElementsAre("10", "2", "a", "b"));
  EXPECT_EQ(dense(named), (Rows{{2, 1, 0, 0}, {0, 5, 4, 3}}));
}

TEST(Jsonl, OtherFields) {
  const Dataset data = jsonl(
      "{\"image\":\"a.png\",\"group\":\"p1\",\"votes\":[{\"by\":\"zoe\",\"labels\":[\"b\",\"a\"]},{\"labels\":[],"
      "\"by\":\"ann\"}]}\n"
      "{\"image\":\"b.png\",\"weight\":0.5,\"labels\":[\"a\"]}\n");
  EXPECT_THAT(data.images, ElementsAre("a.png", "b.png"));
  EXPECT_THAT(data.groups, ElementsAre("p1", ""));
  EXPECT_THAT(data.weights, ElementsAre(1.f, .5f));
  EXPECT_THAT(data.votes.annotators, ElementsAre("ann", "zoe"));
  ASSERT_EQ(data.votes.rows.size(), 2u);
  ASSERT_EQ(data.votes.rows[0].size(), 2u);
  EXPECT_EQ(data.votes.rows[0][0].by, 1);
  EXPECT_THAT(data.votes.rows[0][0].labels, ElementsAre(0, 1));
  EXPECT_THAT(data.votes.rows[1], ElementsAre());
  EXPECT_EQ(truth(data), (Rows{{0, 0}, {1, 0}}));
}

TEST(Jsonl, MissingValues) {
  const std::string text = "{\"features\":[1,2]}\n{\"features\":[null,4]}\n";
  EXPECT_EQ(jsonl_fault(text),
            "in.jsonl:2:14: found 'null,4]}', allowed a value; --impute mean or --impute zero puts one there");
  ReadOptions options;
  options.impute = Impute::mean;
  EXPECT_EQ(dense(jsonl(text, options)), (Rows{{1, 2}, {1, 4}}));
  EXPECT_EQ(dense(jsonl("{\"features\":{\"a\":3}}\n{\"features\":{\"a\":null}}\n{\"features\":{}}", options)),
            (Rows{{3}, {1.5}, {0}}));
  options.impute = Impute::zero;
  EXPECT_EQ(dense(jsonl(text, options)), (Rows{{1, 2}, {0, 4}}));
}

TEST(Jsonl, FixedLabels) {
  ReadOptions options;
  options.labels = "z, a";
  const Dataset data = jsonl("{\"labels\":[\"a\"]}\n", options);
  EXPECT_THAT(data.label_names, ElementsAre("z", "a"));
  EXPECT_EQ(truth(data), (Rows{{0, 1}}));
  EXPECT_THAT(jsonl_fault("{\"labels\":[\"b\"]}\n", options),
              HasSubstr("in.jsonl:1:12: found the label 'b', allowed the labels that were named"));
}

TEST(Jsonl, ErrorsNameLineAndColumn) {
  EXPECT_EQ(jsonl_fault("{}\n{\"lables\":[]}\n"),
            "in.jsonl:2:2: found the field 'lables', allowed absent, features, group, image, labels, text, unknown, "
            "votes, weight; did "
            "you mean 'labels'?");
  EXPECT_THAT(jsonl_fault("{\"labels\":[3]}"), HasSubstr("in.jsonl:1:12: found '3]}', allowed a label in double quotes"));
  EXPECT_THAT(jsonl_fault("{\"labels\":[\"a\",]}"), HasSubstr("in.jsonl:1:16:"));
  EXPECT_THAT(jsonl_fault("{\"labels\":[\"a\",[\"b\"]]}"), HasSubstr("in.jsonl:1:16:"));
  EXPECT_THAT(jsonl_fault("{\"labels\":[\"a\",\"a\"]}"), HasSubstr("in.jsonl:1:16: found the label 'a' a second time"));
  EXPECT_THAT(jsonl_fault("{\"labels\":[\"a\"],\"absent\":[\"a\"]}"),
              HasSubstr("in.jsonl:1:27: found the label 'a' a second time"));
  EXPECT_THAT(jsonl_fault("{\"labels\":{\"a\":-1}}"), HasSubstr("in.jsonl:1:16:"));
  EXPECT_THAT(jsonl_fault("{\"labels\":{\"a\":01}}"), HasSubstr("in.jsonl:1:16: found '01}}'"));
  EXPECT_THAT(jsonl_fault("{\"labels\":{\"a\":1e99}}"), HasSubstr("in.jsonl:1:16:"));
  EXPECT_THAT(jsonl_fault("{\"weight\":-1}"), HasSubstr("in.jsonl:1:11:"));
  EXPECT_THAT(jsonl_fault("{\"text\":\"a"), HasSubstr("in.jsonl:1:9: found '\"a', allowed a closing quote"));
  EXPECT_THAT(jsonl_fault("{\"text\":\"\\x\"}"), HasSubstr("in.jsonl:1:10: found"));
  EXPECT_THAT(jsonl_fault("{\"text\":\"\\ud800\"}"), HasSubstr("surrogate"));
  EXPECT_THAT(jsonl_fault("{\"text\":\"\xff\"}"), HasSubstr("in.jsonl:1:10: found the byte 0xff, allowed UTF-8"));
  EXPECT_THAT(jsonl_fault("{\"text\":\"a\tb\"}"), HasSubstr("in.jsonl:1:11: found"));
  EXPECT_THAT(jsonl_fault("{} {}"), HasSubstr("in.jsonl:1:4: found '{}', allowed the end of the line"));
  EXPECT_THAT(jsonl_fault("[1]"), HasSubstr("in.jsonl:1:1: found '[1]', allowed one object"));
  EXPECT_THAT(jsonl_fault("{\"features\":[1,2]}\n{\"features\":[1]}"),
              HasSubstr("in.jsonl:2:13: found a list of 1 features, allowed 2"));
  EXPECT_THAT(jsonl_fault("{\"features\":[1,2]}\n{\"features\":{}}"), HasSubstr("in.jsonl:2:13: found"));
  EXPECT_THAT(jsonl_fault("{\"features\":[1,2]}\n{}"), HasSubstr("in.jsonl:2:1: found a row without features"));
  EXPECT_THAT(jsonl_fault("{\"features\":{\"1\":1,\"1\":2}}"), HasSubstr("twice"));
  EXPECT_THAT(jsonl_fault("{\"text\":\"a\",\"text\":\"b\"}"),
              HasSubstr("in.jsonl:1:13: found the field 'text' a second time"));
  EXPECT_THAT(jsonl_fault("{\"votes\":[{\"labels\":[]}]}"), HasSubstr("in.jsonl:1:11: found"));
}

TEST(Jsonl, SkipsBadRowsAndWhatOnlyTheySay) {
  ReadOptions options;
  options.skip_bad_rows = true;
  std::string log;
  tagma::Run run;
  run.log = [&](Level, std::string_view text) { log += text; };
  const Dataset data = jsonl(
      "{\"labels\":[\"bad\"],\"features\":[1,2,3],\"wait\":1}\n"
      "{\"labels\":[\"a\"],\"features\":[1,2],\"text\":\"one\"}\n"
      "{\"labels\":[\"worse\",3],\"features\":[5,6],\"text\":\"two\"}\n"
      "{\"labels\":[\"b\"],\"features\":[3,4]}\n"
      "{\"votes\":[{\"by\":\"bad\",\"labels\":[\"last\"]}],\"features\":[7]}\n",
      options, run);
  EXPECT_THAT(data.label_names, ElementsAre("a", "b"));
  EXPECT_EQ(dense(data), (Rows{{1, 2}, {3, 4}}));
  EXPECT_EQ(truth(data), (Rows{{1, 0}, {0, 1}}));
  EXPECT_THAT(data.texts, ElementsAre("one", ""));
  EXPECT_THAT(data.votes.annotators, ElementsAre());
  EXPECT_THAT(log, HasSubstr("left out 3 bad rows (lines 1, 3, 5)"));
}

TEST(Jsonl, SameForAnyNumberOfThreads) {
  std::string text;
  for (int i = 0; i < 60000; ++i)
    text += fmt::format("{{\"features\":{{\"{}\":{},\"w{}\":1}},\"labels\":[\"l{}\",\"m{}\"]}}\n", i % 50, i,
                        (60000 - i) % 30, i % 7, i / 9000);
  tagma::Run two;
  two.threads = 2;
  const Dataset a = jsonl(text), b = jsonl(text, {}, two);
  expect_same(a, b);
  EXPECT_EQ(a.features.columns(), 80);
  EXPECT_EQ(a.label_names.size(), 14u);
}

Dataset jsonl_example(bool sparse) {
  Dataset data;
  data.labels = LabelMatrix(3, Truth::unknown);
  data.labels.add(std::vector<LabelId>{0, 2}, std::vector<float>{1, 2.25});
  data.labels.add({}, {}, std::vector<LabelId>{1});
  data.labels.add(std::vector<LabelId>{1, 2});
  data.label_names = {"a \"b\"", "c\\", "é"};
  if (sparse) {
    data.features = FeatureMatrix(CsrArrays{{0, 1, 1, 3}, {1, 0, 1}, {1.25f, -3e-8f, 7}}, 2);
    data.feature_names = {"x\ty", "z"};
  } else {
    data.features = FeatureMatrix(DenseArrays{{1, 2, 0, .1f, -5, 1e30f}}, 3, 2);
  }
  data.weights = {1, .5f, 2};
  data.groups = {"g", "", "h"};
  data.images = {"a.png", "b.png", "c d.png"};
  data.texts = {"one", "", "two\nlines \x01 \x1f"};
  data.votes.annotators = {"ann", "zoe"};
  data.votes.rows = {{{0, {1}}, {1, {}}}, {}, {{1, {0, 2}}}};
  return data;
}

TEST(Jsonl, RoundTrip) {
  const Folder folder("jsonl_round");
  ReadOptions options;
  options.unlisted_unknown = true;
  for (const bool sparse : {false, true}) {
    const Dataset data = jsonl_example(sparse);
    Jsonl::write(data, folder / "a.jsonl.gz", {}, {});
    const Dataset back = Jsonl::read(Source(folder / "a.jsonl.gz"), options, {});
    EXPECT_EQ(back.features.sparse(), sparse);
    expect_same(data, back);
    EXPECT_EQ(back.votes.annotators, data.votes.annotators);
    ASSERT_EQ(back.votes.rows.size(), 3u);
    EXPECT_EQ(back.votes.rows[2][0].labels, data.votes.rows[2][0].labels);
    EXPECT_THAT(Jsonl::lost(data), ElementsAre());
  }
}

}  // namespace
}  // namespace tagma
