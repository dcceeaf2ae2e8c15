// A separable loss, label by label: the truth of a label as a column, and the loss over a column of logits.
//
// The loss is run as one long row whose labels are the examples, with the factors of the rows as label weights: value,
// slopes and curves of one label in one call, at the full width of the row kernels.
#pragma once

#include <tagma/learn/problem.h>

#include <memory>
#include <span>
#include <vector>

namespace tagma {

// The label matrix turned round: for each label its present rows and its exceptions.
class TruthColumns {
 public:
  explicit TruthColumns(const LabelMatrix& truth);
  void fill(LabelId label, std::vector<Truth>& out) const;  // out: [rows]
  std::span<const std::int32_t> present(LabelId label) const { return present_.of(label); }
  std::span<const std::int32_t> exceptions(LabelId label) const { return exceptions_.of(label); }
  // Whether some row knows the label as present, and some as absent.
  bool both_known(LabelId label) const;

 private:
  struct Lists {
    std::vector<std::int64_t> starts;
    std::vector<std::int32_t> rows;
    std::int64_t count(LabelId label) const {
      return starts[static_cast<std::size_t>(label) + 1] - starts[static_cast<std::size_t>(label)];
    }
    std::span<const std::int32_t> of(LabelId label) const {
      return std::span(rows).subspan(static_cast<std::size_t>(starts[static_cast<std::size_t>(label)]),
                                     static_cast<std::size_t>(count(label)));
    }
  };
  std::int64_t rows_;
  Truth rest_;
  Lists present_, exceptions_;
};

// What multiplies each row's loss in the objective: its weight, its class balance, one over the divisor.
// Found by running the loss once where its own form does not say.
std::vector<float> row_factors(const Problem& problem, const Run& run);

class ColumnLoss {
 public:
  ColumnLoss(const Problem& problem, std::vector<float> factors);
  // The weighted sum over the rows; slopes and curves, [rows], come out scaled by the factors and by `weight`.
  double run(const std::vector<float>& logits, const std::vector<Truth>& truth, double weight, std::vector<float>& slopes,
             std::vector<float>& curves) const;
  const std::vector<float>& factors() const { return factors_; }

 private:
  std::unique_ptr<const LossFunction> loss_;  // the bare one: summed, unbalanced
  std::vector<float> factors_;
  bool uniform_;
};

}  // namespace tagma
