#include <tagma/measure/rank_correlation.h>

#include <cmath>

namespace tagma {
namespace {

std::int64_t pairs_of(std::int64_t n) { return n * (n - 1) / 2; }

// Calls f(first, last) for every run of equal values of key(i), i in [0, n).
template <class Key, class F>
void each_run(std::size_t n, Key key, F f) {
  for (std::size_t first = 0; first < n;) {
    std::size_t last = first + 1;
    while (last < n && key(last) == key(first)) ++last;
    f(first, last);
    first = last;
  }
}

// Ascending order of a score and of a truth, as unsigned numbers. A float's worth of truth is kept: grades are floats.
std::uint32_t ascending(float x) { return ~sort_key(x); }

}  // namespace

PairCounts RankCorrelation::count(std::span<const float> scores, std::span<const double> truth) {
  const std::size_t n = scores.size();
  PairCounts counts;
  counts.pairs = pairs_of(static_cast<std::int64_t>(n));
  keyed_.resize(n);
  for (std::size_t i = 0; i < n; ++i)
    keyed_[i] = static_cast<std::uint64_t>(ascending(scores[i])) << 32 | ascending(static_cast<float>(truth[i]));
  std::sort(keyed_.begin(), keyed_.end());
  const auto runs = [](auto& sum) {
    return [&sum](std::size_t first, std::size_t last) { sum += pairs_of(static_cast<std::int64_t>(last - first)); };
  };
  each_run(n, [&](std::size_t i) { return keyed_[i] >> 32; }, runs(counts.tied_scores));
  each_run(n, [&](std::size_t i) { return keyed_[i]; }, runs(counts.tied_both));
  truth_.resize(n);
  for (std::size_t i = 0; i < n; ++i) truth_[i] = static_cast<std::uint32_t>(keyed_[i]);
  counts.discordant = discordant(truth_, spare_);  // sorts truth_
  each_run(n, [&](std::size_t i) { return truth_[i]; }, runs(counts.tied_truth));
  return counts;
}

// Pairs i < j with values[i] > values[j]; sorts values (merge sort from short insertion-sorted runs).
std::int64_t RankCorrelation::discordant(std::vector<std::uint32_t>& values, std::vector<std::uint32_t>& spare) {
  constexpr std::size_t run = 8;
  const std::size_t n = values.size();
  std::int64_t total = 0;
  for (std::size_t start = 0; start < n; start += run)
    for (std::size_t i = start + 1; i < std::min(start + run, n); ++i) {
      const std::uint32_t value = values[i];
      std::size_t at = i;
      for (; at > start && values[at - 1] > value; --at) values[at] = values[at - 1];
      values[at] = value;
      total += static_cast<std::int64_t>(i - at);
    }
  spare.resize(n);
  for (std::size_t width = run; width < n; width *= 2) {
    for (std::size_t start = 0; start < n; start += 2 * width) {
      const std::size_t middle = std::min(start + width, n), end = std::min(start + 2 * width, n);
      std::size_t left = start, right = middle, out = start;
      while (left < middle && right < end) {
        const bool swap = values[right] < values[left];
        total += swap ? static_cast<std::int64_t>(middle - left) : 0;
        spare[out++] = swap ? values[right++] : values[left++];
      }
      std::copy(values.begin() + static_cast<std::ptrdiff_t>(left), values.begin() + static_cast<std::ptrdiff_t>(middle),
                spare.begin() + static_cast<std::ptrdiff_t>(out));
      out += middle - left;
      std::copy(values.begin() + static_cast<std::ptrdiff_t>(right), values.begin() + static_cast<std::ptrdiff_t>(end),
                spare.begin() + static_cast<std::ptrdiff_t>(out));
    }
    std::swap(values, spare);
  }
  return total;
}

void RankCorrelation::average_ranks(std::vector<std::uint64_t>& keyed, std::vector<double>& ranks) {
  std::sort(keyed.begin(), keyed.end());
  ranks.resize(keyed.size());
  each_run(keyed.size(), [&](std::size_t i) { return keyed[i] >> 32; }, [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i)
      ranks[static_cast<std::uint32_t>(keyed[i])] = 0.5 * static_cast<double>(first + last - 1);
  });
}

double RankCorrelation::spearman(std::span<const float> scores, std::span<const double> truth) {
  const std::size_t n = scores.size();
  keyed_.resize(n);
  for (std::size_t i = 0; i < n; ++i) keyed_[i] = static_cast<std::uint64_t>(ascending(scores[i])) << 32 | i;
  average_ranks(keyed_, score_ranks_);
  for (std::size_t i = 0; i < n; ++i) keyed_[i] = static_cast<std::uint64_t>(ascending(static_cast<float>(truth[i]))) << 32 | i;
  average_ranks(keyed_, truth_ranks_);
  return pearson(score_ranks_, truth_ranks_);
}

double tau_b_of(const PairCounts& counts) {
  const auto scores = static_cast<double>(counts.pairs - counts.tied_scores);
  const auto truth = static_cast<double>(counts.pairs - counts.tied_truth);
  return scores > 0 && truth > 0 ? static_cast<double>(counts.balance()) / std::sqrt(scores) / std::sqrt(truth) : 0;
}

double gamma_of(const PairCounts& counts) {
  return counts.untied() > 0 ? static_cast<double>(counts.balance()) / static_cast<double>(counts.untied()) : 0;
}

namespace {

struct Moments {
  double mean_x = 0, mean_y = 0, xx = 0, yy = 0, xy = 0;
};
Moments moments(std::span<const double> x, std::span<const double> y) {
  Moments m;
  const auto n = static_cast<double>(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) m.mean_x += x[i] / n, m.mean_y += y[i] / n;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double dx = x[i] - m.mean_x, dy = y[i] - m.mean_y;
    m.xx += dx * dx, m.yy += dy * dy, m.xy += dx * dy;
  }
  return m;
}

}  // namespace

double pearson(std::span<const double> x, std::span<const double> y) {
  const Moments m = moments(x, y);
  return m.xx > 0 && m.yy > 0 ? std::clamp(m.xy / std::sqrt(m.xx) / std::sqrt(m.yy), -1., 1.) : 0;
}

double concordance(std::span<const double> x, std::span<const double> y) {
  const Moments m = moments(x, y);
  const double gap = m.mean_x - m.mean_y;
  const double bottom = m.xx + m.yy + static_cast<double>(x.size()) * gap * gap;
  return bottom > 0 ? 2 * m.xy / bottom : 0;
}

}  // namespace tagma
