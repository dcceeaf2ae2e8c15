// Lists of label names in one cell, as CSV holds them: "sky|plant", ordered "sky>plant=water" (foremost first, = for
// equal; the grades are number of buckets .. 1), "!x" absent, "?x" unknown. An empty cell lists nothing.
//
// Ids are given as names turn up, or are those of a fixed list of names.
// Errors: RowFault for a broken list, a label listed twice, or one that is not in the fixed list.
// Threads: one LabelNames per thread while names turn up.
#pragma once

#include <tagma/data/labels.h>
#include <tagma/read/names.h>
#include <tagma/read/table.h>

#include <string>
#include <string_view>
#include <vector>

namespace tagma {

class LabelNames {
 public:
  LabelNames() = default;
  explicit LabelNames(std::vector<std::string> fixed);

  // -1 when the list is fixed and does not hold the name.
  LabelId id_of(std::string_view name);
  const std::vector<std::string>& names() const { return names_; }
  bool fixed() const { return fixed_; }
  void shrink(std::size_t count);  // forgets the names from `count` on

 private:
  std::vector<std::string> names_;
  NameMap ids_;
  bool fixed_ = false;
};

// Brings the names of several blocks into one order: sorted, or as the fixed list has them. Renumbers the blocks'
// labels (and whatever else holds ids: new_ids[i] of block i maps its ids).
struct JoinedNames {
  std::vector<std::string> names;
  std::vector<std::vector<LabelId>> new_ids;  // one list per block
};
JoinedNames join_names(const std::vector<const LabelNames*>& parts);

// What the rows of a block say of their labels, row by row; a row says no label twice. Names that only rows left out
// have used are forgotten.
class RowLabels {
 public:
  explicit RowLabels(LabelNames names = {}) : names_(std::move(names)) {}

  void begin(LabelRows& rows);  // before each row
  void present(std::string_view name, float grade, const char* at) { rows_->present(listed(name, at), grade); }
  // `truth` is what the row says of the label; nothing is stored when it is what `rest` says anyway.
  void other(std::string_view name, Truth truth, Truth rest, const char* at) {
    const LabelId id = listed(name, at);
    if (truth != rest) rows_->exception(id);
  }
  LabelId id_of(std::string_view name, const char* at);  // without saying anything of it
  const LabelNames& finish();                            // after the last row

 private:
  LabelId listed(std::string_view name, const char* at);
  void forget_dropped();

  LabelNames names_;
  LabelRows* rows_ = nullptr;
  std::int64_t row_ = 0, rows_before_ = 0;
  std::size_t names_before_ = 0;
  std::vector<std::int64_t> seen_;  // per label: the row that listed it last
};

// Reads a cell into `row`. `at` is where faults are placed when the cell is an unquoted copy, else null.
void read_label_list(std::string_view cell, Truth rest, const char* at, RowLabels& row);

// The same for a cell of plain names with `separator` between them, which may hold any other character. Blanks around
// names do not count, and as separators several are like one.
void read_label_names(std::string_view cell, char separator, const char* at, RowLabels& row);

// The list of one row; Error{usage} for a name that a list cannot hold.
std::string label_list(const LabelRow& row, const std::vector<std::string>& names, Truth rest);

}  // namespace tagma
