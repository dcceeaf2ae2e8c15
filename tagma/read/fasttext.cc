#include <tagma/read/fasttext.h>

#include <tagma/base/parallel.h>
#include <tagma/base/text.h>
#include <tagma/read/label_lists.h>
#include <tagma/read/row_text.h>

#include <algorithm>

namespace tagma {
namespace {

constexpr std::string_view blanks = " \t";

bool is_row(std::string_view line) { return !line.empty(); }

class RowParser {
 public:
  explicit RowParser(const ReadOptions& options) {
    if (options.labels.empty()) return;
    std::vector<std::string> names;
    for (std::string_view name : split(options.labels, ',')) names.emplace_back(trimmed(name));
    labels_ = RowLabels(LabelNames(std::move(names)));
  }

  void parse(std::string_view row, TableBlock& block) {
    labels_.begin(block.labels);
    std::string text;
    for (std::size_t at = 0; at < row.size();) {
      const std::size_t begin = std::min(row.find_first_not_of(blanks, at), row.size());
      const std::size_t end = std::min(row.find_first_of(blanks, begin), row.size());
      const std::string_view word = row.substr(begin, end - begin);
      if (word.starts_with(Fasttext::prefix)) {
        const std::string_view name = word.substr(Fasttext::prefix.size());
        if (name.empty()) throw RowFault{word.data(), "__label__ without a name", "__label__NAME"};
        labels_.present(name, 1, word.data());
      } else if (!word.empty()) {
        if (!text.empty()) text += row.substr(at, begin - at);
        text += word;
      }
      at = end;
    }
    block.texts.push_back(std::move(text));
  }

  const LabelNames& finish() { return labels_.finish(); }

 private:
  RowLabels labels_;
};

// One line per row; what a line cannot hold is refused.
class LineWriter {
 public:
  explicit LineWriter(const Dataset& data) : data_(data) {
    for (LabelId id = 0; id < data.labels.labels(); ++id) {
      names_.push_back(data.label_name(id));
      if (names_.back().empty() || names_.back().find_first_of(" \t\r\n") != std::string::npos)
        fail(Code::usage, "the label {} cannot stand in fastText's format: names there are one word; write .jsonl instead",
             excerpt(names_.back()));
    }
  }

  void append(std::int64_t row, std::string& line) const {
    const std::size_t begin = line.size();
    for (LabelId id : data_.labels[row].present) {
      if (line.size() > begin) line += ' ';
      (line += Fasttext::prefix) += names_[static_cast<std::size_t>(id)];
    }
    if (!data_.texts.empty()) add_text(data_.texts[static_cast<std::size_t>(row)], line, begin);
    if (line.size() == begin) line += ' ';  // a line of nothing is no row
    line += '\n';
  }

 private:
  static void add_text(const std::string& text, std::string& line, std::size_t begin) {
    for (std::size_t at = 0; (at = text.find(Fasttext::prefix, at)) != std::string::npos; ++at)
      if (at == 0 || std::string_view(" \t\r\n").find(text[at - 1]) != std::string_view::npos)
        fail(Code::usage, "the text {} holds a word that begins with __label__, which fastText's format takes for a label",
             excerpt(text));
    if (!text.empty() && line.size() > begin) line += ' ';
    const std::size_t first = line.size();
    line += text;
    std::replace_if(line.begin() + static_cast<std::ptrdiff_t>(first), line.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  }

  const Dataset& data_;
  std::vector<std::string> names_;
};

}  // namespace

Dataset Fasttext::read(const Source& source, const ReadOptions& options, const Run& run) {
  const Text text = source.whole();
  const TextBlocks blocks = cut_lines(without_mark(text.view), 1, is_row, run);
  Table table(blocks, 0, true);
  std::vector<LabelNames> names(blocks.blocks.size());
  parallel_blocks(run, static_cast<std::int64_t>(names.size()), [&](std::int64_t i) {
    const auto b = static_cast<std::size_t>(i);
    RowParser parser(options);
    TableBlock& block = table.block(b);
    parse_lines(blocks.blocks[b], is_row, source.path(), options.skip_bad_rows, block,
                [&](std::string_view row) { parser.parse(row, block); });
    names[b] = parser.finish();
  });
  if (names.empty()) names.push_back(RowParser(options).finish());
  std::vector<const LabelNames*> parts;
  for (const LabelNames& part : names) parts.push_back(&part);
  JoinedNames joined = join_names(parts);
  for (std::size_t i = 0; i < blocks.blocks.size(); ++i) table.block(i).labels.renumber(joined.new_ids[i]);
  Dataset data = table.assemble(static_cast<LabelId>(joined.names.size()), options.unlisted_unknown ? Truth::unknown : Truth::absent,
                                options.impute, source.path(), run);
  data.label_names = std::move(joined.names);
  return data;
}

void Fasttext::write(const Dataset& data, const std::string& path, const ReadOptions&, const Run& run) {
  const LineWriter writer(data);
  Sink sink(path);
  write_rows(sink, data.rows(), run, [&](std::int64_t row, std::string& text) { writer.append(row, text); });
  sink.commit();
}

std::vector<std::string> Fasttext::lost(const Dataset& data) {
  std::vector<std::string> lost = not_carried(data, {.features = false, .label_names = true, .texts = true});
  if (has_unmentioned_labels(data)) lost.emplace_back("labels that no row mentions");
  const auto of_lines = [](const std::string& text) { return text.find_first_of("\r\n") != std::string::npos; };
  if (std::any_of(data.texts.begin(), data.texts.end(), of_lines)) lost.emplace_back("line ends in texts");
  return lost;
}

}  // namespace tagma
