#include <tagma/read/csv.h>
#include <tagma/read/csv_text.h>
#include <tagma/read/label_lists.h>
#include <tagma/read/number.h>

#include <algorithm>

namespace tagma {
namespace {

class TableWriter {
 public:
  TableWriter(const Dataset& data, const ReadOptions& options, Separator separator)
      : data_(data),
        options_(options),
        separator_(separator),
        truth_(static_cast<std::size_t>(data.labels.labels())),
        grades_(truth_.size()),
        values_(static_cast<std::size_t>(data.features.columns())) {
    for (LabelId id = 0; id < data.labels.labels(); ++id) label_names_.push_back(data.label_name(id));
  }

  bool lists() const { return !options_.label_column.empty(); }

  std::string header() {
    UniqueNames unique;
    const auto name = [&](const std::string& text) { return csv_cell(unique.add(text), separator_); };
    const auto called = [](const std::string& option, const char* standard) {
      return option.empty() ? std::string(standard) : option;
    };
    std::vector<std::string> features, labels;
    begin();
    if (lists()) {
      labels.push_back(name(options_.label_column));
    } else {
      for (const std::string& label : label_names_) labels.push_back(name(options_.label_prefix + label));
    }
    if (!data_.groups.empty()) cell(name(called(options_.group_column, "group")));
    if (!data_.weights.empty()) cell(name(called(options_.weight_column, "weight")));
    if (!data_.texts.empty()) cell(name(called(options_.text_column, "text")));
    if (!data_.images.empty()) cell(name("image"));
    for (std::int64_t i = 0; i < data_.features.columns(); ++i)
      cell(name(data_.feature_names.empty() ? "feature" + std::to_string(i)
                                            : data_.feature_names[static_cast<std::size_t>(i)]));
    for (const std::string& label : labels) cell(label);
    if (columns_ == 0) fail(Code::usage, "a table needs at least one column: features, texts or labels");
    return end();
  }

  std::string row(std::int64_t row) {
    const auto r = static_cast<std::size_t>(row);
    begin();
    if (!data_.groups.empty()) cell(csv_cell(data_.groups[r], separator_));
    if (!data_.weights.empty()) number(data_.weights[r]);
    if (!data_.texts.empty()) cell(csv_cell(data_.texts[r], separator_));
    if (!data_.images.empty()) cell(csv_cell(data_.images[r], separator_));
    features(row);
    if (lists()) {
      cell(csv_cell(label_list(data_.labels[row], label_names_, data_.labels.rest()), separator_));
      return end();
    }
    data_.labels.fill(row, truth_);
    data_.labels.fill_grades(row, grades_);
    for (std::size_t id = 0; id < truth_.size(); ++id) truth_[id] == Truth::unknown ? cell("?") : number(grades_[id]);
    return end();
  }

 private:
  void begin() {
    line_.clear();
    columns_ = 0;
  }
  void next() {
    if (columns_++ > 0) line_ += static_cast<char>(separator_);
  }
  void cell(std::string_view text) {
    next();
    line_ += text;
  }
  void number(float value) {
    next();
    append_number(line_, value);
  }
  std::string end() {
    if (line_.empty()) line_ = "\"\"";  // an empty line is no row
    return line_ + "\n";
  }

  void features(std::int64_t row) {
    if (!data_.has_features()) return;
    if (!data_.features.sparse()) {
      for (float value : data_.features.dense_view().row(row)) number(value);
      return;
    }
    const CsrView& view = data_.features.csr_view();
    std::fill(values_.begin(), values_.end(), 0.f);
    const auto r = static_cast<std::size_t>(row);
    for (auto i = static_cast<std::size_t>(view.starts[r]); i < static_cast<std::size_t>(view.starts[r + 1]); ++i)
      values_[static_cast<std::size_t>(view.columns_of[i])] = view.values[i];
    for (float value : values_) number(value);
  }

  const Dataset& data_;
  const ReadOptions& options_;
  Separator separator_;
  std::vector<std::string> label_names_;
  std::vector<Truth> truth_;
  std::vector<float> grades_, values_;
  std::string line_;
  int columns_ = 0;
};

void write_table(const Dataset& data, const std::string& path, Separator separator, const ReadOptions& options,
                 const Run& run) {
  TableWriter writer(data, options, separator);
  Sink sink(path);
  sink.write(writer.header());
  for (std::int64_t row = 0; row < data.rows(); ++row) {
    if (row % 1024 == 0) run.check_stop();
    sink.write(writer.row(row));
  }
  sink.commit();
}

}  // namespace

void Csv::write(const Dataset& data, const std::string& path, const ReadOptions& options, const Run& run) {
  write_table(data, path, Separator::comma, options, run);
}

void Tsv::write(const Dataset& data, const std::string& path, const ReadOptions& options, const Run& run) {
  write_table(data, path, Separator::tab, options, run);
}

std::vector<std::string> Csv::lost(const Dataset& data) {
  return not_carried(data, {.grades = true,
                            .unknown = true,
                            .label_names = true,
                            .feature_names = true,
                            .texts = true,
                            .images = true,
                            .groups = true,
                            .weights = true});
}

std::vector<std::string> Tsv::lost(const Dataset& data) { return Csv::lost(data); }

}  // namespace tagma
