#include <tagma/read/clus.h>

#include <tagma/base/text.h>
#include <tagma/read/table.h>

#include <algorithm>

namespace tagma {
namespace {

constexpr std::string_view root = "root";
constexpr std::size_t most_ancestors = 4096;  // keeps what a small hostile file can ask for in bounds

bool is_graph_definition(const std::vector<std::string>& definition) {
  const bool edges = std::all_of(definition.begin(), definition.end(), [](const std::string& item) {
    return std::count(item.begin(), item.end(), '/') == 1;
  });
  return edges && std::any_of(definition.begin(), definition.end(),
                              [](const std::string& item) { return item.starts_with("root/"); });
}

void sort_unique(std::vector<LabelId>& ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

}  // namespace

Hierarchy::Hierarchy(const std::vector<std::string>& definition, const Place& place)
    : graph_(is_graph_definition(definition)) {
  for (const std::string& item : definition) {
    for (std::string_view part : split(item, '/'))
      if (part.empty()) fail_at(place, "the item " + excerpt(item) + " in a hierarchy", "names joined by '/'");
    if (!graph_) {
      id_of_path(item);
      continue;
    }
    const std::size_t slash = item.find('/');
    const std::string_view above = std::string_view(item).substr(0, slash);
    const std::string_view below = std::string_view(item).substr(slash + 1);
    if (below == root) fail_at(place, "an edge to the root", "edges away from it");
    if (above == root) {
      id_of_name(below);
    } else {
      const LabelId parent = id_of_name(above);
      taxonomy_.parents[static_cast<std::size_t>(id_of_name(below))].push_back(parent);
    }
  }
  for (std::vector<LabelId>& parents : taxonomy_.parents) sort_unique(parents);
  add_ancestors(place);
}

LabelId Hierarchy::id_of_name(std::string_view name) {
  const auto [entry, is_new] = ids_.try_emplace(std::string(name), static_cast<LabelId>(names_.size()));
  if (is_new) {
    names_.emplace_back(name);
    taxonomy_.parents.emplace_back();
  }
  return entry->second;
}

LabelId Hierarchy::id_of_path(std::string_view path) {
  LabelId parent = -1;
  for (std::size_t end = path.find('/');; end = path.find('/', end + 1)) {
    const std::size_t known = names_.size();
    const LabelId id = id_of_name(path.substr(0, end));
    if (names_.size() > known && parent >= 0) taxonomy_.parents.back().push_back(parent);
    parent = id;
    if (end == std::string_view::npos) return id;
  }
}

void Hierarchy::add_ancestors(const Place& place) {
  std::vector<LabelId> order;
  try {
    order = taxonomy_.top_down();
  } catch (const Error& error) {
    fail_at(place, std::string("a hierarchy that is none: ") + error.what(), "a tree or a graph without circles");
  }
  ancestors_.resize(names_.size());
  for (LabelId id : order) {
    std::vector<LabelId>& all = ancestors_[static_cast<std::size_t>(id)];
    for (LabelId parent : taxonomy_.parents[static_cast<std::size_t>(id)]) {
      const std::vector<LabelId>& above = ancestors_[static_cast<std::size_t>(parent)];
      all.push_back(parent);
      all.insert(all.end(), above.begin(), above.end());
    }
    sort_unique(all);
    if (all.size() > most_ancestors)
      fail_at(place,
              fmt::format("{} ancestors of the label {}", all.size(), excerpt(names_[static_cast<std::size_t>(id)])),
              fmt::format("at most {}", most_ancestors));
  }
}

void Hierarchy::labels_of(std::string_view cell, std::vector<LabelId>& out) const {
  out.clear();
  while (true) {
    const std::size_t end = cell.find('@');
    const std::string_view name = trimmed(cell.substr(0, end));
    const auto entry = ids_.find(name);
    if (entry != ids_.end()) {
      const std::vector<LabelId>& above = ancestors_[static_cast<std::size_t>(entry->second)];
      out.push_back(entry->second);
      out.insert(out.end(), above.begin(), above.end());
    } else if (!graph_ || name != root) {
      throw RowFault{cell.data(), "the label " + excerpt(name), "labels of the hierarchy in the header, joined by '@'"};
    }
    if (end == std::string_view::npos) break;
    cell.remove_prefix(end + 1);
  }
  sort_unique(out);
}

}  // namespace tagma
