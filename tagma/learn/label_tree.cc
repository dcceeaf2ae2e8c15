#include <tagma/learn/label_tree.h>

#include <tagma/base/parallel.h>
#include <tagma/data/row_store.h>
#include <tagma/learn/row_values.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace tagma {
namespace {

constexpr std::size_t labels_per_sum = 1024;
constexpr int most_rounds = 20;
constexpr double least_gain = 1e-4;  // of the mean product with the centre, below which a halving is done

// Halves one set of labels (places in `vectors`), the first half being one larger where the number is odd.
class Halving {
 public:
  Halving(const LabelVectors& vectors, std::span<std::int32_t> set) : vectors_(vectors), set_(set), scores_(set.size()) {}

  void work(Rng rng, std::vector<float>& difference) {
    const auto first = static_cast<std::size_t>(rng.below(set_.size()));
    const auto second = (first + 1 + static_cast<std::size_t>(rng.below(set_.size() - 1))) % set_.size();
    add(difference, set_[first], 1);
    add(difference, set_[second], -1);
    score(difference);
    clear(difference, set_[first]);
    clear(difference, set_[second]);
    cut();
    double before = -1;
    for (int round = 0; round < most_rounds; ++round) {
      const double now = turn(difference);
      cut();
      if (now - before < least_gain) break;
      before = now;
    }
  }

 private:
  void add(std::vector<float>& to, std::int32_t label, float factor) const {
    const auto i = static_cast<std::size_t>(label);
    const auto columns = vectors_.columns(i);
    const auto values = vectors_.values(i);
    for (std::size_t k = 0; k < columns.size(); ++k) to[static_cast<std::size_t>(columns[k])] += factor * values[k];
  }
  // After the label at place s of a pass: vectors in a file leave memory now and then.
  void pass(std::size_t s) const {
    if (s % 8192 == 8191) vectors_.release();
  }
  void clear(std::vector<float>& sums, std::int32_t label) const {
    for (const std::int32_t column : vectors_.columns(static_cast<std::size_t>(label))) sums[static_cast<std::size_t>(column)] = 0;
  }
  void score(const std::vector<float>& difference) {
    for (std::size_t s = 0; s < set_.size(); ++s) {
      const auto i = static_cast<std::size_t>(set_[s]);
      const auto columns = vectors_.columns(i);
      const auto values = vectors_.values(i);
      float sum = 0;
      for (std::size_t k = 0; k < columns.size(); ++k) sum += values[k] * difference[static_cast<std::size_t>(columns[k])];
      scores_[s] = {sum, set_[s]};
      pass(s);
    }
  }
  // Length of the sum of a half's labels; `sums` is left at 0.
  double length(std::vector<float>& sums, std::size_t first, std::size_t last) const {
    double square = 0;
    for (std::size_t s = first; s < last; ++s) {
      add(sums, set_[s], 1);
      pass(s);
    }
    for (std::size_t s = first; s < last; ++s) {
      for (const std::int32_t column : vectors_.columns(static_cast<std::size_t>(set_[s]))) {
        float& sum = sums[static_cast<std::size_t>(column)];
        square += static_cast<double>(sum) * static_cast<double>(sum);
        sum = 0;
      }
      pass(s);
    }
    return std::sqrt(square);
  }
  // Scores by the centres of the halves; returns the labels' mean product with the centre of their half.
  double turn(std::vector<float>& difference) {
    const std::size_t half = (set_.size() + 1) / 2;
    const double left = length(difference, 0, half), right = length(difference, half, set_.size());
    for (std::size_t s = 0; s < set_.size(); ++s) {
      add(difference, set_[s], static_cast<float>(s < half ? 1 / std::max(left, 1e-30) : -1 / std::max(right, 1e-30)));
      pass(s);
    }
    score(difference);
    for (std::size_t s = 0; s < set_.size(); ++s) {
      clear(difference, set_[s]);
      pass(s);
    }
    return (left + right) / static_cast<double>(set_.size());
  }
  void cut() {
    const auto half = scores_.begin() + static_cast<std::ptrdiff_t>((scores_.size() + 1) / 2);
    std::nth_element(scores_.begin(), half, scores_.end(), [](const Scored& a, const Scored& b) {
      return a.score != b.score ? a.score > b.score : a.label < b.label;
    });
    for (std::size_t s = 0; s < set_.size(); ++s) set_[s] = scores_[s].label;
    std::sort(set_.begin(), set_.begin() + (half - scores_.begin()));  // nth_element leaves an order of its own
    std::sort(set_.begin() + (half - scores_.begin()), set_.end());
  }

