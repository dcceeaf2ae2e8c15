#include <tagma/read/number.h>
#include <tagma/read/row_text.h>
#include <tagma/read/scores_files.h>

#include <nlohmann/json.hpp>

#include <cmath>
#include <unordered_map>

namespace tagma::detail {
namespace {

using nlohmann::json;

json parsed(std::string_view line, const Place& place) {
  try {
    json object = json::parse(line);
    if (!object.is_object()) fail_at(place, excerpt(line), "a JSON object");
    return object;
  } catch (const json::parse_error& error) {
    fail_at({place.file, place.line, static_cast<std::int64_t>(error.byte)},
            excerpt(line.substr(std::min(error.byte, line.size()))), "a JSON object in one line");
  }
}

// f(object, place) for every line that is not blank.
template <class F>
void each_object(const std::string& path, F&& f) {
  const Text text = Source(path).whole();
  each_line(without_mark(text.view), [&](std::string_view line, std::int64_t number) {
    if (line.find_first_not_of(" \t") != std::string_view::npos)
      f(parsed(line, {path, number, 1}), Place{path, number, 1});
  });
}

// Appends the numbers of object[key]; returns how many there are.
std::size_t take_numbers(const json& object, const char* key, std::vector<float>& values, const Place& place) {
  const auto found = object.find(key);
  if (found == object.end()) return 0;
  if (!found->is_array()) fail_at(place, fmt::format("a {} in '{}'", found->type_name(), key), "a list of numbers");
  for (const json& item : *found) {
    if (!item.is_number()) fail_at(place, fmt::format("a {} in '{}'", item.type_name(), key), "numbers");
    const auto value = item.get<float>();
    if (!std::isfinite(value))
      fail_at(place, fmt::format("{} in '{}'", item.dump(), key), "numbers that a float can hold");
    values.push_back(value);
  }
  return found->size();
}

std::int64_t whole_number(const json& item, std::int64_t end, const Place& place, const char* what) {
  if (!item.is_number_integer() || item.get<std::int64_t>() < 0 || item.get<std::int64_t>() >= end)
    fail_at(place, fmt::format("{} {}", what, item.dump(-1, ' ', true, json::error_handler_t::replace)),
            fmt::format("whole numbers from 0 to {}", end - 1));
  return item.get<std::int64_t>();
}

void take_shortlist(const json& object, Scores& scores, const Place& place) {
  if (!object.contains("of") || !object["ids"].is_array())
    fail_at(place, "ids without 'of'", "\"of\": the number of labels, \"ids\": a list");
  const auto labels = static_cast<LabelId>(whole_number(object["of"], INT32_MAX, place, "'of'"));
  if (scores.starts.empty()) scores.starts.push_back(0);
  if (scores.rows > 0 && labels != scores.labels)
    fail_at(place, fmt::format("a row of {} labels", labels), fmt::format("{} as before", scores.labels));
  scores.labels = labels;
  for (const json& id : object["ids"])
    scores.ids.push_back(static_cast<LabelId>(whole_number(id, labels, place, "label")));
  if (scores.ids.size() != scores.values.size())
    fail_at(place, "ids and scores of different number", "one score per id");
  const auto first = static_cast<std::ptrdiff_t>(scores.starts.back());
  for (std::ptrdiff_t i = first + 1; i < static_cast<std::ptrdiff_t>(scores.ids.size()); ++i) {
    const auto at = static_cast<std::size_t>(i);
    const bool descending = scores.values[at - 1] > scores.values[at] ||
                            (scores.values[at - 1] == scores.values[at] && scores.ids[at - 1] < scores.ids[at]);
    if (!descending)
      fail_at(place, fmt::format("label {} out of order", scores.ids[at]), "the best score first, ties by number");
  }
  scores.starts.push_back(static_cast<std::int64_t>(scores.ids.size()));
}

void append_list(std::string& text, const char* key, std::span<const float> values, std::string_view path) {
  if (values.empty()) return;
  text += fmt::format("{}\"{}\":[", text.empty() || text.back() == '\n' ? "{" : ",", key);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) fail(Code::usage, "{}: {} cannot be written as .jsonl; write .npy", path, values[i]);
    if (i > 0) text += ',';
    append_number(text, values[i]);
  }
  text += ']';
}

std::string name_text(LabelId id, const Names& names) {
  if (names.empty()) return std::to_string(id);
  return json(names[static_cast<std::size_t>(id)]).dump(-1, ' ', false, json::error_handler_t::replace);
}

void append_ids(std::string& text, std::span<const LabelId> ids, const Names& names) {
  for (std::size_t i = 0; i < ids.size(); ++i) text += (i > 0 ? "," : "") + name_text(ids[i], names);
}

}  // namespace

