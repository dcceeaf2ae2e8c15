// What a user may say about a file that its name does not tell; every reader takes the ones that concern it.
// Errors: an option that the format cannot honour is refused by the reader with Error{usage}.
#pragma once

#include <tagma/base/fields.h>

#include <cstdint>
#include <string>

namespace tagma {

enum class IndexBase : std::uint8_t { detect, zero, one };
enum class Impute : std::uint8_t { refuse, mean, zero };

struct ReadOptions {
  static constexpr std::string_view name = "read", says = "how to read a data file";

  std::string format;         // a name of the format catalog; empty: by the file's name
  std::string labels;         // csv: label columns, comma-separated
  std::string label_prefix;   // csv: columns whose name starts with it are labels (the prefix is cut off the label name)
  std::int32_t label_count = 0;  // csv, arff: the last n columns are labels
  std::string label_column;   // csv: the one column that holds label lists
  std::string label_separator;  // csv: between the labels of a list; empty: lists like a|b, a>b=c, !absent, ?unknown
  std::string labels_xml;     // arff: the Mulan label list
  std::string group_column;   // csv: examples of one group belong together
  std::string weight_column;  // csv: weight of each example
  std::string labels_key;     // npz: the array that holds the labels; empty: Y, else raw
  std::string text_column;    // csv: kept as text, not read as a feature
  std::string ignore_columns; // csv, arff: columns left out, comma-separated
  bool no_header = false;     // csv: the first line is a row; columns are called column1, column2, ..
  IndexBase index_base = IndexBase::detect;  // svm: number of the first feature
  Impute impute = Impute::refuse;            // missing feature values
  bool skip_bad_rows = false;                // go on after a bad row; how many and which is logged as a warning
  bool unlisted_unknown = false;             // labels a row does not mention are unknown instead of absent

  static constexpr auto fields() {
    using Self = ReadOptions;
    return std::tuple{
        Words<Self>{"format", &Self::format, "format of the file when its name does not tell"},
        Words<Self>{"labels", &Self::labels, "csv: label columns, comma-separated"},
        Words<Self>{"label-prefix", &Self::label_prefix, "csv: columns whose name starts with this are labels"},
        Field{"label-count", &Self::label_count, 0, INT32_MAX, "csv, arff: the last n columns are labels"},
        Words<Self>{"label-column", &Self::label_column, "csv: the column that holds lists of labels (a|b, a>b=c)"},
        Words<Self>{"label-separator", &Self::label_separator, "csv: the character between the labels of a list (default: lists like a|b)"},
        Words<Self>{"labels-xml", &Self::labels_xml, "arff: Mulan .xml that names the labels"},
        Words<Self>{"group-column", &Self::group_column, "csv: column that names the group of a row"},
        Words<Self>{"weight-column", &Self::weight_column, "csv: column with the weight of a row"},
        Words<Self>{"labels-key", &Self::labels_key, "npz: array that holds the labels (Y, raw, candidates)"},
        Words<Self>{"text-column", &Self::text_column, "csv: column kept as text"},
        Words<Self>{"ignore-columns", &Self::ignore_columns, "csv, arff: columns to leave out, comma-separated"},
        Switch<Self>{"no-header", &Self::no_header, "csv: there is no header line; columns are called column1, column2, .."},
        Choice{"index-base", &Self::index_base, std::array<std::string_view, 3>{"detect", "0", "1"},
               "svm: number of the first feature"},
        Choice{"impute", &Self::impute, std::array<std::string_view, 3>{"refuse", "mean", "zero"},
               "what stands in for missing feature values"},
        Switch<Self>{"skip-bad-rows", &Self::skip_bad_rows, "leave bad rows out instead of stopping at the first"},
        Switch<Self>{"unlisted-unknown", &Self::unlisted_unknown, "labels a row does not mention are unknown, not absent"}};
  }
};

}  // namespace tagma
