// The label ranking sets of the shared data: CSV whose last column orders all labels (a>b>c).
#include <tagma/read/csv.h>

#include <tests/read/table_check.h>

#include <nlohmann/json.hpp>

#include <fstream>
#include <set>

namespace tagma {
namespace {

TEST(LabelRankingShared, MatchTheIndex) {
  std::ifstream in(shared_data() + "/INDEX.json");
  if (!in) GTEST_SKIP() << "no shared data beside the checkout";
  const nlohmann::json index = nlohmann::json::parse(in);
  int files = 0;
  for (const auto& [key, wanted] : index.items()) {
    if (!key.starts_with("label_ranking/") || !key.ends_with(".txt")) continue;
    SCOPED_TRACE(key);
    ReadOptions options;
    options.label_column = "ranking";
    const Dataset data = Csv::read(Source(shared_data() + "/" + key + ".gz"), options, {});
    data.check();
    EXPECT_EQ(data.rows(), wanted["instances"].get<std::int64_t>());
    EXPECT_EQ(data.labels.labels(), wanted["labels"].get<LabelId>());
    std::set<std::string> columns;
    for (const std::string& name : data.feature_names) columns.insert(name.substr(0, name.find('=')));
    EXPECT_EQ(static_cast<std::int64_t>(columns.size()), wanted["features"].get<std::int64_t>());
    EXPECT_TRUE(data.labels.graded());
    EXPECT_EQ(data.labels.present_count(), data.rows() * data.labels.labels());  // every row orders all labels
    const std::string example = wanted["ex"];
    const LabelRow first = data.labels[0];
    std::vector<std::string> by_grade(first.present.size());
    for (std::size_t i = 0; i < first.present.size(); ++i)
      by_grade[first.present.size() - static_cast<std::size_t>(first.grades[i])] = data.label_name(first.present[i]);
    std::string order;
    for (const std::string& name : by_grade) order += (order.empty() ? "" : ">") + name;
    EXPECT_EQ(order, example.substr(0, example.find('\r')));
    ++files;
  }
  EXPECT_EQ(files, 17);
}

TEST(LabelRankingShared, RefusesATableWithoutHeader) {
  const std::string path = shared_data() + "/label_ranking/elevators.txt.gz";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no shared data beside the checkout";
  EXPECT_NE(message_of([&] { Csv::read(Source(path), {}, {}); }).find("found numbers in the first line"),
            std::string::npos);
}

}  // namespace
}  // namespace tagma
