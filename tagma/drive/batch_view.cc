#include <tagma/drive/batch_view.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

namespace tagma {
namespace {

void check_weights(const float* weights, std::int64_t count, std::string_view what) {
  for (std::int64_t i = 0; weights && i < count; ++i)
    if (!(weights[i] >= 0) || !std::isfinite(weights[i]))
      fail(Code::usage, "weight {} of {} {}: weights are finite and at least 0", weights[i], what, i);
}

// Appends the places of `present` in truth: 32 labels at a time where none is, else eight at a time.
void append_present(const Truth* truth, int labels, std::vector<LabelId>& ids) {
  static_assert(sizeof(Truth) == 1 && static_cast<int>(Truth::present) == 1 && static_cast<int>(Truth::unknown) == -1);
  int j = 0;
  if constexpr (std::endian::native == std::endian::little) {
    // present is 0x01, unknown 0xff: the lowest bit without the highest
    const auto hits_of = [](std::uint64_t eight) { return eight & ~(eight >> 7) & 0x0101010101010101u; };
    for (; j + 32 <= labels; j += 32) {
      std::uint64_t words[4];
      std::memcpy(words, truth + j, sizeof words);
      for (std::uint64_t& word : words) word = hits_of(word);
      if ((words[0] | words[1] | words[2] | words[3]) == 0) continue;
      for (int w = 0; w < 4; ++w)
        for (std::uint64_t hits = words[w]; hits != 0; hits &= hits - 1) ids.push_back(j + 8 * w + std::countr_zero(hits) / 8);
    }
  }
  for (; j < labels; ++j)
    if (truth[j] == Truth::present) ids.push_back(j);
}

}  // namespace

template <class Real>
void BatchView<Real>::check(bool curves_exist) const {
  const Batch<Real>& b = batch;
  if (b.rows < 0 || b.labels < 0) fail(Code::usage, "a batch of {} rows x {} labels", b.rows, b.labels);
  if (outputs_per_row > INT32_MAX)
    fail(Code::usage, "{} labels give {} outputs per row, at most {} are possible", b.labels, outputs_per_row, INT32_MAX);
  if (b.rows > 0 && b.labels > 0 && !b.outputs) fail(Code::usage, "a batch without outputs");
  if ((b.truth != nullptr) == (b.matrix != nullptr) && b.rows > 0 && b.labels > 0)
    fail(Code::usage, "a batch has its truth either dense or as rows of a label matrix; here {}",
         b.truth ? "both are given" : "neither is given");
  if (b.matrix) {
    if (b.grades) fail(Code::usage, "a batch with a label matrix takes its grades from there, not from an array");
    if (b.matrix->labels() != b.labels)
      fail(Code::usage, "a batch of {} labels with a label matrix of {} labels", b.labels, b.matrix->labels());
    for (std::int64_t r = 0; b.row_ids && r < b.rows; ++r)
      if (b.row_ids[r] < 0 || b.row_ids[r] >= b.matrix->rows())
        fail(Code::usage, "a batch names row {} of a label matrix of {} rows", b.row_ids[r], b.matrix->rows());
    if (!b.row_ids && (b.first < 0 || b.rows > b.matrix->rows() - b.first))
      fail(Code::usage, "a batch of rows {} to {} of a label matrix of {} rows", b.first, b.first + b.rows - 1,
           b.matrix->rows());
  }
  if (b.curves && !curves_exist) fail(Code::usage, "this loss has no curves");
  check_weights(b.row_weights, b.rows, "row");
  check_weights(b.label_weights, b.labels, "label");
}

template <class Real>
std::int64_t BatchView<Real>::rows_per_block() const {
  constexpr std::int64_t cells = 32768;  // of outputs: scratch stays in the second-level cache
  return std::clamp<std::int64_t>(cells / std::max<std::int64_t>(outputs_per_row, 1), 1, 1024);
}

template <class Real>
BlockRows<Real>::BlockRows(const BatchView<Real>& view, std::int64_t first, std::int64_t last) {
  const Batch<Real>& batch = view.batch;
  block_.rows = static_cast<int>(last - first);
  block_.labels = batch.labels;
  block_.outputs_per_row = static_cast<int>(view.outputs_per_row);
  block_.outputs = batch.outputs + first * view.outputs_per_row;
  fill_truth(batch, first);
  wide_truth_ = std::make_unique_for_overwrite<WideTruth[]>(static_cast<std::size_t>(batch.labels));
  block_.wide_truth = wide_truth_.get();
  const bool graded = view.row_loss && (batch.grades || (batch.matrix && batch.matrix->graded()));
  if (graded || batch.label_weights || view.general) fill_general(batch, first);
  if (view.row_loss) list_present(batch);
}

template <class Real>
void BlockRows<Real>::fill_truth(const Batch<Real>& batch, std::int64_t first) {
  const std::int64_t labels = batch.labels;
  if (batch.truth) {
    block_.truth = batch.truth + first * labels;
    return;
  }
  truth_ = std::make_unique_for_overwrite<Truth[]>(static_cast<std::size_t>(block_.rows * labels));
  const bool graded = batch.matrix && batch.matrix->graded();
  if (graded) grades_ = std::make_unique_for_overwrite<float[]>(static_cast<std::size_t>(block_.rows * labels));
  for (std::int64_t r = 0; batch.matrix && r < block_.rows; ++r) {
    const std::int64_t row = batch.row_ids ? batch.row_ids[first + r] : batch.first + first + r;
    batch.matrix->fill(row, {truth_.get() + r * labels, static_cast<std::size_t>(labels)});
    if (graded) batch.matrix->fill_grades(row, {grades_.get() + r * labels, static_cast<std::size_t>(labels)});
  }
  block_.truth = truth_.get();
}

// Kernels know two kinds of rows: without grades and label weights, or with both. What is missing is filled with ones.
template <class Real>
void BlockRows<Real>::fill_general(const Batch<Real>& batch, std::int64_t first) {
  const std::int64_t cells = static_cast<std::int64_t>(block_.rows) * batch.labels;
  if (batch.grades) {
    block_.grades = batch.grades + first * batch.labels;
  } else {
    if (!grades_) {
      grades_ = std::make_unique_for_overwrite<float[]>(static_cast<std::size_t>(cells));
      std::fill_n(grades_.get(), cells, 1.f);
    }
    block_.grades = grades_.get();
  }
  if (!batch.label_weights) ones_.assign(static_cast<std::size_t>(batch.labels), 1.f);
  block_.label_weights = batch.label_weights ? batch.label_weights : ones_.data();
}

template <class Real>
void BlockRows<Real>::list_present(const Batch<Real>& batch) {
  present_starts_.reserve(static_cast<std::size_t>(block_.rows) + 1);
  present_starts_.push_back(0);
  for (std::int64_t r = 0; r < block_.rows; ++r) {
    append_present(block_.truth + r * batch.labels, batch.labels, present_ids_);
    present_starts_.push_back(static_cast<std::int64_t>(present_ids_.size()));
  }
  block_.present_starts = present_starts_.data();
  block_.present_ids = present_ids_.data();
}

template <class Real>
void BlockRows<Real>::count(Totals& totals) const {
  for (std::int64_t r = 0; r < block_.rows; ++r) {
    const Truth* truth = block_.truth + r * block_.labels;
    int known = 0, present = 0;
    for (int j = 0; j < block_.labels; ++j) {
      const bool counts = !block_.label_weights || block_.label_weights[j] > 0;
      known += counts && truth[j] != Truth::unknown;
      present += counts && truth[j] == Truth::present;
    }
    totals.rows += 1;
    totals.known += known;
    totals.present += present;
    totals.negative_rows += known > 0 && present == 0;
  }
}

template <class Real>
double BlockRows<Real>::balance(int row, const ClassWeights& weights) const {
  const Truth* truth = block_.truth + static_cast<std::int64_t>(row) * block_.labels;
  double sum = 0;
  bool positive = false;
  for (int j = 0; j < block_.labels; ++j)
    if (truth[j] == Truth::present) {
      positive = true;
      sum += weights.label[static_cast<std::size_t>(j)];
    }
  return positive ? sum : weights.negative;
}

template struct BatchView<float>;
template struct BatchView<double>;
template class BlockRows<float>;
template class BlockRows<double>;

}  // namespace tagma
