// The rows of svmlight text with label sets: "3,17 5:0.2 9:1". One parser serves data sets and lists of scores.
//
// A row is its labels, separated by commas, then features id:value, separated by blanks. A line that begins with a
// blank or with a feature has no label; a line of blanks alone is a row without labels and features; an empty line and
// one whose first visible byte is # are no rows; # ends a line. Besides plain labels: 3^2.5 (grade), ?8 (unknown), !9
// (known absent). Features may come in any order and are sorted; a repeated one is an error.
//
// Units: ids as they are written; SvmLimits says which are in range.
// Errors: Error{bad_data} with line and column, or the row is left out and noted in `bad` (skip).
// Threads: a parser may be used by many threads, each with a block of its own.
#pragma once

#include <tagma/data/labels.h>
#include <tagma/read/source.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tagma {

struct SvmLimits {
  std::int64_t first_feature = 0, features_end = INT32_MAX;  // allowed feature ids: [first_feature, features_end)
  std::int64_t labels_end = INT32_MAX;                       // allowed label ids: [0, labels_end)
};

// The rows of one chunk. `columns` and `values` hold `features` entries; the room of all arrays is kept from chunk to
// chunk, and what of it is not used costs address space, no memory.
struct SvmBlock {
  std::size_t features = 0, room = 0;
  std::unique_ptr<std::int32_t[]> columns;
  std::unique_ptr<float[]> values;
  std::vector<std::size_t> feature_ends, present_ends, unknown_ends, absent_ends;  // one per row
  std::vector<LabelId> present, unknown, absent;
  std::vector<float> grades;  // one per present label
  bool graded = false;        // a grade was written
  std::int32_t least_feature = INT32_MAX, most_feature = -1;
  LabelId most_label = -1;
  std::vector<std::int64_t> lines;  // line of each row
  std::vector<BadRow> bad;
};

class SvmParser {
 public:
  SvmParser(std::string path, SvmLimits limits, bool skip_bad_rows)
      : path_(std::move(path)), limits_(limits), skip_(skip_bad_rows) {}

  // Replaces what `block` held by the rows of `chunk`, from byte `begin` of it on, which is on line `line`.
  void parse(const Chunk& chunk, std::size_t begin, std::int64_t line, SvmBlock& block) const;

 private:
  struct Line;
  void row(Line& line, SvmBlock& block) const;
  void labels(Line& line, SvmBlock& block) const;
  void check_labels_differ(const Line& line, std::size_t count) const;
  void features(Line& line, SvmBlock& block) const;
  void sort(const Line& line, std::size_t first, SvmBlock& block) const;
  LabelId label_id(Line& line) const;
  [[noreturn]] void fail_in(const Line& line, const char* at, std::string_view allowed) const;

  std::string path_;
  SvmLimits limits_;
  bool skip_;
};

// The whole numbers of a line that holds nothing else ("6000 47236 101"); empty for any other line.
std::vector<std::int64_t> svm_header(std::string_view line);

}  // namespace tagma
