// Every real data set in svmlight and NumPy form: rows, features, labels and labels per row as they are known.
#include "files.h"

#include <tagma/base/file.h>
#include <tagma/read/read.h>

#include <nlohmann/json.hpp>

#include <cmath>

namespace tagma {
namespace {

const std::string shared = std::string(TAGMA_SHARED_DATA) + "/";

void expect_set(const std::string& path, std::int64_t rows, std::int64_t features, LabelId labels, double per_row = -1,
                double without = -1) {
  SCOPED_TRACE(path);
  tagma::Run run;
  run.threads = 2;
  const Dataset data = read_dataset(shared + path, {}, run);
  EXPECT_EQ(data.rows(), rows);
  EXPECT_EQ(data.features.rows(), rows);
  EXPECT_EQ(data.features.columns(), features);
  EXPECT_EQ(data.labels.labels(), labels);
  const auto count = static_cast<double>(data.rows());
  if (per_row >= 0) {
    EXPECT_NEAR(static_cast<double>(data.labels.present_count()) / count, per_row, 0.006);
  }
  std::int64_t empty = 0;
  for (std::int64_t row = 0; row < data.rows(); ++row) empty += data.labels[row].present.empty();
  if (without >= 0) {
    EXPECT_NEAR(100 * static_cast<double>(empty) / count, without, 0.006);
  }
}

class SharedData : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!file_exists(shared + "INDEX.json")) GTEST_SKIP() << "no data sets in " << shared;
    index_ = nlohmann::json::parse(test::get(shared + "INDEX.json"));
  }
  void expect_indexed(const std::string& path, const std::string& key) {
    const nlohmann::json& entry = index_.at(key);
    expect_set(path, entry.at("instances"), entry.at("features"), entry.at("labels"), entry.value("card", -1.),
               entry.value("nolabel_pct", -1.));
  }
  nlohmann::json index_;
};

TEST_F(SharedData, Mldr) {
  for (const char* name : {"corel16k001", "corel16k002", "corel16k003", "rcv1sub1", "rcv1sub2", "stackex_chemistry",
                           "stackex_cooking", "stackex_cs", "stackex_philosophy", "yahoo_arts"})
    expect_indexed(fmt::format("mldr/{0}/{0}.svm.gz", name), fmt::format("mldr/{}", name));
  const Dataset cooking = read_dataset(shared + "mldr/stackex_cooking/stackex_cooking.svm.gz", {}, {});
  EXPECT_EQ(cooking.label_name(0), "tag_acidity");
  EXPECT_EQ(cooking.feature_names.at(1), "acid");
}

TEST_F(SharedData, YahooReduced) {
  struct Set {
    const char* name;
    std::int64_t features;
    LabelId labels;
  };
  for (const Set& set : {Set{"arts", 462, 26},
                         {"computers", 681, 33},
                         {"education", 550, 33},
                         {"entertainment", 640, 21},
                         {"health", 612, 32},
                         {"recreation", 606, 22},
                         {"ref", 793, 33},
                         {"science", 743, 40},
                         {"social", 1047, 39},
                         {"society", 636, 27}}) {
    expect_set(fmt::format("yahoo_reduced/yahoo2k3k_{}_train.svm.gz", set.name), 2000, set.features, set.labels);
    expect_set(fmt::format("yahoo_reduced/yahoo2k3k_{}_test.svm.gz", set.name), 3000, set.features, set.labels);
  }
}

TEST_F(SharedData, ExtremeSets) {
  expect_set("duckdb_commits/train.svm.gz", 46875, 27143, 18446, 3.716);
  expect_set("duckdb_commits/test.svm.gz", 9311, 27143, 18446);
  expect_set("reuters_svm/train.svm.gz", 13124, 19653, 406);
  expect_set("reuters_svm/test.svm.gz", 6491, 19653, 406);
  expect_set("synthetic_xmc/eurlex_shape_train.svm.gz", 15511, 5000, 3956);
  expect_set("synthetic_xmc/eurlex_shape_test.svm.gz", 3803, 5000, 3956);
  expect_set("synthetic_xmc/titles131k_shape_train.svm.gz", 294805, 40000, 131073);
  expect_set("synthetic_xmc/titles131k_shape_test.svm.gz", 20000, 40000, 131073);
}

TEST_F(SharedData, LabelDistributions) {
  for (const char* name :
       {"M2B", "Movie", "Music", "Painting", "SJAFFE", "Yeast_alpha", "Yeast_cdc", "Yeast_cold", "Yeast_diau",
        "Yeast_dtt", "Yeast_elu", "Yeast_heat", "Yeast_spo", "Yeast_spo5", "Yeast_spoem", "emotion6", "jaffe", "wq"}) {
    const nlohmann::json& entry = index_.at(fmt::format("ldl/{}.mat", name));
    expect_set(fmt::format("ldl/{}.npz", name), entry.at("instances"), entry.at("features"), entry.at("labels"),
               entry.at("card"));
  }
  const Dataset movie = read_dataset(shared + "ldl/Movie.npz", {}, {});
  EXPECT_TRUE(movie.labels.graded());
  std::vector<float> grades(5);
  for (std::int64_t row = 0; row < movie.rows(); row += 500) {
    movie.labels.fill_grades(row, grades);
    EXPECT_NEAR(grades[0] + grades[1] + grades[2] + grades[3] + grades[4], 1, 1e-5) << row;
  }
}

TEST_F(SharedData, PartialLabels) {
  for (const char* name : {"mirflickr", "YeastBP", "YeastCC"})
    expect_indexed(fmt::format("pml/{}.npz", name), fmt::format("pml/{}", name));
  ReadOptions options;
  options.labels_key = "candidates";
  const Dataset candidates = read_dataset(shared + "pml/mirflickr.npz", options, {});
  EXPECT_NEAR(static_cast<double>(candidates.labels.present_count()) / 5000, 3.35, 0.006);
}

}  // namespace
}  // namespace tagma