  struct Scored {
    float score;
    std::int32_t label;
  };
  const LabelVectors& vectors_;
  std::span<std::int32_t> set_;
  std::vector<Scored> scores_;
};

}  // namespace

namespace {

// What vectors are made of.
struct Sources {
  const FeatureMatrix& x;
  const TruthColumns& truth;
  Representation by;
  const FeatureMatrix& texts;
  bool uses_text(LabelId label) const {
    if (by == Representation::positives) return false;
    const std::span<const float> values = values_of(texts, label);
    return std::any_of(values.begin(), values.end(), [](float value) { return value != 0; });
  }
};

// Adds factor times a row of length 1 to the sums; features that are new go to `columns`.
void add_unit(const FeatureMatrix& rows, std::int64_t row, float factor, std::vector<float>& sums, std::vector<std::int32_t>& columns) {
  factor *= unit_factor(values_of(rows, row));
  each_value(rows, row, [&](std::int32_t column, float value) {
    float& sum = sums[static_cast<std::size_t>(column)];
    if (sum == 0) columns.push_back(column);
    sum += factor * value;
  });
}

// The vectors of some labels; `sums` [features] is 0 before and after. Rows that lie in a file are let go of after every 512, as
// each may have 64 KB around it in memory.
void add_vectors(const Sources& sources, std::span<const LabelId> labels, std::vector<float>& sums, CsrArrays& out) {
  constexpr std::int64_t most_seen = 512;
  std::int64_t seen = 0;
  for (const LabelId label : labels) {
    const std::size_t from = out.columns_of.size();
    const bool text = sources.uses_text(label);
    if (!text || sources.by == Representation::both)
      for (const std::int32_t row : sources.truth.present(label)) {
        add_unit(sources.x, row, 1, sums, out.columns_of);
        if (++seen % most_seen == 0) sources.x.release(0, sources.x.rows());
      }
    if (text) {  // as long as the sum of the rows, where that counts too
      double square = 0;
      const std::span<const std::int32_t> known = std::span(out.columns_of).subspan(from);
      std::vector<std::int32_t> once(known.begin(), known.end());
      std::sort(once.begin(), once.end());
      once.erase(std::unique(once.begin(), once.end()), once.end());
      for (const std::int32_t column : once) square += static_cast<double>(sums[static_cast<std::size_t>(column)]) * static_cast<double>(sums[static_cast<std::size_t>(column)]);
      add_unit(sources.texts, label, square > 0 ? static_cast<float>(std::sqrt(square)) : 1.f, sums, out.columns_of);
    }
    const auto columns = out.columns_of.begin() + static_cast<std::ptrdiff_t>(from);
    std::sort(columns, out.columns_of.end());
    out.columns_of.erase(std::unique(columns, out.columns_of.end()), out.columns_of.end());
    for (std::size_t k = from; k < out.columns_of.size(); ++k)
      out.values.push_back(std::exchange(sums[static_cast<std::size_t>(out.columns_of[k])], 0.f));
    const std::span<float> values = std::span(out.values).subspan(from);
    const float factor = unit_factor(values);
    for (float& value : values) value *= factor;
    out.starts.push_back(static_cast<std::int64_t>(out.values.size()));
  }
}

// How many values the vectors hold at most.
std::int64_t most_values(const Sources& sources, std::span<const LabelId> labels) {
  std::int64_t all = 0;
  for (const LabelId label : labels) {
    std::int64_t own = sources.uses_text(label) ? static_cast<std::int64_t>(values_of(sources.texts, label).size()) : 0;
    for (const std::int32_t row : sources.truth.present(label)) own += static_cast<std::int64_t>(values_of(sources.x, row).size());
    all += std::min(own, sources.x.columns());
  }
  return all;
}

}  // namespace

