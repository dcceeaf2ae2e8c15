// Helpers of the tests of table readers: a dataset from text, and dense copies to compare with.
#pragma once

#include <tagma/base/error.h>
#include <tagma/data/dataset.h>
#include <tagma/read/options.h>
#include <tagma/read/source.h>

#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

namespace tagma {

template <class Format>
Dataset read_text(const std::string& name, const std::string& text, const ReadOptions& options = {},
                  const Run& run = {}) {
  return Format::read(Source(name, text), options, run);
}

inline std::vector<std::vector<float>> dense(const Dataset& data) {
  std::vector<std::vector<float>> rows(static_cast<std::size_t>(data.rows()),
                                       std::vector<float>(static_cast<std::size_t>(data.features.columns())));
  for (std::int64_t r = 0; r < data.rows() && data.has_features(); ++r) {
    std::vector<float>& row = rows[static_cast<std::size_t>(r)];
    if (!data.features.sparse()) {
      const auto values = data.features.dense_view().row(r);
      row.assign(values.begin(), values.end());
      continue;
    }
    const CsrView& view = data.features.csr_view();
    for (auto i = view.starts[static_cast<std::size_t>(r)]; i < view.starts[static_cast<std::size_t>(r) + 1]; ++i)
      row[static_cast<std::size_t>(view.columns_of[static_cast<std::size_t>(i)])] =
          view.values[static_cast<std::size_t>(i)];
  }
  return rows;
}

// Grades of every label, 0 absent, -1 unknown.
inline std::vector<std::vector<float>> truth(const Dataset& data) {
  std::vector<std::vector<float>> rows;
  std::vector<Truth> states(static_cast<std::size_t>(data.labels.labels()));
  for (std::int64_t r = 0; r < data.rows(); ++r) {
    std::vector<float> grades(states.size());
    data.labels.fill(r, states);
    data.labels.fill_grades(r, grades);
    for (std::size_t i = 0; i < grades.size(); ++i)
      if (states[i] == Truth::unknown) grades[i] = -1;
    rows.push_back(grades);
  }
  return rows;
}

inline void expect_same(const Dataset& a, const Dataset& b) {
  EXPECT_EQ(a.label_names, b.label_names);
  EXPECT_EQ(a.feature_names, b.feature_names);
  EXPECT_EQ(dense(a), dense(b));
  EXPECT_EQ(truth(a), truth(b));
  EXPECT_EQ(a.texts, b.texts);
  EXPECT_EQ(a.images, b.images);
  EXPECT_EQ(a.groups, b.groups);
  EXPECT_EQ(a.weights, b.weights);
  EXPECT_EQ(a.taxonomy.has_value(), b.taxonomy.has_value());
  if (a.taxonomy && b.taxonomy) {
    EXPECT_EQ(a.taxonomy->parents, b.taxonomy->parents);
  }
}

// The message of the Error that f() throws; "" when it throws none.
template <class F>
std::string message_of(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

// A folder that is removed at the end of the test.
class Folder {
 public:
  explicit Folder(const std::string& name)
      : path_(std::filesystem::temp_directory_path() / ("tagma_" + name + "_" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

inline std::string shared_data() { return TAGMA_SHARED_DATA; }

}  // namespace tagma
