// What a model says of a set of examples: one score per label, and, where the model has them, how sure that is.
//
// Shape: values [rows x labels], row-major; base/words.h says what the scales and orders mean.
// A shortlist holds only some labels of each row (the best k); the labels it leaves out rank below all it holds.
// spread: the standard deviation of the score (UniMLR's sigma). presence: presence probabilities where the scale is
// margin but the model has them (UniMLR: Phi(mean / sigma)). Both are empty or [rows x labels] ([entries] of a shortlist).
// shared: under Order::factor the signed parts of the spread that a label shares with the others, [rows x labels x factors].
// order_slope: what the argument of the probability of an order is multiplied by (decide/order_slope.h fits it).
// Threads: const members may be called from many threads.
#pragma once

#include <tagma/data/labels.h>

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace tagma {

struct ShortRow {
  std::span<const LabelId> ids;    // in descending order of value, ties by ascending id
  std::span<const float> values;
};

struct Scores {
  std::int64_t rows = 0;
  LabelId labels = 0;
  Scale scale = Scale::probability;
  Order order = Order::none;
  double order_slope = 1;
  std::vector<float> values, spread, presence, shared, pairs;
  std::vector<std::int64_t> starts;  // shortlist: rows + 1; empty when dense
  std::vector<LabelId> ids;          // shortlist: one per value

  bool is_shortlist() const { return !starts.empty(); }
  float cut() const { return cut_of(scale); }
  std::size_t factors() const { return values.empty() ? 0 : shared.size() / values.size(); }

  // Dense form only.
  std::span<const float> row(std::int64_t r) const {
    return std::span(values).subspan(static_cast<std::size_t>(r * labels), static_cast<std::size_t>(labels));
  }
  // Shortlist form only.
  ShortRow short_row(std::int64_t r) const {
    const auto first = static_cast<std::size_t>(starts[static_cast<std::size_t>(r)]);
    const auto count = static_cast<std::size_t>(starts[static_cast<std::size_t>(r) + 1]) - first;
    return {std::span(ids).subspan(first, count), std::span(values).subspan(first, count)};
  }
  // Presence probabilities: `presence`, or `values` on the probability scale; empty when the model has none.
  std::span<const float> probabilities() const {
    if (!presence.empty()) return presence;
    return scale == Scale::probability ? std::span<const float>(values) : std::span<const float>{};
  }

  // Throws Error{bad_data}: sizes that do not fit, NaN, probabilities outside [0, 1], ids out of range.
  void check() const;
};

// The k best labels of every row of dense scores, ties by ascending id. Values alone are carried.
Scores shortlist(const Scores& dense, LabelId k);

// Dense scores of the labels `chosen` alone (ascending), [rows x chosen], without spread and pairs.
Scores narrowed(const Scores& all, std::span<const LabelId> chosen);

// The same of dense scores of the labels `chosen` alone (ascending, [rows x chosen]), under their ids among `labels`.
Scores shortlist_among(const Scores& narrow, std::span<const LabelId> chosen, LabelId labels, LabelId k);

// Of every row of a shortlist the first k labels, without those of less than `floor`.
Scores trimmed(const Scores& listed, LabelId k, float floor = -std::numeric_limits<float>::infinity());

// Appends the rows of a shortlist to one that is empty or of the same labels.
void append_rows(Scores& all, const Scores& more);

// The decided label set of every row, ids ascending.
class Decisions {
 public:
  explicit Decisions(LabelId labels = 0) : labels_(labels) {}
  std::int64_t rows() const { return static_cast<std::int64_t>(starts_.size()) - 1; }
  LabelId labels() const { return labels_; }
  std::int64_t decided() const { return static_cast<std::int64_t>(ids_.size()); }
  std::span<const LabelId> operator[](std::int64_t row) const {
    const auto first = static_cast<std::size_t>(starts_[static_cast<std::size_t>(row)]);
    return std::span(ids_).subspan(first, static_cast<std::size_t>(starts_[static_cast<std::size_t>(row) + 1]) - first);
  }
  void add(std::span<const LabelId> ascending);  // Error{bad_data} when out of range, repeated or not ascending

 private:
  LabelId labels_;
  std::vector<std::int64_t> starts_{0};
  std::vector<LabelId> ids_;
};

}  // namespace tagma
