#include <tagma/read/label_index.h>

#include <tagma/base/error.h>
#include <tagma/read/name_files.h>
#include <tagma/read/number.h>

namespace tagma {

LabelIndex::LabelIndex(LabelId labels, const std::vector<std::string>& names) : labels_(labels) {
  for (std::size_t id = 0; id < names.size(); ++id) ids_.emplace(names[id], static_cast<LabelId>(id));
}

LabelId LabelIndex::at(std::string_view name, const Place& place) const {
  if (ids_.empty()) {
    const std::string text(name);  // ends in a zero byte, as scan_id() wants it
    std::int64_t id = 0;
    const char* const end = scan_id(text.c_str(), id);
    if (text.empty() || *end != '\0' || id >= labels_)
      fail_at(place, "label " + excerpt(name), fmt::format("label numbers from 0 to {}", labels_ - 1));
    return static_cast<LabelId>(id);
  }
  const auto found = ids_.find(name);
  if (found == ids_.end()) fail_at(place, "label " + excerpt(name), fmt::format("the names of the {} labels", labels_));
  return found->second;
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

}  // namespace tagma
