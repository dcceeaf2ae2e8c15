#include <tagma/measure/curves.h>
#include <tagma/measure/key_walk.h>
#include <tagma/measure/known_cells.h>
#include <tagma/measure/sort_keys.h>

#include <tagma/base/parallel.h>

namespace tagma {
namespace {

constexpr std::size_t bins = 1 << 16;          // by the high half of a key
constexpr std::int64_t bucket_keys = 1 << 15;  // sorted at once, in cache
constexpr std::int64_t few_cells = 1 << 18;    // sorted whole

struct Histogram {
  std::vector<std::uint32_t> known = std::vector<std::uint32_t>(bins), present = std::vector<std::uint32_t>(bins);
};

// Where a histogram's counts go while one pass over a piece of the bins is made.
struct Bucket {
  std::size_t first_bin, last_bin;           // [first, last)
  std::int64_t known = 0, present = 0;       // keys in it
  std::int64_t known_before = 0, present_before = 0;  // in all better buckets
  std::size_t known_at = 0, present_at = 0;  // its place in the piece's buffers
};

class MicroCurve {
 public:
  MicroCurve(const Judged& judged, const Run& run)
      : judged_(judged), run_(run), rows_(judged.truth->rows()), labels_(judged.truth->labels()) {
    grain_ = std::max<std::int64_t>((rows_ + 7) / 8, 1);
    blocks_.resize(static_cast<std::size_t>((rows_ + grain_ - 1) / grain_));
  }

  Curve find() {
    count();
    cut();
    most_ = std::max<std::int64_t>(rows_ * labels_ * 3 / 8, few_cells);
    for (std::size_t first = 0; first < buckets_.size();) {
      if (buckets_[first].known + buckets_[first].present > most_) {
        add(tallied(buckets_[first++]));
        continue;
      }
      std::size_t last = first;
      for (std::int64_t held = 0; last < buckets_.size(); ++last) {
        held += buckets_[last].known + buckets_[last].present;
        if (held > most_) break;
      }
      gather(std::span(buckets_).subspan(first, last - first));
      sort_piece(std::span(buckets_).subspan(first, last - first));
      first = last;
    }
    curve_.right_pairs = curve_.present * curve_.absent - wrong_pairs_;
    return curve_;
  }

 private:
  template <class F>
  void each_run(std::size_t block, F f) const {
    const auto first = static_cast<std::int64_t>(block) * grain_;
    each_known_run(*judged_.truth, first, std::min(first + grain_, rows_), 0, labels_, f);
  }
  template <class F>
  void each_cell(std::size_t block, F f) const {
    const auto first = static_cast<std::int64_t>(block) * grain_;
    each_known_cell(judged_, first, std::min(first + grain_, rows_), 0, labels_,
                    [&](std::int64_t, LabelId, float score, bool present) { f(sort_key(score), present); });
  }
  template <class F>
  void each_block(F f) const {
    parallel_blocks(run_, static_cast<std::int64_t>(blocks_.size()), [&](std::int64_t b) { f(static_cast<std::size_t>(b)); });
  }

  void count() {
    each_block([&](std::size_t b) {
      each_cell(b, [&, known = blocks_[b].known.data(), here = blocks_[b].present.data()](std::uint32_t key, bool present) {
        ++known[key >> 16];
        if (present) ++here[key >> 16];
      });
    });
  }

  // Runs of bins with about bucket_keys keys each.
  void cut() {
    Bucket bucket{0, 0};
    std::int64_t known = 0, present = 0;
    for (std::size_t bin = 0; bin < bins; ++bin) {
      std::int64_t here = 0, here_present = 0;
      for (const Histogram& block : blocks_) here += block.known[bin], here_present += block.present[bin];
      if (bucket.known > 0 && bucket.known + here > bucket_keys) {
        buckets_.push_back(bucket);
        bucket = {bin, bin, 0, 0, known, present};
      }
      bucket.last_bin = bin + 1;
      bucket.known += here, bucket.present += here_present;
      known += here, present += here_present;
    }
    if (bucket.known > 0) buckets_.push_back(bucket);
    curve_.present = static_cast<double>(present);
    curve_.absent = static_cast<double>(known - present);
  }

