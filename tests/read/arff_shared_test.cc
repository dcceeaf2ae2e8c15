// Every ARFF file of the shared data: rows, attributes, labels and cardinality against INDEX.json, and for the Clus
// sets what a hierarchy must hold.
#include <tagma/read/arff.h>

#include <tests/read/table_check.h>

#include <nlohmann/json.hpp>

#include <fstream>
#include <set>

namespace tagma {
namespace {

std::vector<std::string> arff_files(const std::string& folder) {
  std::vector<std::string> files;
  if (!std::filesystem::exists(folder)) return files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (parts_of(entry.path().string()).ending == "arff") files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  return files;
}

// Attributes behind the feature columns: the columns of a one-hot attribute count once.
std::int64_t attributes(const Dataset& data) {
  std::set<std::string> names;
  for (const std::string& name : data.feature_names) names.insert(name.substr(0, name.find('=')));
  return static_cast<std::int64_t>(names.size());
}

void check_against(const nlohmann::json& wanted, const Dataset& data) {
  EXPECT_EQ(data.rows(), wanted["instances"].get<std::int64_t>());
  const std::int64_t features = wanted["features"].get<std::int64_t>();
  EXPECT_TRUE(data.features.columns() == features || attributes(data) == features) << data.features.columns();
  EXPECT_EQ(data.labels.labels(), wanted["labels"].get<LabelId>());
  EXPECT_EQ(data.features.sparse(), wanted["sparse"].get<bool>() || features * 2 < data.features.columns());
  const auto rows = static_cast<double>(data.rows());
  EXPECT_NEAR(static_cast<double>(data.labels.present_count()) / rows, wanted["card"].get<double>(), .00051);
  std::int64_t without = 0;
  for (std::int64_t row = 0; row < data.rows(); ++row) without += data.labels[row].present.empty();
  EXPECT_NEAR(100. * static_cast<double>(without) / rows, wanted["nolabel_pct"].get<double>(), .0051);
}

TEST(ArffShared, MulanAndMekaMatchTheIndex) {
  std::ifstream in(shared_data() + "/INDEX.json");
  if (!in) GTEST_SKIP() << "no shared data beside the checkout";
  const nlohmann::json index = nlohmann::json::parse(in);
  tagma::Run run;
  run.threads = 2;
  int files = 0;
  for (const std::string& path : arff_files(shared_data() + "/mulan")) {
    SCOPED_TRACE(path);
    const std::string stem = parts_of(path).stem;
    const std::string key = stem.substr(stem.find("mulan/"));
    ASSERT_TRUE(index.contains(key));
    const Dataset data = Arff::read(Source(path), {}, run);
    data.check();
    check_against(index[key], data);
    ++files;
  }
  EXPECT_EQ(files, 50);
  const std::string imdb = shared_data() + "/meka/Imdb.arff.bz2";
  SCOPED_TRACE(imdb);
  check_against(index["meka/imdb"], Arff::read(Source(imdb), {}, run));
}

TEST(ArffShared, ClusHierarchies) {
  const std::vector<std::string> files = arff_files(shared_data() + "/hmc");
  if (files.empty()) GTEST_SKIP() << "no shared data beside the checkout";
  for (const std::string& path : files) {
    SCOPED_TRACE(path);
    ReadOptions options;
    options.impute = Impute::mean;
    const Dataset data = Arff::read(Source(path), options, {});
    data.check();
    ASSERT_TRUE(data.taxonomy);
    data.taxonomy->top_down();
    if (path.find("_FUN") != std::string::npos) {
      const bool pheno = path.find("pheno") != std::string::npos, eisen = path.find("eisen") != std::string::npos;
      EXPECT_EQ(data.labels.labels(), pheno ? 455 : eisen ? 461 : 499);
    }
    for (std::int64_t row = 0; row < data.rows(); ++row) {
      const auto present = data.labels[row].present;
      ASSERT_FALSE(present.empty());
      for (LabelId id : present)
        for (LabelId parent : data.taxonomy->parents[static_cast<std::size_t>(id)])
          ASSERT_TRUE(std::ranges::binary_search(present, parent)) << "row " << row;
    }
  }
}

}  // namespace
}  // namespace tagma
