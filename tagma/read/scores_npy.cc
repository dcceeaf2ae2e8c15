#include <tagma/base/file.h>
#include <tagma/read/arrays.h>
#include <tagma/read/number.h>
#include <tagma/read/row_text.h>
#include <tagma/read/scores_files.h>
#include <tagma/read/svm_rows.h>

#include <cstdio>
#include <numeric>

namespace tagma::detail {
namespace {

std::string beside(const std::string& path, std::string_view part) {
  return fmt::format("{}.{}.npy", parts_of(path).stem, part);
}

Array two_dimensions(const std::string& path) {
  Array array = read_npy(path);
  if (array.shape.size() != 2 || array.shape[1] >= INT32_MAX)
    fail(Code::bad_data, "{}: an array of shape {}, allowed [rows x labels]", path, shape_text(array.shape));
  return array;
}

// The text with a blank in each of its first `rows` empty lines behind the header: the parser passes over empty lines, which other
// programs write for a row of nothing.
std::string with_empty_rows(std::string_view text, std::int64_t rows) {
  std::string filled;
  each_line(text, [&](std::string_view line, std::int64_t number) {
    filled += line;
    filled += line.empty() && number > 1 && number <= rows + 1 ? " \n" : "\n";
  });
  return filled;
}

// Reads the header line of a list of label ids and then, row by row, its features into take(row, ids, values, labels).
template <class Take>
void read_lists(const std::string& path, std::size_t numbers, std::string_view allowed, Take&& take) {
  const Text text = Source(path).whole();
  const std::size_t end = std::min(text.view.find('\n'), text.view.size());
  const std::vector<std::int64_t> header = svm_header(text.view.substr(0, end));
  if (header.size() != numbers || header.back() >= INT32_MAX)
    fail_at({path, 1, 1}, excerpt(text.view.substr(0, end)), allowed);
  SvmLimits limits;
  limits.features_end = limits.labels_end = header.back();
  SvmBlock block;
  const auto parse = [&](std::string lines) {
    const std::size_t begin = std::min(lines.find('\n'), lines.size() - 1) + 1;
    SvmParser(path, limits, false).parse(Chunk{std::move(lines), 1}, begin, 2, block);
    return static_cast<std::int64_t>(block.lines.size()) == header.front();
  };
  if (!parse(std::string(text.view)) && !parse(with_empty_rows(text.view, header.front())))
    fail(Code::bad_data, "{}: found {} rows, allowed the {} that its first line tells of", path, block.lines.size(),
         header.front());
  take(block, static_cast<LabelId>(header.back()));
}

}  // namespace

Scores read_npy_scores(const std::string& path) {
  const Array array = two_dimensions(path);
  Scores scores;
  scores.rows = array.shape[0];
  scores.labels = static_cast<LabelId>(array.shape[1]);
  scores.values = values_of<float>(array);
  const auto part = [&](std::string_view name, std::vector<float>& values) {
    const std::string file = beside(path, name);
    if (!file_exists(file)) return;
    const Array found = two_dimensions(file);
    if (found.shape != array.shape)
      fail(Code::bad_data, "{}: shape {}, allowed {} as of {}", file, shape_text(found.shape), shape_text(array.shape),
           path);
    values = values_of<float>(found);
  };
  part("spread", scores.spread);
  part("presence", scores.presence);
  if (const std::string file = beside(path, "shared"); file_exists(file)) {
    const Array found = read_npy(file);
    if (found.shape.size() != 3 || !std::equal(array.shape.begin(), array.shape.end(), found.shape.begin()))
      fail(Code::bad_data, "{}: shape {}, allowed [{} x {} x factors] as of {}", file, shape_text(found.shape), array.shape[0], array.shape[1], path);
    scores.shared = values_of<float>(found);
  }
  return scores;
}

void write_npy_scores(const Scores& scores, const std::string& path) {
  if (scores.is_shortlist()) fail(Code::usage, "{}: a shortlist cannot be written as .npy; write .svm or .jsonl", path);
  const std::vector<std::int64_t> shape{scores.rows, scores.labels};
  const auto part = [&](std::string_view name, const std::vector<float>& values, const std::vector<std::int64_t>& extents) {
    const std::string file = beside(path, name);
    if (values.empty()) {
      std::remove(file.c_str());  // that of earlier scores would be taken for theirs
    } else {
      write_npy(file, values, extents);
    }
  };
  part("spread", scores.spread, shape);
  part("presence", scores.presence, shape);
  part("shared", scores.shared, {scores.rows, scores.labels, static_cast<std::int64_t>(scores.factors())});
  write_npy(path, scores.values, shape);
}

Scores read_svm_scores(const std::string& path) {
  Scores scores;
  read_lists(path, 2, "a first line ROWS LABELS", [&](const SvmBlock& block, LabelId labels) {
    if (!block.present.empty() || !block.unknown.empty() || !block.absent.empty())
      fail(Code::bad_data, "{}: found a list of labels, allowed LABEL:SCORE pairs", path);
    scores.labels = labels;
    scores.rows = static_cast<std::int64_t>(block.lines.size());
    scores.starts.push_back(0);
    std::vector<std::size_t> order;
    for (std::size_t row = 0; row < block.lines.size(); ++row) {
      const std::size_t first = row == 0 ? 0 : block.feature_ends[row - 1];
      order.resize(block.feature_ends[row] - first);
      std::iota(order.begin(), order.end(), first);
      std::stable_sort(order.begin(), order.end(),
                       [&](std::size_t a, std::size_t b) { return block.values[a] > block.values[b]; });
      for (std::size_t at : order) {
        scores.ids.push_back(block.columns[at]);
        scores.values.push_back(block.values[at]);
      }
      scores.starts.push_back(static_cast<std::int64_t>(scores.ids.size()));
    }
  });
  return scores;
}

void write_svm_scores(const Scores& given, const std::string& path, const Run& run) {
  const Scores sorted = given.is_shortlist() ? Scores{} : shortlist(given, given.labels);
  const Scores& scores = given.is_shortlist() ? given : sorted;
  if (!given.spread.empty() || !given.presence.empty() || !given.shared.empty())
    run.warn(fmt::format("{}: .svm holds no spread, no presence probabilities and no shared parts; they are left out", path));
  Sink sink(path);
  sink.write(fmt::format("{} {}\n", scores.rows, scores.labels));
  write_rows(sink, scores.rows, run, [&](std::int64_t r, std::string& text) {
    const ShortRow row = scores.short_row(r);
    for (std::size_t i = 0; i < row.ids.size(); ++i) {
      if (i > 0) text += ' ';
      append_number(text, std::int64_t{row.ids[i]});
      text += ':';
      append_number(text, row.values[i]);
    }
    text += row.ids.empty() ? " \n" : "\n";
  });
  sink.commit();
}

Decisions read_npy_decisions(const std::string& path, LabelId labels) {
  const Array array = two_dimensions(path);
  if (array.shape[1] != labels) fail(Code::bad_data, "{}: {} labels, allowed {}", path, array.shape[1], labels);
  const std::vector<std::int8_t> values = values_of<std::int8_t>(array);
  Decisions decisions(labels);
  std::vector<LabelId> ids;
  for (std::int64_t row = 0; row < array.shape[0]; ++row) {
    ids.clear();
    for (LabelId id = 0; id < labels; ++id) {
      const std::int8_t value = values[static_cast<std::size_t>(row * labels + id)];
      if (value != 0 && value != 1)
        fail(Code::bad_data, "{}: row {}, label {}: found {}, allowed 0 or 1", path, row, id, value);
      if (value == 1) ids.push_back(id);
    }
    decisions.add(ids);
  }
  return decisions;
}

void write_npy_decisions(const Decisions& decisions, const std::string& path, const Run& run) {
  Sink sink(path);
  sink.write(npy_header<std::int8_t>(std::vector<std::int64_t>{decisions.rows(), decisions.labels()}));
  write_rows(sink, decisions.rows(), run, [&](std::int64_t row, std::string& text) {
    const std::size_t begin = text.size();
    text.append(static_cast<std::size_t>(decisions.labels()), '\0');
    for (LabelId id : decisions[row]) text[begin + static_cast<std::size_t>(id)] = 1;
  });
  sink.commit();
}

Decisions read_svm_decisions(const std::string& path, LabelId labels) {
  Decisions decisions(labels);
  read_lists(path, 3, "a first line ROWS 0 LABELS", [&](const SvmBlock& block, LabelId found) {
    if (found != labels) fail(Code::bad_data, "{}: {} labels, allowed {}", path, found, labels);
    for (std::size_t row = 0; row < block.lines.size(); ++row) {
      const std::size_t first = row == 0 ? 0 : block.present_ends[row - 1];
      std::vector<LabelId> ids(block.present.begin() + static_cast<std::ptrdiff_t>(first),
                               block.present.begin() + static_cast<std::ptrdiff_t>(block.present_ends[row]));
      std::sort(ids.begin(), ids.end());
      decisions.add(ids);
    }
  });
  return decisions;
}

void write_svm_decisions(const Decisions& decisions, const std::string& path, const Run& run) {
  Sink sink(path);
  sink.write(fmt::format("{} 0 {}\n", decisions.rows(), decisions.labels()));
  write_rows(sink, decisions.rows(), run, [&](std::int64_t row, std::string& text) {
    const std::size_t begin = text.size();
    for (LabelId id : decisions[row]) {
      if (text.size() > begin) text += ',';
      append_number(text, std::int64_t{id});
    }
    text += text.size() == begin ? " \n" : "\n";
  });
  sink.commit();
}

}  // namespace tagma::detail
