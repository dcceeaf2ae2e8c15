// Comma- or tab-separated text (RFC 4180): records, and the cells of a record.
//
// A cell that begins with " ends at the next lone "; "" inside stands for one. In CSV such a cell may hold line ends;
// in TSV it ends in its line, or else its quotes are plain text. A quote inside an unquoted cell is plain text. Blanks
// around unquoted cells do not count.
// Errors: RowFault for text behind a closing quote, and for a quote that is never closed.
// Threads: a cursor belongs to one thread.
#pragma once

#include <tagma/read/table.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace tagma {

enum class Separator : char { comma = ',', tab = '\t' };

// The offset behind the record that begins at text[at], its line end included.
std::size_t record_end(std::string_view text, std::size_t at, Separator separator);

// A record without its line end.
std::string_view record_text(std::string_view record);

// Cuts the records of `text` into blocks, as cut_lines does for lines. Empty lines are no records.
TextBlocks cut_records(std::string_view text, std::int64_t first_line, Separator separator, const Run& run);

// Runs parse(record) for every record of a block, as parse_lines does for lines.
template <class Parse>
void parse_records(const TextBlock& text, Separator separator, std::string_view file, bool skip, TableBlock& block,
                   Parse&& parse) {
  if (separator == Separator::tab || text.text.find('"') == std::string_view::npos) {  // every line is a record
    parse_lines(
        text, [](std::string_view row) { return !row.empty(); }, file, skip, block, parse);
    return;
  }
  std::int64_t line = text.first_line;
  for (std::size_t at = 0; at < text.text.size();) {
    const std::size_t end = record_end(text.text, at, separator);
    const std::string_view record = text.text.substr(at, end - at);
    const std::string_view row = record_text(record);
    if (!row.empty()) parse_row(row, line, file, skip, block, parse);
    line += std::count(record.begin(), record.end(), '\n');
    at = end;
  }
}

// Goes through the cells of one record.
class CsvCursor {
 public:
  CsvCursor(std::string_view record, Separator separator)
      : at_(record.data()), end_(at_ + record.size()), separator_(static_cast<char>(separator)) {}

  bool done() const { return done_; }
  const char* at() const { return at_; }  // the first byte of the next cell
  const char* end() const { return end_; }

  // The next cell's text (valid until the next call); moves behind the separator.
  std::string_view text();
  bool was_quoted() const { return quoted_; }  // the text is a copy when it held ""

  // Moves behind a number that was read up to `stop` when the cell ends there; else leaves everything as it was.
  bool take_number(const char* stop) {
    while (stop < end_ && *stop == ' ') ++stop;
    if (stop != end_ && *stop != separator_) return false;
    leave(stop);
    return true;
  }

 private:
  void leave(const char* cell_end) {
    done_ = cell_end == end_;
    at_ = done_ ? end_ : cell_end + 1;
  }
  bool quoted_text(std::string_view& text);

  const char* at_;
  const char* end_;
  char separator_;
  bool done_ = false, quoted_ = false;
  std::string copy_;
};

// `text` as a cell: quoted when it has to be.
std::string csv_cell(std::string_view text, Separator separator);

}  // namespace tagma
