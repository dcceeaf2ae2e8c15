// Rows of JSON lines: one object per line.
//
//   {"text": ".." | "image": "path" | "features": [0.5, null] or {"3": 0.5} or {"name": 0.5},
//    "labels": ["a","b"] | [["a"],["b","c"]] (buckets, foremost first; the grades are number of buckets .. 1) | {"a":
// 2.5},
//    "absent": ["c"], "unknown": ["d"], "weight": 1, "group": "p17", "votes": [{"by": "ann1", "labels": ["a"]}]}
//
// Every row has features of the same kind, and lists of the same length, or none has; null is a missing value. Keys of
// features that are all whole numbers are column numbers from 0, else they are names. A grade 0 says absent.
// Errors: RowFault.
// Threads: one parser and one block per thread.
#pragma once

#include <tagma/read/jsonl_cursor.h>
#include <tagma/read/label_lists.h>
#include <tagma/read/options.h>

#include <string>
#include <string_view>
#include <vector>

namespace tagma {

// What all rows have in common; told by the first good row.
struct JsonlLayout {
  enum class Features : std::uint8_t { undecided, none, list, object };
  Features features = Features::undecided;
  std::int64_t width = 0;  // of lists
};

// What the rows of one block leave behind; parts that no row has are empty, others may end before the last row.
struct JsonlBlock {
  FeatureRows sparse;  // ids of keys, or column numbers
  std::vector<float> dense;
  bool keys_are_names = false;
  LabelNames keys;           // once a key is no number
  std::int32_t columns = 0;  // while keys are numbers: the largest and 1
  bool missing = false;

  LabelRows labels;
  RowLabels row_labels;
  LabelNames annotators;
  std::vector<std::string> texts, images, groups;
  std::vector<float> weights;
  std::vector<std::vector<Vote>> votes;
  std::vector<BadRow> bad;

  void end_row();
  void drop_row();
  void name_keys();  // from numbers to names
  std::size_t rows() const { return static_cast<std::size_t>(labels.rows()); }

 private:
  std::size_t dense_end_ = 0, keys_end_ = 0, annotators_end_ = 0;
};

class JsonlRowParser {
 public:
  JsonlRowParser(const JsonlLayout& layout, const ReadOptions& options) : layout_(layout), options_(options) {}

  // Adds one row to `block`, short of block.end_row().
  void parse(std::string_view row, JsonlBlock& block);
  const JsonlLayout& layout() const { return layout_; }  // decided after the first good row

 private:
  void field(std::string_view name, const char* at, JsonCursor& json, JsonlBlock& block);
  void features(JsonCursor& json, JsonlBlock& block);
  void feature_list(JsonCursor& json, JsonlBlock& block);
  void feature_object(JsonCursor& json, JsonlBlock& block);
  void labels(JsonCursor& json, RowLabels& row);
  void others(JsonCursor& json, Truth truth, RowLabels& row);
  void votes(JsonCursor& json, JsonlBlock& block);
  float value(JsonCursor& json, JsonlBlock& block);
  Truth rest() const { return options_.unlisted_unknown ? Truth::unknown : Truth::absent; }

  JsonlLayout layout_;
  const ReadOptions& options_;
  unsigned seen_ = 0;  // fields of this row, one bit each
  std::vector<std::pair<std::string, const char*>> bucket_;
};

}  // namespace tagma
