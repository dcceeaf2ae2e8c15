#include <tagma/read/label_index.h>
#include <tagma/read/number.h>
#include <tagma/read/row_text.h>
#include <tagma/read/scores_files.h>

#include <cmath>

namespace tagma::detail {
namespace {

constexpr std::string_view spread_mark = "spread:", presence_mark = "presence:", shared_mark = "shared";

std::string mark_of_factor(std::size_t factor) { return fmt::format("{}{}:", shared_mark, factor + 1); }

void append_values(std::string& text, std::span<const float> values) {
  for (float value : values) {
    if (!text.empty() && text.back() != '\n') text += ',';
    append_number(text, value);
  }
}

// What a column of a file holds: the score of a label, or what is told beside it.
enum class Kind { score, spread, presence, shared };

Kind kind_of(std::string_view name) {
  if (name.starts_with(spread_mark)) return Kind::spread;
  if (name.starts_with(presence_mark)) return Kind::presence;
  if (!name.starts_with(shared_mark)) return Kind::score;
  name.remove_prefix(shared_mark.size());
  const std::size_t digits = name.find_first_not_of("0123456789");
  return digits > 0 && digits < name.size() && name[digits] == ':' ? Kind::shared : Kind::score;
}

std::span<const float> row_in(const std::vector<float>& values, std::int64_t row, LabelId labels) {
  if (values.empty()) return {};
  return std::span(values).subspan(static_cast<std::size_t>(row * labels), static_cast<std::size_t>(labels));
}

}  // namespace

std::vector<std::string> csv_fields(std::string_view line, const Place& place) {
  std::vector<std::string> fields(1);
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == ',') {
      fields.emplace_back();
    } else if (line[i] == '"' && fields.back().empty()) {
      for (++i;; ++i) {
        if (i == line.size())
          fail_at({place.file, place.line, static_cast<std::int64_t>(i) + 1}, "the end of the line", "a closing quote");
        if (line[i] != '"') {
          fields.back() += line[i];
        } else if (i + 1 < line.size() && line[i + 1] == '"') {
          fields.back() += line[++i];
        } else {
          break;
        }
      }
    } else {
      fields.back() += line[i];
    }
  }
  return fields;
}

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string field = "\"";
  for (char c : text) field += c == '"' ? std::string("\"\"") : std::string(1, c);
  return field + "\"";
}

Scores read_csv_scores(const std::string& path) {
  Scores scores;
  std::vector<Kind> kinds;  // of the columns
  std::size_t labels = 0, factors = 0;
  std::vector<float> row_of_factors;  // factor after factor, as in the file
  const Text text = Source(path).whole();
  each_line(without_mark(text.view), [&](std::string_view line, std::int64_t number) {
    if (number == 1) {
      for (const std::string& name : csv_fields(line, {path, 1, 1})) kinds.push_back(kind_of(name));
      const auto columns_of = [&](Kind kind) { return static_cast<std::size_t>(std::count(kinds.begin(), kinds.end(), kind)); };
      labels = columns_of(Kind::score);
      const auto fits = [&](std::size_t columns) { return columns == 0 || columns == labels; };
      factors = labels == 0 ? 0 : columns_of(Kind::shared) / labels;
      if (!fits(columns_of(Kind::spread)) || !fits(columns_of(Kind::presence)) || columns_of(Kind::shared) != labels * factors ||
          !std::is_sorted(kinds.begin(), kinds.end()))
        fail_at({path, 1, 1}, fmt::format("{} columns for {} labels", kinds.size(), labels),
                "one column of each kind per label, scores first, then spread, presence and each factor");
      return;
    }
    const std::string row(line);  // ends in a zero byte, as scan_float() wants it
    const char *at = row.c_str(), *const end = at + row.size();
    row_of_factors.clear();
    for (std::size_t column = 0; column < kinds.size(); ++column) {
      const Place place{path, number, at - row.c_str() + 1};
      float value = 0;
      const char* const after = scan_float(at, end, value);
      if (!after) fail_at(place, at == end ? "the end of the line" : excerpt(at), "a finite number");
      if (column + 1 < kinds.size() ? *after != ',' : after != end)
        fail_at({path, number, after - row.c_str() + 1}, after == end ? "the end of the line" : excerpt(after),
                fmt::format("{} numbers with commas between them", kinds.size()));
      switch (kinds[column]) {
        case Kind::score: scores.values.push_back(value); break;
        case Kind::spread: scores.spread.push_back(value); break;
        case Kind::presence: scores.presence.push_back(value); break;
        case Kind::shared: row_of_factors.push_back(value); break;
      }
      at = after + 1;
    }
    for (std::size_t label = 0; label < labels; ++label)
      for (std::size_t factor = 0; factor < factors; ++factor) scores.shared.push_back(row_of_factors[factor * labels + label]);
    ++scores.rows;
  });
  scores.labels = static_cast<LabelId>(labels);
  return scores;
}