  // Brings the keys of the piece's buckets together; every block writes to places of its own.
  void gather(std::span<Bucket> piece) {
    std::size_t known = 0, present = 0;
    for (Bucket& bucket : piece) {
      bucket.known_at = known, bucket.present_at = present;
      known += static_cast<std::size_t>(bucket.known), present += static_cast<std::size_t>(bucket.present);
    }
    if (keys_.empty()) keys_.resize(static_cast<std::size_t>(most_));
    known_keys_ = std::span(keys_).first(known), present_keys_ = std::span(keys_).subspan(known, present);
    const std::uint32_t first = static_cast<std::uint32_t>(piece.front().first_bin);
    const std::uint32_t span = static_cast<std::uint32_t>(piece.back().last_bin) - first;
    std::vector<std::uint32_t> bucket_of(span);
    for (std::size_t i = 0; i < piece.size(); ++i)
      std::fill(bucket_of.begin() + static_cast<std::ptrdiff_t>(piece[i].first_bin - first),
                bucket_of.begin() + static_cast<std::ptrdiff_t>(piece[i].last_bin - first), static_cast<std::uint32_t>(i));
    std::vector<std::vector<std::size_t>> places(blocks_.size());
    std::vector<std::size_t> next(2 * piece.size());
    for (std::size_t i = 0; i < piece.size(); ++i) next[2 * i] = piece[i].known_at, next[2 * i + 1] = piece[i].present_at;
    for (std::size_t b = 0; b < blocks_.size(); ++b) {
      places[b] = next;
      for (std::uint32_t bin = 0; bin < span; ++bin) {
        next[2 * bucket_of[bin]] += blocks_[b].known[first + bin];
        next[2 * bucket_of[bin] + 1] += blocks_[b].present[first + bin];
      }
    }
    each_block([&](std::size_t b) { place_keys(b, first, span, bucket_of, places[b]); });
  }

  // Keys of the wanted bins are first listed without a branch, then put in their buckets.
  void place_keys(std::size_t block, std::uint32_t first, std::uint32_t span, std::span<const std::uint32_t> bucket_of,
                  std::vector<std::size_t>& places) {
    constexpr std::size_t batch = 1024;
    std::vector<std::uint32_t> listed(batch + static_cast<std::size_t>(labels_));
    std::size_t count = 0;
    std::uint32_t* known_keys = known_keys_.data();
    const auto put = [&] {
      for (std::size_t i = 0; i < count; ++i) known_keys[places[2 * bucket_of[(listed[i] >> 16) - first]]++] = listed[i];
      count = 0;
    };
    each_run(block, [&](std::int64_t row, LabelId from, LabelId to, bool present) {
      const float* scores = judged_.scores->values.data() + row * labels_;
      for (LabelId label = from; label < to; ++label) {
        const std::uint32_t key = sort_key(scores[label]);
        listed[count] = key;
        const bool wanted = (key >> 16) - first < span;
        count += wanted;
        if (present && wanted) present_keys_[places[2 * bucket_of[(key >> 16) - first] + 1]++] = key;
      }
      if (count >= batch) put();
    });
    put();
  }

