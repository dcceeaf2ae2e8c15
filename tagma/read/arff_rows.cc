#include <tagma/read/arff_rows.h>

#include <tagma/base/text.h>
#include <tagma/read/number.h>

#include <algorithm>
#include <limits>

namespace tagma {
namespace {

using ArffUse = ArffField::Use;

bool is_arff_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

}  // namespace

bool is_arff_row(std::string_view line) {
  for (char c : line)
    if (!is_arff_blank(c)) return c != '%';
  return false;
}

ArffRowParser::ArffRowParser(const ArffHeader& header, const ArffPlan& plan, Impute impute)
    : header_(header), plan_(plan), impute_(impute), seen_(header.attributes.size(), -1) {
  for (std::size_t i = 0; i < plan.fields.size(); ++i) {
    const ArffField& field = plan.fields[i];
    const bool numbered = field.use == ArffUse::bit || field.use == ArffUse::nominal_label;
    if (field.use == ArffUse::one_hot || field.use == ArffUse::text || field.use == ArffUse::hierarchy ||
        (numbered && field.numbers[0] != 0))
      with_default_.push_back(i);
  }
}

void ArffRowParser::parse(std::string_view row, TableBlock& block) {
  at_ = row.data();
  end_ = row.data() + row.size();
  ++row_;
  skip_blanks();
  *at_ == '{' ? sparse_row(block) : dense_row(block);
}

void ArffRowParser::skip_blanks() {
  while (at_ < end_ && is_arff_blank(*at_)) ++at_;
}

void ArffRowParser::fault(const char* at, std::string_view allowed) const {
  std::string found = at >= end_ ? "the end of the row" : excerpt({at, static_cast<std::size_t>(end_ - at)});
  throw RowFault{at, std::move(found), std::string(allowed)};
}

void ArffRowParser::dense_row(TableBlock& block) {
  const std::size_t count = plan_.fields.size();
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) {
      if (at_ == end_) fault(at_, fmt::format("{} values in a row; there are {}", count, i));
      if (*at_ != ',' && *at_ != '\t') fault(at_, "',' between values");
      ++at_;
    }
    cell(i, block, ",\t");
  }
  weight(block);
}

void ArffRowParser::sparse_row(TableBlock& block) {
  ++at_;
  skip_blanks();
  while (at_ < end_ && *at_ != '}') {
    std::int64_t id = 0;
    const char* begin = at_;
    at_ = scan_id(at_, id);
    if (at_ == begin || at_ == end_ || !is_arff_blank(*at_))
      fault(begin, "the number of an attribute, a blank and its value");
    if (id >= static_cast<std::int64_t>(seen_.size()))
      fault(begin, fmt::format("attribute numbers from 0 to {}", seen_.size() - 1));
    const auto attribute = static_cast<std::size_t>(id);
    if (seen_[attribute] == row_) fault(begin, "each attribute once in a row");
    seen_[attribute] = row_;
    cell(attribute, block, ",}");
    if (at_ < end_ && *at_ == ',') {
      ++at_;
      skip_blanks();
    } else if (at_ == end_ || *at_ != '}') {
      fault(at_, "',' or '}'");
    }
  }
  if (at_ == end_) fault(at_, "'}' at the end of a sparse row");
  ++at_;
  left_out(block);
  weight(block);
}

void ArffRowParser::left_out(TableBlock& block) {
  for (std::size_t i : with_default_) {
    if (seen_[i] == row_) continue;
    const ArffField& field = plan_.fields[i];
    if (field.use == ArffUse::nominal_label) label(i, block, field.numbers[0], at_);
    else if (field.use == ArffUse::text) block.texts.emplace_back();
    else if (field.use == ArffUse::bit) block.features.put(field.first, field.numbers[0]);
    else if (field.use == ArffUse::one_hot) block.features.put(field.first, 1);
  }
}

void ArffRowParser::weight(TableBlock& block) {
  skip_blanks();
  float number = 1;
  if (at_ < end_) {
    const char* begin = at_;
    if (*at_ == ',') ++at_;
    skip_blanks();
    if (at_ == end_ || *at_ != '{')
      fault(begin, fmt::format("the end of the row, which has {} values, or its weight: {{0.5}}", plan_.fields.size()));
    ++at_;
    skip_blanks();
    begin = at_;
    at_ = scan_float(at_, end_, number);
    if (!at_ || number < 0) {
      at_ = begin;
      fault(begin, "a weight that is not negative");
    }
    skip_blanks();
    if (at_ == end_ || *at_ != '}') fault(at_, "'}'");
    ++at_;
    skip_blanks();
    if (at_ != end_) fault(at_, "the end of the row");
  }
  const auto rows = static_cast<std::size_t>(block.labels.rows());
  if (number != 1 || !block.weights.empty()) {
    block.weights.resize(rows, 1.f);
    block.weights.push_back(number);
  }
}