Scores read_json_scores(const std::string& path) {
  Scores scores;
  bool short_rows = false;
  std::size_t shared_numbers = 0;
  each_object(path, [&](const json& object, const Place& place) {
    const std::size_t count = take_numbers(object, "scores", scores.values, place);
    if (!object.contains("scores")) fail_at(place, "no 'scores'", "{\"scores\": [..]}");
    if (scores.rows == 0) short_rows = object.contains("ids");
    if (object.contains("ids") != short_rows) fail_at(place, "whole rows and shortlists mixed", "one kind");
    if (short_rows) {
      take_shortlist(object, scores, place);
    } else {
      if (scores.rows == 0) scores.labels = static_cast<LabelId>(count);
      if (static_cast<LabelId>(count) != scores.labels)
        fail_at(place, fmt::format("{} scores", count), fmt::format("{} as before", scores.labels));
      const std::size_t spread = take_numbers(object, "spread", scores.spread, place);
      const std::size_t presence = take_numbers(object, "presence", scores.presence, place);
      const std::size_t shared = take_numbers(object, "shared", scores.shared, place);
      if (scores.rows == 0) shared_numbers = shared;
      if (shared != shared_numbers || (shared != 0 && (count == 0 || shared % count != 0)))
        fail_at(place, fmt::format("{} numbers in 'shared'", shared),
                scores.rows == 0 ? fmt::format("as many of each of the {} labels", count) : fmt::format("{} in every row", shared_numbers));
      if ((spread != 0 && spread != count) || (presence != 0 && presence != count) ||
          (spread == 0) != scores.spread.empty() || (presence == 0) != scores.presence.empty())
        fail_at(place, fmt::format("{} spreads, {} presences", spread, presence),
                fmt::format("none, or {} in every row", count));
    }
    ++scores.rows;
  });
  return scores;
}

void write_json_scores(const Scores& scores, const Names& names, const std::string& path, const Run& run) {
  Sink sink(path);
  write_rows(sink, scores.rows, run, [&](std::int64_t row, std::string& text) {
    if (scores.is_shortlist()) {
      const ShortRow best = scores.short_row(row);
      text += fmt::format("{{\"of\":{},\"ids\":[", scores.labels);
      append_ids(text, best.ids, {});
      text += ']';
      if (!names.empty()) {
        text += ",\"labels\":[";
        append_ids(text, best.ids, names);
        text += ']';
      }
      if (best.values.empty()) text += ",\"scores\":[]";
      append_list(text, "scores", best.values, path);
    } else {
      const auto cut = [&](const std::vector<float>& all) {
        const std::size_t width = all.size() / static_cast<std::size_t>(scores.rows);
        return std::span(all).subspan(static_cast<std::size_t>(row) * width, width);
      };
      append_list(text, "scores", scores.row(row), path);
      append_list(text, "spread", cut(scores.spread), path);
      append_list(text, "presence", cut(scores.presence), path);
      append_list(text, "shared", cut(scores.shared), path);
    }
    text += "}\n";
  });
  sink.commit();
}

Decisions read_json_decisions(const std::string& path, LabelId labels, const Names& names) {
  std::unordered_map<std::string, LabelId> index;
  for (std::size_t id = 0; id < names.size(); ++id) index.emplace(names[id], static_cast<LabelId>(id));
  Decisions decisions(labels);
  each_object(path, [&](const json& object, const Place& place) {
    const auto found = object.find("labels");
    if (found == object.end() || !found->is_array()) fail_at(place, "no list 'labels'", "{\"labels\": [..]}");
    std::vector<LabelId> ids;
    for (const json& item : *found) {
      if (!item.is_string()) {
        ids.push_back(static_cast<LabelId>(whole_number(item, labels, place, "label")));
        continue;
      }
      const auto name = index.find(item.get<std::string>());
      if (name == index.end())
        fail_at(place, "label " + excerpt(item.get<std::string>()), fmt::format("the names of the {} labels", labels));
      ids.push_back(name->second);
    }
    std::sort(ids.begin(), ids.end());
    if (std::adjacent_find(ids.begin(), ids.end()) != ids.end()) fail_at(place, "a label twice", "each label once");
    decisions.add(ids);
  });
  return decisions;
}

void write_json_decisions(const Decisions& decisions, const Names& names, const std::string& path, const Run& run) {
  Sink sink(path);
  write_rows(sink, decisions.rows(), run, [&](std::int64_t row, std::string& text) {
    text += "{\"labels\":[";
    append_ids(text, decisions[row], names);
    text += "]}\n";
  });
  sink.commit();
}

}  // namespace tagma::detail