  void sort_piece(std::span<const Bucket> piece) {
    std::vector<CurvePart> parts(piece.size());
    parallel_for(run_, static_cast<std::int64_t>(piece.size()), 1, [&](std::int64_t i, std::int64_t) {
      const Bucket& bucket = piece[static_cast<std::size_t>(i)];
      if (bucket.present == 0) return;
      const auto known = known_keys_.subspan(bucket.known_at, static_cast<std::size_t>(bucket.known));
      const auto present = present_keys_.subspan(bucket.present_at, static_cast<std::size_t>(bucket.present));
      if (bucket.known > 2 * bucket_keys) {
        parts[static_cast<std::size_t>(i)] = low_bits(bucket, [&](auto add_key) {
          for (const std::uint32_t key : known) add_key(key, false);
          for (const std::uint32_t key : present) add_key(key, true);
        });
        return;
      }
      std::vector<std::uint32_t> spare;
      sort_by_key(known, spare);
      sort_by_key(present, spare);
      parts[static_cast<std::size_t>(i)] = walk(known, present, bucket.known_before, bucket.present_before);
    });
    for (const CurvePart& part : parts) add(part);
  }

  // A bucket of one crowded bin: its keys differ in the low half only, so counting sorts them.
  template <class Source>
  static CurvePart low_bits(const Bucket& bucket, Source source) {
    std::vector<std::int64_t> known(bins), present(bins);
    source([&](std::uint32_t key, bool is_present) { ++(is_present ? present : known)[key & (bins - 1)]; });
    CurvePart part;
    std::int64_t above = bucket.known_before, hits = bucket.present_before;
    for (std::size_t low = 0; low < bins; ++low) {
      const std::int64_t here = present[low];
      const auto weight = static_cast<double>(here);
      if (here > 0) {
        const std::int64_t absent_above = above - hits, absent_tied = known[low] - here;
        part.precision_sum += weight * static_cast<double>(hits + here) / static_cast<double>(above + known[low]);
        part.wrong_pairs += weight * (static_cast<double>(absent_above) + 0.5 * static_cast<double>(absent_tied));
      }
      above += known[low], hits += here;
    }
    return part;
  }

  // The same for a bucket too large to be gathered at all.
  CurvePart tallied(const Bucket& bucket) const {
    return low_bits(bucket, [&](auto add_key) {
      for (std::size_t b = 0; b < blocks_.size(); ++b)
        each_cell(b, [&](std::uint32_t key, bool present) {
          if (const std::size_t bin = key >> 16; bin < bucket.first_bin || bin >= bucket.last_bin) return;
          add_key(key, false);
          if (present) add_key(key, true);
        });
    });
  }

  void add(const CurvePart& part) {
    curve_.precision_sum += part.precision_sum;
    wrong_pairs_ += part.wrong_pairs;
  }

  const Judged& judged_;
  const Run& run_;
  std::int64_t rows_, grain_ = 1;
  LabelId labels_;
  std::vector<Histogram> blocks_;
  std::vector<Bucket> buckets_;
  std::int64_t most_ = 0;                                   // keys held at a time
  std::vector<std::uint32_t> keys_;
  std::span<std::uint32_t> known_keys_, present_keys_;      // of the piece at hand, in keys_
  Curve curve_;
  double wrong_pairs_ = 0;
};

Curve sorted_whole(const Judged& judged) {
  std::vector<std::uint32_t> known, present, spare;
  each_known_cell(judged, 0, judged.truth->rows(), 0, judged.truth->labels(),
                  [&](std::int64_t, LabelId, float score, bool is_present) {
                    known.push_back(sort_key(score));
                    if (is_present) present.push_back(known.back());
                  });
  sort_by_key(std::span(known), spare);
  sort_by_key(std::span(present), spare);
  const CurvePart part = walk(known, present, 0, 0);
  Curve curve{part.precision_sum, 0, static_cast<double>(present.size()), static_cast<double>(known.size() - present.size())};
  curve.right_pairs = curve.present * curve.absent - part.wrong_pairs;
  return curve;
}

}  // namespace

Curve micro_curve(const Judged& judged, const Run& run) {
  if (judged.truth->rows() * judged.truth->labels() <= few_cells) return sorted_whole(judged);
  return MicroCurve(judged, run).find();
}

}  // namespace tagma
