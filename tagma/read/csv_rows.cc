#include <tagma/read/csv_rows.h>

#include <tagma/read/number.h>

#include <algorithm>
#include <limits>

namespace tagma {
namespace {

using Use = CsvColumn::Use;

bool is_missing(std::string_view text) {
  if (text.size() > 3) return false;
  return text.empty() || text == "?" || text == "NA" || text == "NaN" || text == "nan" || text == "NAN";
}

}  // namespace

CsvRowParser::CsvRowParser(const CsvPlan& plan, const std::vector<bool>& nominal, const ReadOptions& options,
                           Separator separator)
    : plan_(plan),
      nominal_(nominal),
      separator_(separator),
      impute_(options.impute),
      rest_(options.unlisted_unknown ? Truth::unknown : Truth::absent),
      label_separator_(options.label_separator.empty() ? '\0' : options.label_separator.front()),
      found_(plan.features.size()),
      values_(plan.features.size()) {
  if (plan.lists && !plan.label_names.empty()) labels_ = RowLabels(LabelNames(plan.label_names));
}

const LabelNames& CsvRowParser::finish() {
  forget_dropped();
  return labels_.finish();
}

// Takes back the values that are new with the row before, which has been left out.
void CsvRowParser::forget_dropped() {
  for (std::size_t feature : new_in_) values_[feature].shrink(values_[feature].size() - 1);
  new_in_.clear();
}

void CsvRowParser::parse(std::string_view record, TableBlock& block) {
  CsvCursor cells(record, separator_);
  forget_dropped();
  for (std::size_t i = 0; i < plan_.columns.size(); ++i) {
    const CsvColumn& column = plan_.columns[i];
    if (cells.done())
      throw RowFault{cells.end(), "the end of the row",
                     fmt::format("{} values, as in the header; there are {}", plan_.columns.size(), i)};
    switch (column.use) {
      case Use::feature: feature(column, cells, block); break;
      case Use::label: label(column, cells, block); break;
      case Use::label_list: list(cells, block); break;
      case Use::weight: weight(cells, block); break;
      case Use::text: block.texts.emplace_back(cells.text()); break;
      case Use::image: block.images.emplace_back(cells.text()); break;
      case Use::group: block.groups.emplace_back(cells.text()); break;
      case Use::ignored: cells.text(); break;
    }
  }
  if (!cells.done())
    throw RowFault{cells.at(),
                   "more values: " + excerpt({cells.at(), static_cast<std::size_t>(cells.end() - cells.at())}),
                   fmt::format("{} values, as in the header", plan_.columns.size())};
  new_in_.clear();
}

void CsvRowParser::feature(const CsvColumn& column, CsvCursor& cells, TableBlock& block) {
  const auto i = static_cast<std::size_t>(column.index);
  const char* begin = cells.at();
  if (!nominal_[i] && !found_[i]) {
    float number = 0;
    const char* stop = begin < cells.end() && *begin != '"' ? scan_float(begin, cells.end(), number) : nullptr;
    if (stop && cells.take_number(stop)) return block.features.put(column.index, number);
  }
  std::string_view text = cells.text();
  if (is_missing(text)) return missing(column, begin, block);
  if (nominal_[i]) {
    WordNumbers& values = values_[i];
    const std::size_t known = values.size();
    block.features.put(column.index, static_cast<float>(values.number_of(text)));
    if (values.size() > known) new_in_.push_back(i);
    return;
  }
  const std::string copy(text);  // quoted, or no number
  float number = 0;
  const char* stop = scan_float(copy.data(), copy.data() + copy.size(), number);
  if (stop == copy.data() + copy.size()) {
    block.features.put(column.index, number);
  } else {
    found_[i] = true;
  }
}

void CsvRowParser::missing(const CsvColumn& column, const char* at, TableBlock& block) {
  if (impute_ == Impute::refuse)
    throw RowFault{at, "a missing value of " + excerpt(column.name),
                   "a value; --impute mean or --impute zero puts one there"};
  if (nominal_[static_cast<std::size_t>(column.index)]) return block.features.put(column.index, -1);
  if (impute_ == Impute::zero) return;
  block.features.put(column.index, std::numeric_limits<float>::quiet_NaN());
  block.missing = true;
}

void CsvRowParser::label(const CsvColumn& column, CsvCursor& cells, TableBlock& block) {
  const char* begin = cells.at();
  float number = 0;
  const char* stop = begin < cells.end() ? scan_float(begin, cells.end(), number) : nullptr;
  if (!stop || !cells.take_number(stop)) {
    const std::string text(cells.text());
    if (is_missing(text)) return block.labels.exception(column.index);
    stop = scan_float(text.data(), text.data() + text.size(), number);
    if (stop != text.data() + text.size())
      throw RowFault{begin, excerpt(text) + " for the label " + excerpt(column.name),
                     "0, 1, a grade, or empty or ? for unknown"};
  }
  if (number < 0)
    throw RowFault{begin, fmt::format("{} for the label {}", number, excerpt(column.name)),
                   "0, 1, a grade, or empty or ? for unknown"};
  if (number > 0) block.labels.present(column.index, number);
}

void CsvRowParser::list(CsvCursor& cells, TableBlock& block) {
  const char* begin = cells.at();
  const std::string_view text = cells.text();
  labels_.begin(block.labels);
  const char* at = cells.was_quoted() ? begin : nullptr;
  if (label_separator_ != '\0') return read_label_names(text, label_separator_, at, labels_);
  read_label_list(text, rest_, at, labels_);
}

void CsvRowParser::weight(CsvCursor& cells, TableBlock& block) {
  const char* begin = cells.at();
  const std::string text(cells.text());
  float number = 0;
  const char* stop = scan_float(text.data(), text.data() + text.size(), number);
  if (text.empty() || stop != text.data() + text.size() || number < 0)
    throw RowFault{begin, excerpt(text) + " for the weight", "a number that is not negative"};
  block.weights.push_back(number);
}

}  // namespace tagma
