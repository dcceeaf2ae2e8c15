#include <tagma/base/file.h>
#include <tagma/base/text.h>
#include <tagma/read/arff_plan.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <numeric>
#include <unordered_set>

namespace tagma {
namespace {

// The labels of a Mulan .xml in the order of the attributes; names that are no attribute come last.
LabelList read_xml(const std::string& path, const ArffHeader& header) {
  const LabelList list = parse_mulan_xml(Source(path).whole().view, path);
  NameMap positions;
  for (std::size_t i = 0; i < header.attributes.size(); ++i)
    positions.emplace(header.attributes[i].name, static_cast<std::int32_t>(i));
  const auto position = [&](LabelId id) {
    const auto found = positions.find(list.names[static_cast<std::size_t>(id)]);
    return found == positions.end() ? INT32_MAX : found->second;
  };
  std::vector<LabelId> order(list.names.size()), rank(order.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](LabelId a, LabelId b) { return position(a) < position(b); });
  LabelList sorted;
  for (LabelId id : order) {
    rank[static_cast<std::size_t>(id)] = static_cast<LabelId>(sorted.names.size());
    sorted.names.push_back(list.names[static_cast<std::size_t>(id)]);
  }
  if (!list.taxonomy) return sorted;
  sorted.taxonomy.emplace();
  for (LabelId id : order) {
    std::vector<LabelId> parents;
    for (LabelId parent : list.taxonomy->parents[static_cast<std::size_t>(id)])
      parents.push_back(rank[static_cast<std::size_t>(parent)]);
    sorted.taxonomy->parents.push_back(std::move(parents));
  }
  return sorted;
}

bool all_attributes(const LabelList& labels, const ArffHeader& header) {
  std::unordered_set<std::string_view> names;
  for (const ArffAttribute& attribute : header.attributes) names.insert(attribute.name);
  return std::all_of(labels.names.begin(), labels.names.end(),
                     [&](const std::string& name) { return names.count(name) > 0; });
}

// The .xml with the stem of the file, or with the stem without the part's name.
std::optional<std::string> xml_beside(const std::string& path) {
  const std::string stem = parts_of(path).stem;
  std::vector<std::string> candidates{stem};
  for (std::string_view part : {"-train", "-test", "-valid"})
    if (stem.ends_with(part)) candidates.push_back(stem.substr(0, stem.size() - part.size()));
  for (const std::string& candidate : candidates)
    if (file_exists(candidate + ".xml")) return candidate + ".xml";
  return {};
}

// The .xml of the folder when there is exactly one.
std::optional<std::string> only_xml(const std::string& path) {
  std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (folder.empty()) folder = ".";
  std::optional<std::string> found;
  std::error_code fault;
  for (const auto& entry : std::filesystem::directory_iterator(folder, fault)) {
    if (entry.path().extension() != ".xml") continue;
    if (found) return {};
    found = entry.path().string();
  }
  return found;
}

// n of MEKA's "-C n" in the name of the relation.
std::optional<std::int64_t> meka_count(std::string_view relation) {
  for (std::size_t at = relation.find("-C "); at != std::string_view::npos; at = relation.find("-C ", at + 1)) {
    const std::string_view number = trimmed(relation.substr(at + 3));
    std::int64_t count = 0;
    if (std::from_chars(number.data(), number.data() + number.size(), count).ec == std::errc{} && count != 0)
      return count;
  }
  return {};
}

LabelList names_of(const ArffHeader& header, std::int64_t first, std::int64_t count) {
  LabelList list;
  for (std::int64_t i = first; i < first + count; ++i)
    list.names.push_back(header.attributes[static_cast<std::size_t>(i)].name);
  return list;
}

LabelList named_labels(std::string_view names) {
  LabelList list;
  std::unordered_set<std::string_view> seen;
  for (std::string_view name : split(names, ',')) {
    name = trimmed(name);
    if (!seen.insert(name).second) fail(Code::usage, "labels: {} is named twice", excerpt(name));
    list.names.emplace_back(name);
  }
  return list;
}

}  // namespace

LabelList arff_labels(const ArffHeader& header, const Source& source, const ReadOptions& options, const Run& run) {
  const auto attributes = static_cast<std::int64_t>(header.attributes.size());
  if (!options.labels.empty()) return named_labels(options.labels);
  if (!options.labels_xml.empty()) return read_xml(options.labels_xml, header);
  if (options.label_count > 0) {
    if (options.label_count > attributes)
      fail(Code::usage, "{}: label-count {} of {} attributes", source.path(), options.label_count, attributes);
    return names_of(header, attributes - options.label_count, options.label_count);
  }
  const bool hierarchical = std::any_of(header.attributes.begin(), header.attributes.end(),
                                        [](const ArffAttribute& a) { return a.type == ArffType::hierarchy; });
  if (hierarchical) return {};
  if (!source.in_memory()) {
    if (const auto xml = xml_beside(source.path())) return read_xml(*xml, header);
    if (const auto xml = only_xml(source.path())) {
      LabelList list = read_xml(*xml, header);
      if (all_attributes(list, header)) {
        run.note(fmt::format("{}: labels from {}, the only .xml of the folder", source.path(), *xml));
        return list;
      }
    }
  }
  if (const auto count = meka_count(header.relation)) {
    const std::int64_t labels = *count > 0 ? *count : -*count;
    if (labels < 0 || labels > attributes)
      fail(Code::bad_data, "{}: -C {} in @relation, but there are {} attributes", source.path(), *count, attributes);
    return names_of(header, *count > 0 ? 0 : attributes - labels, labels);
  }
  run.warn(
      fmt::format("{}: no labels known, every attribute is a feature; name them with --labels-xml, --labels or "
                  "--label-count, or put a Mulan .xml of the same name beside the file",
                  source.path()));
  return {};
}

}  // namespace tagma
