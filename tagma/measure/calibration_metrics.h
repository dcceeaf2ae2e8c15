// Are probabilities what they say? Of presence: over all known cells. Of order: over the pairs of present labels of a row
// whose grades differ, the probability the scores give to the order (Order in base/words.h).
//
//   brier = mean (p - y)^2     log_loss = mean -log p(truth), p kept within [1e-7, 1 - 1e-7]
//   ece = sum over 15 equal bins of |sum p - sum y| / n   (Guo et al. 2017; bin = floor(15 p), p = 1 in the last)
// order_ece counts every pair both ways round, (a over b) and (b over a), so that it does not depend on how labels are
// numbered. On the probability scale logistic order compares log-odds. Support: cells or pairs.
#pragma once

#include <tagma/measure/order.h>
#include <tagma/measure/row_facts.h>

#include <array>
#include <cmath>

namespace tagma {

struct CalibrationMetric {
  static constexpr Better better = Better::lower;
  static constexpr Needs needs = Needs::probabilities;
  static constexpr unsigned uses = fact_scores;
  static constexpr auto fields() { return std::tuple<>{}; }
};

// Per bin: how many, the sum of their probabilities, how many came true.
struct Bins {
  static constexpr std::size_t count = 15;
  std::array<std::array<double, 3>, count + 1> bins{};  // the last holds p = 1 under rules.single_edges, else nothing
  std::int64_t support = 0;

  static std::size_t bin_of(double probability) {
    return static_cast<std::size_t>(std::clamp(probability * count, 0., count - 1.));
  }
  // The edges in single precision, counted from the nearer end.
  static float edge(std::size_t bin) {
    constexpr float width = 1.f / count;
    return bin < (count + 1) / 2 ? width * static_cast<float>(bin) : 1 - width * static_cast<float>(count - bin);
  }
  static std::size_t bin_of(float probability, const Rules& rules) {
    const std::size_t bin = bin_of(probability);
    if (!rules.single_edges) return bin;
    return probability < edge(bin) ? bin - 1 : probability >= edge(bin + 1) ? bin + 1 : bin;
  }
  void add(std::size_t bin, double probability, double happened) {
    bins[bin][0] += 1, bins[bin][1] += probability, bins[bin][2] += happened;
  }
  void add(const Bins& other, double weight) {
    for (std::size_t b = 0; b <= count; ++b)
      for (std::size_t i = 0; i < 3; ++i) bins[b][i] += weight * other.bins[b][i];
  }
  // Nothing when the bins are empty.
  std::optional<double> gap() const {
    double gap = 0, total = 0;
    for (const auto& bin : bins) gap += std::abs(bin[1] - bin[2]), total += bin[0];
    return total > 0 ? std::optional(gap / total) : std::nullopt;
  }
};

namespace detail {

// f(probability of the true order) for each pair of present labels of unequal grade.
template <class F>
std::int64_t each_order(const RowFacts& row, F f) {
  return each_ordered_pair(row.truth.present, row.truth.grades,
                           [&](LabelId above, LabelId below) { f(order_probability(*row.all, row.row, above, below)); });
}

}  // namespace detail

struct PresenceBrier : CalibrationMetric {
  static constexpr std::string_view name = "presence_brier", says = "squared error of presence probabilities";
  static RowPart part(const RowFacts& row, const Rules&, int) {
    double sum = 0;
    for (const float p : row.chances) sum += static_cast<double>(p) * p;
    for (const LabelId at : row.present_at) sum += 1 - 2. * row.chances[static_cast<std::size_t>(at)];
    return {sum, static_cast<double>(row.known), 0, row.known, 0};
  }
};

struct PresenceLogLoss : CalibrationMetric {
  static constexpr std::string_view name = "presence_log_loss", says = "negative log-likelihood of presence per cell";
  static RowPart part(const RowFacts& row, const Rules&, int) {
    double sum = 0;
    std::size_t next = 0;
    for (std::size_t i = 0; i < row.chances.size(); ++i) {
      const double p = detail::inside(row.chances[i]);
      const bool present = next < row.present_at.size() && static_cast<std::size_t>(row.present_at[next]) == i;
      next += present;
      sum -= std::log(present ? p : 1 - p);
    }
    return {sum, static_cast<double>(row.known), 0, row.known, 0};
  }
};

struct PresenceEce : CalibrationMetric {
  static constexpr std::string_view name = "presence_ece", says = "calibration error of presence probabilities, 15 bins";
  static Bins bins(const RowFacts& row, const Rules& rules) {
    Bins bins;
    for (const float p : row.chances) bins.add(Bins::bin_of(p, rules), p, 0);
    for (const LabelId at : row.present_at)
      bins.bins[Bins::bin_of(row.chances[static_cast<std::size_t>(at)], rules)][2] += 1;
    bins.support = row.known;
    return bins;
  }
};

struct OrderMetric : CalibrationMetric {
  static constexpr Needs needs = Needs::order;
};

struct OrderBrier : OrderMetric {
  static constexpr std::string_view name = "order_brier", says = "squared error of the probability that one label matters more";
  static RowPart part(const RowFacts& row, const Rules&, int) {
    double sum = 0;
    const std::int64_t pairs = detail::each_order(row, [&](double p) { sum += (1 - p) * (1 - p); });
    return {sum, static_cast<double>(pairs), 0, pairs, 0};
  }
};

struct OrderEce : OrderMetric {
  static constexpr std::string_view name = "order_ece", says = "calibration error of order probabilities, 15 bins";
  static Bins bins(const RowFacts& row, const Rules&) {
    Bins bins;
    bins.support = detail::each_order(row, [&](double p) {
      bins.add(Bins::bin_of(p), p, 1);
      bins.add(Bins::bin_of(1 - p), 1 - p, 0);
    });
    return bins;
  }
};

}  // namespace tagma
