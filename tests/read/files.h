// Helpers of the tests of files: a folder that is removed again, whole files in and out, and what an error says.
#pragma once

#include <tagma/base/error.h>
#include <tagma/data/dataset.h>

#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace tagma::test {

class Folder {
 public:
  Folder() {
    const ::testing::TestInfo* const test = ::testing::UnitTest::GetInstance()->current_test_info();
    path_ = std::filesystem::temp_directory_path() /
            (std::string("tagma-") + test->test_suite_name() + "-" + test->name() + "-" + std::to_string(::getpid()));
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

inline void put(const std::string& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }
inline std::string get(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// "CODE: text" of the Error that f throws; "" when it throws none.
template <class F>
std::string error_of(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    constexpr const char* codes[] = {"usage", "bad_data", "bad_model", "not_built", "io", "interrupted"};
    return std::string(codes[static_cast<int>(error.code())]) + ": " + error.what();
  }
  return "";
}

// Everything of a data set as one text, to compare two of them.
inline std::string shown(const Dataset& data) {
  std::string text =
      fmt::format("{} rows, {} labels, rest {}, {} features, graded {}\n", data.rows(), data.labels.labels(),
                  static_cast<int>(data.labels.rest()), data.features.columns(), data.labels.graded());
  for (std::int64_t r = 0; r < data.rows(); ++r) {
    const LabelRow row = data.labels[r];
    for (std::size_t i = 0; i < row.present.size(); ++i)
      text += fmt::format("{}{} ", row.present[i], row.grades.empty() ? "" : fmt::format("^{}", row.grades[i]));
    for (LabelId id : row.exceptions) text += fmt::format("x{} ", id);
    text += "|";
    for (std::int64_t c = 0; c < data.features.columns(); ++c) {
      if (!data.features.sparse()) {
        text += fmt::format(" {}:{}", c, data.features.dense_view().row(r)[static_cast<std::size_t>(c)]);
        continue;
      }
      const CsrView& view = data.features.csr_view();
      for (auto i = static_cast<std::size_t>(view.starts[static_cast<std::size_t>(r)]);
           i < static_cast<std::size_t>(view.starts[static_cast<std::size_t>(r) + 1]); ++i)
        if (view.columns_of[i] == c) text += fmt::format(" {}:{}", c, view.values[i]);
    }
    text += "\n";
  }
  for (const auto* names : {&data.label_names, &data.feature_names}) {
    for (const std::string& name : *names) text += name + ";";
    text += "\n";
  }
  return text;
}

}  // namespace tagma::test
