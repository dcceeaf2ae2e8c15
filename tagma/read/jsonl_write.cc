#include <tagma/read/jsonl.h>
#include <tagma/read/jsonl_cursor.h>
#include <tagma/read/number.h>

#include <algorithm>

namespace tagma {
namespace {

class ObjectWriter {
 public:
  explicit ObjectWriter(const Dataset& data) : data_(data) {}

  std::string row(std::int64_t row) {
    const auto r = static_cast<std::size_t>(row);
    line_.assign(1, '{');
    if (!data_.texts.empty()) words("text", data_.texts[r]);
    if (!data_.images.empty()) words("image", data_.images[r]);
    if (!data_.groups.empty()) words("group", data_.groups[r]);
    if (!data_.weights.empty()) {
      key("weight");
      append_number(line_, data_.weights[r]);
    }
    if (data_.has_features()) features(row);
    labels(data_.labels[row]);
    if (!data_.votes.rows.empty()) votes(data_.votes.rows[r]);
    return line_ + "}\n";
  }

 private:
  void key(std::string_view name) {
    if (line_.size() > 1) line_ += ',';
    append_json(line_, name);
    line_ += ':';
  }
  void words(std::string_view name, std::string_view text) {
    key(name);
    append_json(line_, text);
  }
  void label(LabelId id) { append_json(line_, data_.label_name(id)); }
  void list(std::span<const LabelId> ids) {
    line_ += '[';
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if (i > 0) line_ += ',';
      label(ids[i]);
    }
    line_ += ']';
  }

  void features(std::int64_t row) {
    key("features");
    bool first = true;
    const auto next = [&] {
      if (!std::exchange(first, false)) line_ += ',';
    };
    if (!data_.features.sparse()) {
      line_ += '[';
      for (float value : data_.features.dense_view().row(row)) next(), append_number(line_, value);
      line_ += ']';
      return;
    }
    const CsrView& view = data_.features.csr_view();
    const auto r = static_cast<std::size_t>(row);
    line_ += '{';
    for (auto i = static_cast<std::size_t>(view.starts[r]); i < static_cast<std::size_t>(view.starts[r + 1]); ++i) {
      next();
      const auto column = static_cast<std::size_t>(view.columns_of[i]);
      append_json(line_, data_.feature_names.empty() ? std::to_string(column) : data_.feature_names[column]);
      line_ += ':';
      append_number(line_, view.values[i]);
    }
    line_ += '}';
  }

  void labels(const LabelRow& row) {
    key("labels");
    if (data_.labels.graded()) {
      line_ += '{';
      for (std::size_t i = 0; i < row.present.size(); ++i) {
        if (i > 0) line_ += ',';
        label(row.present[i]);
        line_ += ':';
        append_number(line_, row.grades[i]);
      }
      line_ += '}';
    } else {
      list(row.present);
    }
    if (row.exceptions.empty()) return;
    key(data_.labels.rest() == Truth::absent ? "unknown" : "absent");
    list(row.exceptions);
  }

  void votes(const std::vector<Vote>& votes) {
    key("votes");
    line_ += '[';
    for (std::size_t i = 0; i < votes.size(); ++i) {
      line_ += i > 0 ? ",{\"by\":" : "{\"by\":";
      append_json(line_, data_.votes.annotators[static_cast<std::size_t>(votes[i].by)]);
      line_ += ",\"labels\":";
      list(votes[i].labels);
      line_ += '}';
    }
    line_ += ']';
  }

  const Dataset& data_;
  std::string line_;
};

}  // namespace

void Jsonl::write(const Dataset& data, const std::string& path, const ReadOptions&, const Run& run) {
  ObjectWriter writer(data);
  Sink sink(path);
  for (std::int64_t row = 0; row < data.rows(); ++row) {
    if (row % 1024 == 0) run.check_stop();
    sink.write(writer.row(row));
  }
  sink.commit();
}

std::vector<std::string> Jsonl::lost(const Dataset& data) {
  const bool sparse = data.has_features() && data.features.sparse();
  std::vector<std::string> lost = not_carried(data, {.grades = true,
                                                     .unknown = true,
                                                     .label_names = true,
                                                     .feature_names = sparse,
                                                     .texts = true,
                                                     .images = true,
                                                     .groups = true,
                                                     .weights = true,
                                                     .votes = true});
  if (has_unmentioned_labels(data)) lost.emplace_back("labels that no row mentions");
  return lost;
}

}  // namespace tagma
