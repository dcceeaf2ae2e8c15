// Mini-batch Adam and AdaGrad for any loss, with l2 in the slope and l1 by a proximal step.
//
//   adam     m, v: decaying means of slope and squared slope, freed of their bias towards 0; decay 0.9, and for v one that
//            forgets in a tenth of all steps (0.999 at most): with a longer memory than the descent itself, the long slopes
//            of its beginning would hold the steps down to its end
//            w <- w - rate m / (sqrt(v) + 1e-8)
//   adagrad  v: sum of squared slopes;  w <- w - rate slope / (sqrt(v) + 1e-8)
//   l1       then w <- sign(w) max(|w| - l1 rate / (sqrt(v) + 1e-8), 0): the proximal map in the metric of the step
// The rate falls to 0 along a half cosine over all steps, so the last rounds settle; that of adam first rises over a tenth of
// them. Without the rise its first steps, of full length in every weight at once, overshoot, and early stopping never sees the
// models on the way.
// Rows are shuffled every round; the last batch of a round may be smaller.
// A slope longer than twice the usual (a decaying mean of lengths) is shortened to that: losses with a variance of their own
// (unimlr) send a few huge ones, which would hold v up and the steps down for the rest of the descent.
// Sparse features: only the features of a batch are touched. Their means then count the steps in which they occur, and
// the penalties of the steps in between are made up for at the next one; the stationary points are those of the
// objective.
//
// Source: Kingma & Ba, ICLR 2015 (Adam); Duchi, Hazan & Singer, JMLR 2011 (AdaGrad); Loshchilov & Hutter, ICLR 2017 (cosine).
#pragma once

#include <tagma/base/rng.h>
#include <tagma/learn/problem.h>

#include <vector>

namespace tagma {

// Some rows of a design in a given order, and the same by columns: what a step multiplies with.
class BatchRows {
 public:
  explicit BatchRows(const Design& design);
  void take(std::span<const std::int64_t> rows);

  std::int64_t rows() const { return rows_; }
  // Features that occur; null when all do (dense).
  const std::vector<std::int32_t>* touched() const { return sparse_ ? &touched_ : nullptr; }
  std::int64_t touched_count() const;
  void forward(const float* weights, const float* bias, float* out, std::int64_t outputs, const Run& run) const;
  void backward(const float* slopes, float* out, std::int64_t outputs, const Run& run) const;  // [touched_count x outputs]

 private:
  void take_sparse(std::span<const std::int64_t> rows);
  void take_dense(std::span<const std::int64_t> rows);

  const Design& design_;
  bool sparse_;
  std::int64_t rows_ = 0;
  std::vector<std::int64_t> starts_, column_starts_;
  std::vector<std::int32_t> columns_, column_rows_, touched_, place_;
  std::vector<float> values_, column_values_;
};

class MiniBatch {
 public:
  MiniBatch(const Problem& problem, Point& point, const Run& run);

  std::int64_t rounds() const { return rounds_; }
  std::int64_t steps() const { return step_; }
  // One pass over the rows; the mean of the batches' losses, without penalties. Stops between batches when asked to.
  double round(std::int64_t number);

 private:
  double take_step(std::span<const std::int64_t> rows);
  void tame_slopes();
  void update_features();
  void update_bias();
  double rate() const;
  void update(float* weight, float* mean, float* square, const float* slope, std::int64_t count, std::int64_t age, std::int64_t times,
              bool penalised) const;

  const Problem& problem_;
  Point& point_;
  Run run_;
  BatchRows batch_;
  bool adam_;
  std::int64_t outputs_, batch_size_, rounds_, total_steps_, step_ = 0;
  double most_rate_, square_decay_, usual_length_ = 0;
  std::vector<std::int64_t> order_;
  std::vector<std::int32_t> last_, times_;            // per feature: step of the last touch, number of touches
  std::vector<float> mean_, square_, mean_bias_, square_bias_;
  std::vector<float> values_, slopes_, gathered_;     // [batch x outputs] twice, [touched x outputs]
  std::vector<float> batch_weights_;
};

}  // namespace tagma
