// The label set of largest expected F-beta of one example, when each label is present with its own probability,
// independently of the others.
//
// The best set of k labels is that of the k largest probabilities (Lewis 1995; Jansche 2007), so only k is sought:
//
//   E F(top k) = (1 + b^2) sum_{t >= 1} C_k(t) / (k + b^2 t),     C_k(t) = sum_{i in top k} P(label i present, t present)
//   E F(empty) = P(nothing present)                               because F(empty, empty) = 1
//
// P(t present) is built label by label; P(label i present, t present) follows by taking label i out again, in the
// direction in which errors shrink (upwards for p <= 1/2, downwards else). So the cost is O(K t) for all k and any beta,
// where t is as far as P(t present) matters. The search ends once a bound on all larger k falls below the best found:
// E F(top k) <= (1 + b^2) sum_t t P(t present) / (k + b^2 t).
//
// Source: Ye, Chai, Lee & Chieu, "Optimizing F-measures: a tale of two approaches" (ICML 2012), O(K^2) for rational b^2;
// the form through P(label i present, t present) is Dembczynski et al., "An exact algorithm for F-measure maximization"
// (NIPS 2011), which needs no rational b^2. Taking labels out again and the bound are ours.
// Threads: an object is working space for one thread.
#pragma once

#include <tagma/base/words.h>

#include <cstdint>
#include <span>
#include <vector>

namespace tagma {

class BestSet {
 public:
  explicit BestSet(double beta) : beta_squared_(beta * beta) {}

  // The best set, in descending order of probability (ties by ascending id); the smallest of equally good ones.
  std::span<const LabelId> find(std::span<const float> probabilities);
  double expected() const { return expected_; }  // its expected F-beta

 private:
  void count(std::span<const float> probabilities);
  void add_joint(double probability);
  double weigh(std::size_t size) const;
  double bound(std::size_t size) const;

  double beta_squared_;
  double expected_ = 0;
  std::size_t low_ = 0;                 // number of labels that counts_[0] stands for
  std::vector<double> counts_, grown_;  // P(low_ + i present)
  std::vector<double> joint_;           // C_k(low_ + i)
  std::vector<LabelId> heap_, chosen_;
};

}  // namespace tagma