LabelVectors::LabelVectors(const FeatureMatrix& x, const TruthColumns& truth, std::vector<LabelId> labels, const Run& run,
                           const std::string& scratch, Representation by, const FeatureMatrix& texts)
    : labels_(std::move(labels)) {
  const Sources sources{x, truth, by, texts};
  const std::size_t wave = static_cast<std::size_t>(std::max(run.threads, 1));
  RowStore store(x.columns(), scratch);
  store.reserve(labels_.size(), most_values(sources, labels_));
  std::vector<std::vector<float>> sums(wave, std::vector<float>(static_cast<std::size_t>(x.columns())));
  for (std::size_t first = 0; first < labels_.size(); first += wave * labels_per_sum) {
    std::vector<CsrArrays> parts(wave);
    parallel_blocks(run, static_cast<std::int64_t>(wave), [&](std::int64_t block) {
      const auto b = static_cast<std::size_t>(block);
      const std::size_t from = std::min(labels_.size(), first + b * labels_per_sum);
      add_vectors(sources, std::span(labels_).subspan(from, std::min(labels_per_sum, labels_.size() - from)), sums[b], parts[b]);
    });
    for (const CsrArrays& part : parts)
      for (std::size_t i = 0; i + 1 < part.starts.size(); ++i) {
        const auto from = static_cast<std::size_t>(part.starts[i]), count = static_cast<std::size_t>(part.starts[i + 1]) - from;
        store.add(std::span(part.columns_of).subspan(from, count), std::span(part.values).subspan(from, count));
      }
    x.release(0, x.rows());
  }
  rows_ = store.finish();
}

LabelVectors::LabelVectors(const Taxonomy& taxonomy, std::vector<LabelId> labels) : labels_(std::move(labels)) {
  std::vector<std::int64_t> below(static_cast<std::size_t>(taxonomy.labels()), 1);  // and itself
  for (LabelId label = 0; label < taxonomy.labels(); ++label)
    for (const LabelId above : taxonomy.ancestors(label)) ++below[static_cast<std::size_t>(above)];
  const auto all = static_cast<double>(taxonomy.labels());
  CsrArrays arrays;
  for (const LabelId label : labels_) {
    std::vector<LabelId> line = taxonomy.ancestors(label);
    line.insert(std::upper_bound(line.begin(), line.end(), label), label);
    const std::size_t from = arrays.values.size();
    for (const LabelId one : line) {
      arrays.columns_of.push_back(one);
      arrays.values.push_back(static_cast<float>(std::log((all + 1) / static_cast<double>(below[static_cast<std::size_t>(one)]))));
    }
    const float factor = unit_factor(std::span(arrays.values).subspan(from));
    for (std::size_t k = from; k < arrays.values.size(); ++k) arrays.values[k] *= factor;
    arrays.starts.push_back(static_cast<std::int64_t>(arrays.values.size()));
  }
  rows_ = FeatureMatrix(std::move(arrays), taxonomy.labels());
}

int halvings(std::size_t labels, int most) {
  int count = 0;
  while ((labels + (std::size_t{1} << count) - 1) >> count > static_cast<std::size_t>(most)) ++count;
  return count;
}

LabelLeaves cluster_labels(const LabelVectors& vectors, int halvings, const Rng& rng, const Run& run) {
  std::vector<std::int32_t> order(vectors.size());
  std::iota(order.begin(), order.end(), 0);
  LabelLeaves leaves;
  leaves.starts = {0, static_cast<std::int64_t>(order.size())};
  for (int level = 0; level < halvings; ++level) {
    const std::int64_t sets = leaves.leaves();
    parallel_for(run, sets, std::max<std::int64_t>(1, sets / 64), [&](std::int64_t first, std::int64_t last) {
      std::vector<float> difference(static_cast<std::size_t>(vectors.features()));
      for (auto i = static_cast<std::size_t>(first); i < static_cast<std::size_t>(last); ++i) {
        const auto from = static_cast<std::size_t>(leaves.starts[i]), to = static_cast<std::size_t>(leaves.starts[i + 1]);
        if (to - from < 2) continue;
        Halving(vectors, std::span(order).subspan(from, to - from))
            .work(rng.fork((std::uint64_t{1} << level) + i), difference);
      }
      vectors.release();
    });
    std::vector<std::int64_t> starts{0};
    for (std::size_t i = 0; i + 1 < leaves.starts.size(); ++i) {
      const std::int64_t from = leaves.starts[i], to = leaves.starts[i + 1];
      starts.push_back(from + (to - from + 1) / 2);
      starts.push_back(to);
    }
    leaves.starts = std::move(starts);
  }
  for (const std::int32_t i : order) leaves.labels.push_back(vectors.label(static_cast<std::size_t>(i)));
  return leaves;
}

}  // namespace tagma