void write_csv_scores(const Scores& scores, const Names& names, const std::string& path, const Run& run) {
  if (scores.is_shortlist()) fail(Code::usage, "{}: a shortlist cannot be written as .csv; write .svm or .jsonl", path);
  Sink sink(path);
  std::string header;
  const auto columns = [&](std::string_view mark) {
    for (LabelId id = 0; id < scores.labels; ++id)
      header +=
          (header.empty() ? "" : ",") +
          csv_field(std::string(mark) + (names.empty() ? std::to_string(id) : names[static_cast<std::size_t>(id)]));
  };
  columns("");
  if (!scores.spread.empty()) columns(spread_mark);
  if (!scores.presence.empty()) columns(presence_mark);
  for (std::size_t factor = 0; factor < scores.factors(); ++factor) columns(mark_of_factor(factor));
  sink.write(header + "\n");
  write_rows(sink, scores.rows, run, [&](std::int64_t row, std::string& text) {
    append_values(text, scores.row(row));
    append_values(text, row_in(scores.spread, row, scores.labels));
    append_values(text, row_in(scores.presence, row, scores.labels));
    for (std::size_t factor = 0; factor < scores.factors(); ++factor)
      for (LabelId id = 0; id < scores.labels; ++id)
        append_values(text, {&scores.shared[static_cast<std::size_t>(row * scores.labels + id) * scores.factors() + factor], 1});
    text += '\n';
  });
  sink.commit();
}

Decisions read_csv_decisions(const std::string& path, LabelId labels, const Names& names) {
  Decisions decisions(labels);
  const LabelIndex index(labels, names);
  const Text text = Source(path).whole();
  each_line(without_mark(text.view), [&](std::string_view line, std::int64_t number) {
    const Place place{path, number, 1};
    const std::vector<std::string> fields = csv_fields(line, place);
    if (number == 1) {
      if (fields != std::vector<std::string>{"row", "labels"}) fail_at(place, excerpt(line), "the header row,labels");
      return;
    }
    if (fields.size() != 2 || fields[0] != std::to_string(decisions.rows()))
      fail_at(place, excerpt(line), fmt::format("row number {} and a list of labels a|b", decisions.rows()));
    std::vector<LabelId> ids;
    for (std::size_t begin = 0; !fields[1].empty() && begin <= fields[1].size();) {
      const std::size_t end = std::min(fields[1].find('|', begin), fields[1].size());
      ids.push_back(index.at(fields[1].substr(begin, end - begin), place));
      begin = end + 1;
    }
    std::sort(ids.begin(), ids.end());
    if (std::adjacent_find(ids.begin(), ids.end()) != ids.end()) fail_at(place, excerpt(line), "each label once");
    decisions.add(ids);
  });
  return decisions;
}

void write_csv_decisions(const Decisions& decisions, const Names& names, const std::string& path, const Run& run) {
  for (const std::string& name : names)
    if (name.find('|') != std::string::npos || name.empty())
      fail(Code::usage, "{}: the label name {} cannot stand in a list a|b; write .jsonl or .svm", path, excerpt(name));
  Sink sink(path);
  sink.write("row,labels\n");
  write_rows(sink, decisions.rows(), run, [&](std::int64_t row, std::string& text) {
    std::string list;
    for (LabelId id : decisions[row])
      list += (list.empty() ? "" : "|") + (names.empty() ? std::to_string(id) : names[static_cast<std::size_t>(id)]);
    append_number(text, row);
    text += ',' + csv_field(list) + '\n';
  });
  sink.commit();
}

}  // namespace tagma::detail
