// Texts as sparse features: learned from one set of texts, applied to any other, kept in the model file.
//
// Shape: transform() makes [texts x columns()]; a row holds the terms of a text, weighted as tagma/text/settings.h says.
// A text without a known term gives an empty row, which is ordinary. Column numbers: terms by the number of texts that
// hold them, most first, then by their bytes; with hash_bits = b the b highest bits of the term's hash.
// Errors: fit() throws Error{usage} for settings that do not fit and Error{bad_data} when no term is kept; load() throws
// Error{bad_model} for anything in the file that does not fit together.
// Threads: immutable; const members may be called from many threads. Same bytes for any run.threads.
#pragma once

#include <tagma/base/run.h>
#include <tagma/data/features.h>
#include <tagma/store/model_file.h>
#include <tagma/text/settings.h>
#include <tagma/text/term_lookup.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tagma {

// What was seen in the texts of one transform().
struct TextFacts {
  std::int64_t bytes = 0, empty_rows = 0, invalid_bytes = 0;
};

class TextFeatures {
 public:
  // run.seed is the seed of the hashes.
  static std::unique_ptr<const TextFeatures> fit(std::span<const std::string> texts, const TextSettings& settings, const Run& run);
  static std::unique_ptr<const TextFeatures> load(const ModelReader& file);
  static bool in(const ModelReader& file);  // whether the file holds any

  FeatureMatrix transform(std::span<const std::string> texts, const Run& run, TextFacts* facts = nullptr) const;
  void save(ModelWriter& file) const;

  std::int64_t columns() const { return columns_; }
  std::int64_t texts() const { return texts_; }            // those it was learned from
  const TextSettings& settings() const { return settings_; }
  std::span<const std::string_view> terms() const { return terms_; }  // as stored, by column; empty when hashed
  std::span<const std::int64_t> documents() const { return documents_; }  // texts with each term; empty when hashed without idf
  std::int64_t too_low() const { return too_low_; }        // counts may be too low by so many (memory ran short)
  std::string summary() const;                             // "5120 terms: words 1, pieces none, log idf, from 400 texts"

 private:
  struct Block;
  class ColumnFinder;
  class Finders;

  TextFeatures() = default;
  void count_hashed(std::span<const std::string> texts, const Run& run);
  void set_weights();
  void add_row(std::span<const std::int32_t> columns, Block& block) const;
  void load_terms(const ModelReader& file);

  TextSettings settings_;
  std::uint64_t seed_ = 0;
  std::int64_t columns_ = 0, texts_ = 0, too_low_ = 0;
  std::vector<std::string_view> terms_;
  std::shared_ptr<const void> owner_;  // of the terms
  TermLookup lookup_;
  std::vector<std::int64_t> documents_;
  std::vector<float> idf_;             // empty: 1
  std::vector<float> count_weights_;   // of the counts that are common
};

}  // namespace tagma
