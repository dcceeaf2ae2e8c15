#include <tagma/read/label_lists.h>

#include <tagma/base/text.h>

#include <algorithm>
#include <numeric>

namespace tagma {
namespace {

constexpr std::string_view allowed = "lists like a|b, a>b=c, !absent, ?unknown";

// Like trimmed(), but what is empty still knows where it stands.
std::string_view inner(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  return text;
}

}  // namespace

LabelNames::LabelNames(std::vector<std::string> fixed) : names_(std::move(fixed)), fixed_(true) {
  for (std::size_t i = 0; i < names_.size(); ++i)
    if (!ids_.emplace(names_[i], static_cast<LabelId>(i)).second)
      fail(Code::usage, "labels: {} is named twice", excerpt(names_[i]));
}

LabelId LabelNames::id_of(std::string_view name) {
  const auto found = ids_.find(name);
  if (found != ids_.end()) return found->second;
  if (fixed_) return -1;
  const auto id = static_cast<LabelId>(names_.size());
  names_.emplace_back(name);
  ids_.emplace(names_.back(), id);
  return id;
}

void LabelNames::shrink(std::size_t count) {
  while (names_.size() > count) {
    ids_.erase(names_.back());
    names_.pop_back();
  }
}

JoinedNames join_names(const std::vector<const LabelNames*>& parts) {
  JoinedNames joined;
  if (!parts.empty() && parts.front()->fixed()) {
    joined.names = parts.front()->names();
    std::vector<LabelId> same(joined.names.size());
    std::iota(same.begin(), same.end(), 0);
    joined.new_ids.assign(parts.size(), same);
    return joined;
  }
  for (const LabelNames* part : parts)
    joined.names.insert(joined.names.end(), part->names().begin(), part->names().end());
  std::sort(joined.names.begin(), joined.names.end());
  joined.names.erase(std::unique(joined.names.begin(), joined.names.end()), joined.names.end());
  for (const LabelNames* part : parts) {
    std::vector<LabelId> ids;
    for (const std::string& name : part->names())
      ids.push_back(static_cast<LabelId>(std::lower_bound(joined.names.begin(), joined.names.end(), name) -
                                         joined.names.begin()));
    joined.new_ids.push_back(std::move(ids));
  }
  return joined;
}

void RowLabels::forget_dropped() {
  if (rows_ && rows_->rows() == rows_before_) names_.shrink(names_before_);
}

void RowLabels::begin(LabelRows& rows) {
  forget_dropped();
  rows_ = &rows;
  rows_before_ = rows.rows();
  names_before_ = names_.names().size();
  ++row_;
}

const LabelNames& RowLabels::finish() {
  forget_dropped();
  return names_;
}

LabelId RowLabels::id_of(std::string_view name, const char* at) {
  const LabelId id = names_.id_of(name);
  if (id >= 0) return id;
  const std::vector<std::string_view> known(names_.names().begin(), names_.names().end());
  const std::string near = nearest(name, known);
  throw RowFault{at, "the label " + excerpt(name),
                 near.empty() ? "the labels that were named" : "the labels that were named, like " + excerpt(near)};
}

LabelId RowLabels::listed(std::string_view name, const char* at) {
  const LabelId id = id_of(name, at);
  if (seen_.size() < names_.names().size()) seen_.resize(names_.names().size() + names_.names().size() / 2 + 16);
  if (std::exchange(seen_[static_cast<std::size_t>(id)], row_) == row_)
    throw RowFault{at, "the label " + excerpt(name) + " a second time", "each label once in a row"};
  return id;
}

void read_label_list(std::string_view cell, Truth rest, const char* at, RowLabels& row) {
  if (inner(cell).empty()) return;
  const auto place = [&](std::string_view part) { return at ? at : part.data(); };
  bool plain = false, ordered = false;
  for (std::string_view item : split(cell, '|')) {
    item = inner(item);
    if (item.empty()) throw RowFault{place(item), "an empty name in a list of labels", std::string(allowed)};
    const Truth truth = item[0] == '!' ? Truth::absent : item[0] == '?' ? Truth::unknown : Truth::present;
    if (truth != Truth::present) {
      const std::string_view name = inner(item.substr(1));
      if (name.empty()) throw RowFault{place(item), excerpt(item) + " without a name", std::string(allowed)};
      row.other(name, truth, rest, place(item));
      continue;
    }
    const std::vector<std::string_view> buckets = split(item, '>');
    const bool in_order = item.find_first_of(">=") != std::string_view::npos;
    if (in_order ? plain || ordered : ordered)
      throw RowFault{place(item), "an order beside other labels", "either a|b or one order a>b=c"};
    (in_order ? ordered : plain) = true;
    for (std::size_t i = 0; i < buckets.size(); ++i)
      for (std::string_view name : split(buckets[i], '=')) {
        name = inner(name);
        if (name.empty()) throw RowFault{place(item), "an empty name in " + excerpt(item), std::string(allowed)};
        row.present(name, in_order ? static_cast<float>(buckets.size() - i) : 1.f, place(name));
      }
  }
}

void read_label_names(std::string_view cell, char separator, const char* at, RowLabels& row) {
  if (inner(cell).empty()) return;
  for (std::string_view name : split(cell, separator)) {
    name = inner(name);
    if (name.empty() && separator == ' ') continue;
    if (name.empty()) throw RowFault{at ? at : name.data(), "an empty name in a list of labels", fmt::format("names with '{}' between them", separator)};
    row.present(name, 1, at ? at : name.data());
  }
}

std::string label_list(const LabelRow& row, const std::vector<std::string>& names, Truth rest) {
  const auto name = [&](LabelId id) -> const std::string& {
    const std::string& text = names[static_cast<std::size_t>(id)];
    if (text.empty() || text.find_first_of("|>=") != std::string::npos || text[0] == '!' || text[0] == '?' ||
        inner(text) != text)
      fail(Code::usage,
           "the label {} cannot stand in a list: names there hold no | > = and begin with no ! ?; write label columns "
           "instead",
           excerpt(text));
    return text;
  };
  std::string list;
  std::vector<std::size_t> order(row.present.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const bool graded =
      !row.grades.empty() && std::any_of(row.grades.begin(), row.grades.end(), [](float grade) { return grade != 1; });
  if (graded)
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return row.grades[a] > row.grades[b]; });
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i > 0) list += !graded ? '|' : row.grades[order[i]] < row.grades[order[i - 1]] ? '>' : '=';
    list += name(row.present[order[i]]);
  }
  for (LabelId id : row.exceptions) {
    if (!list.empty()) list += '|';
    (list += rest == Truth::absent ? '?' : '!') += name(id);
  }
  return list;
}

}  // namespace tagma
