#include <tagma/run/info.h>

#include <tagma/base/file.h>
#include <tagma/read/read.h>
#include <tagma/run/bundle.h>
#include <tagma/run/pictures.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <utility>

namespace tagma {
namespace {

constexpr std::size_t shown_labels = 10;

constexpr LabelId listed_labels = 1000000;  // with more, only those that occur are listed: a header may claim any number

struct LabelFacts {
  std::vector<std::pair<LabelId, std::int64_t>> present;  // labels that occur, and in how many rows; ids ascending
  std::int64_t negative_rows = 0, rows_with_unknown = 0, distinct_sets = 0, tied_rows = 0;
  float least_grade = 0, greatest_grade = 0;
};

LabelFacts facts_of(const LabelMatrix& labels) {
  LabelFacts facts;
  std::vector<LabelId> ids;
  ids.reserve(static_cast<std::size_t>(labels.present_count()));
  std::set<std::vector<LabelId>> sets;
  for (std::int64_t row = 0; row < labels.rows(); ++row) {
    const LabelRow listed = labels[row];
    facts.negative_rows += listed.present.empty();
    const bool all_known = labels.rest() == Truth::absent
                               ? listed.exceptions.empty()
                               : listed.present.size() + listed.exceptions.size() == static_cast<std::size_t>(labels.labels());
    facts.rows_with_unknown += !all_known;
    sets.emplace(listed.present.begin(), listed.present.end());
    ids.insert(ids.end(), listed.present.begin(), listed.present.end());
    std::vector<float> grades(listed.grades.begin(), listed.grades.end());
    std::sort(grades.begin(), grades.end());
    facts.tied_rows += std::adjacent_find(grades.begin(), grades.end()) != grades.end();
    if (!grades.empty()) {
      facts.least_grade = facts.least_grade == 0 ? grades.front() : std::min(facts.least_grade, grades.front());
      facts.greatest_grade = std::max(facts.greatest_grade, grades.back());
    }
  }
  facts.distinct_sets = static_cast<std::int64_t>(sets.size());
  std::sort(ids.begin(), ids.end());
  for (LabelId id : ids) {
    if (facts.present.empty() || facts.present.back().first != id) facts.present.emplace_back(id, 0);
    ++facts.present.back().second;
  }
  return facts;
}

double share(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

using LabelCount = std::pair<LabelId, std::int64_t>;

// Up to `most` labels that never occur, ids ascending: those from the first id on, or those up to the last one.
std::vector<LabelCount> never_present(LabelId labels, const std::vector<LabelCount>& present, std::size_t most,
                                      bool from_first) {
  std::vector<LabelCount> never;
  std::size_t passed = 0;
  for (LabelId i = 0; i < labels && never.size() < most; ++i) {
    const LabelId id = from_first ? i : labels - 1 - i;
    if (passed < present.size() && present[from_first ? passed : present.size() - 1 - passed].first == id) ++passed;
    else never.emplace_back(id, 0);
  }
  if (!from_first) std::reverse(never.begin(), never.end());
  return never;
}

// The most frequent labels and the rarest; those that never occur come last.
std::string frequencies(const Dataset& data, const LabelFacts& facts) {
  std::vector<LabelCount> first = facts.present;
  std::stable_sort(first.begin(), first.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::vector<LabelCount> last = first;
  const LabelId labels = data.labels.labels();
  const auto add = [&](std::vector<LabelCount>& list, std::size_t most, bool from_first) {
    const std::vector<LabelCount> never = never_present(labels, facts.present, most, from_first);
    list.insert(list.end(), never.begin(), never.end());
  };
  add(first, 2 * shown_labels, true);
  add(last, shown_labels, false);
  std::string text;
  const auto line = [&](const LabelCount& label) {
    text += fmt::format("  {:<28} {:>9}  {:>6.2f} %\n", data.label_name(label.first), label.second,
                        100 * share(label.second, data.rows()));
  };
  const bool all = static_cast<std::size_t>(labels) <= 2 * shown_labels;
  for (std::size_t i = 0; i < (all ? first.size() : shown_labels); ++i) line(first[i]);
  if (all) return text;
  text += fmt::format("  .. {} more ..\n", static_cast<std::size_t>(labels) - 2 * shown_labels);
  for (std::size_t i = last.size() - shown_labels; i < last.size(); ++i) line(last[i]);
  return text;
}

Answer describe_model(const std::string& path) {
  const Bundle bundle = load_bundle(path);
  const auto& history = bundle.history;
  Answer answer;
  answer.json = {{"kind", "model"},
                 {"path", path},
                 {"size", bundle.file_size},
                 {"model", bundle.model->kind()},
                 {"features", bundle.model->features()},
                 {"labels", bundle.model->labels()},
                 {"training_rows", bundle.training_rows},
                 {"history", history},
                 {"calibration", bundle.calibration ? nlohmann::ordered_json(bundle.calibration->summary()) : nlohmann::ordered_json()},
                 {"rule", bundle.decider ? nlohmann::ordered_json(bundle.decider->rule()) : nlohmann::ordered_json()},
                 {"rule_summary", bundle.decision().summary()}};
  const auto component = [&](const char* key) {
    if (!history.contains(key)) return std::string("?");
    std::string text = history[key].value("name", std::string("?"));
    if (history[key].contains("settings"))
      for (const auto& [name, value] : history[key]["settings"].items())
        text += fmt::format("  {}={}", name, value.is_string() ? value.get<std::string>() : value.dump());
    return text;
  };
  answer.text = fmt::format("{}: model '{}', {} bytes\n  features       {}\n  labels         {}\n  training rows  {}\n", path,
                            bundle.model->kind(), bundle.file_size, bundle.model->features(), bundle.model->labels(),
                            bundle.training_rows);
  answer.text += fmt::format("  learner        {}\n  loss           {}\n  decision       {}\n", component("learner"),
                             component("loss"), bundle.decision().summary());
  if (bundle.calibration) answer.text += fmt::format("  calibration    {}\n", bundle.calibration->summary());
  if (bundle.text) {
    auto settings = nlohmann::ordered_json::object();
    for (const auto& [name, value] : settings_of(bundle.text->settings())) settings[name] = value;
    answer.json["text"] = {{"columns", bundle.text->columns()}, {"texts", bundle.text->texts()}, {"settings", settings}};
    answer.text += fmt::format("  text           {}\n", bundle.text->summary());
  }
  if (history.contains("facts"))
    for (const auto& [name, value] : history["facts"].items())
      answer.text += fmt::format("  {:<14} {}\n", name, value.dump());
  return answer;
}

// A model file starts with a byte that is no text, then TAGMA (docs/formats/model.md).
bool is_model(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  char start[6] = {};
  file.read(start, sizeof start);
  return file.gcount() == sizeof start && std::string_view(start + 1, sizeof start - 1) == "TAGMA";
}

}  // namespace

Answer profile(const Dataset& data, const std::string& title) {
  const LabelMatrix& labels = data.labels;
  const LabelFacts facts = facts_of(labels);
  const std::int64_t rows = data.rows(), present = labels.present_count(), cells = rows * labels.labels();
  const double cardinality = share(present, rows);
  const auto empty_labels = labels.labels() - static_cast<std::int64_t>(facts.present.size());
  Answer answer;
  auto& json = answer.json;
  json = {{"kind", "data"},
          {"path", title},
          {"rows", rows},
          {"features", data.features.columns()},
          {"sparse", data.features.sparse()},
          {"stored", data.features.stored()},
          {"labels", labels.labels()},
          {"cardinality", cardinality},
          {"density", share(present, cells)},
          {"negative_share", share(facts.negative_rows, rows)},
          {"unknown_share", share(labels.unknown_count(), cells)},
          {"rows_with_unknown", facts.rows_with_unknown},
          {"distinct_label_sets", facts.distinct_sets},
          {"labels_never_present", empty_labels},
          {"graded", labels.graded()},
          {"weighted", !data.weights.empty()},
          {"texts", !data.texts.empty()},
          {"images", !data.images.empty()},
          {"groups", std::set<std::string>(data.groups.begin(), data.groups.end()).size()},
          {"annotators", data.votes.annotators.size()},
          {"taxonomy", data.taxonomy.has_value()}};
  if (labels.graded()) json["grades"] = {{"least", facts.least_grade}, {"greatest", facts.greatest_grade}, {"rows_with_ties", facts.tied_rows}};
  json["label_frequencies"] = nlohmann::ordered_json::object();
  auto& counts = json["label_frequencies"].get_ref<nlohmann::ordered_json::object_t&>();  // [] looks at every entry
  if (labels.labels() <= listed_labels) {
    auto occurs = facts.present.begin();
    for (LabelId id = 0; id < labels.labels(); ++id) {
      const bool found = occurs != facts.present.end() && occurs->first == id;
      counts.emplace_back(data.label_name(id), found ? occurs++->second : 0);
    }
  } else {
    for (const auto& [id, rows_with] : facts.present) counts.emplace_back(data.label_name(id), rows_with);
  }

  std::string& text = answer.text;
  text = title + "\n";
  const auto line = [&](std::string_view name, const std::string& value) { text += fmt::format("  {:<20} {}\n", name, value); };
  line("rows", fmt::format("{}", rows));
  line("features", data.features.sparse()
                       ? fmt::format("{} (sparse, {:.1f} stored a row)", data.features.columns(), share(data.features.stored(), rows))
                       : fmt::format("{}", data.features.columns()));
  line("labels", empty_labels > 0 ? fmt::format("{} ({} never present)", labels.labels(), empty_labels) : fmt::format("{}", labels.labels()));
  line("cardinality", fmt::format("{:.3f} labels a row", cardinality));
  line("density", fmt::format("{:.5f}", share(present, cells)));
  line("rows without labels", fmt::format("{} ({:.2f} %)", facts.negative_rows, 100 * share(facts.negative_rows, rows)));
  line("unknown", fmt::format("{:.2f} % of the cells, in {} rows", 100 * share(labels.unknown_count(), cells), facts.rows_with_unknown));
  line("distinct label sets", fmt::format("{}", facts.distinct_sets));
  line("grades", labels.graded() ? fmt::format("{:g} to {:g}, {} rows with ties", facts.least_grade, facts.greatest_grade, facts.tied_rows) : "none");
  if (!data.weights.empty()) line("weights", "given");
  if (!data.texts.empty()) line("texts", "given");
  if (!data.images.empty()) line("images", "given");
  if (!data.groups.empty()) line("groups", fmt::format("{}", json["groups"].get<std::size_t>()));
  if (!data.votes.annotators.empty()) line("annotators", fmt::format("{}", data.votes.annotators.size()));
  if (data.taxonomy) line("taxonomy", "given");
  text += "label frequencies\n" + frequencies(data, facts);
  return answer;
}

Answer info(const std::string& path, const ReadOptions& options, const Run& run) {
  if (options.format.empty() && file_exists(path) && (is_model(path) || path.ends_with(".tagma"))) return describe_model(path);
  Dataset data = read_dataset(path, options, run);
  open_pictures(data, path);
  Answer answer = profile(data, path);
  tell_pictures(data, answer, run);
  return answer;
}

}  // namespace tagma
