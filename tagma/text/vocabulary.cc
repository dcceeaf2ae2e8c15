#include <tagma/text/vocabulary.h>

#include <tagma/base/parallel.h>
#include <tagma/text/piece_memo.h>
#include <tagma/text/term_table.h>
#include <tagma/text/terms.h>

#include <algorithm>
#include <array>

namespace tagma {
namespace {

constexpr std::int64_t blocks_a_round = 32, shard_count = 64, most_terms = INT32_MAX;
constexpr int shard_shift = 26;  // bits 26 to 31 of the hash: those below choose slots, those above are tags

std::size_t shard_of(std::uint64_t hash) { return (hash >> shard_shift) % shard_count; }

// The terms of one block, with their numbers put in order of their shards.
struct Block {
  TermTable table;
  std::vector<std::uint32_t> order;
  std::array<std::size_t, shard_count + 1> starts{};

  void count(std::span<const std::string> texts, const TextSettings& settings, std::uint64_t seed) {
    TermReader reader(settings);
    PieceMemo memo;
    const auto find_pieces = [&](std::string_view word, std::vector<std::int32_t>& numbers) {
      reader.pieces_of(word, [&](std::string_view piece) {
        numbers.push_back(static_cast<std::int32_t>(table.number(term_hash(piece, piece_seed(seed)), piece, true)));
      });
    };
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const auto seen = [&](TermTable::Entry& entry) {
        if (std::exchange(entry.last, static_cast<std::int64_t>(i)) != static_cast<std::int64_t>(i)) ++entry.documents;
      };
      reader.each_run(texts[i], [&](std::string_view run) { seen(table.entry(term_hash(run, seed), run, false)); });
      reader.each_word([&](std::string_view word) {
        for (std::int32_t number : memo.numbers(word, find_pieces)) seen(table.entry(static_cast<std::size_t>(number)));
      });
      memo.tidy();
    }
    sort();
  }

  void sort() {
    for (const TermTable::Entry& entry : table.entries()) ++starts[shard_of(entry.hash) + 1];
    for (std::size_t s = 0; s < shard_count; ++s) starts[s + 1] += starts[s];
    auto next = starts;
    order.resize(table.entries().size());
    for (std::size_t e = 0; e < order.size(); ++e) order[next[shard_of(table.entries()[e].hash)]++] = static_cast<std::uint32_t>(e);
  }
};

class Counter {
 public:
  Counter(const TextSettings& settings, std::uint64_t seed, const Run& run) : settings_(settings), seed_(seed), run_(run) {}

  void count(std::span<const std::string> texts) {
    const auto blocks = text_blocks(texts);
    const auto all = static_cast<std::int64_t>(blocks.size());
    for (std::int64_t first = 0; first < all; first += blocks_a_round) {
      std::vector<Block> round(static_cast<std::size_t>(std::min(blocks_a_round, all - first)));
      parallel_blocks(run_, static_cast<std::int64_t>(round.size()), [&](std::int64_t i) {
        const auto [begin, end] = blocks[static_cast<std::size_t>(first + i)];
        round[static_cast<std::size_t>(i)].count(texts.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin)),
                                                 settings_, seed_);
      });
      merge(round);
      forget();
      run_.report({"counting terms", static_cast<double>(first), static_cast<double>(all), {}});
    }
  }

  Vocabulary cut(std::int64_t texts) const {
    struct Kept {
      const TermTable* table;
      const TermTable::Entry* entry;
    };
    std::vector<Kept> kept;
    Vocabulary vocabulary;
    vocabulary.too_low = too_low_;
    const double most_documents = settings_.max_share * static_cast<double>(texts);
    for (const TermTable& shard : shards_) {
      vocabulary.different += shard.size();
      for (const TermTable::Entry& entry : shard.entries())
        if (entry.documents >= settings_.min_count && static_cast<double>(entry.documents) <= most_documents)
          kept.push_back({&shard, &entry});
    }
    std::sort(kept.begin(), kept.end(), [](const Kept& a, const Kept& b) {
      return a.entry->documents != b.entry->documents ? a.entry->documents > b.entry->documents
                                                      : a.table->stored(*a.entry) < b.table->stored(*b.entry);
    });
    if (settings_.most > 0 && static_cast<std::int64_t>(kept.size()) > settings_.most) kept.resize(static_cast<std::size_t>(settings_.most));
    if (static_cast<std::int64_t>(kept.size()) > most_terms)
      fail(Code::bad_data, "{} terms are to be kept, at most {} can be; cut them with text.min_count or text.most", kept.size(), most_terms);
    vocabulary.terms.reserve(kept.size());
    vocabulary.documents.reserve(kept.size());
    for (const Kept& term : kept) {
      vocabulary.terms.emplace_back(term.table->stored(*term.entry));
      vocabulary.documents.push_back(term.entry->documents);
    }
    return vocabulary;
  }

 private:
  void merge(const std::vector<Block>& round) {
    parallel_blocks(run_, shard_count, [&](std::int64_t s) {
      TermTable& shard = shards_[static_cast<std::size_t>(s)];
      for (const Block& block : round)
        for (std::size_t k = block.starts[static_cast<std::size_t>(s)]; k < block.starts[static_cast<std::size_t>(s) + 1]; ++k) {
          const TermTable::Entry& entry = block.table.entries()[block.order[k]];
          shard.entry(entry.hash, block.table.term(entry), entry.piece).documents += entry.documents;
        }
    });
  }

  // Frees a quarter of the limit when it is passed.
  void forget() {
    std::int64_t held = 0;
    for (const TermTable& shard : shards_) held += shard.size();
    if (held <= settings_.table_limit) return;
    constexpr std::size_t rarest = 1024;  // counts that are told apart
    std::vector<std::int64_t> with_count(rarest);
    for (const TermTable& shard : shards_)
      for (const TermTable::Entry& entry : shard.entries()) ++with_count[static_cast<std::size_t>(std::min<std::int64_t>(entry.documents, rarest - 1))];
    std::int64_t floor = 0;
    while (held > settings_.table_limit / 4 * 3 && floor + 1 < static_cast<std::int64_t>(rarest) - 1) held -= with_count[static_cast<std::size_t>(++floor)];
    parallel_blocks(run_, shard_count, [&](std::int64_t s) { shards_[static_cast<std::size_t>(s)].forget(floor); });
    too_low_ += floor;
  }

  const TextSettings& settings_;
  std::uint64_t seed_;
  const Run& run_;
  std::array<TermTable, shard_count> shards_;
  std::int64_t too_low_ = 0;
};

}  // namespace

std::vector<std::pair<std::int64_t, std::int64_t>> text_blocks(std::span<const std::string> texts) {
  constexpr std::size_t block_size = std::size_t{1} << 20;
  constexpr std::int64_t most_rows = 1 << 16;
  std::vector<std::pair<std::int64_t, std::int64_t>> blocks;
  const auto rows = static_cast<std::int64_t>(texts.size());
  std::int64_t first = 0;
  std::size_t size = 0;
  for (std::int64_t row = 0; row < rows; ++row) {
    size += texts[static_cast<std::size_t>(row)].size();
    if (size < block_size && row + 1 - first < most_rows && row + 1 < rows) continue;
    blocks.emplace_back(first, row + 1);
    first = row + 1;
    size = 0;
  }
  return blocks;
}

Vocabulary count_terms(std::span<const std::string> texts, const TextSettings& settings, std::uint64_t seed, const Run& run) {
  Counter counter(settings, seed, run);
  counter.count(texts);
  return counter.cut(static_cast<std::int64_t>(texts.size()));
}

}  // namespace tagma
