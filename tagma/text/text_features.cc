#include <tagma/text/text_features.h>

#include <tagma/base/parallel.h>
#include <tagma/base/portable_math.h>
#include <tagma/text/piece_memo.h>
#include <tagma/text/sorted_columns.h>
#include <tagma/text/terms.h>
#include <tagma/text/vocabulary.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <mutex>

namespace tagma {
namespace {

constexpr std::size_t common_counts = 256;

float weight_of(TermWeight weight, std::size_t count) {
  switch (weight) {
    case TermWeight::count: return static_cast<float>(count);
    case TermWeight::log: return static_cast<float>(1 + portable_log(static_cast<double>(count)));
    case TermWeight::binary: break;
  }
  return 1;
}

}  // namespace

// The columns of the known terms of a text, repeats included, in ascending order. All hashes come first, so that the slots of the
// table they point to are on their way while the next ones are computed.
class TextFeatures::ColumnFinder {
 public:
  explicit ColumnFinder(const TextFeatures& features) : features_(features), reader_(features.settings_), sorter_(features.columns_) {}

  std::vector<std::int32_t>& columns(std::string_view text) {
    columns_.clear();
    terms_.clear();
    reader_.each_run(text, [&](std::string_view run) { will_add({term_hash(run, features_.seed_), run, false}); });
    add_all(columns_);
    reader_.each_word([&](std::string_view word) {
      const auto known = memo_.numbers(word, [&](std::string_view fresh, std::vector<std::int32_t>& numbers) {
        terms_.clear();
        reader_.pieces_of(fresh, [&](std::string_view piece) { will_add({term_hash(piece, piece_seed(features_.seed_)), piece, true}); });
        add_all(numbers);
      });
      columns_.insert(columns_.end(), known.begin(), known.end());
    });
    memo_.tidy();
    sorter_.sort(columns_);
    return columns_;
  }
  std::int64_t invalid_bytes() const { return reader_.words().invalid_bytes(); }  // of all texts so far

 private:
  struct Term {
    std::uint64_t hash;
    std::string_view term;  // in the reader's buffer
    bool piece;
  };

  void will_add(const Term& term) {
    terms_.push_back(term);
    if (features_.settings_.hash_bits == 0) features_.lookup_.prefetch(term.hash);
  }
  // Adds the columns of those terms that have one.
  void add_all(std::vector<std::int32_t>& columns) const {
    const int bits = features_.settings_.hash_bits;
    for (const auto& [hash, term, piece] : terms_) {
      const std::int32_t column = bits > 0 ? static_cast<std::int32_t>(hash >> (64 - bits)) : features_.lookup_.find(hash, term, piece);
      if (column >= 0) columns.push_back(column);
    }
  }

  const TextFeatures& features_;
  TermReader reader_;
  PieceMemo memo_;
  ColumnSorter sorter_;
  std::vector<Term> terms_;
  std::vector<std::int32_t> columns_;
};

// Finders go from one block of texts to the next, for what they know of words is good for all.
class TextFeatures::Finders {
 public:
  explicit Finders(const TextFeatures& features) : features_(features) {}

  // work(finder), with one that nobody else has meanwhile.
  template <class Work>
  void with_one(Work&& work) {
    std::unique_ptr<ColumnFinder> finder;
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        finder = std::move(idle_.back());
        idle_.pop_back();
      }
    }
    if (!finder) finder = std::make_unique<ColumnFinder>(features_);
    work(*finder);
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(finder));
  }

 private:
  const TextFeatures& features_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<ColumnFinder>> idle_;
};

// The rows of one block of texts.
struct TextFeatures::Block {
  std::vector<std::int32_t> columns;
  std::vector<float> values;
  std::vector<std::size_t> ends;
  std::int64_t empty_rows = 0, invalid_bytes = 0;
};

std::unique_ptr<const TextFeatures> TextFeatures::fit(std::span<const std::string> texts, const TextSettings& settings, const Run& run) {
  settings.check();
  std::unique_ptr<TextFeatures> made(new TextFeatures);
  made->settings_ = settings;
  made->seed_ = run.seed;
  made->texts_ = static_cast<std::int64_t>(texts.size());
  if (settings.hash_bits > 0) {
    made->columns_ = std::int64_t{1} << settings.hash_bits;
    if (settings.idf) made->count_hashed(texts, run);
  } else {
    auto counted = std::make_shared<Vocabulary>(count_terms(texts, settings, run.seed, run));
    if (counted->terms.empty())
      fail(Code::bad_data, "none of the {} terms of {} texts is kept: text.min_count is {}, text.max_share {}", counted->different,
           texts.size(), settings.min_count, settings.max_share);
    made->terms_.assign(counted->terms.begin(), counted->terms.end());
    made->documents_ = std::move(counted->documents);
    made->too_low_ = counted->too_low;
    made->columns_ = static_cast<std::int64_t>(made->terms_.size());
    made->lookup_ = TermLookup(made->terms_, made->seed_);
    made->owner_ = std::move(counted);
  }
  made->set_weights();
  return made;
}

