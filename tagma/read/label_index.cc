#include <tagma/read/label_index.h>

#include <tagma/base/error.h>
#include <tagma/read/name_files.h>
#include <tagma/read/number.h>

namespace tagma {

LabelIndex::LabelIndex(LabelId labels, const std::vector<std::string>& names) : labels_(labels) {
  for (std::size_t id = 0; id < names.size(); ++id) ids_.emplace(names[id], static_cast<LabelId>(id));
}

LabelId LabelIndex::find(std::string_view name) const {
  if (!ids_.empty()) {
    const auto found = ids_.find(name);
    return found == ids_.end() ? -1 : found->second;
  }
  const std::string text(name);  // ends in a zero byte, as scan_id() wants it
  std::int64_t id = 0;
  const char* const end = scan_id(text.c_str(), id);
  return text.empty() || *end != '\0' || id >= labels_ ? -1 : static_cast<LabelId>(id);
}

LabelId LabelIndex::at(std::string_view name, const Place& place) const {
  const LabelId label = find(name);
  if (label < 0)
    fail_at(place, "label " + excerpt(name),
            ids_.empty() ? fmt::format("label numbers from 0 to {}", labels_ - 1) : fmt::format("the names of the {} labels", labels_));
  return label;
}

std::vector<LabelId> read_label_list(const std::string& path, LabelId labels, const std::vector<std::string>& names) {
  const LabelIndex index(labels, names);
  std::vector<LabelId> listed;
  std::vector<std::int64_t> line_of(static_cast<std::size_t>(labels));
  for (const std::string& name : read_names(Source(path))) {
    const auto line = static_cast<std::int64_t>(listed.size()) + 1;  // no line is empty
    const LabelId label = index.at(name, {path, line, 1});
    std::int64_t& first = line_of[static_cast<std::size_t>(label)];
    if (first > 0) fail_at({path, line, 1}, fmt::format("label {}, as in line {}", excerpt(name), first), "each label once");
    first = line;
    listed.push_back(label);
  }
  if (listed.empty()) fail(Code::bad_data, "{}: there are no labels in it; one per line is wanted", path);
  return listed;
}

LabelTexts read_label_texts(const std::string& path, LabelId labels, const std::vector<std::string>& names) {
  const LabelIndex index(labels, names);
  LabelTexts all;
  all.texts.resize(static_cast<std::size_t>(labels));
  std::vector<std::int64_t> line_of(static_cast<std::size_t>(labels));
  const Text text = Source(path).whole();
  each_line(without_mark(text.view), [&](std::string_view line, std::int64_t number) {
    const std::size_t tab = line.find('\t');
    if (tab == std::string_view::npos) fail_at({path, number, 1}, excerpt(line), "a label, a tab and the label's text");
    const LabelId label = index.find(line.substr(0, tab));
    if (label < 0) {
      ++all.unknown;
      return;
    }
    std::int64_t& first = line_of[static_cast<std::size_t>(label)];
    if (first > 0) fail_at({path, number, 1}, fmt::format("label {}, as in line {}", excerpt(line.substr(0, tab)), first), "each label once");
    first = number;
    ++all.known;
    all.texts[static_cast<std::size_t>(label)] = line.substr(tab + 1);
  });
  if (all.known == 0) fail(Code::bad_data, "{}: none of its {} lines is about a label of the data set", path, all.unknown);
  return all;
}

}  // namespace tagma
