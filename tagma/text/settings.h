// How texts become features: what counts as a term, which terms are kept, and how much each weighs in a row.
//
// Terms are runs of consecutive words ("new york"), pieces of words of some number of characters, or both. The row of a
// text has a column for each kept term it holds, with the value weight(count) * idf, then scaled to length 1:
//   weight(c) = c | 1 + ln c | 1          idf = ln((1 + N) / (1 + d)) + 1, N texts of which d hold the term
// The kept terms are a vocabulary, or, with hash_bits = b, 2^b columns that terms share by their hash.
// Errors: grams() throws Error{usage} for a range that is none.
#pragma once

#include <tagma/base/fields.h>

#include <cstdint>
#include <string>

namespace tagma {

enum class TermWeight : std::uint8_t { count, log, binary };

struct GramRange {
  int from = 0, to = 0;  // 0, 0: none
  bool any() const { return to > 0; }
};

struct TextSettings {
  static constexpr std::string_view name = "terms", says = "features out of texts: words and pieces of words, weighted";

  std::string words = "1", pieces = "none";
  bool lower = true, strip_accents = false;
  TermWeight weight = TermWeight::log;
  bool idf = true, normalise = true;
  std::int64_t min_count = 2;
  double max_share = 1;
  std::int64_t most = 0;
  int hash_bits = 0;
  bool beside_features = false;
  std::int64_t table_limit = std::int64_t{1} << 24;

  GramRange word_grams() const;
  GramRange piece_grams() const;
  void check() const;  // both ranges, and that there is one

  static constexpr auto fields() {
    using Self = TextSettings;
    return std::tuple{
        Words<Self>{"words", &Self::words, "runs of how many words are terms: 1, 1..2, none"},
        Words<Self>{"pieces", &Self::pieces, "pieces of words of how many characters are terms, e.g. 3..5"},
        Switch<Self>{"lower", &Self::lower, "fold upper and lower case"},
        Switch<Self>{"strip_accents", &Self::strip_accents, "leave out accents and other combining marks"},
        Choice{"weight", &Self::weight, std::array<std::string_view, 3>{"count", "log", "binary"},
               "of a term in a row: its count c, 1 + ln c, or 1"},
        Switch<Self>{"idf", &Self::idf, "times ln((1 + texts) / (1 + texts with the term)) + 1"},
        Switch<Self>{"normalise", &Self::normalise, "scale each row to length 1"},
        Field{"min_count", &Self::min_count, std::int64_t{1}, std::int64_t{INT32_MAX}, "texts a term must be in to be kept"},
        Field{"max_share", &Self::max_share, 0.0, 1.0, "terms in more than this share of the texts are dropped"},
        Field{"most", &Self::most, std::int64_t{0}, std::int64_t{INT32_MAX},
              "keep that many terms, those in most texts (0: all)"},
        Field{"hash_bits", &Self::hash_bits, 0, 30, "no vocabulary: hash terms to 2^this columns (0: a vocabulary)"},
        Switch<Self>{"beside_features", &Self::beside_features, "use texts also where rows have numeric features"},
        Field{"table_limit", &Self::table_limit, std::int64_t{1024}, std::int64_t{INT32_MAX},
              "terms held while they are counted; beyond it the rarest are forgotten"}};
  }
};

}  // namespace tagma
