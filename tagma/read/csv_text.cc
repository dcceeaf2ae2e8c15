#include <tagma/read/csv_text.h>

#include <tagma/base/text.h>

#include <algorithm>

namespace tagma {
namespace {

constexpr std::size_t block_size = std::size_t{1} << 20;

bool not_empty(std::string_view line) { return !line.empty(); }

}  // namespace

std::size_t record_end(std::string_view text, std::size_t at, Separator separator) {
  const auto line_end = [&](std::size_t from) { return std::min(text.find('\n', from), text.size() - 1) + 1; };
  std::size_t end = line_end(at);
  if (separator == Separator::tab || text.substr(at, end - at).find('"') == std::string_view::npos) return end;
  while (at < text.size()) {
    const std::size_t visible = text.find_first_not_of(' ', at);
    if (visible != std::string_view::npos && text[visible] == '"') {
      at = visible + 1;
      while ((at = text.find('"', at)) != std::string_view::npos && at + 1 < text.size() && text[at + 1] == '"')
        at += 2;
      if (at == std::string_view::npos) return text.size();
      ++at;
    }
    end = text.find_first_of(",\n", at);
    if (end == std::string_view::npos) return text.size();
    at = end + 1;
    if (text[end] == '\n') return at;
  }
  return text.size();
}

std::string_view record_text(std::string_view record) {
  if (record.ends_with('\n')) record.remove_suffix(1);
  if (record.ends_with('\r')) record.remove_suffix(1);
  return record;
}

TextBlocks cut_records(std::string_view text, std::int64_t first_line, Separator separator, const Run& run) {
  if (separator == Separator::tab || text.find('"') == std::string_view::npos)
    return cut_lines(text, first_line, not_empty, run);
  TextBlocks cut;
  TextBlock open{text.substr(0, 0), 0, 0, 0};
  const auto close = [&](std::string_view block) {
    if (block.empty()) return;
    open.text = block;
    cut.blocks.push_back(std::exchange(open, TextBlock{{}, 0, 0, 0}));
  };
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = record_end(text, at, separator);
    const std::string_view record = text.substr(at, end - at);
    if (!record.ends_with('\n')) {  // the last one: parsers want a line end behind it
      close(text.substr(begin, at - begin));
      cut.tail = std::make_shared<const std::string>(std::string(record) + "\n");
      open.first_line = std::count(record.begin(), record.end(), '\n') + 1;
      open.rows = 1;
      close(*cut.tail);
      begin = text.size();
      break;
    }
    open.first_line += std::count(record.begin(), record.end(), '\n');
    open.rows += !record_text(record).empty();
    at = end;
    if (at - begin < block_size) continue;
    close(text.substr(begin, at - begin));
    begin = at;
  }
  close(text.substr(begin));
  number_blocks(cut, first_line);
  return cut;
}

// A cell that begins with a quote; false when, in TSV, the quote is plain text.
bool CsvCursor::quoted_text(std::string_view& text) {
  const char* begin = at_;
  while (*begin == ' ') ++begin;
  const std::string_view left(begin, static_cast<std::size_t>(end_ - begin));
  std::size_t close = 1;
  while ((close = left.find('"', close)) != std::string_view::npos && close + 1 < left.size() && left[close + 1] == '"')
    close += 2;
  std::size_t behind = close == std::string_view::npos ? close : left.find_first_not_of(' ', close + 1);
  const bool ends = close != std::string_view::npos && (behind == std::string_view::npos || left[behind] == separator_);
  if (!ends) {
    if (separator_ == '\t') return false;
    if (close == std::string_view::npos) throw RowFault{begin, "a quote that is never closed", "a closing quote"};
    throw RowFault{begin + behind, excerpt(left.substr(behind)),
                   "a separator or the end of the line after a closing quote"};
  }
  text = left.substr(1, close - 1);
  if (text.find('"') != std::string_view::npos) {
    copy_.clear();
    for (std::size_t i = 0; i < text.size(); ++i) {
      copy_ += text[i];
      if (text[i] == '"') ++i;
    }
    text = copy_;
  }
  quoted_ = true;
  leave(behind == std::string_view::npos ? end_ : begin + behind);
  return true;
}

std::string_view CsvCursor::text() {
  quoted_ = false;
  std::string_view text;
  const char* visible = at_;
  while (visible < end_ && *visible == ' ') ++visible;
  if (visible < end_ && *visible == '"' && quoted_text(text)) return text;
  const std::string_view left(at_, static_cast<std::size_t>(end_ - at_));
  const std::size_t size = std::min(left.find(separator_), left.size());
  leave(at_ + size);
  text = left.substr(0, size);
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::string csv_cell(std::string_view text, Separator separator) {
  const char special[] = {static_cast<char>(separator), '"', '\n', '\r'};
  const bool plain = text.find_first_of(std::string_view(special, sizeof special)) == std::string_view::npos &&
                     (text.empty() || (text.front() != ' ' && text.back() != ' '));
  if (plain) return std::string(text);
  if (separator == Separator::tab && text.find_first_of("\n\r") != std::string_view::npos)
    fail(Code::usage, "the text {} holds a line end, which TSV cannot carry; write .csv or .jsonl", excerpt(text));
  std::string quoted = "\"";
  for (char c : text) {
    quoted += c;
    if (c == '"') quoted += c;
  }
  return quoted + "\"";
}

}  // namespace tagma
