#include <tagma/read/mulan_xml.h>

#include <tagma/read/place.h>

#include <pugixml.hpp>

#include <algorithm>
#include <unordered_set>

namespace tagma {
namespace {

Place place_of(std::string_view text, std::string_view file, std::ptrdiff_t offset) {
  const std::string_view before =
      text.substr(0, std::min(static_cast<std::size_t>(std::max<std::ptrdiff_t>(offset, 0)), text.size()));
  const std::size_t line_start = before.find_last_of('\n') + 1;  // npos + 1 is 0
  return {file, std::count(before.begin(), before.end(), '\n') + 1,
          static_cast<std::int64_t>(before.size() - line_start) + 1};
}

std::string_view local_name(pugi::xml_node node) {
  const std::string_view name = node.name();
  return name.substr(name.find(':') + 1);  // without a namespace prefix; npos + 1 is 0
}

std::string escaped(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '&') out += "&amp;";
    else if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else if (c == '"') out += "&quot;";
    else if (c == '\n' || c == '\r' || c == '\t') out += fmt::format("&#{};", static_cast<int>(c));
    else out += c;
  }
  return out;
}

// Walks the elements in document order; keeps the chain of labels that are open.
struct LabelWalker : pugi::xml_tree_walker {
  LabelWalker(std::string_view whole, std::string_view name) : text(whole), file(name) {}

  bool for_each(pugi::xml_node& node) override {
    if (node.type() != pugi::node_element) return true;
    const auto level = static_cast<std::size_t>(depth());
    open.resize(std::min(open.size(), level));
    if (level == 0) {
      if (local_name(node) != "labels")
        fail_at(place_of(text, file, node.offset_debug()), "the element " + excerpt(node.name()),
                "<labels> around the list");
      open.push_back(-1);
      return true;
    }
    if (local_name(node) != "label")
      fail_at(place_of(text, file, node.offset_debug()), "the element " + excerpt(node.name()), "<label name=\"..\">");
    const std::string name = node.attribute("name").value();
    if (name.empty())
      fail_at(place_of(text, file, node.offset_debug()), "a label without a name", "<label name=\"..\">");
    if (!seen.insert(name).second)
      fail_at(place_of(text, file, node.offset_debug()), "the label " + excerpt(name) + " a second time",
              "each label once");
    const LabelId parent = open.empty() ? -1 : open.back();
    open.push_back(static_cast<LabelId>(names.size()));
    names.push_back(name);
    parents.push_back(parent < 0 ? std::vector<LabelId>{} : std::vector<LabelId>{parent});
    nested = nested || parent >= 0;
    return true;
  }

  std::string_view text, file;
  std::vector<LabelId> open;
  std::vector<std::string> names;
  std::vector<std::vector<LabelId>> parents;
  std::unordered_set<std::string> seen;
  bool nested = false;
};

}  // namespace

LabelList parse_mulan_xml(std::string_view text, std::string_view file) {
  pugi::xml_document document;
  const pugi::xml_parse_result parsed = document.load_buffer(text.data(), text.size());
  if (!parsed)
    fail_at(place_of(text, file, parsed.offset), std::string("broken XML: ") + parsed.description(),
            "a Mulan label list");
  LabelWalker walker(text, file);
  document.traverse(walker);
  if (walker.names.empty()) fail_at({file, 1, 1}, "no labels", "<labels> with one <label name=\"..\"> per label");
  LabelList list{std::move(walker.names), {}};
  if (walker.nested) list.taxonomy = Taxonomy{std::move(walker.parents)};
  return list;
}

bool nests(const Taxonomy& taxonomy) {
  return std::all_of(taxonomy.parents.begin(), taxonomy.parents.end(), [](const auto& up) { return up.size() <= 1; });
}

std::string mulan_xml(const LabelList& labels) {
  std::string text =
      "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<labels xmlns=\"http://mulan.sourceforge.net/labels\">\n";
  const auto count = static_cast<LabelId>(labels.names.size());
  std::vector<std::vector<LabelId>> children(labels.names.size() + 1);  // the last entry holds the roots
  for (LabelId id = 0; id < count; ++id) {
    const bool child =
        labels.taxonomy && nests(*labels.taxonomy) && !labels.taxonomy->parents[static_cast<std::size_t>(id)].empty();
    children[child ? static_cast<std::size_t>(labels.taxonomy->parents[static_cast<std::size_t>(id)][0])
                   : labels.names.size()]
        .push_back(id);
  }
  struct Step {
    LabelId id;
    std::size_t depth;
    bool close;
  };
  std::vector<Step> todo;
  const auto push = [&](const std::vector<LabelId>& ids, std::size_t depth) {
    for (auto id = ids.rbegin(); id != ids.rend(); ++id) todo.push_back({*id, depth, false});
  };
  push(children.back(), 1);
  while (!todo.empty()) {
    const Step step = todo.back();
    todo.pop_back();
    const auto id = static_cast<std::size_t>(step.id);
    const std::string indent(2 * step.depth, ' ');
    if (step.close) {
      text += indent + "</label>\n";
    } else if (children[id].empty()) {
      text += indent + "<label name=\"" + escaped(labels.names[id]) + "\"></label>\n";
    } else {
      text += indent + "<label name=\"" + escaped(labels.names[id]) + "\">\n";
      todo.push_back({step.id, step.depth, true});
      push(children[id], step.depth + 1);
    }
  }
  return text + "</labels>\n";
}

}  // namespace tagma
