// The head of an ARFF file: @relation, the @attribute lines, and where the data begins.
//
// Keywords are case-insensitive, lines that start with % are comments. A name or value that starts with ' or " ends at
// the next such quote; inside, \n \t \r and \x (x itself) are escapes. Unquoted text is taken as it stands, backslashes
// too. A name that stands a second time, as in some published files, becomes name_2.
// Source: the ARFF description of Weka (attribute-relation file format), and Clus for `hierarchical`.
// Errors: Error{bad_data} naming file, line and column.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tagma {

enum class ArffType : std::uint8_t { number, nominal, text, date, hierarchy };

struct ArffAttribute {
  std::string name;
  ArffType type = ArffType::number;
  std::vector<std::string> values;  // nominal: the values; hierarchy: the items of its definition
  std::int64_t line = 0;
};

struct ArffHeader {
  std::string relation;
  std::vector<ArffAttribute> attributes;
  std::string_view data;       // what follows the @data line
  std::int64_t data_line = 0;  // number of the first line of `data`
};

ArffHeader parse_arff_header(std::string_view text, std::string_view file);

// The text of a quoted name or value that starts at text[0] (a quote), written to `out`; returns the number of bytes it
// takes with its quotes, or npos when the closing quote is missing.
std::size_t unquote_arff(std::string_view text, std::string& out);

// `text` as it may stand in an ARFF file: quoted and escaped when it has to be.
std::string quote_arff(std::string_view text);

}  // namespace tagma
