#include <tagma/read/arff.h>
#include <tagma/read/arff_header.h>
#include <tagma/read/mulan_xml.h>
#include <tagma/read/names.h>
#include <tagma/read/number.h>

#include <algorithm>

namespace tagma {
namespace {

// Names of all attributes, each once: features, then labels (Mulan files keep them last).
std::vector<std::string> attribute_names(const Dataset& data) {
  std::vector<std::string> names;
  UniqueNames unique;
  const auto add = [&](const std::string& name) { names.push_back(unique.add(name)); };
  for (LabelId id = 0; id < data.labels.labels(); ++id) add(data.label_name(id));
  const auto labels = static_cast<std::ptrdiff_t>(names.size());
  for (std::int64_t i = 0; i < data.features.columns(); ++i)
    add(data.feature_names.empty() ? "feature" + std::to_string(i) : data.feature_names[static_cast<std::size_t>(i)]);
  if (!data.texts.empty()) add("text");
  std::rotate(names.begin(), names.begin() + labels, names.end());
  return names;
}

struct RowWriter {
  const Dataset& data;
  std::int64_t attributes;  // before the labels
  std::vector<Truth> truth;
  std::vector<float> grades;

  bool sparse() const { return data.has_features() && data.features.sparse(); }

  void item(std::string& line, bool& first, std::int64_t attribute) const {
    if (!first) line += ',';
    first = false;
    if (sparse()) {
      append_number(line, attribute);
      line += ' ';
    }
  }

  void add(std::string& line, std::int64_t row) {
    bool first = true;
    if (sparse()) line += '{';
    features(line, first, row);
    if (!data.texts.empty()) {
      item(line, first, attributes - 1);
      line += quote_arff(data.texts[static_cast<std::size_t>(row)]);
    }
    data.labels.fill(row, truth);
    data.labels.fill_grades(row, grades);
    for (std::size_t id = 0; id < truth.size(); ++id) {
      if (sparse() && truth[id] == Truth::absent) continue;
      item(line, first, attributes + static_cast<std::int64_t>(id));
      if (truth[id] == Truth::unknown) line += '?';
      else append_number(line, grades[id]);
    }
    if (sparse()) line += '}';
    if (!data.weights.empty()) {
      line += ",{";
      append_number(line, data.weights[static_cast<std::size_t>(row)]);
      line += '}';
    }
    line += '\n';
  }

  void features(std::string& line, bool& first, std::int64_t row) const {
    if (!data.has_features()) return;
    if (!sparse()) {
      for (float value : data.features.dense_view().row(row)) {
        item(line, first, 0);
        append_number(line, value);
      }
      return;
    }
    const CsrView& view = data.features.csr_view();
    const auto r = static_cast<std::size_t>(row);
    for (auto i = static_cast<std::size_t>(view.starts[r]); i < static_cast<std::size_t>(view.starts[r + 1]); ++i) {
      item(line, first, view.columns_of[i]);
      append_number(line, view.values[i]);
    }
  }
};

}  // namespace

void Arff::write(const Dataset& data, const std::string& path, const ReadOptions&, const Run& run) {
  const std::vector<std::string> names = attribute_names(data);
  const auto labels = static_cast<std::size_t>(data.labels.labels());
  const std::int64_t before = static_cast<std::int64_t>(names.size() - labels);
  if (names.empty()) fail(Code::usage, "{}: ARFF needs at least one feature, text or label", path);

  Sink list(parts_of(path).stem + ".xml");
  list.write(mulan_xml({{names.end() - static_cast<std::ptrdiff_t>(labels), names.end()}, data.taxonomy}));

  Sink sink(path);
  std::string text = "@relation tagma\n\n";
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool label = i >= names.size() - labels;
    const bool words = !label && !data.texts.empty() && i + 1 == names.size() - labels;
    text += "@attribute " + quote_arff(names[i]) +
            (words                            ? " string\n"
             : label && !data.labels.graded() ? " {0,1}\n"
                                              : " numeric\n");
  }
  text += "\n@data\n";
  RowWriter rows{data, before, std::vector<Truth>(labels), std::vector<float>(labels)};
  for (std::int64_t row = 0; row < data.rows(); ++row) {
    if (row % 1024 == 0) run.check_stop();
    rows.add(text, row);
    if (text.size() < std::size_t{1} << 18) continue;
    sink.write(text);
    text.clear();
  }
  sink.write(text);
  if (labels > 0) list.commit();
  sink.commit();
}

std::vector<std::string> Arff::lost(const Dataset& data) {
  const bool nested = data.taxonomy && nests(*data.taxonomy);
  return not_carried(data, {.grades = true,
                            .unknown = true,
                            .label_names = true,
                            .feature_names = true,
                            .texts = true,
                            .weights = true,
                            .taxonomy = nested});
}

}  // namespace tagma
