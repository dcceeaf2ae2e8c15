// A batch cut into blocks of rows, as the row kernels want them: truth and grades dense, present labels listed, whatever
// form the batch has them in.
//
// Threads: a BatchView is shared; each block makes its own BlockRows, which own the scratch.
// Errors: check() throws Error{usage} for sizes and weights that do not fit.
#pragma once

#include <tagma/drive/balance.h>
#include <tagma/drive/cpu_rows.h>
#include <tagma/drive/loss_function.h>

#include <memory>
#include <vector>

namespace tagma {

template <class Real>
struct BatchView {
  const Batch<Real>& batch;
  std::int64_t outputs_per_row = 0;
  bool row_loss = false;  // wants grades and the present labels
  bool general = false;   // wants grades and weights of ones where there are none

  void check(bool curves_exist) const;

  std::int64_t rows_per_block() const;
};

// The truth of rows [first, last) and a RowBlock whose outputs, truth, grades, weights and present labels are set.
template <class Real>
class BlockRows {
 public:
  BlockRows(const BatchView<Real>& view, std::int64_t first, std::int64_t last);

  RowBlock<Real>& block() { return block_; }
  // Counts rows, known, present and negative rows; labels of weight 0 are like unknown ones.
  void count(Totals& totals) const;
  // The class-balance weight of a row of the block.
  double balance(int row, const ClassWeights& weights) const;

 private:
  void fill_truth(const Batch<Real>& batch, std::int64_t first);
  void fill_general(const Batch<Real>& batch, std::int64_t first);
  void list_present(const Batch<Real>& batch);

  RowBlock<Real> block_;
  std::unique_ptr<Truth[]> truth_;
  std::unique_ptr<float[]> grades_;
  std::unique_ptr<WideTruth[]> wide_truth_;
  std::vector<float> ones_;
  std::vector<std::int64_t> present_starts_;
  std::vector<LabelId> present_ids_;
};

}  // namespace tagma