// The text of a cell, unquoted; stops before the byte that ends it.
std::string_view ArffRowParser::word(std::string_view ends) {
  skip_blanks();
  const char* begin = at_;
  if (at_ < end_ && (*at_ == '\'' || *at_ == '"')) {
    const std::size_t taken = unquote_arff({at_, static_cast<std::size_t>(end_ - at_)}, unquoted_);
    if (taken == std::string_view::npos) fault(begin, "a closing quote in the same row");
    at_ += taken;
    skip_blanks();
    return unquoted_;
  }
  while (at_ < end_ && ends.find(*at_) == std::string_view::npos) ++at_;
  return trimmed({begin, static_cast<std::size_t>(at_ - begin)});
}

void ArffRowParser::cell(std::size_t attribute, TableBlock& block, std::string_view ends) {
  const ArffField& field = plan_.fields[attribute];
  while (at_ < end_ && *at_ == ' ') ++at_;
  const char* begin = at_;
  if (field.use == ArffUse::number || field.use == ArffUse::number_label) {
    float number = 0;
    const char* stop = scan_float(at_, end_, number);
    if (stop) {
      at_ = stop;
      if (at_ < end_ && ends.find(*at_) == std::string_view::npos) skip_blanks();
      if (at_ != end_ && ends.find(*at_) == std::string_view::npos) fault(begin, "a finite number or ?");
      field.use == ArffUse::number ? block.features.put(field.first, number) : label(attribute, block, number, begin);
      return;
    }
    const std::string_view text = word(ends);
    if (text == "?") return missing(attribute, block, begin);
    stop = scan_float(unquoted_.assign(text).data(), unquoted_.data() + unquoted_.size(), number);  // a quoted number
    if (unquoted_.empty() || stop != unquoted_.data() + unquoted_.size()) {
      at_ = begin;
      fault(begin, "a finite number or ?");
    }
    field.use == ArffUse::number ? block.features.put(field.first, number) : label(attribute, block, number, begin);
    return;
  }
  const bool quoted = at_ < end_ && (*at_ == '\'' || *at_ == '"');
  const std::string_view text = word(ends);
  if (field.use == ArffUse::ignored) return;
  if (field.use == ArffUse::text) {
    block.texts.emplace_back(text == "?" && !quoted ? std::string_view{} : text);
    return;
  }
  if (text == "?" && !quoted) return missing(attribute, block, begin);
  if (field.use == ArffUse::hierarchy) {
    try {
      plan_.hierarchy->labels_of(text, ids_);
    } catch (RowFault& unknown) {
      unknown.at = quoted ? begin : unknown.at;  // a place inside the unquoted copy is none in the file
      throw;
    }
    for (LabelId id : ids_) block.labels.present(id);
    return;
  }
  const int value = field.values->find(text);
  if (value < 0) throw RowFault{begin, excerpt(text), field.values->allowed()};
  if (field.use == ArffUse::one_hot) block.features.put(field.first + value, 1);
  else if (field.use == ArffUse::bit) block.features.put(field.first, field.numbers[static_cast<std::size_t>(value)]);
  else label(attribute, block, field.numbers[static_cast<std::size_t>(value)], begin);
}

void ArffRowParser::label(std::size_t attribute, TableBlock& block, float number, const char* begin) {
  if (number > 0) block.labels.present(plan_.fields[attribute].first, number);
  if (number < 0) fault(begin, "0 (absent), 1 (present), a grade above 0, or ? (unknown)");
}

void ArffRowParser::missing(std::size_t attribute, TableBlock& block, const char* begin) {
  const ArffField& field = plan_.fields[attribute];
  if (field.use == ArffUse::number_label || field.use == ArffUse::nominal_label) return block.labels.exception(field.first);
  if (field.use == ArffUse::hierarchy) throw RowFault{begin, "'?'", "labels of the hierarchy, joined by '@'"};
  if (impute_ == Impute::refuse)
    throw RowFault{begin, "a missing value of " + excerpt(header_.attributes[attribute].name),
                   "a value; --impute mean or --impute zero puts one there"};
  if (impute_ == Impute::zero || field.use == ArffUse::one_hot) return;
  block.features.put(field.first, std::numeric_limits<float>::quiet_NaN());
  block.missing = true;
}

}  // namespace tagma
