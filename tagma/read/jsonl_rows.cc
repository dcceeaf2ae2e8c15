#include <tagma/read/jsonl_rows.h>

#include <tagma/base/text.h>
#include <tagma/read/number.h>

#include <algorithm>
#include <array>
#include <limits>

namespace tagma {
namespace {

using Features = JsonlLayout::Features;

constexpr std::array<std::string_view, 9> fields{"absent", "features", "group", "image", "labels",
                                                 "text",   "unknown",  "votes", "weight"};
constexpr unsigned features_bit = 1u << 1;

// The column number that a key stands for, written without leading zeros; -1 for any other key.
std::int32_t column_number(std::string_view key) {
  if (key.empty() || key.size() > 9 || (key.size() > 1 && key[0] == '0')) return -1;
  std::int32_t number = 0;
  for (char c : key) {
    if (!is_digit(c)) return -1;
    number = number * 10 + (c - '0');
  }
  return number;
}

template <class Item>
void put(std::vector<Item>& items, std::size_t row, Item item) {
  items.resize(row);
  items.push_back(std::move(item));
}

}  // namespace

void JsonlBlock::end_row() {
  sparse.end_row();
  labels.end_row();
  dense_end_ = dense.size();
  keys_end_ = keys.names().size();
  annotators_end_ = annotators.names().size();
}

void JsonlBlock::drop_row() {
  sparse.drop_row();
  labels.drop_row();
  dense.resize(dense_end_);
  keys.shrink(keys_end_);
  annotators.shrink(annotators_end_);
  for (auto* part : {&texts, &images, &groups}) part->resize(std::min(part->size(), rows()));
  weights.resize(std::min(weights.size(), rows()));
  votes.resize(std::min(votes.size(), rows()));
}

void JsonlBlock::name_keys() {
  if (std::exchange(keys_are_names, true)) return;
  sparse.renumber([&](std::int32_t column) { return keys.id_of(std::to_string(column)); });
  keys_end_ = keys.names().size();
}

void JsonlRowParser::parse(std::string_view row, JsonlBlock& block) {
  if (const char* bad = not_utf8(row))
    throw RowFault{bad, fmt::format("the byte {:#04x}", static_cast<unsigned char>(*bad)), "UTF-8"};
  JsonCursor json(row);
  json.expect('{', "one object {..} per line");
  seen_ = 0;
  block.row_labels.begin(block.labels);
  std::string name;
  for (bool first = true; json.more(first, '}', "',' or '}'");) {
    const char* at = json.place();
    name = json.string("the name of a field");
    json.expect(':', "':' behind the name of a field");
    field(name, at, json, block);
  }
  if (json.peek() != '\0' || json.place() != row.data() + row.size())
    json.fault("the end of the line behind the object");
  if (layout_.features == Features::undecided) layout_.features = Features::none;
  if (!(seen_ & features_bit) && layout_.features != Features::none)
    throw RowFault{row.data(), "a row without features", "features in every row, or in none"};
}

void JsonlRowParser::field(std::string_view name, const char* at, JsonCursor& json, JsonlBlock& block) {
  const auto known = static_cast<std::size_t>(std::find(fields.begin(), fields.end(), name) - fields.begin());
  if (known == fields.size()) {
    const std::string near = nearest(name, fields);
    throw RowFault{at, "the field " + excerpt(name),
                   fmt::format("{}{}", joined(fields), near.empty() ? "" : "; did you mean '" + near + "'?")};
  }
  if (seen_ & (1u << known)) throw RowFault{at, "the field " + excerpt(name) + " a second time", "each field once"};
  seen_ |= 1u << known;
  if (name == "text") put(block.texts, block.rows(), std::string(json.string("a text")));
  else if (name == "image") put(block.images, block.rows(), std::string(json.string("the path of an image")));
  else if (name == "group") put(block.groups, block.rows(), std::string(json.string("a group")));
  else if (name == "features") features(json, block);
  else if (name == "votes") votes(json, block);
  else if (name == "labels") labels(json, block.row_labels);
  else if (name == "absent") others(json, Truth::absent, block.row_labels);
  else if (name == "unknown") others(json, Truth::unknown, block.row_labels);
  else {
    const char* place = json.place();
    const float weight = json.number("a weight");
    if (weight < 0) json.fault(place, "a weight that is not negative");
    block.weights.resize(block.rows(), 1.f);
    block.weights.push_back(weight);
  }
}

void JsonlRowParser::features(JsonCursor& json, JsonlBlock& block) {
  const char* at = json.place();
  const Features kind = json.peek() == '['   ? Features::list
                        : json.peek() == '{' ? Features::object
                                             : Features::undecided;
  if (kind == Features::undecided) json.fault("features as a list [..] or an object {..}");
  const bool first = layout_.features == Features::undecided;
  if (!first && layout_.features != kind)
    json.fault(at, layout_.features == Features::none ? "no features, as in the first row"
                   : kind == Features::list           ? "features as an object {..}, as in the first row"
                                                      : "features as a list [..], as in the first row");
  const std::size_t before = block.dense.size();
  kind == Features::list ? feature_list(json, block) : feature_object(json, block);
  const auto width = static_cast<std::int64_t>(block.dense.size() - before);
  if (kind == Features::list && !first && width != layout_.width)
    throw RowFault{at, fmt::format("a list of {} features", width),
                   fmt::format("{}, as in the first row", layout_.width)};
  if (first) layout_ = {kind, width};
}

float JsonlRowParser::value(JsonCursor& json, JsonlBlock& block) {
  const char* at = json.place();
  if (!json.take_null()) return json.number("the value of a feature");
  if (options_.impute == Impute::refuse) json.fault(at, "a value; --impute mean or --impute zero puts one there");
  if (options_.impute == Impute::zero) return 0;
  block.missing = true;
  return std::numeric_limits<float>::quiet_NaN();
}

void JsonlRowParser::feature_list(JsonCursor& json, JsonlBlock& block) {
  json.expect('[', "a list");
  for (bool first = true; json.more(first, ']', "',' or ']'");) block.dense.push_back(value(json, block));
}

void JsonlRowParser::feature_object(JsonCursor& json, JsonlBlock& block) {
  const char* at = json.place();
  std::vector<std::int32_t> ids;
  std::vector<float> values;
  json.expect('{', "an object");
  for (bool first = true; json.more(first, '}', "',' or '}'");) {
    const std::string_view key = json.string("the name or number of a feature");
    const std::int32_t column = block.keys_are_names ? -1 : column_number(key);
    if (column < 0 && !block.keys_are_names) {
      block.name_keys();
      for (std::int32_t& id : ids) id = block.keys.id_of(std::to_string(id));
    }
    ids.push_back(block.keys_are_names ? block.keys.id_of(key) : column);
    json.expect(':', "':' behind the name of a feature");
    values.push_back(value(json, block));
  }
  for (std::size_t i = 0; i < ids.size(); ++i) block.sparse.put(ids[i], values[i]);
  std::sort(ids.begin(), ids.end());
  if (std::adjacent_find(ids.begin(), ids.end()) != ids.end())
    throw RowFault{at, "a feature that stands twice", "each feature once in a row"};
  if (!block.keys_are_names && !ids.empty()) block.columns = std::max(block.columns, ids.back() + 1);
}

void JsonlRowParser::labels(JsonCursor& json, RowLabels& row) {
  constexpr std::string_view allowed = "labels as [\"a\",\"b\"], [[\"a\"],[\"b\",\"c\"]] or {\"a\":2.5}";
  if (json.take('{')) {
    std::string name;
    for (bool first = true; json.more(first, '}', "',' or '}'");) {
      const char* at = json.place();
      name = json.string("a label");
      json.expect(':', "':' behind a label");
      const char* place = json.place();
      const float grade = json.number("a grade");
      if (grade < 0) json.fault(place, "a grade above 0, or 0 for absent");
      grade > 0 ? row.present(name, grade, at) : row.other(name, Truth::absent, rest(), at);
    }
    return;
  }
  json.expect('[', allowed);
  bucket_.clear();
  std::vector<std::size_t> ends;
  bool nested = false;
  for (bool first = true; json.more(first, ']', "',' or ']'");) {
    if (bucket_.empty() && ends.empty()) nested = json.peek() == '[';
    if (!nested) {
      const char* at = json.place();
      bucket_.emplace_back(json.string("a label"), at);
      continue;
    }
    json.expect('[', "a bucket [..] of labels, as before it");
    for (bool one = true; json.more(one, ']', "',' or ']'");) {
      const char* at = json.place();
      bucket_.emplace_back(json.string("a label"), at);
    }
    ends.push_back(bucket_.size());
  }
  std::size_t bucket = 0;
  for (std::size_t i = 0; i < bucket_.size(); ++i) {
    while (nested && i >= ends[bucket]) ++bucket;
    row.present(bucket_[i].first, nested ? static_cast<float>(ends.size() - bucket) : 1.f, bucket_[i].second);
  }
}

void JsonlRowParser::others(JsonCursor& json, Truth truth, RowLabels& row) {
  json.expect('[', "a list of labels");
  for (bool first = true; json.more(first, ']', "',' or ']'");) {
    const char* at = json.place();
    row.other(json.string("a label"), truth, rest(), at);
  }
}

void JsonlRowParser::votes(JsonCursor& json, JsonlBlock& block) {
  std::vector<Vote> row;
  json.expect('[', "a list of votes {\"by\":..,\"labels\":[..]}");
  for (bool first = true; json.more(first, ']', "',' or ']'");) {
    const char* begin = json.place();
    json.expect('{', "a vote {\"by\":..,\"labels\":[..]}");
    Vote vote;
    bool by = false, listed = false;
    for (bool one = true; json.more(one, '}', "',' or '}'");) {
      const char* at = json.place();
      const std::string name(json.string("the name of a field"));
      json.expect(':', "':' behind the name of a field");
      if (name == "by" && !std::exchange(by, true)) {
        vote.by = block.annotators.id_of(json.string("the name of a voter"));
      } else if (name == "labels" && !std::exchange(listed, true)) {
        json.expect('[', "a list of labels");
        for (bool next = true; json.more(next, ']', "',' or ']'");) {
          const char* place = json.place();
          const LabelId id = block.row_labels.id_of(json.string("a label"), place);
          if (std::find(vote.labels.begin(), vote.labels.end(), id) != vote.labels.end())
            json.fault(place, "each label once in a vote");
          vote.labels.push_back(id);
        }
      } else {
        json.fault(at, "the fields by and labels of a vote, each once");
      }
    }
    if (!by || !listed) json.fault(begin, "a vote with the fields by and labels");
    row.push_back(std::move(vote));
  }
  put(block.votes, block.rows(), std::move(row));
}

}  // namespace tagma
