#include <tagma/decide/best_set.h>

#include <algorithm>

namespace tagma {
namespace {

constexpr double negligible = 1e-30;  // probability mass that is dropped at either end of the counts

}  // namespace

// P(t present), with its negligible ends cut off.
void BestSet::count(std::span<const float> probabilities) {
  low_ = 0;
  counts_.assign(1, 1.0);
  for (const float probability : probabilities) {
    const double p = probability, q = 1 - p;
    if (p == 0) continue;
    const std::size_t n = counts_.size();
    grown_.resize(n + 1);
    const double* from = counts_.data();
    double* to = grown_.data();
    to[0] = q * from[0];
    for (std::size_t i = 1; i < n; ++i) to[i] = q * from[i] + p * from[i - 1];
    to[n] = p * from[n - 1];
    std::size_t last = n + 1, first = 0;
    while (last > 1 && grown_[last - 1] < negligible) --last;
    while (first + 1 < last && grown_[first] < negligible) ++first;
    counts_.assign(grown_.begin() + static_cast<std::ptrdiff_t>(first),
                   grown_.begin() + static_cast<std::ptrdiff_t>(last));
    low_ += first;
  }
}

// Adds P(label present, t present) of one label to joint_.
void BestSet::add_joint(double p) {
  const std::size_t n = counts_.size();
  if (p <= 0.5) {
    const double odds = p / (1 - p);
    double joint = 0;
    for (std::size_t i = 1; i < n; ++i) {
      joint = odds * (counts_[i - 1] - joint);
      joint_[i] += joint;
    }
  } else {
    const double odds = (1 - p) / p;
    double above = 0;
    for (std::size_t i = n; i-- > 0;) {
      above = counts_[i] - odds * above;
      joint_[i] += above;
    }
  }
}

double BestSet::weigh(std::size_t size) const {
  const auto k = static_cast<double>(size);
  double sum = 0;
  for (std::size_t i = low_ == 0 ? 1 : 0; i < joint_.size(); ++i)
    sum += joint_[i] / (k + beta_squared_ * static_cast<double>(low_ + i));
  return (1 + beta_squared_) * sum;
}

double BestSet::bound(std::size_t size) const {
  const auto k = static_cast<double>(size);
  double sum = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    const auto t = static_cast<double>(low_ + i);
    sum += t * counts_[i] / (k + beta_squared_ * t);
  }
  return (1 + beta_squared_) * sum;
}

std::span<const LabelId> BestSet::find(std::span<const float> probabilities) {
  count(probabilities);
  joint_.assign(counts_.size(), 0.0);
  expected_ = low_ == 0 ? counts_[0] : 0;
  std::size_t best = 0;
  chosen_.clear();
  heap_.resize(probabilities.size());
  for (std::size_t i = 0; i < heap_.size(); ++i) heap_[i] = static_cast<LabelId>(i);
  const auto lower = [&](LabelId a, LabelId b) {
    const float left = probabilities[static_cast<std::size_t>(a)], right = probabilities[static_cast<std::size_t>(b)];
    return left != right ? left < right : a > b;
  };
  std::make_heap(heap_.begin(), heap_.end(), lower);
  for (std::size_t size = 1; size <= probabilities.size() && bound(size) > expected_; ++size) {
    std::pop_heap(heap_.begin(), heap_.end() - static_cast<std::ptrdiff_t>(size - 1), lower);
    chosen_.push_back(heap_[heap_.size() - size]);
    add_joint(probabilities[static_cast<std::size_t>(chosen_.back())]);
    const double value = weigh(size);
    if (value > expected_) {
      expected_ = value;
      best = size;
    }
  }
  chosen_.resize(best);
  return chosen_;
}

}  // namespace tagma
