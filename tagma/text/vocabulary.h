// The terms of a set of texts, counted in bounded memory and in parallel, cut by how many texts hold them, and ordered:
// the term that most texts hold first, terms of as many texts by their bytes.
//
// Counting: texts in rounds of blocks, a table per block, the blocks of a round merged into shards by the terms' hashes.
// When the shards hold more than settings.table_limit terms after a round, the rarest are forgotten until a quarter is
// free; a term that comes up again later then counts from 0. Rounds and blocks do not depend on the number of threads.
// Memory: the tables of the shards, those of one round (32 blocks of about 1 MiB of text), and the result.
// Errors: Error{bad_data} for more than 2^31 - 1 terms, or one of 4 GiB.
#pragma once

#include <tagma/base/run.h>
#include <tagma/text/settings.h>

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace tagma {

struct Vocabulary {
  std::vector<std::string> terms;        // as stored: pieces with '#' in front
  std::vector<std::int64_t> documents;   // texts that hold each
  std::int64_t different = 0;            // terms before the cuts (without those forgotten)
  std::int64_t too_low = 0;              // counts may be too low by up to that many: terms were forgotten on the way
};

Vocabulary count_terms(std::span<const std::string> texts, const TextSettings& settings, std::uint64_t seed, const Run& run);

// Ranges of texts of about 1 MiB each, whatever the number of threads.
std::vector<std::pair<std::int64_t, std::int64_t>> text_blocks(std::span<const std::string> texts);

}  // namespace tagma
