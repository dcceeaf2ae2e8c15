#include <tagma/read/svm_rows.h>

#include <tagma/base/text.h>
#include <tagma/read/number.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace tagma {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

// A token for a message: up to the next blank or line end.
std::string_view token_at(const char* at, const char* end) {
  const char* stop = at;
  while (stop < end && !is_blank(*stop) && *stop != '\n' && *stop != '\r') ++stop;
  return {at, static_cast<std::size_t>(stop - at)};
}

struct Counts {  // how far a block was filled before a row, to take a bad row back
  explicit Counts(const SvmBlock& block)
      : features(block.features),
        present(block.present.size()),
        unknown(block.unknown.size()),
        absent(block.absent.size()),
        graded(block.graded) {}
  void restore(SvmBlock& block) const {
    block.features = features;
    block.present.resize(present);
    block.grades.resize(present);
    block.unknown.resize(unknown);
    block.absent.resize(absent);
    block.graded = graded;
  }
  std::size_t features, present, unknown, absent;
  bool graded;
};

void empty(SvmBlock& block, std::size_t bytes) {
  const std::size_t most = bytes / 4 + 2;  // the shortest feature, with its blank: "1:2 "
  if (block.room < most) {
    block.columns = std::make_unique_for_overwrite<std::int32_t[]>(most);
    block.values = std::make_unique_for_overwrite<float[]>(most);
    block.room = most;
  }
  block.features = 0;
  for (auto* ends : {&block.feature_ends, &block.present_ends, &block.unknown_ends, &block.absent_ends}) ends->clear();
  for (auto* ids : {&block.present, &block.unknown, &block.absent}) ids->clear();
  block.grades.clear();
  block.lines.clear();
  block.bad.clear();
  block.graded = false;
  block.least_feature = INT32_MAX;
  block.most_feature = block.most_label = -1;
}

}  // namespace

struct SvmParser::Line {
  const char *begin, *at, *end;  // `end` is the end of the chunk; the line ends before it
  std::int64_t number;

  bool ended() const {
    return *at == '\n' || *at == '#' || at == end || (*at == '\r' && (at + 1 == end || at[1] == '\n'));
  }
  void skip_blanks() {
    while (is_blank(*at)) ++at;
  }
};

void SvmParser::fail_in(const Line& line, const char* at, std::string_view allowed) const {
  const std::string_view token = token_at(at, line.end);
  fail_at({path_, line.number, at - line.begin + 1}, token.empty() ? "the end of the line" : excerpt(token), allowed);
}

void SvmParser::parse(const Chunk& chunk, std::size_t begin, std::int64_t number, SvmBlock& block) const {
  const char* const text = chunk.text.data();
  empty(block, chunk.text.size());
  Line line{text + begin, text + begin, text + chunk.text.size(), number};
  while (line.begin < line.end) {
    const Counts before(block);
    try {
      row(line, block);
    } catch (const Error& error) {
      if (!skip_) throw;
      before.restore(block);
      block.bad.push_back({line.number, error.what()});
    }
    line.at = std::find(line.at, line.end, '\n');
    line.begin = line.at = line.at + (line.at < line.end);
    ++line.number;
  }
}

void SvmParser::row(Line& line, SvmBlock& block) const {
  const bool indented = is_blank(*line.at);
  line.skip_blanks();
  if (line.ended() && (*line.at == '#' || !indented)) return;
  const Counts before(block);
  if (!indented) labels(line, block);
  const std::size_t named = block.present.size() - before.present + block.unknown.size() - before.unknown +
                            block.absent.size() - before.absent;
  if (named > 1) check_labels_differ(line, named);
  features(line, block);
  block.feature_ends.push_back(block.features);
  block.present_ends.push_back(block.present.size());
  block.unknown_ends.push_back(block.unknown.size());
  block.absent_ends.push_back(block.absent.size());
  block.lines.push_back(line.number);
}

LabelId SvmParser::label_id(Line& line) const {
  std::int64_t id = 0;
  const char* const after = scan_id(line.at, id);
  if (after == line.at) fail_in(line, line.at, "a label id");
  if (id >= limits_.labels_end)
    fail_at({path_, line.number, line.at - line.begin + 1}, fmt::format("label {}", id),
            fmt::format("label ids from 0 to {}", limits_.labels_end - 1));
  line.at = after;
  return static_cast<LabelId>(id);
}

