// A loss of the catalog with its settings, ready to run on batches; what learners, `tagma loss` and tests hold. Nobody
// above drive/ names a loss.
//
// Shape: outputs [rows x outputs(labels)], row-major; truth [rows x labels]; slopes and curves like outputs.
// The value of a batch is sum_i w_i J_i / divisor, J_i the loss of row i, w_i its weight (1 unless given, times the
// class-balance weight); slopes and curves are those of the batch value. The divisor follows from the reduction:
//   sum 1;  mean_rows the number of rows;  paper the normaliser of the loss's source over the batch, or, with class
//   balancing, the number of present labels plus the number of rows without any (2506.05721).
// A divisor of 0 gives value 0.
// Threads: const; runs on run.threads threads, same bytes for any number of them.
// Errors: Error{usage} for unknown losses and settings, sizes that do not fit.
#pragma once

#include <tagma/base/catalog.h>
#include <tagma/base/run.h>
#include <tagma/data/labels.h>
#include <tagma/data/scores.h>
#include <tagma/loss/row.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tagma {

enum class Reduction : std::uint8_t { paper, sum, mean_rows };
enum class Balance : std::uint8_t { none, effective };

// Settings that every loss takes besides its own (all under the prefix "loss.").
struct LossOptions {
  static constexpr std::string_view name = "every loss", says = "settings of every loss";
  Reduction reduction = Reduction::mean_rows;
  Balance balance = Balance::none;
  double beta = 0.9999;
  static constexpr auto fields() {
    using Self = LossOptions;
    return std::tuple{
        Choice{"reduction", &Self::reduction, std::array<std::string_view, 3>{"paper", "sum", "mean-rows"},
               "divisor of the summed loss: that of its source, none, or the number of rows"},
        Choice{"balance", &Self::balance, std::array<std::string_view, 2>{"none", "effective"},
               "weights of rows by the effective number of their classes, rows without labels as a class of their own"},
        Field{"beta", &Self::beta, 0.0, 0.9999999, "effective-number parameter of balance"}};
  }
};

// How often each label is present and how many rows have none: what class balancing needs, from the given truth or from
// the training set.
struct ClassCounts {
  std::vector<std::int64_t> present;
  std::int64_t negative_rows = 0;
};
ClassCounts count_classes(const LabelMatrix& truth);

// One batch. Truth is dense (`truth`, with `grades` or null), or rows of a label matrix (`matrix` and `row_ids`, null for
// the rows first, first + 1, ..).
template <class Real>
struct Batch {
  std::int64_t rows = 0;
  LabelId labels = 0;
  const Real* outputs = nullptr;
  const Truth* truth = nullptr;
  const float* grades = nullptr;
  const LabelMatrix* matrix = nullptr;
  const std::int64_t* row_ids = nullptr;
  std::int64_t first = 0;
  const float* row_weights = nullptr;    // [rows] or null
  const float* label_weights = nullptr;  // [labels] or null
  Real* slopes = nullptr;                // out, [rows x outputs] or null
  Real* curves = nullptr;                // out, [rows x outputs] or null; only where traits().curve
  double* row_values = nullptr;          // out, [rows] or null: J_i, unweighted and undivided
};

struct ClassWeights;

// The loss itself, for drivers of other devices: where it stands in the catalog `Losses`, a loss of that type, and the weights
// that balance its classes (balance.h) or null.
struct LossPlace {
  std::size_t place;
  const void* loss;
  const ClassWeights* weights;
};

class LossFunction {
 public:
  virtual ~LossFunction() = default;
  virtual std::string_view name() const = 0;
  virtual Settings settings() const = 0;        // the loss's own and those of LossOptions
  virtual const LossOptions& options() const = 0;
  virtual Traits traits() const = 0;
  virtual bool separable() const = 0;           // a label loss: columns may be run and solved apart
  virtual Outputs outputs() const = 0;
  virtual LossPlace place() const = 0;          // valid while this object lives
  std::int64_t outputs(LabelId labels) const;   // per row

  // Needed before run() when options().balance is not none; ignored otherwise.
  virtual void set_counts(const ClassCounts& counts) = 0;

  virtual double run(const Batch<float>& batch, const Run& run) const = 0;
  virtual double run(const Batch<double>& batch, const Run& run) const = 0;

  virtual Reading reading() const = 0;
  // Turns outputs [rows x outputs(labels)] into scores.
  virtual Scores read(const float* outputs, std::int64_t rows, LabelId labels, const Run& run) const = 0;
};

// Keys of `settings` belong to LossOptions or to the loss itself.
std::unique_ptr<LossFunction> make_loss(std::string_view name, const Settings& settings);
std::vector<Entry> loss_entries();  // fields of each: its own, then LossOptions

}  // namespace tagma