void TextFeatures::count_hashed(std::span<const std::string> texts, const Run& run) {
  documents_.assign(static_cast<std::size_t>(columns_), 0);
  const auto blocks = text_blocks(texts);
  Finders finders(*this);
  parallel_blocks(run, static_cast<std::int64_t>(blocks.size()), [&](std::int64_t b) {
    finders.with_one([&](ColumnFinder& finder) {
      for (auto row = blocks[static_cast<std::size_t>(b)].first; row < blocks[static_cast<std::size_t>(b)].second; ++row) {
        std::vector<std::int32_t>& columns = finder.columns(texts[static_cast<std::size_t>(row)]);
        columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
        for (std::int32_t column : columns)  // whole numbers: the order of the sums does not matter
          std::atomic_ref(documents_[static_cast<std::size_t>(column)]).fetch_add(1, std::memory_order_relaxed);
      }
    });
  });
}

void TextFeatures::set_weights() {
  for (std::size_t count = 0; count < common_counts; ++count) count_weights_.push_back(count == 0 ? 0 : weight_of(settings_.weight, count));
  if (!settings_.idf) return;
  idf_.reserve(documents_.size());
  for (std::int64_t documents : documents_)
    idf_.push_back(static_cast<float>(1 + portable_log((1 + static_cast<double>(texts_)) / (1 + static_cast<double>(documents)))));
}

// `columns`: one entry per known term of the text, repeats included, ascending.
void TextFeatures::add_row(std::span<const std::int32_t> columns, Block& block) const {
  const std::size_t first = block.values.size();
  double squares = 0;
  for (std::size_t i = 0, next = 0; i < columns.size(); i = next) {
    while (next < columns.size() && columns[next] == columns[i]) ++next;
    const std::size_t count = next - i;
    float value = count < common_counts ? count_weights_[count] : weight_of(settings_.weight, count);
    if (!idf_.empty()) value *= idf_[static_cast<std::size_t>(columns[i])];
    block.columns.push_back(columns[i]);
    block.values.push_back(value);
    squares += static_cast<double>(value) * value;
  }
  block.ends.push_back(block.values.size());
  block.empty_rows += columns.empty();
  if (!settings_.normalise || squares == 0) return;
  const auto scale = static_cast<float>(1 / std::sqrt(squares));
  for (std::size_t i = first; i < block.values.size(); ++i) block.values[i] *= scale;
}

FeatureMatrix TextFeatures::transform(std::span<const std::string> texts, const Run& run, TextFacts* facts) const {
  const auto cut = text_blocks(texts);
  std::vector<Block> blocks(cut.size());
  Finders finders(*this);
  parallel_blocks(run, static_cast<std::int64_t>(cut.size()), [&](std::int64_t b) {
    Block& block = blocks[static_cast<std::size_t>(b)];
    finders.with_one([&](ColumnFinder& finder) {
      const std::int64_t invalid = finder.invalid_bytes();
      for (auto row = cut[static_cast<std::size_t>(b)].first; row < cut[static_cast<std::size_t>(b)].second; ++row)
        add_row(finder.columns(texts[static_cast<std::size_t>(row)]), block);
      block.invalid_bytes = finder.invalid_bytes() - invalid;
    });
  });

  CsrArrays arrays;
  std::vector<std::size_t> first_values;
  TextFacts seen;
  arrays.starts.reserve(texts.size() + 1);
  for (const Block& block : blocks) {
    const std::int64_t before = arrays.starts.back();
    first_values.push_back(static_cast<std::size_t>(before));
    for (std::size_t end : block.ends) arrays.starts.push_back(before + static_cast<std::int64_t>(end));
    seen.empty_rows += block.empty_rows;
    seen.invalid_bytes += block.invalid_bytes;
  }
  arrays.columns_of.resize(static_cast<std::size_t>(arrays.starts.back()));
  arrays.values.resize(arrays.columns_of.size());
  parallel_blocks(run, static_cast<std::int64_t>(blocks.size()), [&](std::int64_t b) {
    Block& block = blocks[static_cast<std::size_t>(b)];
    const auto to = static_cast<std::ptrdiff_t>(first_values[static_cast<std::size_t>(b)]);
    std::copy(block.columns.begin(), block.columns.end(), arrays.columns_of.begin() + to);
    std::copy(block.values.begin(), block.values.end(), arrays.values.begin() + to);
    block = {};
  });
  if (facts) {
    for (const std::string& text : texts) seen.bytes += static_cast<std::int64_t>(text.size());
    *facts = seen;
  }
  return {std::move(arrays), columns_};
}

std::string TextFeatures::summary() const {
  std::string text = settings_.hash_bits > 0 ? fmt::format("hashed to {} columns", columns_) : fmt::format("{} terms", columns_);
  constexpr std::string_view weights[] = {"count", "log count", "binary"};
  return text + fmt::format(": words {}, pieces {}, {}{}{}, learned from {} texts", settings_.words, settings_.pieces,
                            weights[static_cast<std::size_t>(settings_.weight)], settings_.idf ? " x idf" : "",
                            settings_.normalise ? ", rows of length 1" : "", texts_);
}

}  // namespace tagma