void SvmParser::labels(Line& line, SvmBlock& block) const {
  for (bool first = true;; first = false) {
    const char* const begin = line.at;
    const char kind = *line.at;
    if (kind == '?' || kind == '!') ++line.at;
    std::int64_t plain = 0;
    if (first && line.at == begin && *scan_id(begin, plain) == ':') return;  // a feature: the line has no label
    const LabelId id = label_id(line);
    block.most_label = std::max(block.most_label, id);
    if (kind == '?') {
      block.unknown.push_back(id);
    } else if (kind == '!') {
      block.absent.push_back(id);
    } else {
      float grade = 1;
      if (*line.at == '^') {
        const char* const after = scan_float(line.at + 1, line.end, grade);
        if (!after || !(grade > 0)) fail_in(line, line.at + 1, "a grade: a finite number greater than 0");
        line.at = after;
        block.graded = true;
      }
      block.present.push_back(id);
      block.grades.push_back(grade);
    }
    if (*line.at == ',') {
      ++line.at;
    } else if (is_blank(*line.at) || line.ended()) {
      return;
    } else {
      fail_in(line, line.at, "',', '^GRADE', a blank or the end of the line after a label");
    }
  }
}

void SvmParser::check_labels_differ(const Line& line, std::size_t count) const {
  std::vector<std::pair<std::int64_t, const char*>> ids;  // with where they stand
  bool ascending = true;
  for (const char* at = line.begin; ids.size() < count; ++at) {
    const char* const begin = at;
    std::int64_t id = 0;
    at = scan_id(at + (*at == '?' || *at == '!'), id);
    while (at < line.at && *at != ',') ++at;
    ascending &= ids.empty() || ids.back().first < id;
    ids.emplace_back(id, begin);
  }
  if (ascending) return;
  std::sort(ids.begin(), ids.end());
  const auto twice = std::adjacent_find(ids.begin(), ids.end(), [](auto& a, auto& b) { return a.first == b.first; });
  if (twice != ids.end())
    fail_at({path_, line.number, (twice + 1)->second - line.begin + 1},
            fmt::format("label {} a second time", twice->first), "each label once in a row");
}

void SvmParser::features(Line& line, SvmBlock& block) const {
  const std::size_t first = block.features;
  std::int64_t before = -1;
  bool ascending = true;
  for (line.skip_blanks(); !line.ended(); line.skip_blanks()) {
    std::int64_t id = 0;
    const char* at = scan_id(line.at, id);
    if (at == line.at || *at != ':') fail_in(line, line.at, "a feature ID:VALUE");
    if (id < limits_.first_feature || id >= limits_.features_end)
      fail_at({path_, line.number, line.at - line.begin + 1}, fmt::format("feature {}", id),
              fmt::format("feature ids from {} to {}", limits_.first_feature, limits_.features_end - 1));
    float value = 0;
    const char* const after = scan_float(at + 1, line.end, value);
    if (!after) fail_in(line, at + 1, "a finite number after ':'");
    block.columns[block.features] = static_cast<std::int32_t>(id);
    block.values[block.features++] = value;
    ascending &= id > before;
    before = id;
    line.at = after;
    if (!is_blank(*after) && !line.ended()) fail_in(line, after, "a blank or the end of the line after a feature");
  }
  if (!ascending) sort(line, first, block);
  if (block.features > first) {
    block.least_feature = std::min(block.least_feature, block.columns[first]);
    block.most_feature = std::max(block.most_feature, block.columns[block.features - 1]);
  }
}

void SvmParser::sort(const Line& line, std::size_t first, SvmBlock& block) const {
  std::vector<std::pair<std::int32_t, float>> pairs;
  for (std::size_t i = first; i < block.features; ++i) pairs.emplace_back(block.columns[i], block.values[i]);
  std::stable_sort(pairs.begin(), pairs.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (i > 0 && pairs[i].first == pairs[i - 1].first) {
      const std::string twice = fmt::format(" {}:", pairs[i].first);
      std::string_view text(line.begin, static_cast<std::size_t>(line.at - line.begin));
      fail_at({path_, line.number, static_cast<std::int64_t>(text.rfind(twice)) + 2},
              fmt::format("feature {} a second time", pairs[i].first), "each feature once in a row");
    }
    block.columns[first + i] = pairs[i].first;
    block.values[first + i] = pairs[i].second;
  }
}

std::vector<std::int64_t> svm_header(std::string_view line) {
  std::vector<std::int64_t> numbers;
  const std::string text(trimmed(line));
  const char* at = text.c_str();
  while (*at != '\0') {
    std::int64_t number = 0;
    const char* const after = scan_id(at, number);
    if (after == at || (*after != '\0' && !is_blank(*after))) return {};
    numbers.push_back(number);
    for (at = after; is_blank(*at);) ++at;
  }
  return numbers;
}

}  // namespace tagma
