// Steps of label embeddings: the outputs of a batch of rows for some labels, their slopes, and each label's vector moved by its own.
//
//   outputs [rows x labels] = X V' / temperature     slopes g_l = sum_r slope[r][l] x_r / temperature
//   v_l moves by  - rate g_l / sqrt(s_l + 1 / temperature^2),  s_l the sum of |g_l|^2 so far
//
// One number s for each label (AdaGrad by rows, as for tables of embeddings), so that labels seen often slow down; the term
// beside it keeps the first, tiny slopes of a rare label from being blown up: one wholly misjudged row moves a vector by less than
// `rate`. Similarity cosine: g_l loses its part along v_l, and v_l is brought back to length 1.
// A bias moves in the same way, by itself, with a sum of its own, but in steps among all labels alone: it says how frequent a label is
// beside all others, which batches of chosen labels do not show. A vector of zeros, and its bias, stay as they are.
//
// Two dense products for each step (math/panel.h), 256 labels at a time: nothing but outputs and slopes of the batch is held.
// Threads: each label is moved by one thread; the same bytes for any number of them.
#pragma once

#include <tagma/base/run.h>
#include <tagma/data/dataset.h>
#include <tagma/drive/loss_function.h>
#include <tagma/model/embedding.h>
#include <tagma/model/row_panel.h>

#include <span>
#include <vector>

namespace tagma {

class EmbeddingSteps {
 public:
  // loss: summed over rows. All but `run` are looked at, and must stay.
  EmbeddingSteps(const Dataset& train, const LossFunction& loss, const EmbeddingShape& shape, std::vector<float>& vectors, const Run& run);

  // One step on the rows, among the labels `chosen` (ascending; empty: all). The summed loss before the step.
  double step(std::span<const std::int64_t> rows, std::span<const LabelId> chosen, double rate);

 private:
  const float* block_of(std::span<const LabelId> chosen, std::int64_t first, std::int64_t last, std::vector<float>& gathered) const;
  LabelMatrix truth_among(std::span<const std::int64_t> rows, std::span<const LabelId> chosen) const;
  void find_outputs(std::span<const LabelId> chosen, std::int64_t labels);
  double find_slopes(std::span<const std::int64_t> rows, std::span<const LabelId> chosen, std::int64_t labels);
  void move(LabelId label, std::vector<double>& slope, double rate, bool with_bias);
  void move_labels(std::span<const LabelId> chosen, std::int64_t labels, double rate);

  const Dataset& train_;
  const LossFunction& loss_;
  EmbeddingShape shape_;
  std::vector<float>& vectors_;
  Run run_;
  RowPanel panel_;
  std::int64_t rows_ = 0;               // of the batch
  std::vector<float> x_;                // [rows x width] of the batch
  std::vector<float> outputs_, slopes_;  // [rows x labels]
  std::vector<double> squares_, bias_squares_;  // [labels]
};

}  // namespace tagma
